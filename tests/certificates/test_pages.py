"""The trainee's page and the organiser's: made, looked at, withdrawn, revoked, made anew."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import sqlalchemy as sa
from flask.testing import FlaskClient

from portfolio.models import Certificate, Enrolment, ModuleProgress, User
from tests import cast
from tests.cast import FINAL, NOON, World
from tests.lint import Linter
from tests.site import Site

Clients = Callable[[User | None], FlaskClient]
AT_ONCE = 6


def certificates(world: World) -> list[Certificate]:
    found = sa.select(Certificate).order_by(Certificate.id).execution_options(populate_existing=True)
    rows = list(world.session.scalars(found))
    world.session.commit()
    return rows


def complete(world: World, trainee: User) -> Enrolment:
    """Quickly: whatever was written."""
    place = world.enrolment(trainee)
    for row in world.session.scalars(sa.select(ModuleProgress).where(ModuleProgress.enrolment_id == place.id)):
        row.completed_at = NOON
    world.keep()
    return place


def test_before_it_is_complete_the_page_says_what_is_missing(site: Site, world: World, client_for: Clients):
    for n in range(4):
        if world.sessions[n].is_slot:
            cast.accepted(world, world.ana, n)
    ana = client_for(world.ana)
    page = ana.get("/certificate/").text
    assert "1 module is still to be completed" in page
    assert "2 are complete already." in page
    assert "Job" in page
    assert "2 are still missing" in page
    assert "Conduct" not in page
    assert 'href="/progress/"' in page
    assert "tell_name" not in page
    assert Linter(site.app).faults(page, "/certificate/") == []
    refused = ana.post(f"/enrolments/{world.enrolment(world.ana).id}/certificate", data={"tell_name": "yes"})
    assert refused.status_code == 409
    assert "The programme is not complete yet." in refused.text
    assert certificates(world) == []
    assert "You have completed the programme" not in ana.get("/progress/").text


def test_the_whole_story(site: Site, world: World, client_for: Clients):
    place = cast.completed(world, world.ana)
    ana, oki = client_for(world.ana), client_for(world.oki)
    address = f"/enrolments/{place.id}/certificate"

    # The trainee is led there, sees what will stand on it, and nothing is ticked.
    assert f'href="{address}"' in ana.get("/progress/").text
    before = ana.get("/certificate/").text
    assert "5 reflections signed off" in before
    assert "checked" not in before
    assert before.count('type="checkbox"') == 4

    assert ana.post(address, data={"tell_group": "yes"}).status_code == 303
    [made] = certificates(world)
    assert (made.shows_name, made.shows_group, made.shows_modules, made.shows_signed_off) == (False, True, False, False)
    shown = ana.get(address).text
    assert made.shown_number in shown
    assert f"http://localhost/verify/{made.shown_number}" in shown
    assert shown.count(" checked>") == 1
    sheet = ana.get(f"/certificates/{made.id}.pdf")
    assert (sheet.status_code, sheet.mimetype) == (200, "application/pdf")
    assert sheet.headers["Content-Disposition"].startswith("attachment; filename=certificate-")

    # Revoked by the organiser, for a reason that the holder reads; no other can be made.
    listed = oki.get(f"/cohorts/{world.cohort.id}/certificates").text
    assert "Ana" in listed
    assert made.shown_number in listed
    for sent in ({}, {"reason": " "}, {"reason": "x" * 1_001}):
        wrong = oki.post(f"/certificates/{made.id}/revocation", data=sent)
        assert wrong.status_code == 422
        assert sent.get("reason", "").strip() in wrong.text
        assert Linter(site.app).faults(wrong.text, "/cohorts/") == []
    assert certificates(world)[0].holds
    assert oki.post(f"/certificates/{made.id}/revocation", data={"reason": "Wrong name."}).status_code == 303
    revoked = ana.get(address).text
    assert "Wrong name." in revoked
    assert ana.post(address, data={}).status_code == 409
    assert ana.get(f"/certificates/{made.id}.pdf").status_code == 409

    # Once the organiser lets her, another one, with another number. The one before stays what it was.
    assert oki.post(f"/certificates/{made.id}/clearance").status_code == 303
    assert ana.post(address, data={}).status_code == 303
    first, second = certificates(world)
    assert first.number != second.number
    assert (first.holds, second.holds) == (False, True)
    assert "This certificate was revoked" in ana.get(f"/verify/{first.number}").text
    assert "This certificate is valid" in ana.get(f"/verify/{second.number}").text

    # Withdrawn by its holder, and made anew.
    assert ana.post(f"/certificates/{second.id}/withdrawal").status_code == 303
    assert ana.get(f"/verify/{second.number}").status_code == 404
    assert ana.post(address, data={}).status_code == 303
    assert [each.holds for each in certificates(world)] == [False, False, True]
    listed = oki.get(f"/cohorts/{world.cohort.id}/certificates").text
    assert listed.count(">Ana<") == 3
    assert "withdrawn by its holder" in listed


def test_of_several_clicks_at_once_one_counts(site: Site, world: World):
    place = complete(world, world.ana)
    world.session.close()
    start, address = Barrier(AT_ONCE), f"/enrolments/{place.id}/certificate"

    def click(_: int) -> int:
        browser = site.sign_in(world.ana.id)
        start.wait()
        return browser.post(address, data={"tell_name": "yes"}).status_code

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert set(pool.map(click, range(AT_ONCE))) == {303}
    assert len(certificates(world)) == 1


def test_an_organiser_who_is_a_trainee_does_not_revoke_their_own(world: World, client_for: Clients):
    world.keep(cast.Appointment(
        cohort_id=world.cohort.id, user_id=world.ana.id, office=cast.Office.ORGANISER, started_at=NOON
    ))  # fmt: skip
    complete(world, world.ana)
    made = cast.certified(world, world.ana)
    ana = client_for(world.ana)
    assert ana.post(f"/certificates/{made.id}/revocation", data={"reason": "No."}).status_code == 403
    assert f"/certificates/{made.id}/revocation" not in ana.get(f"/cohorts/{world.cohort.id}/certificates").text


def test_in_several_cohorts_each_has_its_own(world: World, client_for: Clients):
    second = Enrolment(cohort=world.other, user_id=world.ana.id, group="", created_at=NOON)
    world.keep(second)
    first = complete(world, world.dodi)  # another's, which is no business of hers
    ana = client_for(world.ana)
    page = ana.get("/certificate/").text
    mine = world.session.scalars(sa.select(Enrolment.id).where(Enrolment.user_id == world.ana.id)).all()
    world.session.commit()
    for id in mine:
        assert ana.get(f"/enrolments/{id}/certificate").status_code == 200
    assert f'href="/enrolments/{min(mine)}/certificate"' in page
    assert ana.get(f"/enrolments/{first.id}/certificate").status_code == 404


def test_a_change_of_name_after_the_issue_waits_for_a_new_certificate(world: World, client_for: Clients):
    place = complete(world, world.ana)
    made = cast.certified(world, world.ana, cast.Revealed(name=True))
    world.ana.name = "Ana the Second"
    world.keep()
    ana = client_for(world.ana)
    assert "Ana the Second" not in client_for(None).get(f"/verify/{made.number}").text
    ana.post(f"/certificates/{made.id}/withdrawal")
    ana.post(f"/enrolments/{place.id}/certificate", data={"tell_name": "yes"})
    assert "Ana the Second" in client_for(None).get(f"/verify/{certificates(world)[-1].number}").text


def test_what_is_still_missing_is_counted_as_the_rule_counts(world: World, client_for: Clients):
    cast.excused(world, world.ana, FINAL)
    page = client_for(world.ana).get("/certificate/").text
    assert "3 modules are still to be completed" in page
    assert "1 is still missing" in page  # of the module in which one is excused
