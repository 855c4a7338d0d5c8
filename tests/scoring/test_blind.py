"""Assessors see the text, and nothing on any page, in any header or file that tells whose it is.

A word of its own is planted in each column that says something about the writer, and whatever an assessor can ask for
is searched for all of them: by following links from their list, and by every address with every id there is.
"""

import io
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portfolio.database import Base
from portfolio.models import (
    Appointment,
    Attachment,
    Enrolment,
    Kind,
    Office,
    ReadEvent,
    Reason,
    Role,
    User,
    handed_in_with,
)
from tests import cast, rows
from tests.cast import NOON, World
from tests.crawl import crawl
from tests.markup import Page
from tests.scoring.sampling import code, rubric_in, sample
from tests.site import Site

# So far from every other number that none of them is on a page by chance.
FAR = {"user": 7_100_000, "enrolment": 7_200_000, "reflection": 7_300_000, "submission": 7_400_000,
       "attachment": 7_500_000, "mentorship": 7_600_000, "training_session": 7_700_000}  # fmt: skip
TELLING = ("cohort", "enrolment", "reflection", "submission", "attachment", "review", "comment", "calibration",
           "sampled_text")  # fmt: skip
NUMBER, ROUND_DAY = 6173, "2031-07-29"


class Planted:
    """Words that stand nowhere else, and where each of them was planted."""

    def __init__(self) -> None:
        self.words: dict[str, str] = {}

    def word(self, where: str) -> str:
        """A new one: letters alone, so that it is one word of a name."""
        word = "Zq" + "".join(chr(ord("a") + int(digit)) for digit in f"{len(self.words):04}") + "wx"
        self.words[word.casefold()] = where
        return word

    def in_(self, response: TestResponse) -> list[str]:
        """Those that an answer holds, by where they come from."""
        told = f"{response.request.path}\n{response.headers}\n{response.get_data(as_text=True)}".casefold()
        return sorted(where for word, where in self.words.items() if word in told)


def plant(session: Session, world: World, planted: Planted) -> None:
    """In the columns of everybody but Asta, of their places and their sessions."""
    for user in session.scalars(sa.select(User).where(User.id != world.asta.id)):
        name = user.name
        user.name = f"{planted.word(f'name of {name}')} {planted.word(f'last name of {name}')}"
        user.email = f"{planted.word(f'e-mail of {name}')}@{planted.word('domain')}.example".lower()
        user.unit = f"{planted.word(f'unit of {name}')} {planted.word('unit')}"
        user.job, user.address = planted.word(f"job of {name}"), planted.word("address")
    for place in session.scalars(sa.select(Enrolment)):
        place.group = planted.word("group")
    world.cohort.name, world.cohort.series = planted.word("cohort"), planted.word("series")
    for about in world.sessions:
        about.slug, about.facilitator = planted.word("slug"), planted.word("facilitator")
    session.flush()


def telling(world: World, planted: Planted, writer: User) -> cast.Words:
    """A text in which its writer tells everything, and a secret that is no part of anybody's identity."""
    about = (writer.name, writer.email, writer.unit, writer.job, world.mia.name, world.ben.name, "0812-3456-7890",
             "19870312 201903 1 004")  # fmt: skip
    first, last = writer.name.split()
    text = f"{'; '.join(about)}; {first}: {last}'s **{first[:3]}**{first[3:]}. What remains is this."
    title, tag = planted.word("title"), planted.word("tag")
    return cast.words(
        text, title=title, number=NUMBER, facilitator=planted.word("who led it"), tags=(tag,),
        session_date=date.fromisoformat(ROUND_DAY),
    )  # fmt: skip


@pytest.fixture
def planted(world: World, session: Session) -> Planted:
    """A text of Ana's, that Asta is to score, with a file; everything around it is planted."""
    planted = Planted()
    plant(session, world, planted)
    accepted = cast.accepted(world, world.ana, said=telling(world, planted, world.ana))
    [place] = session.scalars(sa.select(Enrolment).where(Enrolment.user_id == world.ana.id))
    mine = Attachment(
        cohort_id=place.cohort_id, reflection_id=accepted.id, owner_id=world.ana.id, upload="u", key="1" * 32,
        name=f"{planted.word('name of a file')}.png", kind=Kind.IMAGE, media_type="image/png", size=1, sha256="0" * 64,
        added_at=NOON,
    )  # fmt: skip
    latest = accepted.latest
    assert latest is not None
    world.keep(mine)
    session.execute(handed_in_with.insert().values(submission_id=latest.id, attachment_id=mine.id))
    world.keep(accepted.comment(planted.word("comment"), by=world.mia, now=NOON))
    cast.noted(world, accepted, planted.word("note"))
    sample(world, {latest.id: [world.asta.id, world.olla.id]}, rubric=rubric_in(world))
    return planted


@pytest.fixture
def asta(planted: Planted, site: Site, world: World) -> FlaskClient:
    """Asta's browser; the ids are far apart."""
    world.session.commit()
    site.become(far_apart(rows.read(site.engine)))
    site.app.extensions["files"].put("1" * 32, io.BytesIO(b"bytes"))
    site.app.extensions["files"].put(f"{'1' * 32}-small", io.BytesIO(b"bytes"))
    return site.sign_in(world.asta.id + FAR["user"])


def far_apart(there: rows.Rows) -> rows.Rows:
    """The same rows, with ids that are on no page by chance."""

    def moved(table: str, row: dict[str, Any]) -> dict[str, Any]:
        columns = Base.metadata.tables[table].columns
        other = dict(row)
        for column in columns:
            owners = [table] if column.name == "id" else [key.column.table.name for key in column.foreign_keys]
            for owner in owners:
                if owner in FAR and row[column.name] is not None:
                    other[column.name] = row[column.name] + FAR[owner]
        return other

    return {table: [moved(table, row) for row in kept] for table, kept in there.items()}


def far_ids(response: TestResponse, but: int) -> set[str]:
    """The ids of people, texts and places that an answer holds, but one's own."""
    told = f"{response.headers}\n{response.get_data(as_text=True)}"
    return set(re.findall(r"7[1-7]0\d{4}", told)) - {str(but)}


def addresses(site: Site) -> Iterator[tuple[str, str]]:
    """Every page there is, with every id of a thing there is, and the code of the text."""
    there = rows.read(site.engine)
    ids = sorted({row["id"] for table in TELLING for row in there.get(table, ())})
    [text] = there["sampled_text"]
    routes = site.app.url_map.bind("localhost")
    for rule in site.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        converters = {name: str(type(rule._converters[name]).__name__) for name in rule.arguments}
        for id_ in ids if "IdConverter" in converters.values() else ids[:1]:
            values = {name: id_ if kind == "IdConverter" else text["code"] for name, kind in converters.items()}
            yield rule.endpoint, routes.build(rule.endpoint, values)


def test_nothing_that_an_assessor_can_come_to_tells_whose_it_is(site: Site, asta: FlaskClient, planted: Planted,
                                                                 world: World):  # fmt: skip
    own = world.asta.id + FAR["user"]
    answers = crawl(asta, ("/scoring/", "/"))
    scored = [answer for address, answer in answers.items() if re.fullmatch(r"/scoring/[\w-]{16}", address)]
    assert len(scored) == 1
    assert "What remains is this." in scored[0].text
    assert scored[0].text.count("[name hidden]") >= 5
    assert "1 file was left out" in scored[0].text
    for address, answer in answers.items():
        assert answer.status_code < 400, address
        assert planted.in_(answer) == [], address
        assert far_ids(answer, own) == set(), address
        assert str(NUMBER) not in answer.text, address
        assert ROUND_DAY not in answer.text, address


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # the permissions are tested on both elsewhere
def test_no_address_opens_what_the_list_does_not(site: Site, asta: FlaskClient, planted: Planted, world: World):
    opened = set()
    for endpoint, address in addresses(site):
        answer = asta.get(address)
        told = planted.in_(answer)
        assert told == [], f"{address} told {told}"
        assert far_ids(answer, world.asta.id + FAR["user"]) <= set(re.findall(r"\d+", address)), address
        if answer.status_code < 300:
            opened.add(endpoint)
    assert {"scoring.text", "scoring.texts"} <= opened
    assert not opened & {"reflections.show", "attachments.show", "attachments.small", "progress.trainee"}


def test_what_goes_wrong_tells_nothing_either(site: Site, asta: FlaskClient, planted: Planted, world: World):
    [text] = rows.read(site.engine)["sampled_text"]
    address = f"/scoring/{text['code']}"
    half = asta.post(address, data={"level-causes": "2", "note": "kept as I wrote it"})
    assert (half.status_code, half.text.count("kept as I wrote it")) == (422, 1)
    assert "Choose a level for each criterion." in half.text
    wrong = asta.post(address, data={"level-causes": "2", "level-steps": "9"})
    silent = asta.post(f"{address}/recusal", data={"reason": " "})
    assert (wrong.status_code, silent.status_code) == (422, 422)
    for answer in (half, wrong, silent, asta.get(f"/reflections/{text['submission_id']}"), asta.post("/scoring/")):
        assert planted.in_(answer) == []
        assert far_ids(answer, world.asta.id + FAR["user"]) == set()


def test_the_planted_words_are_found_elsewhere(site: Site, asta: FlaskClient, planted: Planted, world: World):
    """Or else the tests above would prove nothing."""
    oki = site.sign_in(world.oki.id + FAR["user"])
    [reflection] = rows.read(site.engine)["reflection"]
    answer = oki.get(f"/reflections/{reflection['id']}")
    told = planted.in_(answer)
    assert {"name of Ana", "job of Ana", "title", "cohort", "comment"} <= set(told)
    assert str(reflection["id"]) in far_ids(answer, 0)


@pytest.mark.parametrize("role", ["a mentor of another", "a trainee elsewhere"])
def test_assessors_who_are_something_else_as_well(
    session: Session, world: World, client_for: Callable[[User | None], FlaskClient], role: str
):
    planted = Planted()
    plant(session, world, planted)
    accepted = cast.accepted(world, world.ana, said=telling(world, planted, world.ana))
    assert accepted.latest is not None
    if role == "a mentor of another":
        who = world.asta
        world.keep(world.enrolment(world.cici).assign(who, Role.MENTOR, now=NOON))
    else:
        who = world.dodi
        world.keep(Appointment(cohort=world.cohort, user=who, office=Office.ASSESSOR, started_at=NOON))
    drawn = sample(world, {accepted.latest.id: [who.id, world.olla.id]})
    browser = client_for(who)
    page = browser.get(f"/scoring/{code(drawn)}")
    assert page.status_code == 200
    everything = {where for where in planted.words.values() if "Dodi" not in where or who is world.asta}
    assert set(planted.in_(page)) & everything - {"cohort"} == set()
    links = [link.get("href") for link in Page(page.text).all("a")]
    assert "/scoring/" in links
    assert browser.get(f"/reflections/{accepted.id}").status_code == 404


def test_reading_is_on_record_without_the_reader_s_name_until_the_sample_is_closed(
    session: Session, world: World, client_for: Callable[[User | None], FlaskClient]
):
    accepted = cast.accepted(world, world.ana)
    assert accepted.latest is not None
    world.asta.name = "Asta Prasasti"
    drawn = sample(world, {accepted.latest.id: [world.asta.id, world.olla.id]})
    asta, ana = client_for(world.asta), client_for(world.ana)
    asta.get(f"/scoring/{code(drawn)}")
    asta.get(f"/scoring/{code(drawn)}")
    [event] = session.scalars(sa.select(ReadEvent).where(ReadEvent.reason == Reason.SCORING))
    assert (event.reader_id, event.submission_id) == (world.asta.id, accepted.latest.id)
    page = ana.get(f"/reflections/{accepted.id}").text
    assert "an assessor (blind scoring)" in page
    assert "Prasasti" not in page
    drawn.close(now=NOON)
    assert "Asta Prasasti (blind scoring)" in ana.get(f"/reflections/{accepted.id}").text
    assert "blind scoring" not in client_for(world.mia).get(f"/reflections/{accepted.id}").text


def test_who_has_passed_a_text_on_reads_it_no_more(
    session: Session, world: World, client_for: Callable[[User | None], FlaskClient]
):
    accepted = cast.accepted(world, world.ana, said=cast.words("A text of its own."))
    assert accepted.latest is not None
    drawn = sample(world, {accepted.latest.id: [world.asta.id, world.olla.id]})
    asta = client_for(world.asta)
    assert "A text of its own." in asta.get(f"/scoring/{code(drawn)}").text
    assert asta.post(f"/scoring/{code(drawn)}/recusal", data={"reason": "I know her."}).status_code == 303
    assert "A text of its own." not in asta.get(f"/scoring/{code(drawn)}").text
    assert asta.post(f"/scoring/{code(drawn)}", data={"level-causes": "1", "level-steps": "1"}).status_code == 409
