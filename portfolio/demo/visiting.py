"""A guest of the demo: somebody from the first trainee's office, without an account, reads one text and answers it."""

from datetime import datetime, timedelta

from portfolio.demo.shown import shown
from portfolio.models import Enrolment, GuestPass, Language, ReadEvent, Reason, Reflection, State, User

INVITED, CAME, ANSWERED = timedelta(days=2), timedelta(days=1, hours=4), timedelta(days=1, hours=3)  # ago


def somebody(now: datetime) -> User:
    """Who they are: they have no password."""
    told = shown()["guest"]
    about = {"name": told["name"], "email": told["email"], "job": told["job"], "language": Language.INDONESIAN}
    return User(**about, created_at=now - INVITED)


def visited(writer: Enrolment, guest: User, *, now: datetime) -> GuestPass:
    """The writer invites; the guest opens the link, reads, and says something, which the writer has settled since."""
    reflection = _newest_accepted(writer)
    held, _ = GuestPass.issue(reflection, guest, None, by=writer.user, now=now - INVITED)
    held.open(now=now - CAME)
    held.act(now=now - ANSWERED)
    ReadEvent(
        cohort_id=reflection.cohort.id,
        submission=reflection.latest,
        reader_id=guest.id,
        reason=Reason.READING,
        read_at=now - CAME,
    )
    said = reflection.comment(shown()["guest"]["comment"], by=guest, now=now - ANSWERED)
    said.resolve(by=writer.user, now=now - ANSWERED + timedelta(hours=1))
    return held


def _newest_accepted(writer: Enrolment) -> Reflection:
    accepted = [each for each in writer.reflections if each.state is State.ACCEPTED and each.submitted_at]
    return max(accepted, key=lambda each: (each.submitted_at or each.created_at, each.id))
