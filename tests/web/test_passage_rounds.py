"""However a text is revised, a passage is never found on the wrong words, and always if it is untouched.

Sentences are added, struck out, moved, changed, set differently and taken to another prompt; the writer is invented
(tests/web/reviser.py), so it is known where a passage has gone.

PORTFOLIO_PASSAGES=20000 has it play that many.
"""

import re
from collections import Counter
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from portfolio.models import Words
from portfolio.web.passages import Passage, find, quoted
from tests.web.reviser import Writer, choose, examples, passage_of, text_of, words_at, written


def around(text: str, passage: Passage) -> tuple[str, str]:
    """What stands on either side, as far as it is kept, on one line; and whether the answer begins or ends there."""
    before = ("^" + text[: passage.start])[-40:] if passage.start < 40 else text[passage.start - 40 : passage.start]
    return before.replace("\n", " "), (text[passage.end :] + "$")[:40].replace("\n", " ")


def everywhere(words: Words, quote: list[str]) -> Iterator[Passage]:
    """Wherever these words stand, no letter beside them; there are no others in the vocabulary that hold them."""
    ahead = r"\s+".join(map(re.escape, quote))
    pattern = re.compile(rf"(?<!\w)(?=({ahead})(?!\w))" if re.match(r"\w", quote[0]) else f"(?=({ahead}))")
    for key, answer in words.answers.items():
        for item in range(1 if isinstance(answer, str) else len(answer)):
            for found in pattern.finditer(text_of(words, key, item)):
                yield Passage(key, item, *found.span(1))


def outcome(writer: Writer) -> str:
    """A round, a passage of it, what the writer makes of it, and what has become of the passage."""
    old = writer.entry()
    chosen = choose(writer, old)
    place = chosen.place(old)
    assert place
    words = written(old)
    passage = passage_of(words, place)
    said = quoted(words, passage)
    assert said
    assert said.start == passage.start
    assert said.quote.split() == words_at(words, passage)
    assert find(words, said) == passage  # nothing was changed yet

    new = old
    for _ in range(1 + writer.chance(5)):
        new = writer.change(new)
    now = written(new)
    found = find(now, said)
    there = chosen.place(new)
    copies = list(everywhere(now, said.quote.split()))
    if not copies:
        assert there is None
        assert found is None
        return "text changed"
    # Never on the wrong words, nor on a part of a word.
    assert found in copies
    assert words_at(now, found) == said.quote.split()
    if there is None:
        return "gone, and the same words elsewhere"
    # It is untouched: it is found, and where there is no doubt which it is, it is that one.
    right = passage_of(now, there)
    was = around(text_of(words, passage.key, passage.item), passage)
    alike = [copy for copy in copies if around(text_of(now, copy.key, copy.item), copy) == was]
    if len(copies) == 1:
        assert found == right
        return "there, at another prompt" if right.key != passage.key else "there, once"
    if alike == [right]:
        assert found == right
        return "there, told apart from others"
    if alike:
        assert found in alike
        return "there, or one like it"
    return "there, or another, with all changed around it"


def test_a_passage_is_never_on_the_wrong_words_and_found_whenever_it_is_untouched():
    told: Counter[str] = Counter()

    @examples(1)
    @given(chances=st.binary(min_size=400, max_size=400))
    def play(chances: bytes) -> None:
        told[outcome(Writer(chances))] += 1

    play()
    print(dict(told))  # shown by -s
    # The same each time; so each of them is known to have come up.
    assert told.keys() >= {
        "text changed",
        "gone, and the same words elsewhere",
        "there, once",
        "there, at another prompt",
        "there, told apart from others",
        "there, or one like it",
    }
