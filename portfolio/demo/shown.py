"""What the first trainee's series has more than others', so that every page has something to show."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from portfolio import clock
from portfolio.attachments.intake import take
from portfolio.attachments.store import Store, new_key
from portfolio.demo.cast import words
from portfolio.demo.pointing import about, pointed_out
from portfolio.demo.stories import Scene, Story, decide, own_levels, write
from portfolio.models import Attachment, Happened, Outcome, PrivateNote, Reflection, Visibility

EVENING = time(20, 10)
BEGUN_EARLIER = timedelta(hours=26)


def shown() -> dict[str, Any]:
    """The words for it."""
    found: dict[str, Any] = words()["shown"]
    return found


def flip_chart() -> BytesIO:
    """A sheet of a flip chart, as one would photograph it."""
    sheet = Image.new("RGB", (1200, 800), "#f6f3ea")
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((40, 40, 1160, 760), outline="#2c4a8c", width=6)
    for n, line in enumerate(shown()["reworked"]["picture"]["lines"]):
        pen.text((110, 110 + 150 * n), line, fill="#a3312a" if n == 0 else "#22252b", font=ImageFont.load_default(56))
    content = BytesIO()
    sheet.save(content, "PNG")
    return content


def _photographed(reflection: Reflection, store: Store, now: datetime) -> None:
    picture = take(flip_chart(), shown()["reworked"]["picture"]["name"])
    attachment = Attachment(
        cohort_id=reflection.cohort.id,
        owner_id=reflection.enrolment.user_id,
        upload=new_key(),
        key=picture.put(store),
        name=picture.name,
        kind=picture.kind,
        media_type=picture.media_type,
        size=picture.size,
        sha256=picture.sha256,
        width=picture.width,
        height=picture.height,
        added_at=now,
    )
    reflection.attach(attachment, now=now)


def reworked(scene: Scene, store: Store | None) -> Story:
    """Returned with a reason, rewritten, accepted by both; with talk about the first round and about the second."""
    told, mentor, writer = shown()["reworked"], scene.mentor, scene.enrolment.user
    now = scene.evening()
    yield now
    reflection = scene.begin(now - scene.pace.later(0.6))
    for answers, said, outcome in (
        (told["first"], told["asked"], Outcome.RETURNED),
        (told["second"], told["accepted"], Outcome.ACCEPTED),
    ):
        write(reflection, replace(scene.words(), title=told["title"], answers=answers), now, Visibility.COHORT)
        if store is not None and outcome is Outcome.ACCEPTED:
            _photographed(reflection, store, now)
        reflection.submit(levels=own_levels(reflection), now=now)
        now = scene.office_hour(now, 1)
        yield now
        pointed_out(reflection, said.get("passages", []), by=mentor, now=now - timedelta(minutes=12))
        quote = said.get("quote")
        question = reflection.comment(
            said["comment"], by=mentor, now=now, about=about(reflection, quote) if quote else None
        )
        now += timedelta(minutes=35)
        yield now
        reflection.comment(said["reply"], by=writer, now=now, reply_to=question)
        now += timedelta(minutes=20)
        yield now
        decide(reflection, mentor, outcome, said["feedback"], now)
        now += timedelta(hours=6)
        yield now
    now = scene.office_hour(now, 1)
    yield now
    decide(reflection, scene.actors.coach, Outcome.ACCEPTED, "", now)


def discarded(scene: Scene, now: datetime) -> Story:
    """Begun, and put away again; it can be brought back for a week."""
    told = shown()["discarded"]
    now -= BEGUN_EARLIER
    yield now
    reflection = scene.begin(now)
    said = replace(scene.words(), title=told["title"], answers={"discussed": told["discussed"]})
    write(reflection, said, now, Visibility.MENTOR)
    now += timedelta(minutes=40)
    yield now
    reflection.discard(now=now)


def beside(scene: Scene, now: datetime) -> list[Story]:
    """What is added to one text of the first trainee after it was handed in."""
    told, slug = shown(), scene.session.slug
    found: list[Story] = []
    if slug == told["note"]["session"]:
        found.append(_later(scene, scene.evening() + timedelta(hours=2), _noted))
    if slug == told["addendum"]["session"]:
        found.append(_later(scene, now - timedelta(days=3), _added))
    if slug in told["answers"]:
        asked = scene.session.opens_on + timedelta(days=30)
        evening = datetime.combine(asked, EVENING, tzinfo=clock.zone(scene.session.cohort.time_zone))
        found.append(_later(scene, min(evening, now - timedelta(days=1)), _answered))
    return found


def _later(scene: Scene, moment: datetime, happens: Callable[[Reflection, datetime], None]) -> Story:
    yield moment
    [reflection] = [written for written in scene.enrolment.reflections if written.session is scene.session]
    happens(reflection, moment)


def _noted(reflection: Reflection, now: datetime) -> None:
    reflection.note = PrivateNote(cohort=reflection.cohort, text=shown()["note"]["text"], written_at=now)


def _added(reflection: Reflection, now: datetime) -> None:
    reflection.add(shown()["addendum"]["text"], now=now)


def _answered(reflection: Reflection, now: datetime) -> None:
    reflection.lessons[0].answer(Happened(shown()["answers"][reflection.session.slug]), now=now)
