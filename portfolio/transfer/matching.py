"""Which session of a cohort an entry is about: by theme, then by module, then by date; when in doubt, a short list."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rapidfuzz import fuzz

from portfolio.errors import N_
from portfolio.transfer.entries import Entry

MOST_CANDIDATES = 5
FINAL, NONE = "final", "none"  # templates: of the last reflection, and of a session that asks for no reflection

# Likeness of two themes, from 0 to 100.
EQUAL = 100
SAME = 95  # but for a slip of the pen
ALIKE = 85  # the same in other words, if nothing speaks against it
RELATED = 60  # enough to choose within a module, if it is clearly ahead
CLEARLY_AHEAD = 15
FAINT = 45  # enough to be offered
TIED = 3
_NEAR = timedelta(days=3)  # of a session's days: enough to be offered

# Spellings met for one word; the left side may be a piece of a longer word.
VARIANTS = {
    "aktifitas": "aktivitas", "analisa": "analisis", "antikorupsi": "anti korupsi", "belanegara": "bela negara",
    "efektifitas": "efektivitas", "goverment": "government", "ijin": "izin", "kwalitas": "kualitas",
    "managemen": "manajemen", "management": "manajemen", "praktek": "praktik", "produktifitas": "produktivitas",
    "programme": "program", "public": "publik", "resiko": "risiko", "sistim": "sistem", "standard": "standar",
    "tehnik": "teknik",
}  # fmt: skip
_VARIANT = re.compile("|".join(sorted(VARIANTS, key=len, reverse=True)))
_FILLERS = frozenset(
    {"dan", "di", "ke", "dari", "yang", "untuk", "dalam", "pada", "serta", "dengan", "of", "and", "the"}
)
_OWNED = re.compile(r"(?<=\w{4})nya\b")
_PART = re.compile(r"\s*\(([0-9]{1,2})\)\s*$")
_BRACKETED = re.compile(r"\([^)]*\)")
_SHORTEST_ACRONYM = 3

BY_FINAL = N_("It is the final entry of the series.")
BY_THEME = N_("The theme is that of the session.")
BY_PART = N_("Several sessions have the theme; the part or the date tells which.")
BY_MODULE = N_("It is the only session of the module.")
BY_MODULE_AND_THEME = N_("Of the module's sessions this one is nearest to the theme.")
BY_MODULE_AND_PART = N_("The part tells which of the module's sessions.")
BY_MODULE_AND_DATE = N_("The date tells which of the module's sessions.")
BY_DATE = N_("It is the only session on that date.")
THEME_IN_DOUBT = N_("Several sessions have a theme like this.")
MODULE_IN_DOUBT = N_("The module is clear, but not which of its sessions.")
DATE_IN_DOUBT = N_("Several sessions are on that date.")
CONTRADICTION = N_("The theme and the module point to different sessions.")
ONLY_FAINT = N_("These sessions are near in theme or in date.")
NOTHING = N_("No session is near in theme, module or date.")

_Words = tuple[str, ...]


@dataclass(frozen=True)
class SessionFacts:
    """What there is to know of a session in order to find it."""

    id: int
    title_id: str
    title_en: str
    module_slug: str
    module_title_id: str
    module_title_en: str
    agenda_slug: str
    position: int
    part: int
    parts: int
    starts_on: date
    ends_on: date
    template: str

    @property
    def numbered(self) -> int:
        """The part that its title names, else its part in the module."""
        found = _PART.search(self.title_id) or _PART.search(self.title_en)
        return int(found[1]) if found else self.part

    def is_on(self, day: date | None) -> bool:
        """Whether `day` is one of its days."""
        return day is not None and self.starts_on <= day <= self.ends_on


@dataclass(frozen=True)
class Match:
    """The session, or None and those it may be, the likeliest first; and why."""

    session: SessionFacts | None
    candidates: tuple[SessionFacts, ...]
    reason: str


def match(entry: Entry, sessions: Sequence[SessionFacts]) -> Match:
    """The session that an entry is about. Sessions that ask for no reflection are passed over."""
    search = _Search(entry, [session for session in sessions if session.template != NONE])
    return search.by_final() or search.by_theme() or search.by_module() or search.by_date() or search.faintly()


class _Search:
    """One entry before the sessions of a cohort."""

    def __init__(self, entry: Entry, sessions: Sequence[SessionFacts]) -> None:
        self.entry, self.sessions = entry, sessions
        self._acronyms = _acronyms(
            title for session in sessions for title in (session.module_title_id, session.module_title_en)
        )
        theme = entry.title or ""
        before, colon, after = theme.partition(":")
        self._theme, self._subject = self._words(theme), self._words(before)
        self._rest = self._words(after) if colon else ()
        self._likeness = {session: self._likeness_of(session) for session in sessions}

    def by_final(self) -> Match | None:
        finals = [session for session in self.sessions if session.template == FINAL]
        return _found(finals[0], BY_FINAL) if self.entry.is_final and len(finals) == 1 else None

    def by_theme(self) -> Match | None:
        top = max(self._likeness.values(), default=0.0)
        if top < ALIKE:
            return None
        least = top if top == EQUAL else max(ALIKE, top - TIED)
        tied = [session for session, likeness in self._likeness.items() if likeness >= least]
        stated = [session for session in self.sessions if session.module_slug == self.entry.module]
        within = [session for session in tied if session in stated]
        if stated and not within:
            return self._in_doubt([*tied, *stated], CONTRADICTION)
        chosen = self._only(within or tied)
        if chosen is None:
            return self._in_doubt(within or tied, THEME_IN_DOUBT)
        if top < SAME and self._is_other_part(chosen):
            return self._in_doubt([chosen, *self._members(chosen.module_slug)], THEME_IN_DOUBT)
        return _found(chosen, BY_THEME if len(tied) == 1 else BY_PART)

    def by_module(self) -> Match | None:
        members = self._members(self.entry.module) or self._members(self._module_of_theme())
        if not members:
            return None
        if len(members) == 1:
            return _found(members[0], BY_MODULE)
        is_about_the_whole = self._theme in self._module_titles(members[0])
        nearest = None if is_about_the_whole else self._clearly_nearest(members)
        if nearest and not self._is_other_part(nearest):
            return _found(nearest, BY_MODULE_AND_THEME)
        if nearest:
            return self._in_doubt(members, MODULE_IN_DOUBT)
        # Part 1 says little, for an entry in one piece has it too, unless the theme is the whole module.
        if (self.entry.part or 0) > 1 or is_about_the_whole:
            numbered = [session for session in members if session.numbered == self.entry.part]
            if len(numbered) == 1:
                return _found(numbered[0], BY_MODULE_AND_PART)
        dated = [session for session in members if session.is_on(self.entry.session_date)]
        if len(dated) == 1:
            return _found(dated[0], BY_MODULE_AND_DATE)
        return self._in_doubt(members, MODULE_IN_DOUBT)

    def by_date(self) -> Match | None:
        dated = [
            session
            for session in self.sessions
            if session.is_on(self.entry.session_date) and (session.template == FINAL) <= self.entry.is_final
        ]
        if not dated:
            return None
        nearest = dated[0] if len(dated) == 1 else self._clearly_nearest(dated)
        return _found(nearest, BY_DATE) if nearest else self._in_doubt(dated, DATE_IN_DOUBT)

    def faintly(self) -> Match:
        faint = [session for session in self.sessions if self._likeness[session] >= FAINT or self._is_near(session)]
        return self._in_doubt(faint, ONLY_FAINT if faint else NOTHING)

    def _only(self, tied: Sequence[SessionFacts]) -> SessionFacts | None:
        """The one session among those of a theme that the part or, failing that, the date points to."""
        for keep in (
            lambda session: True,
            lambda session: session.numbered == self.entry.part,
            lambda session: session.is_on(self.entry.session_date),
        ):
            kept = [session for session in tied if keep(session)]
            if len(kept) == 1:
                return kept[0]
        return None

    def _is_other_part(self, session: SessionFacts) -> bool:
        return self.entry.part is not None and self.entry.part != session.numbered

    def _members(self, module_slug: str | None) -> list[SessionFacts]:
        return [session for session in self.sessions if session.module_slug == module_slug]

    def _module_of_theme(self) -> str | None:
        """The module that the theme names, in the clearest of three ways."""
        named: dict[int, set[str]] = {}
        for session in self.sessions:
            for words in self._module_titles(session):
                if words and self._subject == words:
                    named.setdefault(1, set()).add(session.module_slug)
                elif len(self._subject) > 1 and words[: len(self._subject)] == self._subject:
                    named.setdefault(2, set()).add(session.module_slug)
                elif words and set(words) <= set(self._theme):
                    named.setdefault(3, set()).add(session.module_slug)
        clearest = named[min(named)] if named else set()
        return next(iter(clearest)) if len(clearest) == 1 else None

    def _clearly_nearest(self, sessions: Sequence[SessionFacts]) -> SessionFacts | None:
        first, second = sorted(sessions, key=lambda session: -self._likeness[session])[:2]
        likeness = self._likeness[first]
        return first if likeness >= RELATED and likeness - self._likeness[second] >= CLEARLY_AHEAD else None

    def _likeness_of(self, session: SessionFacts) -> float:
        if not self._theme:
            return 0
        titles = [self._words(title) for title in (session.title_id, session.title_en)]
        # "Etika publik: kode etik" may be "Kode etik" of that module.
        is_of_module = self._rest and self._subject in self._module_titles(session)
        themes = [self._theme, self._rest] if is_of_module else [self._theme]
        return max(fuzz.token_sort_ratio(" ".join(theme), " ".join(title)) for theme in themes for title in titles)

    def _module_titles(self, session: SessionFacts) -> list[_Words]:
        return [self._words(title) for title in (session.module_title_id, session.module_title_en)]

    def _is_near(self, session: SessionFacts) -> bool:
        day = self.entry.session_date
        return day is not None and session.starts_on - _NEAR <= day <= session.ends_on + _NEAR

    def _in_doubt(self, sessions: Iterable[SessionFacts], reason: str) -> Match:
        """No session, but those it may be, in the order of their likeness."""

        def rank(session: SessionFacts) -> tuple[float, bool, bool, int]:
            likeness = self._likeness[session] if self._likeness[session] >= FAINT else 0  # less is chance
            is_other_day = not session.is_on(self.entry.session_date)
            return -(likeness // CLEARLY_AHEAD), self._is_other_part(session), is_other_day, session.position

        return Match(None, tuple(sorted(set(sessions), key=rank)[:MOST_CANDIDATES]), reason)

    def _words(self, text: str) -> _Words:
        """The words by which themes are compared: each once, in one spelling, acronyms written out."""
        spelt = [word for plain in _plain_words(_PART.sub("", text)) for word in self._acronyms.get(plain, (plain,))]
        return tuple(dict.fromkeys(word for word in spelt if word not in _FILLERS))


def _found(session: SessionFacts, reason: str) -> Match:
    return Match(session, (session,), reason)


def _plain_words(text: str) -> list[str]:
    """Words without capitals, accents, variants of spelling and "-nya"."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()
    spelt = _VARIANT.sub(lambda found: VARIANTS[found[0]], bare)
    return re.findall(r"[^\W_]+", _OWNED.sub("", spelt))


def _acronyms(titles: Iterable[str]) -> dict[str, _Words]:
    """The titles of modules by their initials, such as WoG, unless the initials are a word in some title."""
    words_of_titles = [tuple(_plain_words(_BRACKETED.sub("", title))) for title in dict.fromkeys(titles)]
    spoken = {word for words in words_of_titles for word in words}
    by_initials: dict[str, _Words] = {}
    for words in words_of_titles:
        initials = "".join(word[0] for word in words)
        if len(initials) >= _SHORTEST_ACRONYM and initials not in spoken:
            by_initials.setdefault(initials, words)
    return by_initials
