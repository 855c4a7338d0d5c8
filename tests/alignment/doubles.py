"""Ways in which one sentence comes to be written twice."""

import random
import re

# Long words; a number or a negation that is misspelt says something else.
LONG = re.compile(r"\b(?!without|kecuali|ke(?:dua|tiga|empat|lima|enam|tujuh)|second)[a-z]{6,}\b")
JOINED = {"id": (" dan ", " serta "), "en": (" and ", " as well as ")}
ABLE = {"id": "Peserta mampu ", "en": "The participant is able to "}
FILLER = {"id": "nyata", "en": "genuine"}


def reordered(sentence: str, language: str, chance: random.Random) -> str:
    first, *rest = sentence.rstrip(".").split()
    chance.shuffle(rest)
    return " ".join([first, *rest])


def with_a_slip(sentence: str, language: str, chance: random.Random) -> str:
    """A letter in the middle of a long word left out, doubled, or changed about with the next."""
    if not (words := LONG.findall(sentence)):
        return sentence.upper()
    word = max(words, key=len)
    at = chance.randrange(2, len(word) - 2)
    wrong = chance.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )
    return sentence.replace(word, wrong, 1)


def in_the_plural(sentence: str, language: str, chance: random.Random) -> str:
    words = [word for word in LONG.findall(sentence) if not word.endswith("s")]
    if not words:
        return sentence
    word = chance.choice(words)
    return re.sub(rf"\b{word}\b", f"{word}s" if language == "en" else f"{word}-{word}", sentence, count=1)


def joined_otherwise(sentence: str, language: str, chance: random.Random) -> str:
    old, new = JOINED[language]
    return ABLE[language] + sentence[0].lower() + sentence[1:].replace(old, new)


def with_a_word_more(sentence: str, language: str, chance: random.Random) -> str:
    """Passed over in a sentence of some length only."""
    words = sentence.split()
    if len(LONG.findall(sentence)) < 4:
        return sentence
    words.insert(chance.randrange(1, len(words)), FILLER[language])
    return " ".join(words)


WAYS = (reordered, with_a_slip, in_the_plural, joined_otherwise, with_a_word_more)
