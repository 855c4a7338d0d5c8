"""Who finds what: whatever somebody may read they find, and nothing else, not even that it is there."""

import pytest

from portfolio.models import Outcome, PrivateNote, Visibility
from tests import cast
from tests.cast import CONDUCT, DAY, HOUR, JOB, NOON, SERVICE, SERVICE_2, World, words
from tests.search.conftest import Finds

EVERYBODY = ("ana", "ben", "cici", "mia", "kris", "paul", "oki", "obed", "dodi", "otto", "olla")


def finders(finds: Finds, world: World, text: str, **filters: object) -> dict[str, list[str]]:
    """Who finds something, and where."""
    found = {name: [place for place, _ in finds(getattr(world, name), text, **filters)] for name in EVERYBODY}
    return {name: places for name, places in found.items() if places}


def said(text: str, **more: object) -> cast.Words:
    return words(text, title=f"On {text}", **more)


def test_a_draft_is_found_by_its_writer_alone(finds: Finds, world: World):
    cast.draft(world, world.ana, SERVICE, said=said("kelambu"), visibility=Visibility.COHORT)
    cast.only_me(world, world.ana, SERVICE_2, said=said("kelambu"))
    assert finders(finds, world, "kelambu") == {"ana": ["draft", "draft"]}


def test_what_is_handed_in_is_found_by_those_who_guide_and_organise(finds: Finds, world: World):
    cast.submitted(world, world.ana, said=said("kelambu"))
    text = ["submission"]
    assert finders(finds, world, "kelambu") == {"ana": text, "mia": text, "kris": text, "oki": text}


def test_what_is_shared_is_found_by_the_cohort_and_no_other(finds: Finds, world: World):
    cast.shared_with_cohort(world, world.ana, said=said("kelambu"))
    cast.shared_with_cohort(world, world.dodi, SERVICE, said=said("jendela"))
    assert set(finders(finds, world, "kelambu")) == {"ana", "ben", "cici", "mia", "kris", "oki"}
    assert set(finders(finds, world, "jendela")) == {"dodi", "otto", "olla"}


def test_what_is_taken_back_is_its_writers_again(finds: Finds, world: World):
    cast.withdrawn(world, world.ana, said=said("kelambu"), visibility=Visibility.COHORT)
    assert finders(finds, world, "kelambu") == {"ana": ["draft"]}


def test_of_several_rounds_the_one_that_stands_is_found(finds: Finds, world: World):
    cast.returned(world, world.ana, said=said("kelambu"), at=NOON - DAY)
    assert finders(finds, world, "kelambu") == {key: ["submission"] for key in ("ana", "mia", "kris", "oki")}
    cast.draft(world, world.ana, said=said("jendela"))
    # What Ana writes now is hers; what she handed in before is still what others read.
    assert finders(finds, world, "jendela") == {"ana": ["draft"]}
    assert finds(world.mia, "kelambu") == [("submission", "On kelambu")]
    cast.submitted(world, world.ana, said=said("jendela"), at=NOON + HOUR)
    assert finders(finds, world, "kelambu") == {}
    assert finders(finds, world, "jendela") == {key: ["submission"] for key in ("ana", "mia", "kris", "oki")}


def test_others_never_see_the_title_of_what_is_being_written(finds: Finds, world: World):
    cast.returned(world, world.ana, said=said("kelambu"), feedback="Tentang lampu.", at=NOON - DAY)
    cast.draft(world, world.ana, said=said("jendela"))
    assert finds(world.mia, "lampu") == [("feedback", "On kelambu")]


def test_talk_and_feedback_are_found_by_all_who_may_read_it(finds: Finds, world: World):
    reflection = cast.submitted(world, world.ana, said=said("kelambu"), at=NOON - DAY)
    world.keep(reflection.comment("Bagaimana dengan jendela?", by=world.mia, now=NOON - DAY))
    cast.decide(world, reflection, Outcome.RETURNED, "Jelaskan atapnya.")
    readers = ("ana", "mia", "kris", "oki")
    assert finders(finds, world, "jendela") == {key: ["comment"] for key in readers}
    assert finders(finds, world, "atapnya") == {key: ["feedback"] for key in readers}


def test_an_addendum_is_found(finds: Finds, world: World):
    reflection = cast.accepted(world, world.ana, said=said("kelambu"))
    reflection.add("Setahun kemudian: jendela.", now=NOON + DAY)
    world.keep()
    assert finders(finds, world, "jendela") == {key: ["addendum"] for key in ("ana", "mia", "kris", "oki")}


def test_a_private_note_is_its_writers_whatever_happens_to_the_text(finds: Finds, world: World):
    for n, visibility in ((SERVICE, Visibility.COHORT), (SERVICE_2, Visibility.ONLY_ME)):
        helper = cast.accepted if visibility is Visibility.COHORT else cast.draft
        reflection = helper(world, world.ana, n, said=said("kelambu"), visibility=visibility)
        note = PrivateNote(reflection_id=reflection.id, cohort_id=reflection.cohort_id, written_at=NOON)
        note.text = "Rahasia: jendela"
        world.keep(note)
    assert finders(finds, world, "jendela") == {"ana": ["note", "note"]}


def test_a_mentor_that_was_finds_what_came_before_and_no_more(finds: Finds, world: World):
    cast.submitted(world, world.ana, SERVICE, said=said("kelambu"), at=NOON - 2 * DAY)
    cast.submitted(world, world.ana, SERVICE_2, said=said("jendela"), at=NOON)
    assert finds(world.paul, "kelambu") == [("submission", "On kelambu")]
    assert finds(world.paul, "jendela") == []


def test_after_a_change_of_mentor_the_new_one_finds_all(finds: Finds, world: World):
    cast.submitted(world, world.ana, said=said("kelambu"), at=NOON - 2 * DAY)
    place = world.enrolment(world.ana)
    [now] = [mentorship for mentorship in place.mentorships if mentorship.user_id == world.mia.id]
    now.end(now=NOON - 3 * DAY)
    world.keep(place.assign(world.otto, now.role, now=NOON))
    assert finds(world.mia, "kelambu") == []
    assert finds(world.otto, "kelambu") == [("submission", "On kelambu")]


def test_a_discarded_draft_is_not_found(finds: Finds, world: World):
    reflection = cast.draft(world, world.ana, said=said("kelambu"))
    reflection.discard(now=NOON)
    world.keep()
    assert finders(finds, world, "kelambu") == {}


def test_a_filter_finds_no_more_than_a_word(finds: Finds, world: World):
    cast.draft(world, world.ana, SERVICE, said=said("kelambu", tags=("rahasia",)))
    cast.submitted(world, world.ana, SERVICE_2, said=said("kelambu", tags=("etika",)))
    cast.submitted(world, world.dodi, said=said("kelambu", tags=("etika",)))
    assert set(finders(finds, world, "", tag="etika")) == {"ana", "mia", "kris", "oki", "dodi", "otto", "olla"}
    assert finders(finds, world, "", tag="rahasia") == {"ana": ["draft"]}
    assert finders(finds, world, "", module="service", state=cast.State.DRAFT) == {"ana": ["draft"]}


@pytest.mark.parametrize("wrong", ["kelanbu", "kelamb", "kelammbu"])
def test_what_is_hidden_changes_nothing_about_what_is_found(finds: Finds, world: World, wrong: str):
    """A word of a text that somebody may not read leads them nowhere, and is told to nobody."""
    cast.only_me(world, world.ben, said=said("kelambu"))
    cast.submitted(world, world.cici, JOB, said=said("kelambu"))
    shared = cast.shared_with_cohort(world, world.ana, CONDUCT, said=said("pelayanan", template="what"))
    assert finds(world.mia, wrong) == []
    assert finds(world.mia, f"{wrong} pelayanan") == []
    assert finds(world.ben, "pekayanan") == [("submission", shared.title)]
