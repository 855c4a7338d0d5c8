"""Certificates: when one may be made, what it says for good, what it shows, and how it ends."""

from datetime import UTC, date, datetime
from itertools import product

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from portfolio.errors import Refused
from portfolio.models import Certificate, ModuleProgress, Reopening, Revealed
from portfolio.models.certificate import SIGNS, grouped, new_number, number_in
from tests import cast
from tests.cast import CONDUCT, DAY, FINAL, NOON, World

NUMBER = "7K2MQ9XA4TBC01ZP"
LAST_DAY = date(2026, 3, 12)
NOTHING, ALL = Revealed(), Revealed(name=True, group=True, modules=True, signed_off=True)


def issue(world: World, before: list[Certificate], shows: Revealed = NOTHING) -> Certificate:
    """Ana makes her certificate."""
    place = cast.to_certify(world, world.ana)
    return Certificate.issue(
        place, shows=shows, ends_on=LAST_DAY, before=before, number=new_number(), now=world.now + DAY
    )


def complete(world: World, *, but: tuple[int, ...] = ()) -> None:
    """Ana has everything accepted, but for these sessions."""
    for n, session in enumerate(world.sessions):
        if session.is_slot and n not in but:
            cast.accepted(world, world.ana, n)


# --- What it says


def test_it_says_what_was_so_on_its_day(finished: World):
    world = finished
    made = cast.certified(world, world.ana, number=NUMBER, at=NOON + DAY)
    assert (made.number, made.shown_number) == (NUMBER, "7K2M-Q9XA-4TBC-01ZP")
    assert (made.holder, made.cohort_name, made.group) == ("Ana", "First", "A")
    assert (made.starts_on, made.ends_on) == (date(2026, 3, 2), LAST_DAY)
    assert made.signed_off == 5
    assert [(module.title["en"], module.completed_on) for module in made.modules] == [
        ("Service", date(2026, 3, 4)),
        ("Conduct", date(2026, 3, 4)),
        ("Job", date(2026, 3, 4)),
    ]
    assert made.issued_at == NOON + DAY == made.agreed_at
    assert made.revealed == NOTHING


def test_what_is_renamed_later_does_not_change_it(finished: World):
    world = finished
    made = cast.certified(world, world.ana)
    world.ana.name, world.cohort.name = "Somebody else", "Another name"
    world.enrolment(world.ana).group = "Z"
    cast.rule_changed(world, required=1)
    world.keep()
    again = cast.certificate(world, made)
    assert (again.holder, again.cohort_name, again.group) == ("Ana", "First", "A")
    assert len(again.modules) == 3


@pytest.mark.parametrize(
    ("totals", "hours"),
    [
        ({"hours": 1141, "days": 113, "status": "verified"}, 1141),
        ({"hours": 511, "days": 51, "status": "derived"}, 511),
        ({"hours": 30, "days": 50, "status": "estimate"}, None),  # a guess is nothing to certify
        ({"days": 50, "status": "verified"}, None),
        ({"hours": 0, "status": "verified"}, None),
        (None, None),
    ],
)
def test_the_hours_are_those_that_the_pack_is_sure_of(finished: World, totals: dict[str, object] | None, hours: int):
    world = finished
    place = cast.to_certify(world, world.ana)
    unit = {"label": {"id": "jam pelajaran", "en": "lesson hour"}}
    place.cohort.programme.pack = place.cohort.programme.pack | {"totals": totals, "hour_unit": unit}
    made = Certificate.issue(place, shows=ALL, ends_on=LAST_DAY, before=[], number=NUMBER, now=NOON)
    assert made.hours == hours
    assert made.hour_unit == (unit["label"] if hours else None)


# --- When one may be made


def test_it_needs_every_module_that_asks_for_something(world: World):
    complete(world, but=(CONDUCT, FINAL))
    with pytest.raises(Refused, match="not complete yet"):
        issue(world, [])
    cast.accepted(world, world.ana, CONDUCT)
    cast.submitted(world, world.ana, FINAL)
    with pytest.raises(Refused, match="not complete yet"):
        issue(world, [])
    cast.excused(world, world.ben, FINAL)  # that of another changes nothing
    with pytest.raises(Refused, match="not complete yet"):
        issue(world, [])
    waiting = cast.submitted(world, world.ana, FINAL)
    cast.decide(world, cast.decide(world, waiting, cast.Outcome.ACCEPTED), cast.Outcome.ACCEPTED)
    assert issue(world, []).holder == "Ana"


def test_an_excuse_counts_and_is_not_counted_as_signed_off(world: World):
    complete(world, but=(FINAL,))
    cast.excused(world, world.ana, FINAL)
    assert issue(world, []).signed_off == 4


def test_a_programme_that_asks_for_nothing_is_never_complete(world: World):
    place = cast.to_certify(world, world.ana)
    for row in place.progress:
        row.module.required = 0
    with pytest.raises(Refused, match="not complete yet"):
        Certificate.issue(place, shows=ALL, ends_on=LAST_DAY, before=[], number=NUMBER, now=NOON)


def test_who_has_left_makes_none(finished: World):
    world = finished
    world.enrolment(world.ana).withdrawn_at = NOON
    world.keep()
    with pytest.raises(Refused, match="not in this cohort"):
        issue(world, [])


# What each verb does to a certificate in each condition: done, nothing more is done, or what is said.
HELD, WITHDRAWN, REVOKED, CLEARED = "held", "withdrawn", "revoked", "cleared"
TABLE = {
    ("issue the same", HELD): "the same",
    ("issue another", HELD): "already",
    ("issue another", WITHDRAWN): "new",
    ("issue another", REVOKED): "organisers revoked",
    ("issue another", CLEARED): "new",
    ("reveal", HELD): "done",
    ("reveal", WITHDRAWN): "does not hold",
    ("reveal", REVOKED): "does not hold",
    ("reveal", CLEARED): "does not hold",
    ("withdraw", HELD): "done",
    ("withdraw", WITHDRAWN): "nothing",
    ("withdraw", REVOKED): "revoked this certificate",
    ("withdraw", CLEARED): "revoked this certificate",
    ("revoke", HELD): "done",
    ("revoke", WITHDRAWN): "holder withdrew",
    ("revoke", REVOKED): "nothing",
    ("revoke", CLEARED): "nothing",
    ("revoke without a reason", HELD): "Say why",
    ("clear", HELD): "was not revoked",
    ("clear", WITHDRAWN): "was not revoked",
    ("clear", REVOKED): "done",
    ("clear", CLEARED): "nothing",
}


def in_condition(world: World, condition: str) -> Certificate:
    made = cast.certified(world, world.ana, Revealed(name=True))
    match condition:
        case "withdrawn":
            made.withdraw(now=NOON)
        case "revoked" | "cleared":
            made.revoke("It was made by mistake.", by=world.oki, now=NOON)
    if condition == CLEARED:
        made.clear(by=world.oki, now=NOON)
    world.keep()
    return cast.certificate(world, made)


def as_stored(made: Certificate) -> dict[str, object]:
    return {column.name: getattr(made, column.name) for column in Certificate.__table__.columns}


@pytest.mark.parametrize(("verb", "condition"), TABLE)
def test_each_verb_in_each_condition(finished: World, verb: str, condition: str):
    world = finished
    made, wanted = in_condition(world, condition), TABLE[verb, condition]
    before = as_stored(made)

    def act() -> Certificate | None:
        match verb:
            case "issue the same":
                return issue(world, [made], Revealed(name=True))
            case "issue another":
                return issue(world, [made], Revealed(group=True))
            case "reveal":
                made.reveal(Revealed(modules=True), now=NOON + DAY)
            case "withdraw":
                made.withdraw(now=NOON + DAY)
            case "revoke":
                made.revoke(" It names the wrong person. ", by=world.oki, now=NOON + DAY)
            case "revoke without a reason":
                made.revoke(" \n ", by=world.oki, now=NOON + DAY)
            case "clear":
                made.clear(by=world.oki, now=NOON + DAY)
        return None

    if wanted not in ("done", "nothing", "new", "the same"):
        with pytest.raises(Refused, match=wanted):
            act()
        assert as_stored(made) == before
        return
    other = act()
    changed = {name for name, value in as_stored(made).items() if value != before[name]}
    match wanted:
        case "the same":
            assert other is made
            assert not changed
        case "new":
            assert other is not None
            assert other.number != made.number
            assert not changed
            world.keep(other)  # beside the one before, which is history
        case "nothing":
            assert not changed
        case "done":
            assert (
                changed
                == {
                    "reveal": {"shows_name", "shows_modules", "agreed_at"},
                    "withdraw": {"withdrawn_at"},
                    "revoke": {"revoked_at", "revoked_by_id", "revoked_reason"},
                    "clear": {"cleared_at", "cleared_by_id"},
                }[verb]
            )
            world.keep()
    if verb == "revoke" and wanted == "done":
        assert (made.revoked_reason, made.revoked_by_id) == ("It names the wrong person.", world.oki.id)


def test_the_table_names_every_condition():
    several = {"reveal", "withdraw", "revoke", "clear", "issue another"}
    conditions = (HELD, WITHDRAWN, REVOKED, CLEARED)
    assert set(product(several, conditions)) <= TABLE.keys()


def test_two_never_hold_at_once(finished: World):
    world = finished
    cast.certified(world, world.ana)
    with pytest.raises(IntegrityError):
        cast.certified(world, world.ana)
    world.session.rollback()


def test_the_consent_of_before_is_kept_until_another_is_given(finished: World):
    world = finished
    made = cast.certified(world, world.ana, ALL)
    for number, wanted in enumerate(product((True, False), repeat=4), start=1):
        shows = Revealed(*wanted)
        made.reveal(shows, now=NOON + number * DAY)
        assert made.revealed == shows
    agreed = made.agreed_at
    made.reveal(shows, now=NOON + 99 * DAY)  # the same again is no new consent
    assert made.agreed_at == agreed


def test_a_certificate_outlives_a_reopening(finished: World):
    world = finished
    made = cast.certified(world, world.ana)
    reflection = cast.begun(world, world.ana, CONDUCT)  # what there is
    world.keep(Reopening.of(reflection, "Look again.", by=world.mia, now=NOON + DAY))
    undone = sa.select(sa.func.count()).select_from(ModuleProgress).where(
        ModuleProgress.enrolment_id == made.enrolment_id, ModuleProgress.completed_at.is_(None),
        ModuleProgress.module_id.in_([module.module_id for module in made.modules]),
    )  # fmt: skip
    assert world.session.scalar(undone) == 1
    assert cast.certificate(world, made).holds


# --- Numbers


@pytest.mark.parametrize(
    "typed",
    [
        "7K2MQ9XA4TBC01ZP",
        "7K2M-Q9XA-4TBC-01ZP",
        "7k2m q9xa 4tbc 01zp",
        " 7K2M\u2013Q9XA\u20134TBC\u201301ZP ",
        "7k2mq9xa4tbcOlzp",
        "7K2M-Q9XA-4TBC-oIzp",
        "7K2M\u00a0Q9XA\u00a04TBC\u00a0O1ZP",
        "\uff17K2MQ9XA4TBC01ZP",
        "7K2M\u200bQ9XA4TBC01ZP\n",
    ],
)
def test_a_number_is_read_however_it_is_typed(typed: str):
    assert number_in(typed) == NUMBER


@pytest.mark.parametrize(
    "typed",
    ["", "7K2M", f"{NUMBER}7", "7K2M-Q9XA-4TBC-01ZU", "7K2M_Q9XA_4TBC_01ZP", "7K2M-Q9XA-4TBC-01Zß", "х" * 16, "-" * 16,
     "%" * 16, "\u0660" * 16],
)  # fmt: skip
def test_what_is_no_number_is_not_read_as_one(typed: str):
    assert number_in(typed) is None


def test_numbers_are_made_of_the_signs_and_are_never_the_same():
    made = {new_number() for _ in range(1000)}
    assert len(made) == 1000
    assert set("".join(made)) == set(SIGNS)
    assert len(SIGNS) == 32
    assert all(number_in(grouped(number).lower()) == number for number in made)


def test_an_issue_in_the_evening_is_of_the_day_it_is_in_the_cohort(finished: World):
    """20.00 UTC of the 4th is the 5th in Jakarta."""
    world = finished
    place = cast.to_certify(world, world.ana)
    for row in place.progress:
        row.completed_at = datetime(2026, 3, 4, 20, tzinfo=UTC)
    made = Certificate.issue(place, shows=ALL, ends_on=LAST_DAY, before=[], number=NUMBER, now=NOON)
    assert {module.completed_on for module in made.modules} == {date(2026, 3, 5)}
