"""Who may do what: the authorisation of every page, written by hand and by nobody's query.

One block for each route and method, one line for each thing it is done to, one column for each person. `ok` is done
or shown; `409` is theirs to do, but a rule says not now; `403` is seen, but not theirs to do; `404` is not there for
them. Whoever is not signed in, or whose account is closed, is sent to sign in, except on the pages in PUBLIC.
"""

import re
from itertools import takewhile

from tests.access.stage import WHO

Cells = dict[str, dict[str, str]]  # thing -> person -> what they get


def block(text: str) -> Cells:
    """The lines of a block: what each person gets, then the thing. For Asta, who stands last, it is 404 if not said."""
    cells: Cells = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        words = list(takewhile(re.compile(r"ok|\d{3}").fullmatch, line.split()))
        thing = line.split(maxsplit=len(words))[-1]
        cells[thing] = dict(zip(WHO, words if len(words) == len(WHO) else [*words, "404"], strict=True))
    return cells


def everyone(*things: str) -> Cells:
    """All who are signed in."""
    return {thing: dict.fromkeys(WHO, "ok") for thing in things or ("",)}


def those(names: str) -> Cells:
    """A page that is there for some, and not for the others to open."""
    return {"": {who: "ok" if who in names.split() else "403" for who in WHO}}


# The pages that need no sign-in, by hand: a page made public by slip is not here.
PUBLIC = {
    "accounts.sign_in",
    "accounts.begin_session",
    "accounts.choose_language",
    "accounts.invitation",
    "accounts.accept_invitation",
    "health.check",
    "offline.worker",
    "offline.page",
    "static",
    # Open to whoever has a guest's link, which is looked up at each request: GUEST, below.
    "guests.landing",
    "guests.enter",
    "guests.choose_language",
    "guests.read",
    "guests.comment",
    "guests.decide",
    "attachments.show_to_guest",
    "attachments.small_to_guest",
    "service.promises",
    "calendars.follow",  # open to whoever has the link to a person's days
    "certificates.ask",
    "certificates.verify",  # shows what its holder agreed to: tests/certificates
    "styleguide.show",  # 404 outside development
}

TABLE: dict[tuple[str, str], Cells] = {
    ("accounts.end_session", "POST"): everyone(),
    ("accounts.profile", "GET"): everyone(),
    ("accounts.save_profile", "POST"): everyone(),
    ("accounts.change_password", "POST"): everyone(),
    ("lessons.mine", "GET"): everyone(),
    ("searching.find", "GET"): everyone(),  # each finds their own: tests/search
    ("progress.mine", "GET"): everyone(),
    ("progress.my_calendar", "GET"): everyone(),
    ("writing.preview", "POST"): everyone(),  # it is given back to whoever sent it, and kept nowhere
    ("progress.cohorts", "GET"): everyone(),
    ("progress.compare", "GET"): {"": {who: "ok" if who in "oki obed olla".split() else "404" for who in WHO}},
    ("reflections.today", "GET"): everyone(),
    ("reflections.series", "GET"): everyone(),
    ("reviews.queue", "GET"): everyone(),
    ("attention.mine", "GET"): everyone(),  # each sees whom they guide: tests/attention
    ("outcomes.waiting", "GET"): everyone(),  # each sees those of whom they guide: tests/outcomes
    ("calendars.mine", "GET"): everyone(),
    ("calendars.make", "POST"): those("ana ben dodi"),  # trainees have days
    ("calendars.end", "POST"): everyone(),
    ("calendars.download", "GET"): those("ana ben dodi"),
    ("certificates.mine", "GET"): everyone(),
    ("service.mine", "GET"): everyone(),  # what they decided themselves: tests/service
    ("covers.mine", "GET"): everyone(),  # those that concern them: tests/covers
    # --------------------------------- ana ben cici mia kris paul oki obed otto olla dodi
    ("progress.trainee", "GET"): block("""
                                       ok  404 404  ok  ok  404  ok  ok   404  404  404    ana's place
                                       404 404 ok   404 ok  404  ok  ok   404  404  404    cici's place
                                       404 404 404  404 404 404  404 404  ok   ok   ok     dodi's place
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("progress.calendar", "GET"): block("""
                                       ok  404 404  ok  ok  404  ok  ok   404  404  404    ana's place
                                       404 404 ok   404 ok  404  ok  ok   404  404  404    cici's place
                                       404 404 404  404 404 404  404 404  ok   ok   ok     dodi's place
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    # --------------------------------- ana ben cici mia kris paul oki obed otto olla dodi
    ("certificates.of_enrolment", "GET"): block("""
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's place
                                       404 404 ok   404 404 404  404 404  404  404  404    cici's place
                                       404 404 404  404 404 404  404 404  404  404  ok     dodi's place
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("certificates.issue", "POST"): block("""
                                       409 404 404  404 404 404  404 404  404  404  404    ana's place
                                       404 404 409  404 404 404  404 404  404  404  404    cici's place
                                       404 404 404  404 404 404  404 404  404  404  ok     dodi's place
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("certificates.reveal", "POST"): block("""
                                       404 ok  404  404 404 404  403 404  404  404  404    ben's certificate
                                       409 404 404  404 404 404  403 404  404  404  404    ana's withdrawn certificate
                                       404 404 409  404 404 404  403 404  404  404  404    cici's revoked certificate
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("certificates.withdraw", "POST"): block("""
                                       404 ok  404  404 404 404  403 404  404  404  404    ben's certificate
                                       404 404 409  404 404 404  403 404  404  404  404    cici's revoked certificate
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("certificates.sheet", "GET"): block("""
                                       404 ok  404  404 404 404  ok  404  404  404  404    ben's certificate
                                       409 404 404  404 404 404  409 404  404  404  404    ana's withdrawn certificate
                                       404 404 409  404 404 404  409 404  404  404  404    cici's revoked certificate
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("certificates.revoke", "POST"): block("""
                                       404 403 404  404 404 404  ok  404  404  404  404    ben's certificate
                                       403 404 404  404 404 404  409 404  404  404  404    ana's withdrawn certificate
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("certificates.clear", "POST"): block("""
                                       404 404 403  404 404 404  ok  404  404  404  404    cici's revoked certificate
                                       404 403 404  404 404 404  409 404  404  404  404    ben's certificate
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("certificates.cohort", "GET"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404    the first cohort
                                       404 404 404  404 404 404  404 404  404  ok   404    the second cohort
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("scoring.texts", "GET"): everyone(),
    # --------------------------------- ana ben cici mia kris paul oki obed otto olla dodi asta
    ("scoring.text", "GET"): block("""
                                       404 404 404  404 404 404  404 404  404  404  404  ok   ben's text
                                       404 404 404  404 404 404  404 404  404  404  404  ok   ben's closed text
                                       404 404 404  404 404 404  404 404  404  404  404  404  missing
    """),
    ("scoring.score", "POST"): block("""
                                       404 404 404  404 404 404  404 404  404  404  404  ok   ben's text
                                       404 404 404  404 404 404  404 404  404  404  404  409  ben's closed text
                                       404 404 404  404 404 404  404 404  404  404  404  404  missing
    """),
    ("scoring.recuse", "POST"): block("""
                                       404 404 404  404 404 404  404 404  404  404  404  ok   ben's text
                                       404 404 404  404 404 404  404 404  404  404  404  409  ben's closed text
                                       404 404 404  404 404 404  404 404  404  404  404  404  missing
    """),
    ("calibrations.of_cohort", "GET"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404  404  the first cohort
                                       404 404 404  404 404 404  404 404  404  ok   404  404  the second cohort
                                       404 404 404  404 404 404  404 404  404  404  404  404  missing
    """),
    # There is no rubric in the second cohort.
    ("calibrations.draw", "POST"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404  404  the first cohort
                                       404 404 404  404 404 404  404 404  404  422  404  404  the second cohort
                                       404 404 404  404 404 404  404 404  404  404  404  404  missing
    """),
    ("calibrations.appoint", "POST"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404  404  the first cohort
                                       404 404 404  404 404 404  404 404  404  ok   404  404  the second cohort
                                       404 404 404  404 404 404  404 404  404  404  404  404  missing
    """),
    ("calibrations.end", "POST"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404  404  asta's office
                                       404 404 404  404 404 404  404 404  404  404  404  404  missing
    """),
    ("calibrations.show", "GET"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404  404  ben's sample
                                       404 404 404  404 404 404  ok  404  404  404  404  404  ben's closed sample
                                       404 404 404  404 404 404  404 404  404  404  404  404  missing
    """),
    ("calibrations.close", "POST"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404  404  ben's sample
                                       404 404 404  404 404 404  404 404  404  404  404  404  missing
    """),
    ("calibrations.pass_on", "POST"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404  404  ben's text
                                       404 404 404  404 404 404  409 404  404  404  404  404  ben's closed text
                                       404 404 404  404 404 404  404 404  404  404  404  404  missing
    """),
    ("calibrations.moderate", "POST"): block("""
                                       404 404 404  404 404 404  409 404  404  404  404  404  ben's text
                                       404 404 404  404 404 404  ok  404  404  404  404  404  ben's closed text
                                       404 404 404  404 404 404  404 404  404  404  404  404  missing
    """),
    # Those who guide somebody there now say it of themselves, organisers of anybody.
    ("covers.of_cohort", "GET"): block("""
                                       404 404 404  ok  ok  404  ok  404  404  404  404    the first cohort
                                       404 404 404  404 404 404  404 404  ok   ok   404    the second cohort
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("covers.arrange", "POST"): block("""
                                       404 404 404  ok  ok  404  ok  404  404  404  404    the first cohort
                                       404 404 404  404 404 404  404 404  ok   ok   404    the second cohort
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    # Kris stands in, and sees it.
    ("covers.call_off", "POST"): block("""
                                       404 404 404  ok  403 404  ok  404  404  404  404    the cover of mia
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("service.cohort", "GET"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404    the first cohort
                                       404 404 404  404 404 404  404 404  404  ok   404    the second cohort
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("service.publish", "POST"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404    the first cohort
                                       404 404 404  404 404 404  404 404  404  ok   404    the second cohort
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("covers.guides", "GET"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404    the first cohort
                                       404 404 404  404 404 404  404 404  404  ok   404    the second cohort
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("covers.hand_over", "POST"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404    the first cohort
                                       404 404 404  404 404 404  404 404  404  ok   404    the second cohort
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("progress.cohort", "GET"): block("""
                                       404 404 404  ok  ok  404  ok  ok   404  404  404    the first cohort
                                       404 404 404  404 404 404  404 404  ok   ok   404    the second cohort
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("progress.grid_csv", "GET"): block("""
                                       404 404 404  ok  ok  404  ok  ok   404  404  404    the first cohort
                                       404 404 404  404 404 404  404 404  ok   ok   404    the second cohort
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("progress.grid_xlsx", "GET"): block("""
                                       404 404 404  ok  ok  404  ok  ok   404  404  404    the first cohort
                                       404 404 404  404 404 404  404 404  ok   ok   404    the second cohort
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("progress.stuck_at", "GET"): block("""
                                       404 404 404  ok  ok  404  ok  ok   404  404  404    the first cohort
                                       404 404 404  404 404 404  404 404  ok   ok   404    the second cohort
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("progress.how_hard", "GET"): block("""
                                       404 404 404  404 404 404  ok  ok   404  404  404    the first cohort
                                       404 404 404  404 404 404  404 404  404  ok   404    the second cohort
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("progress.stuck_csv", "GET"): block("""
                                       404 404 404  ok  ok  404  ok  ok   404  404  404    the first cohort
                                       404 404 404  404 404 404  404 404  ok   ok   404    the second cohort
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("progress.stuck_xlsx", "GET"): block("""
                                       404 404 404  ok  ok  404  ok  ok   404  404  404    the first cohort
                                       404 404 404  404 404 404  404 404  ok   ok   404    the second cohort
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("progress.difficulty_csv", "GET"): block("""
                                       404 404 404  404 404 404  ok  ok   404  404  404    the first cohort
                                       404 404 404  404 404 404  404 404  404  ok   404    the second cohort
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("progress.difficulty_xlsx", "GET"): block("""
                                       404 404 404  404 404 404  ok  ok   404  404  404    the first cohort
                                       404 404 404  404 404 404  404 404  404  ok   404    the second cohort
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("progress.backlog_csv", "GET"): block("""
                                       404 404 404  404 404 404  ok  ok   404  404  404    the first cohort
                                       404 404 404  404 404 404  404 404  404  ok   404    the second cohort
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("progress.backlog_xlsx", "GET"): block("""
                                       404 404 404  404 404 404  ok  ok   404  404  404    the first cohort
                                       404 404 404  404 404 404  404 404  404  ok   404    the second cohort
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    # Those who guide remind their own, organisers everybody. Ana and Dodi have something past its day.
    ("nudges.preview", "GET"): block("""
                                       404 404 404  ok  ok  404  ok  404  404  404  404    the first cohort
                                       404 404 404  404 404 404  404 404  ok   ok   404    the second cohort
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("nudges.send", "POST"): block("""
                                       404 404 404  ok  ok  404  ok  404  404  404  404    the first cohort
                                       404 404 404  404 404 404  404 404  ok   ok   404    the second cohort
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("nudges.put_away", "POST"): block("""
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's reminder
                                       404 404 404  ok  404 404  404 404  404  404  404    mia's reminder
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    # Also hers who has left the cohort: what she means to do in her job stays her own.
    ("lessons.answer", "POST"): block("""
                                       ok  404 404  404 404 404  404 404  404  404  404    a lesson of ana's
                                       404 404 ok   404 404 404  404 404  404  404  404    a lesson of cici's
                                       404 404 404  404 404 404  404 404  404  404  ok     a lesson of dodi's
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("writing.start", "POST"): block("""
                                       ok  ok  404  404 404 404  404 404  404  404  404    a session
                                       ok  ok  404  404 404 404  404 404  404  404  404    a session ana began
                                       409 409 404  404 404 404  404 404  404  404  404    the ceremony
                                       404 404 404  404 404 404  404 404  404  404  ok     dodi's session
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    # --------------------------------- ana ben cici mia kris paul oki obed otto olla dodi
    ("reflections.show", "GET"): block("""
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's draft
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's draft to share
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's for herself
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's withdrawn
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's discarded
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's excused
                                       ok  404 404  ok  ok  404  ok  404  404  404  404    ana's submitted
                                       ok  404 404  ok  ok  ok   ok  404  404  404  404    ana's sent to paul
                                       ok  404 404  ok  ok  ok   ok  404  404  404  404    ana's read by paul
                                       ok  404 404  ok  ok  404  ok  404  404  404  404    ana's passed on
                                       ok  404 404  ok  ok  404  ok  404  404  404  404    ana's rewriting
                                       ok  404 404  ok  ok  404  ok  404  404  404  404    ana's accepted
                                       ok  ok  404  ok  ok  404  ok  404  404  404  404    ana's shared
                                       404 404 ok   404 ok  404  ok  404  404  404  404    cici's submitted
                                       404 404 404  404 404 404  404 404  ok   ok   ok     dodi's submitted
                                       404 404 404  404 404 404  404 404  ok   ok   ok     dodi's shared
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    # What is handed in cannot be written on: its writer is led to its page.
    ("writing.edit", "GET"): block("""
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's draft
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's draft to share
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's for herself
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's withdrawn
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's discarded
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's excused
                                       ok  404 404  403 403 404  403 404  404  404  404    ana's submitted
                                       ok  404 404  403 403 403  403 404  404  404  404    ana's sent to paul
                                       ok  404 404  403 403 403  403 404  404  404  404    ana's read by paul
                                       ok  404 404  403 403 404  403 404  404  404  404    ana's passed on
                                       ok  404 404  403 403 404  403 404  404  404  404    ana's rewriting
                                       ok  404 404  403 403 404  403 404  404  404  404    ana's accepted
                                       ok  403 404  403 403 404  403 404  404  404  404    ana's shared
                                       404 404 403  404 403 404  403 404  404  404  404    cici's submitted
                                       404 404 404  404 404 404  404 404  403  403  ok     dodi's submitted
                                       404 404 404  404 404 404  404 404  403  403  ok     dodi's shared
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    # --------------------------------- ana ben cici mia kris paul oki obed otto olla dodi
    # Files follow the reflection: what was handed in, for those who may read it; what was added since, for its writer.
    ("attachments.show", "GET"): block("""
                                       ok  404 404  404 404 404  404 404  404  404  404    file of ana's draft
                                       ok  404 404  404 404 404  404 404  404  404  404    file of ana's draft to share
                                       ok  404 404  404 404 404  404 404  404  404  404    file of ana's for herself
                                       ok  404 404  404 404 404  404 404  404  404  404    file of ana's withdrawn
                                       ok  404 404  404 404 404  404 404  404  404  404    file of ana's excused
                                       ok  404 404  ok  ok  404  ok  404  404  404  404    file of ana's submitted
                                       ok  404 404  ok  ok  ok   ok  404  404  404  404    file of ana's sent to paul
                                       ok  404 404  ok  ok  ok   ok  404  404  404  404    file of ana's read by paul
                                       ok  404 404  ok  ok  404  ok  404  404  404  404    file of ana's passed on
                                       ok  404 404  ok  ok  404  ok  404  404  404  404    file of ana's rewriting
                                       ok  404 404  ok  ok  404  ok  404  404  404  404    file of ana's accepted
                                       ok  ok  404  ok  ok  404  ok  404  404  404  404    file of ana's shared
                                       404 404 ok   404 ok  404  ok  404  404  404  404    file of cici's submitted
                                       404 404 404  404 404 404  404 404  ok   ok   ok     file of dodi's submitted
                                       404 404 404  404 404 404  404 404  ok   ok   ok     file of dodi's shared
                                       ok  404 404  404 404 404  404 404  404  404  404    file of new ana's rewriting
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("attachments.small", "GET"): block("""
                                       ok  404 404  404 404 404  404 404  404  404  404    file of ana's draft
                                       ok  404 404  404 404 404  404 404  404  404  404    file of ana's draft to share
                                       ok  404 404  404 404 404  404 404  404  404  404    file of ana's for herself
                                       ok  404 404  404 404 404  404 404  404  404  404    file of ana's withdrawn
                                       ok  404 404  404 404 404  404 404  404  404  404    file of ana's excused
                                       ok  404 404  ok  ok  404  ok  404  404  404  404    file of ana's submitted
                                       ok  404 404  ok  ok  ok   ok  404  404  404  404    file of ana's sent to paul
                                       ok  404 404  ok  ok  ok   ok  404  404  404  404    file of ana's read by paul
                                       ok  404 404  ok  ok  404  ok  404  404  404  404    file of ana's passed on
                                       ok  404 404  ok  ok  404  ok  404  404  404  404    file of ana's rewriting
                                       ok  404 404  ok  ok  404  ok  404  404  404  404    file of ana's accepted
                                       ok  ok  404  ok  ok  404  ok  404  404  404  404    file of ana's shared
                                       404 404 ok   404 ok  404  ok  404  404  404  404    file of cici's submitted
                                       404 404 404  404 404 404  404 404  ok   ok   ok     file of dodi's submitted
                                       404 404 404  404 404 404  404 404  ok   ok   ok     file of dodi's shared
                                       ok  404 404  404 404 404  404 404  404  404  404    file of new ana's rewriting
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("attachments.attach", "POST"): block("""
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's draft
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's for herself
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's withdrawn
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's excused
                                       409 404 404  403 403 404  403 404  404  404  404    ana's submitted
                                       409 404 404  403 403 403  403 404  404  404  404    ana's sent to paul
                                       409 404 404  403 403 403  403 404  404  404  404    ana's read by paul
                                       409 404 404  403 403 404  403 404  404  404  404    ana's passed on
                                       ok  404 404  403 403 404  403 404  404  404  404    ana's rewriting
                                       409 404 404  403 403 404  403 404  404  404  404    ana's accepted
                                       409 403 404  403 403 404  403 404  404  404  404    ana's shared
                                       404 404 403  404 403 404  403 404  404  404  404    cici's submitted
                                       404 404 404  404 404 404  404 404  403  403  409    dodi's submitted
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("attachments.remove", "POST"): block("""
                                       ok  404 404  404 404 404  404 404  404  404  404    file of ana's draft
                                       ok  404 404  404 404 404  404 404  404  404  404    file of ana's for herself
                                       ok  404 404  404 404 404  404 404  404  404  404    file of ana's withdrawn
                                       ok  404 404  404 404 404  404 404  404  404  404    file of ana's excused
                                       409 404 404  403 403 404  403 404  404  404  404    file of ana's submitted
                                       409 404 404  403 403 403  403 404  404  404  404    file of ana's sent to paul
                                       409 404 404  403 403 403  403 404  404  404  404    file of ana's read by paul
                                       409 404 404  403 403 404  403 404  404  404  404    file of ana's passed on
                                       ok  404 404  403 403 404  403 404  404  404  404    file of ana's rewriting
                                       409 404 404  403 403 404  403 404  404  404  404    file of ana's accepted
                                       409 403 404  403 403 404  403 404  404  404  404    file of ana's shared
                                       404 404 403  404 403 404  403 404  404  404  404    file of cici's submitted
                                       404 404 404  404 404 404  404 404  403  403  409    file of dodi's submitted
                                       ok  404 404  404 404 404  404 404  404  404  404    file of new ana's rewriting
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("attachments.bring_back", "POST"): block("""
                                       ok  404 404  404 404 404  404 404  404  404  404    file of ana's draft
                                       ok  404 404  404 404 404  404 404  404  404  404    file of ana's for herself
                                       ok  404 404  404 404 404  404 404  404  404  404    file of ana's withdrawn
                                       ok  404 404  404 404 404  404 404  404  404  404    file of ana's excused
                                       409 404 404  403 403 404  403 404  404  404  404    file of ana's submitted
                                       409 404 404  403 403 403  403 404  404  404  404    file of ana's sent to paul
                                       409 404 404  403 403 403  403 404  404  404  404    file of ana's read by paul
                                       409 404 404  403 403 404  403 404  404  404  404    file of ana's passed on
                                       ok  404 404  403 403 404  403 404  404  404  404    file of ana's rewriting
                                       409 404 404  403 403 404  403 404  404  404  404    file of ana's accepted
                                       409 403 404  403 403 404  403 404  404  404  404    file of ana's shared
                                       404 404 403  404 403 404  403 404  404  404  404    file of cici's submitted
                                       404 404 404  404 404 404  404 404  403  403  409    file of dodi's submitted
                                       ok  404 404  404 404 404  404 404  404  404  404    file of new ana's rewriting
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    # --------------------------------- ana ben cici mia kris paul oki obed otto olla dodi
    ("writing.save", "POST"): block("""
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's draft
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's for herself
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's withdrawn
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's excused
                                       409 404 404  403 403 404  403 404  404  404  404    ana's submitted
                                       409 404 404  403 403 403  403 404  404  404  404    ana's sent to paul
                                       409 404 404  403 403 403  403 404  404  404  404    ana's read by paul
                                       409 404 404  403 403 404  403 404  404  404  404    ana's passed on
                                       ok  404 404  403 403 404  403 404  404  404  404    ana's rewriting
                                       409 404 404  403 403 404  403 404  404  404  404    ana's accepted
                                       409 403 404  403 403 404  403 404  404  404  404    ana's shared
                                       404 404 403  404 403 404  403 404  404  404  404    cici's submitted
                                       404 404 404  404 404 404  404 404  403  403  409    dodi's submitted
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("writing.autosave", "POST"): block("""
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's draft
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's for herself
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's withdrawn
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's excused
                                       409 404 404  403 403 404  403 404  404  404  404    ana's submitted
                                       409 404 404  403 403 403  403 404  404  404  404    ana's sent to paul
                                       409 404 404  403 403 403  403 404  404  404  404    ana's read by paul
                                       409 404 404  403 403 404  403 404  404  404  404    ana's passed on
                                       ok  404 404  403 403 404  403 404  404  404  404    ana's rewriting
                                       409 404 404  403 403 404  403 404  404  404  404    ana's accepted
                                       409 403 404  403 403 404  403 404  404  404  404    ana's shared
                                       404 404 403  404 403 404  403 404  404  404  404    cici's submitted
                                       404 404 404  404 404 404  404 404  403  403  409    dodi's submitted
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    # A draft is put away, and for a week can be brought back.
    ("writing.discard", "POST"): block("""
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's draft
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's for herself
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's withdrawn
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's discarded
                                       409 404 404  404 404 404  404 404  404  404  404    ana's excused
                                       409 404 404  403 403 404  403 404  404  404  404    ana's submitted
                                       409 404 404  403 403 403  403 404  404  404  404    ana's sent to paul
                                       409 404 404  403 403 404  403 404  404  404  404    ana's rewriting
                                       409 404 404  403 403 404  403 404  404  404  404    ana's accepted
                                       409 403 404  403 403 404  403 404  404  404  404    ana's shared
                                       404 404 403  404 403 404  403 404  404  404  404    cici's submitted
                                       404 404 404  404 404 404  404 404  403  403  409    dodi's submitted
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("writing.restore", "POST"): block("""
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's discarded
                                       409 404 404  404 404 404  404 404  404  404  404    ana's draft
                                       409 404 404  404 404 404  404 404  404  404  404    ana's for herself
                                       409 404 404  404 404 404  404 404  404  404  404    ana's excused
                                       409 404 404  403 403 404  403 404  404  404  404    ana's submitted
                                       409 404 404  403 403 403  403 404  404  404  404    ana's sent to paul
                                       409 404 404  403 403 404  403 404  404  404  404    ana's rewriting
                                       409 404 404  403 403 404  403 404  404  404  404    ana's accepted
                                       409 403 404  403 403 404  403 404  404  404  404    ana's shared
                                       404 404 403  404 403 404  403 404  404  404  404    cici's submitted
                                       404 404 404  404 404 404  404 404  403  403  409    dodi's submitted
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    # Before it is handed in: its writer alone. Where there is nothing to ask, they are led back to their text.
    ("writing.check", "GET"): block("""
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's draft
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's draft to share
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's for herself
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's discarded
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's excused
                                       ok  404 404  403 403 404  403 404  404  404  404    ana's submitted
                                       ok  404 404  403 403 403  403 404  404  404  404    ana's sent to paul
                                       ok  404 404  403 403 404  403 404  404  404  404    ana's rewriting
                                       ok  404 404  403 403 404  403 404  404  404  404    ana's accepted
                                       ok  403 404  403 403 404  403 404  404  404  404    ana's shared
                                       404 404 403  404 403 404  403 404  404  404  404    cici's submitted
                                       404 404 404  404 404 404  404 404  403  403  ok     dodi's submitted
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("writing.submit", "POST"): block("""
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's draft
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's for herself
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's withdrawn
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's excused
                                       409 404 404  403 403 404  403 404  404  404  404    ana's submitted
                                       409 404 404  403 403 403  403 404  404  404  404    ana's sent to paul
                                       409 404 404  403 403 403  403 404  404  404  404    ana's read by paul
                                       409 404 404  403 403 404  403 404  404  404  404    ana's passed on
                                       ok  404 404  403 403 404  403 404  404  404  404    ana's rewriting
                                       409 404 404  403 403 404  403 404  404  404  404    ana's accepted
                                       409 403 404  403 403 404  403 404  404  404  404    ana's shared
                                       404 404 403  404 403 404  403 404  404  404  404    cici's submitted
                                       404 404 404  404 404 404  404 404  403  403  409    dodi's submitted
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    # --------------------------------- ana ben cici mia kris paul oki obed otto olla dodi
    # The note beside a reflection is its writer's, also after they left the cohort; who may read the reflection may
    # not read that.
    # --------------------------------- ana ben cici mia kris paul oki obed otto olla dodi
    ("writing.note", "GET"): block("""
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's draft
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's for herself
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's withdrawn
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's discarded
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's excused
                                       ok  404 404  403 403 404  403 404  404  404  404    ana's submitted
                                       ok  404 404  403 403 403  403 404  404  404  404    ana's sent to paul
                                       ok  404 404  403 403 403  403 404  404  404  404    ana's read by paul
                                       ok  404 404  403 403 404  403 404  404  404  404    ana's passed on
                                       ok  404 404  403 403 404  403 404  404  404  404    ana's rewriting
                                       ok  404 404  403 403 404  403 404  404  404  404    ana's accepted
                                       ok  403 404  403 403 404  403 404  404  404  404    ana's shared
                                       404 404 ok   404 403 404  403 404  404  404  404    cici's submitted
                                       404 404 404  404 404 404  404 404  403  403  ok     dodi's submitted
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("writing.write_note", "POST"): block("""
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's draft
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's for herself
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's withdrawn
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's discarded
                                       ok  404 404  404 404 404  404 404  404  404  404    ana's excused
                                       ok  404 404  403 403 404  403 404  404  404  404    ana's submitted
                                       ok  404 404  403 403 403  403 404  404  404  404    ana's sent to paul
                                       ok  404 404  403 403 403  403 404  404  404  404    ana's read by paul
                                       ok  404 404  403 403 404  403 404  404  404  404    ana's passed on
                                       ok  404 404  403 403 404  403 404  404  404  404    ana's rewriting
                                       ok  404 404  403 403 404  403 404  404  404  404    ana's accepted
                                       ok  403 404  403 403 404  403 404  404  404  404    ana's shared
                                       404 404 ok   404 403 404  403 404  404  404  404    cici's submitted
                                       404 404 404  404 404 404  404 404  403  403  ok     dodi's submitted
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    # What somebody else has spoken about can no longer be taken back.
    ("writing.withdraw", "POST"): block("""
                                       409 404 404  404 404 404  404 404  404  404  404    ana's draft
                                       409 404 404  404 404 404  404 404  404  404  404    ana's for herself
                                       409 404 404  403 403 404  403 404  404  404  404    ana's submitted
                                       ok  404 404  403 403 403  403 404  404  404  404    ana's sent to paul
                                       ok  404 404  403 403 403  403 404  404  404  404    ana's read by paul
                                       409 404 404  403 403 404  403 404  404  404  404    ana's passed on
                                       409 404 404  403 403 404  403 404  404  404  404    ana's rewriting
                                       409 404 404  403 403 404  403 404  404  404  404    ana's accepted
                                       409 403 404  403 403 404  403 404  404  404  404    ana's shared
                                       404 404 403  404 403 404  403 404  404  404  404    cici's submitted
                                       404 404 404  404 404 404  404 404  403  403  409    dodi's submitted
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    # The writer and those who guide them talk; organisers and the rest of the cohort read.
    ("reflections.comment", "POST"): block("""
                                       409 404 404  404 404 404  404 404  404  404  404    ana's draft
                                       409 404 404  404 404 404  404 404  404  404  404    ana's for herself
                                       ok  404 404  ok  ok  404  403 404  404  404  404    ana's submitted
                                       ok  404 404  ok  ok  403  403 404  404  404  404    ana's sent to paul
                                       ok  404 404  ok  ok  403  403 404  404  404  404    ana's read by paul
                                       ok  404 404  ok  ok  404  403 404  404  404  404    ana's passed on
                                       ok  404 404  ok  ok  404  403 404  404  404  404    ana's rewriting
                                       ok  404 404  ok  ok  404  403 404  404  404  404    ana's accepted
                                       ok  403 404  ok  ok  404  403 404  404  404  404    ana's shared
                                       404 404 403  404 ok  404  403 404  404  404  404    cici's submitted
                                       404 404 404  404 404 404  404 404  ok   403  ok     dodi's submitted
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    # The writer, those who guide them, and organisers invite guests; what is not handed in has none.
    # --------------------------------- ana ben cici mia kris paul oki obed otto olla dodi
    ("guests.invite", "POST"): block("""
                                       409 404 404  404 404 404  404 404  404  404  404    ana's draft
                                       409 404 404  404 404 404  404 404  404  404  404    ana's for herself
                                       409 404 404  404 404 404  404 404  404  404  404    ana's withdrawn
                                       ok  404 404  ok  ok  404  ok  404  404  404  404    ana's submitted
                                       ok  404 404  ok  ok  403  ok  404  404  404  404    ana's sent to paul
                                       ok  404 404  ok  ok  403  ok  404  404  404  404    ana's read by paul
                                       ok  404 404  ok  ok  404  ok  404  404  404  404    ana's passed on
                                       ok  404 404  ok  ok  404  ok  404  404  404  404    ana's accepted
                                       ok  403 404  ok  ok  404  ok  404  404  404  404    ana's shared
                                       404 404 403  404 ok  404  ok  404  404  404  404    cici's submitted
                                       404 404 404  404 404 404  404 404  ok   ok   ok     dodi's submitted
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    # Sent anew by those who could have given it: what lets a guest sign is never the writer's to give.
    ("guests.renew", "POST"): block("""
                                       403 404 404  ok  404 404  ok  404  404  404  404    gita's pass
                                       404 404 404  404 404 404  404 404  404  ok   ok     a pass of dodi's
                                       ok  404 404  ok  404 404  ok  404  404  404  404    an old pass
                                       409 404 404  404 404 404  409 404  404  404  404    a pass taken back
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    # Ended by the writer, whoever gave it, and organisers.
    ("guests.revoke", "POST"): block("""
                                       ok  404 404  ok  404 404  ok  404  404  404  404    gita's pass
                                       404 404 404  404 404 404  404 404  404  ok   ok     a pass of dodi's
                                       ok  404 404  ok  404 404  ok  404  404  404  404    an old pass
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    # --------------------------------- ana ben cici mia kris paul oki obed otto olla dodi
    ("reflections.add", "POST"): block("""
                                       409 404 404  404 404 404  404 404  404  404  404    ana's draft
                                       409 404 404  404 404 404  404 404  404  404  404    ana's discarded
                                       409 404 404  403 403 404  403 404  404  404  404    ana's submitted
                                       409 404 404  403 403 404  403 404  404  404  404    ana's rewriting
                                       ok  404 404  403 403 404  403 404  404  404  404    ana's accepted
                                       ok  403 404  403 403 404  403 404  404  404  404    ana's shared
                                       404 404 403  404 403 404  403 404  404  404  404    cici's submitted
                                       404 404 404  404 404 404  404 404  403  403  409    dodi's submitted
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("reflections.reopen", "POST"): block("""
                                       403 404 404  404 404 404  404 404  404  404  404    ana's draft
                                       403 404 404  404 404 404  404 404  404  404  404    ana's for herself
                                       403 404 404  409 409 404  403 404  404  404  404    ana's submitted
                                       403 404 404  409 409 403  403 404  404  404  404    ana's sent to paul
                                       403 404 404  409 409 403  403 404  404  404  404    ana's read by paul
                                       403 404 404  409 409 404  403 404  404  404  404    ana's passed on
                                       403 404 404  409 409 404  403 404  404  404  404    ana's rewriting
                                       403 404 404  ok  ok  404  403 404  404  404  404    ana's accepted
                                       403 403 404  ok  ok  404  403 404  404  404  404    ana's shared
                                       404 404 403  404 409 404  403 404  404  404  404    cici's submitted
                                       404 404 404  404 404 404  404 404  409  403  403    dodi's submitted
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    # A reviewer whose turn it is not is led to its page.
    ("reviews.review", "GET"): block("""
                                       403 404 404  404 404 404  404 404  404  404  404    ana's draft
                                       403 404 404  404 404 404  404 404  404  404  404    ana's for herself
                                       403 404 404  ok  ok  404  403 404  404  404  404    ana's submitted
                                       403 404 404  ok  ok  403  403 404  404  404  404    ana's sent to paul
                                       403 404 404  ok  ok  403  403 404  404  404  404    ana's read by paul
                                       403 404 404  ok  ok  404  403 404  404  404  404    ana's passed on
                                       403 404 404  ok  ok  404  403 404  404  404  404    ana's rewriting
                                       403 404 404  ok  ok  404  403 404  404  404  404    ana's accepted
                                       403 403 404  ok  ok  404  403 404  404  404  404    ana's shared
                                       404 404 403  404 ok  404  403 404  404  404  404    cici's submitted
                                       404 404 404  404 404 404  404 404  ok   403  403    dodi's submitted
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    # The mentor decides first, then the coach: nobody for the other.
    # --------------------------------- ana ben cici mia kris paul oki obed otto olla dodi
    ("reviews.decide", "POST"): block("""
                                       403 404 404  404 404 404  404 404  404  404  404    ana's draft
                                       403 404 404  404 404 404  404 404  404  404  404    ana's for herself
                                       403 404 404  ok  409 404  403 404  404  404  404    ana's submitted
                                       403 404 404  ok  409 403  403 404  404  404  404    ana's sent to paul
                                       403 404 404  ok  409 403  403 404  404  404  404    ana's read by paul
                                       403 404 404  409 ok  404  403 404  404  404  404    ana's passed on
                                       403 404 404  409 409 404  403 404  404  404  404    ana's rewriting
                                       403 404 404  409 409 404  403 404  404  404  404    ana's accepted
                                       403 403 404  409 409 404  403 404  404  404  404    ana's shared
                                       404 404 403  404 409 404  403 404  404  404  404    cici's submitted
                                       404 404 404  404 404 404  404 404  ok   403  403    dodi's submitted
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    # --------------------------------- ana ben cici mia kris paul oki obed otto olla dodi
    # What a writer says to a decision, and that they ask for another.
    ("reflections.acknowledge", "POST"): block("""
                                       ok  404 404  403 403 404  403 404  404  404  404    review of ana's accepted
                                       ok  403 404  403 403 404  403 404  404  404  404    review of ana's shared
                                       ok  404 404  403 403 403  403 404  404  404  404    review of ana's read by paul
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    # Ana has asked about the one that was accepted, for another reason.
    ("reflections.ask_again", "POST"): block("""
                                       409 404 404  404 404 404  404 404  404  404  404    ana's draft
                                       409 404 404  403 403 404  403 404  404  404  404    ana's submitted
                                       409 404 404  403 403 404  403 404  404  404  404    ana's rewriting
                                       409 404 404  403 403 404  403 404  404  404  404    ana's accepted
                                       ok  403 404  403 403 404  403 404  404  404  404    ana's shared
                                       404 404 403  404 403 404  403 404  404  404  404    cici's submitted
                                       404 404 404  404 404 404  404 404  403  403  409    dodi's submitted
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("reflections.resolve", "POST"): block("""
                                       ok  404 404  ok  ok  404  403 404  404  404  404    comment on ana's submitted
                                       ok  403 404  ok  ok  404  403 404  404  404  404    comment on ana's shared
                                       404 404 404  404 404 404  404 404  ok   403  ok     comment on dodi's submitted
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    # --------------------------------- ana ben cici mia kris paul oki obed otto olla dodi
    # What the programmes are for; that of the first cohort is published, that of the second not taken over yet.
    ("outcomes.cohort", "GET"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404    the first cohort
                                       404 404 404  404 404 404  404 404  404  ok   404    the second cohort
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("outcomes.lay_out", "POST"): block("""
                                       404 404 404  404 404 404  409 404  404  404  404    the first cohort
                                       404 404 404  404 404 404  404 404  404  ok   404    the second cohort
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("outcomes.publish", "POST"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404    the first cohort
                                       404 404 404  404 404 404  404 404  404  409  404    the second cohort
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("outcomes.edit", "GET"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404    an outcome
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("outcomes.change", "POST"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404    an outcome
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("outcomes.add", "POST"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404    an outcome
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("outcomes.end", "POST"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404    an outcome
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("outcomes.covered", "GET"): block("""
                                       404 404 404  404 404 404  ok  ok   404  404  404    the first cohort
                                       404 404 404  404 404 404  404 404  404  ok   404    the second cohort
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("outcomes.trainee", "GET"): block("""
                                       ok  404 404  ok  ok  404  ok  ok   404  404  404    ana's place
                                       404 404 ok   404 ok  404  ok  ok   404  404  404    cici's place
                                       404 404 404  404 404 404  404 404  ok   ok   ok     dodi's place
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("outcomes.claims", "GET"): block("""
                                       404 404 404  404 404 404  404 404  404  404  404    ana's draft
                                       ok  404 404  ok  ok  404  ok  404  404  404  404    ana's submitted
                                       ok  403 404  ok  ok  404  ok  404  404  404  404    ana's shared
                                       404 404 404  404 404 404  404 404  404  404  404    dodi's submitted
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("outcomes.make", "POST"): block("""
                                       409 404 404  404 404 404  404 404  404  404  404    ana's draft
                                       ok  404 404  403 403 404  403 404  404  404  404    ana's submitted
                                       ok  403 404  403 403 404  403 404  404  404  404    ana's shared
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("outcomes.withdraw", "POST"): block("""
                                       ok  404 404  403 403 404  403 404  404  404  404    claim of ana's accepted
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("outcomes.judge", "POST"): block("""
                                       403 404 404  ok  ok  404  403 404  404  404  404    claim of ana's accepted
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    # --------------------------------- ana ben cici mia kris paul oki obed otto olla dodi
    # Oki organises the first cohort, Olla the second.
    ("curriculum.cohort", "GET"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404    the first cohort
                                       404 404 404  404 404 404  404 404  404  ok   404    the second cohort
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("curriculum.new", "GET"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404    the first module
                                       404 404 404  404 404 404  404 404  404  ok   404    a module of the second
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("curriculum.add", "POST"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404    the first module
                                       404 404 404  404 404 404  404 404  404  ok   404    a module of the second
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("curriculum.change", "GET"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404    a session
                                       404 404 404  404 404 404  404 404  404  ok   404    a retired session
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("curriculum.move", "POST"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404    a session
                                       404 404 404  404 404 404  404 404  404  ok   404    dodi's session
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("curriculum.renumber", "POST"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404    a session
                                       404 404 404  404 404 404  404 404  404  ok   404    dodi's session
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("curriculum.retire", "POST"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404    a session
                                       404 404 404  404 404 404  404 404  404  ok   404    dodi's session
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("curriculum.bring_back", "POST"): block("""
                                       404 404 404  404 404 404  409 404  404  404  404    a session
                                       404 404 404  404 404 404  404 404  404  ok   404    a retired session
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("rules.cohort", "GET"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404    the first cohort
                                       404 404 404  404 404 404  404 404  404  ok   404    the second cohort
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("rules.module", "GET"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404    the first module
                                       404 404 404  404 404 404  404 404  404  ok   404    a module of the second
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("rules.publish", "POST"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404    the first module
                                       404 404 404  404 404 404  404 404  404  ok   404    a module of the second
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("rubrics.arrange", "GET"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404    the first cohort
                                       404 404 404  404 404 404  404 404  404  ok   404    the second cohort
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("rubrics.choose", "POST"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404    the first cohort
                                       404 404 404  404 404 404  404 404  404  ok   404    the second cohort
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("rubrics.words", "GET"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404    a rubric
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("rubrics.reword", "POST"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404    a rubric
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    # Saved comments are for those who guide or organise; what is shared is changed by its owner alone.
    ("saved_comments.mine", "GET"): those("mia kris oki otto olla"),
    ("saved_comments.write", "GET"): those("mia kris oki otto olla"),
    ("saved_comments.keep", "POST"): those("mia kris oki otto olla"),
    ("saved_comments.show", "GET"): block("""
                                       404 404 404  ok  404 404  404 404  404  404  404    mia's saved comment
                                       404 404 404  ok  403 404  403 404  404  404  404    a comment mia shared
                                       404 404 404  404 404 404  404 404  ok   404  404    otto's saved comment
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("saved_comments.change", "POST"): block("""
                                       404 404 404  ok  404 404  404 404  404  404  404    mia's saved comment
                                       404 404 404  ok  403 404  403 404  404  404  404    a comment mia shared
                                       404 404 404  404 404 404  404 404  ok   404  404    otto's saved comment
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("saved_comments.remove", "POST"): block("""
                                       404 404 404  ok  404 404  404 404  404  404  404    mia's saved comment
                                       404 404 404  ok  403 404  403 404  404  404  404    a comment mia shared
                                       404 404 404  404 404 404  404 404  ok   404  404    otto's saved comment
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("saved_comments.bring_back", "POST"): block("""
                                       404 404 404  ok  404 404  404 404  404  404  404    mia's saved comment
                                       404 404 404  ok  403 404  403 404  404  404  404    a comment mia shared
                                       404 404 404  404 404 404  404 404  ok   404  404    otto's saved comment
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("saved_comments.use", "POST"): block("""
                                       404 404 404  ok  404 404  404 404  404  404  404  404    mia's saved comment
                                       404 404 404  ok  ok  404  ok  404  404  404  404  404    a comment mia shared
                                       404 404 404  404 404 404  404 404  ok   404  404  404    otto's saved comment
                                       404 404 404  404 404 404  404 404  404  404  404  404    missing
    """),
    ("second_looks.cohort", "GET"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404    the first cohort
                                       404 404 404  404 404 404  404 404  404  ok   404    the second cohort
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    # Oki was asked. Ana asked, and is led to the page of her reflection.
    ("second_looks.give", "POST"): block("""
                                       403 404 404  404 404 404  ok  404  404  404  404    ana's second look
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("second_looks.show", "GET"): block("""
                                       ok  404 404  404 404 404  ok  404  404  404  404    ana's second look
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("second_looks.settle", "POST"): block("""
                                       403 404 404  404 404 404  ok  404  404  404  404    ana's second look
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    # --------------------------------- ana ben cici mia kris paul oki obed otto olla dodi
    # Whoever guides a trainee says it of themselves; organisers of anybody; Paul has said it.
    ("conflicts.form", "GET"): block("""
                                       404 404 404  ok  ok  ok   ok  404  404  404  404    ana's place
                                       404 404 404  404 ok  404  ok  404  404  404  404    cici's place
                                       404 404 404  404 404 404  404 404  ok   ok   404    dodi's place
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("conflicts.declare", "POST"): block("""
                                       404 404 404  ok  ok  ok   ok  404  404  404  404    ana's place
                                       404 404 404  404 ok  404  ok  404  404  404  404    cici's place
                                       404 404 404  404 404 404  404 404  ok   ok   404    dodi's place
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("conflicts.cohort", "GET"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404    the first cohort
                                       404 404 404  404 404 404  404 404  404  ok   404    the second cohort
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("conflicts.end", "POST"): block("""
                                       404 404 404  404 404 403  ok  404  404  404  404    paul's conflict
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    # Oki lets nobody else answer; Olla lets Otto. Cici has left.
    ("exceptions.mine", "GET"): everyone(),
    ("exceptions.form", "GET"): block("""
                                       ok  ok  404  404 404 404  404 404  404  404  404    a session
                                       ok  ok  404  404 404 404  404 404  404  404  404    a session ana began
                                       ok  ok  404  404 404 404  404 404  404  404  404    the ceremony
                                       404 404 404  404 404 404  404 404  404  404  ok     dodi's session
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("exceptions.ask", "POST"): block("""
                                       ok  ok  404  404 404 404  404 404  404  404  404    a session
                                       ok  ok  404  404 404 404  404 404  404  404  404    a session ana began
                                       409 409 404  404 404 404  404 404  404  404  404    the ceremony
                                       404 404 404  404 404 404  404 404  404  404  ok     dodi's session
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("exceptions.withdraw", "POST"): block("""
                                       ok  404 404  404 404 404  403 404  404  404  404    ana's request
                                       404 404 404  404 404 404  404 404  403  403  ok     dodi's request
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("exceptions.answer", "POST"): block("""
                                       403 404 404  404 404 404  ok  404  404  404  404    ana's request
                                       404 404 404  404 404 404  404 404  ok   ok   403    dodi's request
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("exceptions.cohort", "GET"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404    the first cohort
                                       404 404 404  404 404 404  404 404  ok   ok   404    the second cohort
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("exceptions.log_csv", "GET"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404    the first cohort
                                       404 404 404  404 404 404  404 404  ok   ok   404    the second cohort
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("exceptions.log_xlsx", "GET"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404    the first cohort
                                       404 404 404  404 404 404  404 404  ok   ok   404    the second cohort
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("exceptions.answer_many", "POST"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404    the first cohort
                                       404 404 404  404 404 404  404 404  ok   ok   404    the second cohort
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("exceptions.trust", "POST"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404    the first cohort
                                       404 404 404  404 404 404  404 404  404  ok   404    the second cohort
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("exceptions.trainee", "GET"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404    ana's place
                                       404 404 404  404 404 404  404 404  404  404  404    cici's place
                                       404 404 404  404 404 404  404 404  ok   ok   404    dodi's place
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("exceptions.give", "POST"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404    ana's place
                                       404 404 404  404 404 404  404 404  404  404  404    cici's place
                                       404 404 404  404 404 404  404 404  ok   ok   404    dodi's place
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("exceptions.end", "POST"): block("""
                                       403 404 404  404 404 404  ok  404  404  404  404    ana's extension
                                       404 404 404  404 404 404  404 404  ok   ok   403    dodi's extension
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    # Only what was excused once, and not by whoever wrote it.
    ("exceptions.expect", "POST"): block("""
                                       404 404 404  404 404 404  ok  404  404  404  404    ana's excused
                                       404 404 404  404 404 404  404 404  404  404  404    ana's draft
                                       404 404 404  404 404 404  404 404  404  404  404    ana's submitted
                                       404 404 404  404 404 404  404 404  ok   ok   404    dodi's excused
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    # What is not sent yet, for oneself alone: also where another decides; not where one has decided.
    ("reviews.keep", "POST"): block("""
                                       403 404 404  404 404 404  404 404  404  404  404    ana's draft
                                       403 404 404  ok  ok   404  403 404  404  404  404    ana's submitted
                                       403 404 404  ok  ok   403  403 404  404  404  404    ana's sent to paul
                                       403 404 404  ok  ok   403  403 404  404  404  404    ana's read by paul
                                       403 404 404  409 ok   404  403 404  404  404  404    ana's passed on
                                       403 404 404  409 ok   404  403 404  404  404  404    ana's rewriting
                                       403 404 404  409 409  404  403 404  404  404  404    ana's accepted
                                       403 403 404  409 409  404  403 404  404  404  404    ana's shared
                                       404 404 403  404 ok   404  403 404  404  404  404    cici's submitted
                                       404 404 404  404 404 404  404 404  ok   403  403    dodi's submitted
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    # To have it before one is for those whose decision it waits for; to leave it, or to find out, for all who decide.
    ("reviews.hold", "POST"): block("""
                                       403 404 404  404 404 404  404 404  404  404  404    ana's draft
                                       403 404 404  ok  409  404  403 404  404  404  404    ana's submitted
                                       403 404 404  ok  409  403  403 404  404  404  404    ana's sent to paul
                                       403 404 404  ok  409  403  403 404  404  404  404    ana's read by paul
                                       403 404 404  409 ok   404  403 404  404  404  404    ana's passed on
                                       403 404 404  409 409  404  403 404  404  404  404    ana's rewriting
                                       403 404 404  409 409  404  403 404  404  404  404    ana's accepted
                                       403 403 404  409 409  404  403 404  404  404  404    ana's shared
                                       404 404 403  404 409  404  403 404  404  404  404    cici's submitted
                                       404 404 404  404 404 404  404 404  ok   403  403    dodi's submitted
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("reviews.leave", "POST"): block("""
                                       403 404 404  404 404 404  404 404  404  404  404    ana's draft
                                       403 404 404  ok  ok   404  403 404  404  404  404    ana's submitted
                                       403 404 404  ok  ok   403  403 404  404  404  404    ana's sent to paul
                                       403 404 404  ok  ok   403  403 404  404  404  404    ana's read by paul
                                       403 404 404  ok  ok   404  403 404  404  404  404    ana's passed on
                                       403 404 404  ok  ok   404  403 404  404  404  404    ana's rewriting
                                       403 404 404  ok  ok   404  403 404  404  404  404    ana's accepted
                                       403 403 404  ok  ok   404  403 404  404  404  404    ana's shared
                                       404 404 403  404 ok   404  403 404  404  404  404    cici's submitted
                                       404 404 404  404 404 404  404 404  ok   403  403    dodi's submitted
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("reviews.open_ahead", "POST"): block("""
                                       403 404 404  404 404 404  404 404  404  404  404    ana's draft
                                       403 404 404  ok  ok   404  403 404  404  404  404    ana's submitted
                                       403 404 404  ok  ok   403  403 404  404  404  404    ana's sent to paul
                                       403 404 404  ok  ok   403  403 404  404  404  404    ana's read by paul
                                       403 404 404  ok  ok   404  403 404  404  404  404    ana's passed on
                                       403 404 404  ok  ok   404  403 404  404  404  404    ana's rewriting
                                       403 404 404  ok  ok   404  403 404  404  404  404    ana's accepted
                                       403 403 404  ok  ok   404  403 404  404  404  404    ana's shared
                                       404 404 403  404 ok   404  403 404  404  404  404    cici's submitted
                                       404 404 404  404 404 404  404 404  ok   403  403    dodi's submitted
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
}

# What those who are not signed in get on the public pages, and everybody else too.
OPEN: dict[tuple[str, str], dict[str, str]] = {
    ("accounts.sign_in", "GET"): {"": "ok"},
    ("accounts.begin_session", "POST"): {"": "ok"},
    ("accounts.choose_language", "POST"): {"": "ok"},
    ("accounts.invitation", "GET"): {
        "a link": "ok", "a used link": "410", "an old link": "410", "a link to a closed account": "410",
        "missing": "404",
    },
    ("accounts.accept_invitation", "POST"): {
        "a link": "ok", "a used link": "410", "an old link": "410", "a link to a closed account": "410",
        "missing": "404",
    },
    ("guests.landing", "GET"): {
        "gita's pass": "ok", "an old pass": "410", "a pass taken back": "410", "missing": "404",
    },
    ("guests.enter", "POST"): {
        "gita's pass": "ok", "an old pass": "410", "a pass taken back": "410", "missing": "404",
    },
    ("guests.choose_language", "POST"): {"": "ok"},
    ("guests.read", "GET"): {"": "404"},
    ("guests.comment", "POST"): {"": "404"},
    ("guests.decide", "POST"): {"": "404"},
    ("attachments.show_to_guest", "GET"): {"file of ana's passed on": "404", "missing": "404"},
    ("attachments.small_to_guest", "GET"): {"file of ana's passed on": "404", "missing": "404"},
    ("service.promises", "GET"): {"": "ok"},
    ("calendars.follow", "GET"): {
        "ana's calendar": "ok", "ana's calendar of before": "404", "cici's ended calendar": "404",
        "deni's calendar": "404", "missing": "404",
    },
    ("certificates.ask", "GET"): {"": "ok"},
    ("certificates.verify", "GET"): {
        "ben's certificate": "ok", "cici's revoked certificate": "ok", "ana's withdrawn certificate": "404",
        "missing": "404",
    },
    ("health.check", "GET"): {"": "ok"},
    ("offline.worker", "GET"): {"": "ok"},
    ("offline.page", "GET"): {"": "ok"},
    ("static", "GET"): {"app.css": "ok", "missing": "404"},
    ("styleguide.show", "GET"): {"": "404"},
}  # fmt: skip

# What Gita gets, who has no account: a guest's link to "ana's passed on" was opened in her browser. No other page of
# ours is open to her: tests/guests asks them all.
GUEST: dict[tuple[str, str], dict[str, str]] = {
    ("guests.read", "GET"): {"": "ok"},
    ("guests.comment", "POST"): {"": "ok"},
    ("guests.decide", "POST"): {"": "ok"},
    ("attachments.show_to_guest", "GET"): {
        "file of ana's passed on": "ok", "file of ana's submitted": "404", "file of ana's shared": "404",
        "file of ana's draft": "404", "file of dodi's submitted": "404", "missing": "404",
    },
    ("attachments.small_to_guest", "GET"): {
        "file of ana's passed on": "ok", "file of ana's submitted": "404", "file of ana's draft": "404",
        "file of dodi's submitted": "404", "missing": "404",
    },
}  # fmt: skip
