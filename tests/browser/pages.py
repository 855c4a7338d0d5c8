"""Every page that somebody can come to, and a stage on which all of them have much to show."""

from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from portfolio.models import (
    Acknowledgement,
    CalendarFeed,
    Concern,
    Conflict,
    Extension,
    FeedbackDraft,
    GuestPass,
    Moderation,
    ModuleProgress,
    Nudge,
    Outcome,
    Quoted,
    Reflection,
    Relation,
    Request,
    Revealed,
    Role,
    SavedComment,
    SecondLook,
    User,
    Visibility,
    Wish,
    Words,
)
from portfolio.models.nudge import Thing
from portfolio.web.passages import Passage, quoted
from tests import cast
from tests.cast import A_NEW_SESSION, DAY, HOUR, NOON, World
from tests.rows import NOTHING, Rows, read
from tests.scoring import sampling
from tests.site import Site

# Who opens what; the stage fills in the numbers. Nobody is somebody who has not signed in.
PAGES = {
    "sign-in": ("nobody", "/sign-in"),
    "without a network": ("nobody", "/offline"),
    "an invitation": ("nobody", "/invitations/{unused}"),
    "a used invitation": ("nobody", "/invitations/{used}"),
    "a guest's link": ("nobody", "/guest/{guest_link}"),
    "a guest's link that is over": ("nobody", "/guest/{guest_link_over}"),
    "a guest's text": ("guest", "/guest/"),
    "a guest without a link": ("nobody", "/guest/"),
    "today": ("ana", "/"),
    "today, at the beginning": ("cici", "/"),
    "no cohort yet": ("nina", "/"),
    "series": ("ana", "/series/"),
    "lessons": ("ana", "/lessons/"),
    "no lessons yet": ("cici", "/lessons/"),
    "lessons of those who guide": ("mia", "/lessons/"),
    "progress": ("ana", "/progress/"),
    "days": ("ana", "/progress/calendar"),
    "a draft": ("ana", "/reflections/{draft}"),
    "writing": ("ana", "/reflections/{draft}/edit"),
    "writing anew": ("ana", "/reflections/{returned}/edit"),
    "before submitting": ("ana", "/reflections/{telling}/submission"),
    "a private note": ("ana", "/reflections/{accepted}/note"),
    "what was discarded": ("ana", "/reflections/{discarded}"),
    "what came back": ("ana", "/reflections/{returned}"),
    "what was talked about": ("ana", "/reflections/{discussed}"),
    "the last one": ("ana", "/reflections/{final}"),
    "what another shared": ("cici", "/reflections/{final}"),
    "search": ("ana", "/search"),
    "what was found": ("ana", "/search?q=menunggu&module=service"),
    "what a mentor finds": ("mia", "/search?q=menungu"),
    "nothing found": ("ana", "/search?q=zyzzyva&state=accepted&tag=etika"),
    "profile": ("ana", "/profile"),
    "calendar link": ("ana", "/calendar-link"),
    "no calendar link yet": ("ben", "/calendar-link"),
    "no days for a calendar": ("mia", "/calendar-link"),
    "no certificate yet": ("ana", "/certificate/"),
    "no certificate of one cohort yet": ("ana", "/enrolments/{place}/certificate"),
    "to make one's certificate": ("trainee5", "/certificate/"),
    "a certificate of one's own": ("trainee6", "/certificate/"),
    "a certificate of one cohort": ("trainee6", "/enrolments/{certified}/certificate"),
    "a revoked certificate of one's own": ("trainee7", "/certificate/"),
    "nothing to certify": ("mia", "/certificate/"),
    "to check a number": ("nobody", "/verify/"),
    "what is no number": ("nobody", "/verify/?number=abc"),
    "a valid certificate": ("nobody", "/verify/{number}"),
    "a revoked certificate": ("nobody", "/verify/{revoked_number}"),
    "no such certificate": ("nobody", "/verify/0000-0000-0000-0000"),
    "desk": ("mia", "/reviews/"),
    "a part of the desk": ("mia", "/reviews/?kind=replied"),
    "empty desk": ("paul", "/reviews/"),
    "one's own trainees": ("mia", "/trainees/"),
    "no trainees of one's own": ("paul", "/trainees/"),
    "review": ("mia", "/reflections/{discussed}/review"),
    "decided before": ("kris", "/reflections/{returned}/review"),
    "second review": ("kris", "/reflections/{resubmitted}/review"),
    "reading": ("mia", "/reflections/{accepted}"),
    "promises": ("nobody", "/service/"),
    "one's own figures": ("mia", "/service/mine"),
    "service of a cohort": ("oki", "/cohorts/{cohort}/service"),
    "cover": ("mia", "/cover/"),
    "to arrange cover": ("oki", "/cohorts/{cohort}/cover"),
    "who guides whom": ("oki", "/cohorts/{cohort}/mentors"),
    "a trainee's progress": ("mia", "/enrolments/{place}/progress"),
    "a trainee's days": ("mia", "/enrolments/{place}/progress/calendar"),
    "cohorts": ("mia", "/cohorts/"),
    "outcomes": ("oki", "/cohorts/{cohort}/outcomes"),
    "no outcomes yet": ("olla", "/cohorts/{other}/outcomes"),
    "an outcome": ("oki", "/outcomes/{outcome}"),
    "an agenda's outcome": ("oki", "/outcomes/{above}"),
    "what a cohort has shown": ("oki", "/cohorts/{cohort}/coverage"),
    "a map of nothing": ("olla", "/cohorts/{other}/coverage"),
    "what a trainee has shown": ("ana", "/enrolments/{place}/coverage"),
    "what is claimed": ("ana", "/reflections/{accepted}/claims"),
    "claims to confirm": ("mia", "/claims/"),
    "no claims to confirm": ("ana", "/claims/"),
    "what is to be confirmed": ("mia", "/reflections/{accepted}/claims"),
    "rules": ("oki", "/cohorts/{cohort}/rules"),
    "a rule that is tried": ("oki", "/modules/{module}/rule?required=1&basis=submitted&on_time=80"),
    "sessions": ("oki", "/cohorts/{cohort}/sessions"),
    "sessions of another": ("olla", "/cohorts/{other}/sessions"),
    "a session to change": ("oki", "/sessions/{to_ask}/change"),
    "other days that are tried": (
        "oki",
        "/sessions/{to_ask}/change?what=days&opens_on=2027-03-01&due_on=2027-03-02",
    ),
    "days that cannot be": ("oki", "/sessions/{to_ask}/change?what=days&opens_on=2027-03-06&due_on=2027-03-06"),
    "a retirement that is tried": ("oki", "/sessions/{to_ask}/change?what=retirement"),
    "a retired session": ("oki", "/sessions/{retired}/change?what=return"),
    "a draft about a retired session": ("ana", "/reflections/{set_aside}/edit"),
    "a new session": ("oki", "/modules/{module}/sessions"),
    "a new session that is tried": ("oki", "/modules/{module}/sessions?" + A_NEW_SESSION),
    "rubrics": ("oki", "/cohorts/{cohort}/rubrics"),
    "rubrics that nobody chose yet": ("olla", "/cohorts/{other}/rubrics"),
    "a rubric's words": ("oki", "/rubrics/{rubric}"),
    "saved comments": ("mia", "/saved-comments/"),
    "no saved comments": ("otto", "/saved-comments/"),
    "a new saved comment": ("mia", "/saved-comments/new"),
    "a saved comment": ("mia", "/saved-comments/{saved}"),
    "grid": ("oki", "/cohorts/{cohort}/progress"),
    "grid of an observer": ("obed", "/cohorts/{cohort}/progress?sort=name&page=2"),
    "an empty grid": ("olla", "/cohorts/{other}/progress"),
    "what is not submitted": ("oki", "/cohorts/{cohort}/stuck"),
    "what waits": ("oki", "/cohorts/{cohort}/stuck?at=waiting"),
    "what was returned": ("mia", "/cohorts/{cohort}/stuck?at=returned"),
    "who is reminded of what": (
        "oki",
        "/cohorts/{cohort}/reminder?about=missing&to={place}&to={left}&to={of_ben}&to={open}",
    ),
    "reviewers who are reminded": ("oki", "/cohorts/{cohort}/reminder?about=waiting&to={mia}&to={kris}"),
    "nobody to remind": ("olla", "/cohorts/{other}/reminder"),
    "funnel and difficulty": ("oki", "/cohorts/{cohort}/difficulty"),
    "cohorts side by side": ("oki", "/cohorts/compare"),
    "a funnel of nothing": ("olla", "/cohorts/{other}/difficulty"),
    "second looks": ("oki", "/cohorts/{cohort}/second-looks"),
    "a second look": ("oki", "/second-looks/{look}"),
    "too close": ("mia", "/enrolments/{place}/conflict"),
    "who is too close": ("oki", "/enrolments/{place}/conflict"),
    "conflicts": ("oki", "/cohorts/{cohort}/conflicts"),
    "to ask for an exception": ("ana", "/sessions/{to_ask}/request"),
    "asked about": ("ana", "/sessions/{asked_about}/request"),
    "what one asked for": ("ana", "/requests/"),
    "nothing asked for": ("mia", "/requests/"),
    "exceptions": ("oki", "/cohorts/{cohort}/exceptions"),
    "no exceptions yet": ("olla", "/cohorts/{other}/exceptions"),
    "exceptions of a trainee": ("oki", "/enrolments/{place}/exceptions"),
    "certificates": ("oki", "/cohorts/{cohort}/certificates"),
    "no certificates yet": ("olla", "/cohorts/{other}/certificates"),
    "texts to score": ("asta", "/scoring/"),
    "nothing to score": ("ben", "/scoring/"),
    "a text to score": ("asta", "/scoring/{to_score}"),
    "a text passed on": ("asta", "/scoring/{passed_on}"),
    "a scored text": ("asta", "/scoring/{scored}"),
    "samples": ("oki", "/cohorts/{cohort}/calibrations"),
    "no samples yet": ("olla", "/cohorts/{other}/calibrations"),
    "an open sample": ("oki", "/calibrations/{open_sample}"),
    "a closed sample": ("oki", "/calibrations/{closed_sample}"),
    "not there": ("ana", "/reflections/2000000000"),
    "not theirs": ("mia", "/reflections/{discussed}/edit"),
    "not like that": ("ana", "/sign-out"),
}
STATUS = {
    "days that cannot be": 422,
    "a used invitation": 410,
    "a guest's link that is over": 410,
    "a guest without a link": 404,
    "what is no number": 422,
    "no such certificate": 404,
    "not there": 404,
    "not theirs": 403,
    "not like that": 405,
}
# Not pages for people, or only for those who build them.
NO_PAGES = {
    "attachments.show",
    "attachments.small",
    "attachments.show_to_guest",
    "attachments.small_to_guest",
    "calendars.download",
    "calendars.follow",
    "certificates.sheet",
    "exceptions.log_csv",
    "exceptions.log_xlsx",
    "progress.backlog_csv",
    "progress.backlog_xlsx",
    "progress.difficulty_csv",
    "progress.difficulty_xlsx",
    "progress.grid_csv",
    "progress.grid_xlsx",
    "progress.stuck_csv",
    "progress.stuck_xlsx",
    "static",
    "offline.worker",
    "health.check",
    "styleguide.show",
}

TRAINEES, SESSIONS = 30, 24
CONDUCT, JOB, FINAL = SESSIONS - 4, SESSIONS - 2, SESSIONS - 1
RETIRED = 11
LONG_NAME = "Raden Ajeng Anastasia Kusumawardhani-Prawirodirdjo, S.Tr.IP., M.Si."
UNBROKEN_NAME = f"{'Wwmo' * 18}Wwm"  # 75 letters, and nowhere to break
UNBROKEN = "https://pelayanan.contoh.example/" + "antrean-loket-pelayanan-terpadu-satu-pintu/" * 4
LONG_TEXT = f"""Aturan yang *tidak terlihat* selalu kalah dari hubungan yang terlihat, dan **itu** saya lihat.

1. Nomor antrean di dinding
    - dan di situs {UNBROKEN}
2. Alasan di buku

> Siapa yang harus menjelaskan kepada {"x" * 90}?

```
{"sebuah baris yang panjang " * 8}
```

{"Saya menulis lebih panjang, sebab yang menunggu pun lama. " * 12}"""


@dataclass(frozen=True)
class Stage:
    """What the pages show."""

    kept: Rows
    ids: dict[str, object]
    people: dict[str, User]

    def address(self, name: str) -> str:
        """Where a page is."""
        _, address = PAGES[name]
        return address.format(**self.ids)


def build(site: Site) -> Stage:
    """Fill the database with it."""
    site.become(NOTHING)
    with site.session() as session:
        world = cast.make_world(session, now=NOON, trainees=TRAINEES, sessions=SESSIONS)
        ids = furnish(world)
        people = {user.email.partition("@")[0]: user for user in session.scalars(sa.select(User))}
        session.commit()
    return Stage(read(site.engine), ids, people)


def said(template: str = "diary", title: str = "Those who wait", **more: object) -> Words:
    """A long entry, as some write them."""
    return replace(cast.words(LONG_TEXT, template=template), title=title, **more)


def passage(reflection: Reflection, key: str, start: int, end: int) -> Quoted | None:
    """What was handed in, from here to there."""
    assert reflection.latest is not None
    return quoted(reflection.latest.words, Passage(key, 0, start, end))


def furnish(world: World) -> dict[str, object]:
    """Reflections in every state, talk, and whatever else the pages show; and what they are called by in addresses."""
    ana, ben, mia = world.ana, world.ben, world.mia
    ana.name, ana.job, ana.unit = LONG_NAME, "Analis Kebijakan Ahli Pertama pada Inspektorat", "Sekretariat Daerah"
    mia.address = "Ibu"
    world.kris.name = world.dodi.name = UNBROKEN_NAME
    nina = cast.person("nina", language=ana.language)
    unused, secret = nina.invite(now=world.now)
    used, used_secret = nina.invite(now=world.now)
    used.use(now=world.now)
    world.keep(nina, unused, used, world.enrolment(world.dodi).assign(mia, Role.COACH, now=world.now))

    cast.rule_changed(world, 0, required=3, reason=LONG_TEXT[:600])
    rubric = cast.with_rubric(world)
    saved = SavedComment.keep("Yang menunggu", LONG_TEXT[:2000], world.cohort, by=mia, beside=0, now=world.now)
    world.keep(saved, SavedComment.keep("", UNBROKEN, None, by=mia, beside=1, now=world.now))
    earlier = world.now - DAY
    cast.excused(world, ana, 5)
    cast.only_me(world, ana, 6)
    cast.withdrawn(world, ana, 7)
    things = {
        "draft": cast.draft(world, ana, 0, said=said(number=1, title=f"Judul {'panjang ' * 20}")),
        "returned": cast.returned(world, ana, 1, said=said(number=1), feedback=LONG_TEXT, at=earlier),
        "discussed": cast.submitted(world, ana, 2, said=said(number=3), at=earlier),
        "accepted": cast.accepted(world, ana, 3, said=said(number=4), at=earlier),
        "resubmitted": cast.returned(world, ana, 4, said=said(number=5), feedback=LONG_TEXT, at=earlier),
        "final": cast.accepted(world, ana, FINAL, said=said("final"), visibility=Visibility.COHORT, at=earlier),
    }
    telling = said(
        number=9, answers={"discussed": f"{LONG_TEXT}\n\nKata Ben: 0812-3456-7890, {'a' * 60}@contoh.example."}
    )
    things["telling"] = cast.draft(world, ana, 8, said=telling, visibility=Visibility.COHORT)
    things["discarded"] = cast.discarded(world, ana, 9, said=said(number=10), at=earlier)
    cast.noted(world, things["accepted"], LONG_TEXT)
    again = cast.submitted(world, ana, 4, said=said(number=5, title="Those who wait longer"), at=world.now - HOUR)
    cast.decide(world, again, Outcome.ACCEPTED, LONG_TEXT, at=world.now)
    unsent = FeedbackDraft.begin(things["returned"].submissions[-1], world.kris, now=world.now)
    unsent.keep(LONG_TEXT, {}, version=0, now=world.now)
    world.keep(unsent)
    talk = things["discussed"]
    world.keep(question := talk.comment(LONG_TEXT, by=mia, now=earlier))
    world.keep(talk.comment(UNBROKEN, by=ana, now=earlier, reply_to=question))
    world.keep(talk.comment("Mengapa?", by=mia, about=passage(talk, "view", 0, 200), now=earlier))
    world.keep(talk.comment("Kapan?", by=mia, about=passage(talk, "lessons", 150, 400), now=earlier))
    world.keep(things["returned"].comment(LONG_TEXT, by=mia, about=passage(talk, "view", 0, 90), now=earlier))
    secrets = _invited(world, world.reflection(again), world.reflection(talk))
    for n in range(4):
        cast.submitted(world, ben, n, at=earlier)
    for trainee in world.trainees[3:6]:
        cast.submitted(world, trainee, CONDUCT)
    cast.accepted(world, ben, CONDUCT)
    for ago in (20, 15):  # so that Mia finds some who may need her
        cast.returned(world, ben, 5, said=said(number=ago), feedback=LONG_TEXT, at=world.now - ago * DAY)
    cast.submitted(world, ben, 6, at=world.now - 15 * DAY)
    world.keep(CalendarFeed.open(ana, before=None, now=world.now)[0])
    things["set_aside"] = cast.draft(world, ana, RETIRED, said=said(number=12))
    cast.retired(world, RETIRED, LONG_TEXT[:600])
    cast.session_added(world, CONDUCT, UNBROKEN, after=world.sessions[CONDUCT], asks_more=True)
    look = _answers(world, things)
    asked = _excepted(world)
    aimed = _aimed(world, things["accepted"])
    reminded = _reminded(world)
    sampled = _sampled(world, things)
    certified = _certified(world)
    return {name: reflection.id for name, reflection in things.items()} | {
        "look": look,
        **asked,
        **aimed,
        **reminded,
        **sampled,
        **certified,
        "unused": secret,
        "used": used_secret,
        "place": world.enrolment(ana).id,
        "cohort": world.cohort.id,
        "module": world.sessions[0].module_id,
        "retired": world.sessions[RETIRED].id,
        **secrets,
        "other": world.other.id,
        "rubric": rubric.id,
        "saved": saved.id,
    }


def _answers(world: World, things: dict[str, Reflection]) -> int:
    """What Ana said to decisions, the second looks she asked for, and who is too close to whom."""
    accepted, final = (world.reflection(things[name]) for name in ("accepted", "final"))
    assert accepted.latest is not None
    told = {"is_helpful": True, "acted_on": LONG_TEXT[:900], "read_at": world.now, "acted_at": world.now}
    review = accepted.latest.reviews[0]
    world.keep(Acknowledgement(review_id=review.id, cohort_id=review.cohort_id, **told))
    first = SecondLook.ask(accepted, LONG_TEXT[:4000], now=world.now)
    world.keep(first, SecondLook.ask(final, "Mengapa?", now=world.now))
    first.give_to(world.oki, by=world.oki, now=world.now)
    place = world.enrolment(world.trainees[3])
    about = {"cohort_id": place.cohort_id, "enrolment_id": place.id, "declared_by_id": world.oki.id}
    for ended in (None, world.now):
        world.session.add(
            Conflict(
                user_id=world.mia.id, relation=Relation.FAMILY, note=LONG_TEXT[:900], declared_at=world.now,
                ended_at=ended, **about,
            )
        )  # fmt: skip
    world.keep()
    return first.id


def _aimed(world: World, accepted: Reflection) -> dict[str, object]:
    """What the programme is for, with an overlap and long names; what was claimed, and what came of it."""
    cast.with_outcomes(world)
    service = cast.outcome_of(world, "service")
    others = ["Biro Kepegawaian dan Organisasi Sekretariat Daerah", "Widyaiswara"]
    words = {"id": LONG_TEXT[:400], "en": LONG_TEXT[:400]}
    world.keep(service.change(words, "Lembaga Administrasi Negara", others, [], by=world.oki, now=world.now))
    made = []
    for n, said in enumerate(
        ("Menjelaskan alasan kepada yang menunggu", "Menjelaskan alasan pada yang menunggu", UNBROKEN)
    ):
        owner = f"Unit {n}"
        world.keep(change := service.add(cast.both(said), owner, position=200 + n, by=world.oki, now=world.now))
        made.append(change.outcome)
    for n, outcome in enumerate([cast.outcome_of(world, "conduct"), *made[:2]]):
        claim = cast.claimed(world, accepted, outcome, why=LONG_TEXT[:480])
        if n:
            cast.judged(world, claim, yes=n == 1, reason="" if n == 1 else LONG_TEXT[:480])
            cast.judged(world, claim, yes=n == 1, reason=LONG_TEXT[:300], by=world.kris)
    gone = cast.claimed(world, accepted, made[2], why=UNBROKEN)
    gone.follow(is_there=False, now=world.now)
    world.keep()
    return {"outcome": made[0].id, "above": service.parent_id}


def _certified(world: World) -> dict[str, object]:
    """Who may make a certificate, has one that shows all there is, withdrew one, and had one revoked."""
    rows: list[ModuleProgress] = []
    for trainee in world.trainees[4:8]:
        there = sa.select(ModuleProgress).where(ModuleProgress.enrolment_id == world.enrolment(trainee).id)
        rows += world.session.scalars(there)
    for progress in rows:
        progress.completed_at = world.now
    world.keep()
    everything = Revealed(name=True, group=True, modules=True, signed_off=True)
    cast.certified(world, world.trainees[5]).withdraw(now=world.now)
    world.keep()
    held, revoked = (cast.certified(world, trainee, everything) for trainee in world.trainees[5:7])
    revoked.revoke(LONG_TEXT[:900], by=world.oki, now=world.now)
    cast.certified(world, world.trainees[7], everything)
    for certificate in (held, revoked):
        certificate.holder = f"{LONG_NAME} {'W' * 40}"
    world.keep()
    return {
        "certified": held.enrolment_id,
        "number": held.shown_number,
        "revoked_number": revoked.shown_number,
    }


def _excepted(world: World) -> dict[str, object]:
    """What Ana asked for, once in vain; what Ben asks for too; a day of her own, and one that was over."""
    ana, ben = world.enrolment(world.ana), world.enrolment(world.ben)
    until, sessions = (world.now + 30 * DAY).date(), world.sessions
    about: dict[str, Any] = {"reflection": None, "before": [], "now": world.now}
    asked = Request.ask(ana, sessions[JOB], Wish.EXTENSION, LONG_TEXT[:900], wanted_on=until, **about)
    world.keep(asked, Request.ask(ben, sessions[JOB], Wish.ABSENCE, UNBROKEN, **about))
    world.keep(declined := Request.ask(ana, sessions[FINAL], Wish.EXCUSE, LONG_TEXT[:900], **about))
    declined.decline(LONG_TEXT[:900], by=world.oki, now=world.now)
    for n in (0, 8):
        world.keep(given := Extension.give(ana, sessions[n], until, LONG_TEXT[:900], by=world.oki, now=world.now))
    given.end(by=world.oki, now=world.now)
    world.keep()
    return {"to_ask": sessions[0].id, "asked_about": sessions[JOB].id}


def _reminded(world: World) -> dict[str, object]:
    """Ana and Mia are reminded, in long words; Ben was; one trainee has left."""
    about: dict[str, Any] = {"before": [], "by": world.oki}
    mine, bens, cohort = world.enrolment(world.ana), world.enrolment(world.ben), world.enrolment(world.ana).cohort
    missing = [Thing(mine.id, world.sessions[n].id) for n in (10, 11)]
    returned, waiting = [Thing(mine.id, world.sessions[1].id)], [Thing(mine.id, world.sessions[2].id)]
    for to, concern, things, words in (
        (world.ana, Concern.MISSING, missing, UNBROKEN[:200]),
        (world.ana, Concern.RETURNED, returned, ""),
        (world.mia, Concern.WAITING, waiting, LONG_TEXT[:250]),
        (world.ben, Concern.MISSING, [Thing(bens.id, world.sessions[10].id)], ""),
    ):
        world.keep(Nudge.send(cohort, to, concern, things, words, now=world.now, **about))
    left = world.enrolment(world.trainees[-1])
    left.withdrawn_at = world.now
    world.keep()
    return {"of_ben": bens.id, "left": left.id, "mia": world.mia.id, "kris": world.kris.id, "open": mine.id + 4}


def _invited(world: World, *reflections: Reflection) -> dict[str, object]:
    """Guests: one who is to sign and has spoken, one whose link is over; and the secrets of their links."""
    gita = cast.person("gita", password_hash=None)
    gita.name = LONG_NAME
    world.keep(gita)
    (held, link), (over, link_over) = (
        GuestPass.issue(each, gita, role, by=world.mia, now=world.now)
        for each, role in zip(reflections, (Role.COACH, None), strict=True)
    )
    over.revoke(by=world.ana, now=world.now)
    world.keep(held, over, said := reflections[0].comment(LONG_TEXT, by=gita, now=world.now))
    world.keep(reflections[0].comment(UNBROKEN, by=world.ana, now=world.now, reply_to=said))
    return {"guest_link": link, "guest_link_over": link_over}


def _sampled(world: World, things: dict[str, Reflection]) -> dict[str, object]:
    """Three texts that are scored blind, one of them passed on, and one of another sample, closed and settled."""
    rubric, pair = sampling.rubric_in(world), [world.asta.id, world.olla.id]
    world.asta.name = LONG_NAME
    latest = [world.reflection(things[name]).latest for name in ("accepted", "final", "resubmitted")]
    ids = [submission.id for submission in latest if submission]
    opened = sampling.sample(world, dict.fromkeys(ids, pair), rubric=rubric)
    codes = [text.code for text in opened.texts]
    closed = sampling.sample(world, {ids[0]: pair}, rubric=rubric)
    [text] = closed.texts
    mine = [each for each in sampling.scorings(world, opened) if each.assessor_id == world.asta.id]
    mine[0].recuse(LONG_TEXT[:900], now=world.now)
    passed_on, waiting = mine[0].text.code, [code for code in codes if code != mine[0].text.code]
    for scoring, level in zip(sampling.scorings(world, closed), (1, 4), strict=True):
        scoring.score({"causes": level, "steps": 2}, LONG_TEXT[:900], now=world.now)
    closed.close(now=world.now)
    world.keep()
    world.session.refresh(text, ["calibration", "cohort"])
    world.session.refresh(closed, ["rubric"])
    world.keep(Moderation.settle(text, "causes", 3, LONG_TEXT[:900], by=world.oki, now=world.now))
    return {
        "to_score": waiting[0],
        "passed_on": passed_on,
        "scored": text.code,
        "open_sample": opened.id,
        "closed_sample": closed.id,
    }
