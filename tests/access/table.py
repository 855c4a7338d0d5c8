"""Who may do what: the authorisation of every page, written by hand and by nobody's query.

One block for each route and method, one line for each thing it is done to, one column for each person. `ok` is done
or shown; `409` is theirs to do, but a rule says not now; `403` is seen, but not theirs to do; `404` is not there for
them. Whoever is not signed in, or whose account is closed, is sent to sign in, except on the pages in PUBLIC.
"""

from tests.access.stage import WHO

Cells = dict[str, dict[str, str]]  # thing -> person -> what they get


def block(text: str) -> Cells:
    """The lines of a block: the thing, then what each person gets."""
    cells: Cells = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        *words, thing = line.split(maxsplit=len(WHO))
        cells[thing] = dict(zip(WHO, words, strict=True))
    return cells


def everyone(*things: str) -> Cells:
    """All who are signed in."""
    return {thing: dict.fromkeys(WHO, "ok") for thing in things or ("",)}


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
    ("writing.preview", "POST"): everyone(),  # it is given back to whoever sent it, and kept nowhere
    ("progress.cohorts", "GET"): everyone(),
    ("reflections.today", "GET"): everyone(),
    ("reflections.series", "GET"): everyone(),
    ("reviews.queue", "GET"): everyone(),
    # --------------------------------- ana ben cici mia kris paul oki obed otto olla dodi
    ("progress.trainee", "GET"): block("""
                                       ok  404 404  ok  ok  404  ok  ok   404  404  404    ana's place
                                       404 404 ok   404 ok  404  ok  ok   404  404  404    cici's place
                                       404 404 404  404 404 404  404 404  ok   ok   ok     dodi's place
                                       404 404 404  404 404 404  404 404  404  404  404    missing
    """),
    ("progress.cohort", "GET"): block("""
                                       404 404 404  ok  ok  404  ok  ok   404  404  404    the first cohort
                                       404 404 404  404 404 404  404 404  ok   ok   404    the second cohort
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
    ("health.check", "GET"): {"": "ok"},
    ("offline.worker", "GET"): {"": "ok"},
    ("offline.page", "GET"): {"": "ok"},
    ("static", "GET"): {"app.css": "ok", "missing": "404"},
    ("styleguide.show", "GET"): {"": "404"},
}  # fmt: skip
