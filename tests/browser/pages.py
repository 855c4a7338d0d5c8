"""Every page that somebody can come to, and a stage on which all of them have much to show."""

from dataclasses import dataclass, replace

import sqlalchemy as sa

from portfolio.models import Outcome, Role, User, Visibility, Words
from tests import cast
from tests.cast import DAY, HOUR, NOON, World
from tests.rows import NOTHING, Rows, read
from tests.site import Site

# Who opens what; the stage fills in the numbers. Nobody is somebody who has not signed in.
PAGES = {
    "sign-in": ("nobody", "/sign-in"),
    "without a network": ("nobody", "/offline"),
    "an invitation": ("nobody", "/invitations/{unused}"),
    "a used invitation": ("nobody", "/invitations/{used}"),
    "today": ("ana", "/"),
    "today, at the beginning": ("cici", "/"),
    "no cohort yet": ("nina", "/"),
    "series": ("ana", "/series/"),
    "lessons": ("ana", "/lessons/"),
    "no lessons yet": ("cici", "/lessons/"),
    "lessons of those who guide": ("mia", "/lessons/"),
    "progress": ("ana", "/progress/"),
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
    "desk": ("mia", "/reviews/"),
    "empty desk": ("paul", "/reviews/"),
    "review": ("mia", "/reflections/{discussed}/review"),
    "second review": ("kris", "/reflections/{resubmitted}/review"),
    "reading": ("mia", "/reflections/{accepted}"),
    "a trainee's progress": ("mia", "/enrolments/{place}/progress"),
    "cohorts": ("mia", "/cohorts/"),
    "grid": ("oki", "/cohorts/{cohort}/progress"),
    "grid of an observer": ("obed", "/cohorts/{cohort}/progress?sort=name&page=2"),
    "an empty grid": ("olla", "/cohorts/{other}/progress"),
    "not there": ("ana", "/reflections/2000000000"),
    "not theirs": ("mia", "/reflections/{discussed}/edit"),
    "not like that": ("ana", "/sign-out"),
}
STATUS = {"a used invitation": 410, "not there": 404, "not theirs": 403, "not like that": 405}
# Not pages for people, or only for those who build them.
NO_PAGES = {"attachments.show", "attachments.small", "static", "offline.worker", "health.check", "styleguide.show"}

TRAINEES, SESSIONS = 30, 24
CONDUCT, JOB, FINAL = SESSIONS - 4, SESSIONS - 2, SESSIONS - 1
LONG_NAME = "Raden Ajeng Anastasia Kusumawardhani-Prawirodirdjo, S.Tr.IP., M.Si."
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


def furnish(world: World) -> dict[str, object]:
    """Reflections in every state, talk, and whatever else the pages show; and what they are called by in addresses."""
    ana, ben, mia = world.ana, world.ben, world.mia
    ana.name, ana.job, ana.unit = LONG_NAME, "Analis Kebijakan Ahli Pertama pada Inspektorat", "Sekretariat Daerah"
    mia.address = "Ibu"
    nina = cast.person("nina", language=ana.language)
    unused, secret = nina.invite(now=world.now)
    used, used_secret = nina.invite(now=world.now)
    used.use(now=world.now)
    world.keep(nina, unused, used, world.enrolment(world.dodi).assign(mia, Role.COACH, now=world.now))

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
    talk = things["discussed"]
    world.keep(question := talk.comment(LONG_TEXT, by=mia, now=earlier))
    world.keep(talk.comment(UNBROKEN, by=ana, now=earlier, reply_to=question))
    for n in range(4):
        cast.submitted(world, ben, n, at=earlier)
    for trainee in world.trainees[3:6]:
        cast.submitted(world, trainee, CONDUCT)
    cast.accepted(world, ben, CONDUCT)
    return {name: reflection.id for name, reflection in things.items()} | {
        "unused": secret,
        "used": used_secret,
        "place": world.enrolment(ana).id,
        "cohort": world.cohort.id,
        "other": world.other.id,
    }
