"""Rules that hold even for those who do not ask the models: the database itself refuses what breaks them."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload, selectinload

from portfolio.database import Base
from portfolio.models import (
    Acknowledgement,
    Attachment,
    Basis,
    CalendarFeed,
    Calibration,
    Concern,
    Conflict,
    Cover,
    Enrolment,
    Extension,
    FeedbackDraft,
    GuestPass,
    Kind,
    Lease,
    Moderation,
    Nudge,
    Outcome,
    PrivateNote,
    Reason,
    Reflection,
    Relation,
    Reopening,
    Request,
    Review,
    Role,
    SavedComment,
    SecondLook,
    Verdict,
    Visit,
    Wish,
)
from portfolio.models.nudge import Thing
from portfolio.models.rating import WHOLE
from tests.cast import (
    CEREMONY,
    CONDUCT,
    DAY,
    FINAL,
    JOB,
    NOON,
    SERVICE_2,
    World,
    accepted,
    both,
    certified,
    claimed,
    completed,
    draft,
    excused,
    judged,
    outcome_of,
    person,
    read,
    retired,
    returned,
    rule_changed,
    session_added,
    submitted,
    with_outcomes,
    with_rubric,
    withdrawn,
    words,
)

Case = tuple[str, str, dict[str, Any], str]


def changed(table: str, where: str = "1 = 1", /, **values: Any) -> Case:
    """A row that is changed."""
    return "change", table, values, where


def doubled(table: str, where: str = "1 = 1", /, **values: Any) -> Case:
    """A row that is added, like one there is but for these values."""
    return "double", table, values, where


NOT_ALL = (
    "certificate",
    "cohort",
    "comment",
    "document",
    "learning_outcome",
    "outcome_change",
    "rating",
    "request",
    "session_change",
)
OWN = "review_id is null and second_look_id is null and scoring_id is null"
# For each rule, something that breaks it and nothing else.
BROKEN = {
    # People
    "ck_user_email_in_lower_case": changed("user", email="Sari@example.org"),
    "ck_user_has_a_name": changed("user", name=""),
    "ck_user_known_language": changed("user", language="nl"),
    "uq_user_email": doubled("user"),
    "uq_sign_in_digest": doubled("sign_in"),
    "uq_token_digest": doubled("token"),
    "ck_token_known_purpose": changed("token", purpose="riddle"),
    # Programmes and cohorts
    "uq_programme_slug_version": doubled("programme"),
    "uq_template_slug": doubled("template"),
    "uq_prompt_template_id_key": doubled("prompt", position=99),
    "uq_prompt_template_id_position": doubled("prompt", key="another"),
    "ck_cohort_trust_set_by_somebody": changed("cohort", trust_set_at=NOON, trust_set_by_id=None),
    "ck_cohort_has_a_name": changed("cohort", name=""),
    "ck_cohort_promise_within_reason": changed("cohort", promised_working_days=61),
    "uq_cohort_name": doubled("cohort"),
    "uq_holiday_cohort_id_day": doubled("holiday"),
    "uq_agenda_cohort_id_position": doubled("agenda", slug="another"),
    "uq_agenda_cohort_id_slug": doubled("agenda", position=99),
    "ck_module_known_basis": changed("module", basis="liked"),
    "ck_module_required_not_negative": changed("module", required=-1),
    "ck_module_level_in_halves": changed("module", "basis = 'accepted'", min_level=2.25),
    "ck_module_level_of_what_is_accepted": changed("module", basis="reviewed", min_level=2.5),
    "ck_module_share_within_reason": changed("module", on_time=101),
    "ck_module_waits_for_another": changed("module", prerequisite_id=sa.column("id")),
    "uq_module_cohort_id_position": doubled("module", slug="another"),
    "uq_module_cohort_id_slug": doubled("module", position=99),
    "ck_training_session_due_after_opening": changed("training_session", due_on=date(2026, 1, 1)),
    "ck_training_session_expected_has_template": changed("training_session", "slug = 'ceremony'", is_expected=True),
    "ck_training_session_known_mode": changed("training_session", mode="telepathy"),
    "uq_training_session_cohort_id_position": doubled("training_session", slug="another"),
    "uq_training_session_cohort_id_slug": doubled("training_session", position=99),
    # Who is in a cohort
    "uq_enrolment_cohort_id_user_id": doubled("enrolment"),
    "ck_mentorship_known_role": changed("mentorship", role="friend"),
    "uq_mentorship_current": doubled("mentorship", "ended_at is null"),
    "ck_appointment_known_office": changed("appointment", office="king"),
    "uq_appointment_current": doubled("appointment", "ended_at is null"),
    # Reflections and what was handed in
    "uq_reflection_enrolment_id_training_session_id": doubled("reflection"),
    "ck_reflection_known_state": changed("reflection", "state = 'accepted'", state="lost"),
    "ck_reflection_known_visibility": changed("reflection", visibility="everybody"),
    "ck_reflection_known_awaited_role": changed("reflection", "state = 'submitted'", awaiting="nobody"),
    "ck_reflection_submitted_awaits_someone": changed("reflection", "state = 'submitted'", awaiting=None),
    "ck_reflection_handed_in_has_a_time": changed("reflection", "state = 'returned'", submitted_at=None),
    "ck_reflection_number_within_reason": changed("reflection", number=0),
    "fk_reflection_enrolment_id_module_id": changed("reflection", module_id=(2**31) - 2),
    "ck_submission_rounds_from_one": changed("submission", round=0),
    "uq_submission_reflection_id_round": doubled("submission"),
    "ck_excuse_has_a_reason": changed("excuse", reason=""),
    "ck_comment_says_something": changed("comment", text=""),
    "ck_read_event_known_reason": changed("read_event", reason="boredom"),
    # What stands beside them
    "ck_attachment_has_a_size": changed("attachment", size=0),
    "ck_attachment_known_kind": changed("attachment", kind="virus"),
    "uq_attachment_key": doubled("attachment", upload="another"),
    "uq_attachment_reflection_id_upload": doubled("attachment", key="another"),
    "ck_addendum_says_something": changed("addendum", text=""),
    "ck_lesson_says_something": changed("lesson", text=""),
    "ck_lesson_known_happened": changed("lesson", happened="perhaps"),
    # What can be searched
    "ck_document_known_source": changed("document", "source = 'submission'", source="riddle", submission_id=None),
    "ck_document_submission_is_named": changed("document", "source = 'comment'", submission_id=1),
    "ck_document_review_is_named": changed("document", "source = 'comment'", review_id=1),
    "ck_document_comment_is_named": changed("document", "source = 'submission'", comment_id=1),
    "ck_document_addendum_is_named": changed("document", "source = 'submission'", addendum_id=1),
    "uq_document_submission_id": doubled("document", "source = 'submission'"),
    "uq_document_review_id": doubled("document", "source = 'feedback'"),
    "uq_document_comment_id": doubled("document", "source = 'comment'"),
    "uq_document_addendum_id": doubled("document", "source = 'addendum'"),
    # Decisions
    "uq_review_submission_id_step": doubled("review"),
    "ck_review_known_role": changed("review", role="friend"),
    "ck_review_known_outcome": changed("review", outcome="ignored"),
    "ck_review_returned_for_a_reason": changed("review", "outcome = 'returned'", feedback=""),
    "ck_reopening_has_a_reason": changed("reopening", reason=""),
    # Talk
    "ck_comment_quote_has_a_place": changed("comment", prompt_key="view"),
    "ck_comment_replies_have_no_turn": doubled("comment", "turn is not null", parent_id=1),
    "ck_comment_resolved_waits_for_nobody": changed(
        "comment", "turn is not null", resolved_at=NOON.replace(tzinfo=None)
    ),
    "ck_comment_known_turn": changed("comment", turn="everybody"),
    # Rubrics and ratings
    "uq_rubric_cohort_id_slug_version": doubled("rubric"),
    "ck_rating_level_within_reason": changed("rating", level=9.5),
    "ck_rating_level_in_halves": changed("rating", level=1.25),
    "ck_rating_belongs_to_one": changed("rating", "review_id is not null", scoring_id=1),
    "uq_rating_review_id_criterion": doubled("rating", "review_id is not null"),
    "uq_rating_second_look_id_criterion": doubled("rating", "second_look_id is not null"),
    "uq_rating_scoring_id_criterion": doubled("rating", "scoring_id is not null"),
    "uq_rating_own": doubled("rating", OWN),
    # The desk
    "ck_saved_comment_says_something": changed("saved_comment", text=""),
    "ck_saved_comment_uses_not_negative": changed("saved_comment", uses=-1),
    "ck_acknowledgement_acting_is_told": changed("acknowledgement", acted_on=""),
    "ck_second_look_has_a_reason": changed("second_look", reason=""),
    "ck_second_look_answered_with_a_verdict": changed("second_look", answered_at=None),
    "ck_second_look_answered_for_a_reason": changed("second_look", answer=""),
    "ck_second_look_known_verdict": changed("second_look", verdict="perhaps"),
    "uq_second_look_review_id": doubled("second_look"),
    "ck_cover_ends_after_it_starts": changed("cover", ends_on=date(2020, 1, 1)),
    "ck_cover_by_somebody_else": changed("cover", stand_in_id=sa.column("absent_id")),
    "uq_conflict_current": doubled("conflict"),
    "ck_conflict_known_relation": changed("conflict", relation="envy"),
    "uq_guest_pass_digest": doubled("guest_pass"),
    "ck_guest_pass_known_role": changed("guest_pass", role="friend"),
    # Exceptions
    "ck_extension_has_a_reason": changed("extension", reason=""),
    "uq_extension_current": doubled("extension", "ended_at is null"),
    "ck_request_has_a_reason": changed("request", reason=""),
    "ck_request_known_wish": changed("request", "wish = 'excuse'", wish="holiday"),
    "ck_request_extensions_name_a_day": changed("request", wanted_on=None),
    "ck_request_answered_by_somebody": changed("request", "answered_at is not null", answered_by_id=None),
    "ck_request_answered_or_withdrawn": changed(
        "request", "answered_at is not null", withdrawn_at=NOON.replace(tzinfo=None)
    ),
    "ck_request_declined_with_a_reason": changed("request", "answered_at is not null", answer=""),
    "uq_request_open": doubled("request", "answered_at is null"),
    "uq_calendar_feed_digest": doubled("calendar_feed", ended_at=NOON.replace(tzinfo=None)),
    "uq_calendar_feed_current": doubled("calendar_feed", digest="another"),
    # Reminders
    "ck_nudge_about_something": changed("nudge", number=0),
    "ck_nudge_by_somebody_else": changed("nudge", by_id=sa.column("to_id")),
    "ck_nudge_known_concern": changed("nudge", concern="gossip"),
    # Rules that change
    "uq_rule_change_module_id_version": doubled("rule_change"),
    "ck_rule_change_version_after_the_first": changed("rule_change", version=1),
    "ck_rule_change_required_not_negative": changed("rule_change", required=-1),
    "ck_rule_change_changes_something": changed(
        "rule_change", from_required=1, required=1, from_basis="accepted", basis="accepted"
    ),
    "ck_rule_change_counts_not_negative": changed("rule_change", kept=-1),
    "ck_rule_change_has_a_reason": changed("rule_change", reason=""),
    "ck_rule_change_level_in_halves": changed("rule_change", basis="accepted", min_level=2.25),
    "ck_rule_change_from_level_in_halves": changed("rule_change", "from_basis = 'accepted'", from_min_level=9.5),
    "ck_rule_change_level_of_what_is_accepted": changed("rule_change", basis="reviewed", min_level=3),
    "ck_rule_change_from_level_of_what_is_accepted": changed("rule_change", from_basis="submitted", from_min_level=3),
    "ck_rule_change_share_within_reason": changed("rule_change", on_time=0),
    "ck_rule_change_from_share_within_reason": changed("rule_change", from_on_time=101),
    "ck_rule_change_waits_for_another": changed("rule_change", prerequisite_id=sa.column("module_id")),
    "ck_rule_change_from_waits_for_another": changed("rule_change", from_prerequisite_id=sa.column("module_id")),
    "ck_rule_change_known_basis": changed("rule_change", basis="liked"),
    "ck_rule_change_known_from_basis": changed("rule_change", from_basis="liked"),
    # Sessions that change
    "ck_session_change_has_a_reason": changed("session_change", reason=""),
    "ck_session_change_known_kind": changed("session_change", "kind = 'retired'", kind="forgotten"),
    "ck_session_change_added_from_nothing": changed("session_change", "kind = 'retired'", kind="added"),
    "ck_session_change_due_after_opening": changed("session_change", "kind = 'added'", due_on=date(2020, 1, 1)),
    "ck_session_change_moved_to_other_days": changed("session_change", "kind = 'retired'", kind="moved"),
    "ck_session_change_renumbered_to_another_place": changed("session_change", "kind = 'retired'", kind="renumbered"),
    "ck_session_change_required_not_negative": changed(
        "session_change", "rule_change_id is null", required=-1, from_required=-1
    ),
    "ck_session_change_rule_changes_are_kept": changed("session_change", "rule_change_id is null", required=9),
    "ck_session_change_counts_not_negative": changed("session_change", gained=-1),
    "uq_session_change_rule_change_id": doubled("session_change", "rule_change_id is not null"),
    # Outcomes and claims
    "uq_learning_outcome_cohort_id_position": doubled("learning_outcome"),
    "fk_learning_outcome_cohort_id_parent_id_parent_rank": doubled(
        "learning_outcome", "rank = 2", position=99, parent_id=(2**31) - 2
    ),
    "ck_learning_outcome_known_rank": doubled("learning_outcome", "rank = 4", position=99, rank=5, parent_rank=4),
    "ck_learning_outcome_hangs_one_below": doubled("learning_outcome", "rank = 1", position=99, parent_rank=1),
    "ck_learning_outcome_only_the_first_rank_is_on_top": doubled(
        "learning_outcome", "rank = 4", position=99, parent_id=None
    ),
    "ck_learning_outcome_agenda_of_its_rank": doubled("learning_outcome", "rank = 2", position=99, agenda_id=None),
    "ck_learning_outcome_module_of_its_rank": doubled("learning_outcome", "rank = 3", position=99, module_id=None),
    "ck_outcome_change_known_act": changed("outcome_change", "act = 'changed'", act="dreamt"),
    "ck_outcome_change_of_one_or_of_all": changed("outcome_change", "act = 'published'", act="ended"),
    "ck_claim_is_justified": changed("claim", justification=""),
    "uq_claim_that_stands": doubled("claim", "withdrawn_at is null"),
    "ck_judgement_declined_for_a_reason": changed("judgement", is_confirmed=False, reason=""),
    # Certificates
    "uq_certificate_number": doubled("certificate", "withdrawn_at is not null"),
    "uq_certificate_current": doubled(
        "certificate", "withdrawn_at is null and revoked_at is null", number="ANOTHERNUMBER000"
    ),
    "ck_certificate_number_is_whole": changed("certificate", number="SHORT"),
    "ck_certificate_has_a_holder": changed("certificate", holder=""),
    "ck_certificate_ends_after_the_start": changed("certificate", ends_on=date(2020, 1, 1)),
    "ck_certificate_hours_if_known": changed("certificate", hours=0),
    "ck_certificate_signed_off_not_negative": changed("certificate", signed_off=-1),
    "ck_certificate_revoked_by_somebody_for_a_reason": changed(
        "certificate", "revoked_at is not null", revoked_reason=""
    ),
    "ck_certificate_revoked_or_withdrawn": changed(
        "certificate",
        "withdrawn_at is not null",
        revoked_at=NOON.replace(tzinfo=None),
        revoked_by_id=1,
        revoked_reason="Wrong.",
    ),
    "ck_certificate_cleared_by_somebody_when_revoked": changed(
        "certificate", cleared_at=NOON.replace(tzinfo=None), cleared_by_id=1
    ),
    "uq_certified_module_certificate_id_module_id": doubled("certified_module", position=99),
    "uq_certified_module_certificate_id_position": doubled("certified_module", "position = 1", module_id=2),
    # Blind scoring
    "ck_calibration_percent_within_reason": changed("calibration", percent=101),
    "ck_calibration_scored_by_some": changed("calibration", per_text=1),
    "uq_sampled_text_calibration_id_submission_id": doubled("sampled_text", code="another"),
    "uq_sampled_text_code": doubled("sampled_text", submission_id=1),
    "uq_scoring_text_id_assessor_id": doubled("scoring"),
    "ck_scoring_recused_for_a_reason": changed(
        "scoring", scored_at=None, note="", recused_at=NOON.replace(tzinfo=None)
    ),
    "ck_scoring_scored_or_recused": changed("scoring", note="I know them.", recused_at=NOON.replace(tzinfo=None)),
    "ck_moderation_has_a_reason": changed("moderation", reason=""),
    "ck_moderation_level_within_reason": changed("moderation", level=-1),
    # Progress
    "ck_module_progress_counts_add_up": changed("module_progress", submitted=99),
    "ck_module_progress_counts_not_negative": changed("module_progress", excused=-1),
}
# Broken in another way as well.
ALSO_BROKEN = [
    ("ck_reflection_submitted_awaits_someone", changed("reflection", "state = 'draft'", awaiting="mentor")),
    ("ck_reflection_handed_in_has_a_time", changed("reflection", "state = 'accepted'", submitted_at=None)),
    ("ck_reflection_number_within_reason", changed("reflection", number=10_000)),
    ("ck_module_progress_counts_not_negative", changed("module_progress", submitted=0, waiting=-1, returned=1,
                                                       accepted=0)),
    ("ck_cohort_promise_within_reason", changed("cohort", promised_working_days=-1)),
    ("ck_module_share_within_reason", changed("module", on_time=0)),
    ("ck_module_level_in_halves", changed("module", "basis = 'accepted'", min_level=9.5)),
    # A decision by somebody else, the other way, is a second one all the same.
    ("uq_review_submission_id_step", doubled("review", outcome="accepted", reviewer_id=1, feedback="")),
]  # fmt: skip


@pytest.fixture
def everything(world: World) -> World:
    """At least a row in every table."""
    draft(world, world.cici)
    reflection = read(world, submitted(world, world.ana), world.mia, Reason.REVIEW)
    world.keep(question := reflection.comment("Why?", by=world.mia, now=world.now))
    world.keep(reflection.comment("Because.", by=world.ana, now=world.now, reply_to=question))
    world.keep(asked := reflection.comment("And you?", by=world.ana, now=world.now))
    asked.resolve(by=world.mia, now=world.now)
    returned(world, world.ana, SERVICE_2)
    world.keep(Reopening.of(accepted(world, world.ana, CONDUCT), "Again.", by=world.mia, now=world.now))
    accepted(world, world.ben, CONDUCT).add("It happened as I hoped.", now=world.now + DAY)
    kept = draft(world, world.ben, SERVICE_2)
    kept.attachments.append(
        Attachment(
            cohort=kept.cohort,
            owner=world.ben,
            upload="u",
            key="k",
            name="a.pdf",
            kind=Kind.PDF,
            media_type="application/pdf",
            size=9,
            sha256="0" * 64,
            added_at=world.now,
        )
    )
    kept.submit(now=world.now)
    world.keep(PrivateNote(reflection=kept, cohort=kept.cohort, text="For me.", written_at=world.now))
    draft(world, world.cici, CONDUCT).discard(now=world.now)
    withdrawn(world, world.ben)
    excused(world, world.ben, JOB, said=words())
    world.keep(world.ana.sign_in(now=world.now)[0], world.ana.invite(now=world.now)[0])
    desk(world, reflection)
    scored_blind(world)
    exceptions(world)
    outcomes(world)
    certificates(world)
    world.keep(Visit(user_id=world.ana.id, reflection_id=reflection.id, seen_at=world.now + DAY))
    return world


def desk(world: World, waiting: Reflection) -> None:
    """What stands on and around a reviewer's desk."""
    now = world.now
    with_rubric(world)
    rated = draft(world, world.cici, SERVICE_2)
    rated.submit(levels={WHOLE: 2.5}, now=now)
    world.keep()
    for step, by in enumerate((world.mia, world.kris)):
        if step == 0:
            world.keep(world.enrolment(world.cici).assign(world.mia, Role.MENTOR, now=now))
        rated = world.reflection(rated)
        world.keep(Review.decide(rated, Outcome.ACCEPTED, "Good.", round=1, levels={WHOLE: 3}, by=by, now=now))
    rated = world.reflection(rated)
    look = SecondLook.ask(rated, "Too low.", now=now)
    world.keep(look)
    look.give_to(world.oki, by=world.oki, now=now)
    assert look.settle(Verdict.UPHELD, "It is right.", levels={WHOLE: 3.5}, by=world.oki, now=now) is None
    review = look.review
    submission = waiting.latest
    assert submission is not None
    guest = person("guest", password_hash=None)
    place = world.load(
        sa.select(Enrolment)
        .where(Enrolment.user_id == world.ben.id)
        .options(joinedload(Enrolment.cohort), selectinload(Enrolment.mentorships), selectinload(Enrolment.conflicts))
    )
    world.keep(guest)
    draft_ = FeedbackDraft.begin(submission, world.mia, now=now)
    draft_.keep("Not yet sent.", {}, version=0, now=now)
    world.keep(
        Acknowledgement(review=review, cohort_id=world.cohort.id, read_at=now, acted_on="I called.", acted_at=now),
        Lease.of(waiting, world.mia, now=now),
        draft_,
        SavedComment(owner=world.mia, text="Well seen.", uses=0, created_at=now),
        Cover.arrange(world.cohort, world.mia, world.kris, date(2026, 3, 9), date(2026, 3, 13), by=world.oki, now=now),
        Conflict.declare(place, world.kris, Relation.FAMILY, "A cousin.", by=world.kris, now=now),
        GuestPass.issue(waiting, guest, Role.COACH, by=world.mia, now=now)[0],
    )


def exceptions(world: World) -> None:
    """Something asked for, something refused, something given; a calendar on a phone, a rule, a reminder."""
    place, now = world.enrolment(world.cici), world.now
    one, other = world.sessions_of(place)[1:3]
    later = world.cohort.today(now) + timedelta(days=40)
    asked = Request.ask(place, one, Wish.EXTENSION, "Ill.", wanted_on=later, reflection=None, before=[], now=now)
    refused = Request.ask(place, other, Wish.EXCUSE, "No time.", reflection=None, before=[], now=now)
    world.keep(asked, refused)
    refused.decline("Nobody has.", by=world.oki, now=now)
    given = Extension.give(place, other, later, "A death in the family.", by=world.oki, now=now)
    world.keep(given, CalendarFeed.open(world.cici, before=None, now=now)[0])
    rule_changed(world, basis=Basis.REVIEWED)
    retired(world, CEREMONY)
    retired(world, FINAL)
    session_added(world)
    world.enrolment(world.ana).cohort.trust_guides(True, by=world.oki, now=now)
    thing = Thing(place.id, one.id)
    world.keep(Nudge.send(place.cohort, world.cici, Concern.MISSING, [thing], before=[], by=world.oki, now=now))


def outcomes(world: World) -> None:
    """A tree with an indicator, published; a claim, and what was said of it."""
    with_outcomes(world)
    of_module = outcome_of(world, "service")
    added = of_module.add(both("Asks who waits"), "A tutor", position=50, by=world.oki, now=world.now)
    world.keep(added)
    assert added.outcome is not None
    world.keep(
        outcome_of(world, "conduct").change(both("Keeps to it"), "A tutor", ["Others"], [], by=world.oki, now=world.now)
    )
    text = draft(world, world.cici, CONDUCT)
    text.submit(now=world.now)
    world.keep()
    judged(world, claimed(world, text, outcome_of(world, "conduct")), by=world.oki)


def certificates(world: World) -> None:
    """One that was withdrawn, one that was revoked for a reason, and one in its place."""
    completed(world, world.dodi)
    certified(world, world.dodi).withdraw(now=world.now)
    world.keep()
    revoked = certified(world, world.dodi)
    revoked.revoke("Made by mistake.", by=world.olla, now=world.now)
    revoked.clear(by=world.olla, now=world.now)
    world.keep()
    certified(world, world.dodi)


def scored_blind(world: World) -> None:
    """A sample of one text, scored by one, closed and settled."""
    rubric = with_rubric(world)
    latest = accepted(world, world.cici, JOB).latest
    assert latest is not None
    candidates = {latest.id: [world.oki.id, world.obed.id]}
    sample = Calibration.draw(world.cohort, rubric, candidates, percent=100, by=world.oki, now=world.now)
    world.keep(sample)
    [text] = sample.texts
    text.scorings[0].score({WHOLE: 2}, "", now=world.now)
    sample.close(now=world.now)
    world.keep(Moderation.settle(text, WHOLE, 2.5, "In between.", by=world.oki, now=world.now))


def attempt(connection: sa.Connection, case: Case) -> str | None:
    """What the database says of it; nothing of it stays."""
    how, name, values, where = case
    columns = Base.metadata.tables[name].columns
    # As the database has it: our own column types do not see what is tried here.
    plain = sa.table(name, *(sa.column(column.name, _stored(column.type)) for column in columns))
    keys = [plain.c[column.name] for column in columns if column.primary_key]
    row = connection.execute(sa.select(plain).where(sa.text(where)).order_by(*keys).limit(1)).mappings().one()
    statement: sa.Insert | sa.Update
    if how == "change":
        statement = plain.update().where(*(key == row[key.name] for key in keys)).values(values)
    else:
        statement = plain.insert().values({name: value for name, value in row.items() if name != "id"} | values)
    try:
        with connection.begin_nested() as savepoint:
            connection.execute(statement)
            savepoint.rollback()
    except IntegrityError as error:
        return str(error.orig)
    return None


def _stored(type_: sa.types.TypeEngine[Any]) -> sa.types.TypeEngine[Any]:
    plain = type_.impl_instance if isinstance(type_, sa.types.TypeDecorator) else type_
    return sa.String() if isinstance(plain, sa.Enum) else plain


def named(rule: Any, database: str) -> str:
    """How the database calls a rule when it is broken."""
    if database == "postgresql" or isinstance(rule, sa.CheckConstraint):
        return str(rule.name)
    if isinstance(rule, sa.ForeignKeyConstraint):
        return "FOREIGN KEY constraint failed"
    return "UNIQUE constraint failed: " + ", ".join(f"{rule.table.name}.{column.name}" for column in rule.columns)


def rules() -> Iterator[Any]:
    """Every rule of the tables: checks, what is unique, and what belongs together."""
    for table in Base.metadata.sorted_tables:
        kept = (each for each in table.constraints if isinstance(each, sa.CheckConstraint | sa.UniqueConstraint))
        # What holds the primary key is unique anyway: it is there for others to refer to.
        yield from (each for each in kept if isinstance(each, sa.CheckConstraint) or "id" not in each.columns)
        yield from (index for index in table.indexes if index.unique)
        yield from (key for key in table.foreign_key_constraints if len(key.columns) > 1)


def test_every_rule_has_something_that_breaks_it() -> None:
    assert {str(rule.name) for rule in rules()} == set(BROKEN)


def test_the_database_refuses_what_breaks_a_rule(everything: World, engine: sa.Engine, database: str) -> None:
    called = {str(rule.name): named(rule, database) for rule in rules()}
    missed = []
    with engine.connect() as connection:
        for rule, case in [*BROKEN.items(), *ALSO_BROKEN]:
            said = attempt(connection, case)
            if said is None or called[rule] not in said:
                missed.append((rule, case, said))
    assert missed == []


def test_the_database_allows_what_breaks_no_rule(everything: World, engine: sa.Engine) -> None:
    fine = [
        doubled("mentorship", "ended_at is not null"),  # ended twice is history
        doubled("appointment", "1 = 1", ended_at=NOON.replace(tzinfo=None)),
        doubled("submission", round=99),
        doubled("review", step=99),
        changed("reflection", number=9_999),
        changed("reflection", number=None),
        changed("review", "outcome = 'accepted'", feedback=""),
        doubled("user", email="another@example.org"),
        changed("module", "basis = 'accepted'", min_level=2.5, on_time=100),
        changed("rule_change", from_required=1, required=1, from_basis="accepted", basis="accepted", on_time=80),
    ]
    with engine.connect() as connection:
        assert [attempt(connection, case) for case in fine] == [None] * len(fine)


def test_nothing_points_nowhere(everything: World, engine: sa.Engine) -> None:
    nowhere, pointed, held = 2**31 - 2, 0, 0
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            for key in table.foreign_keys:
                if key.parent.name == "parent_rank":  # a figure, which a CHECK holds
                    continue
                pointed += 1
                # A document has one source, a rating one owner, an outcome what its rank has, what opens a conversation
                # a turn, what is answered somebody who did, a rule that followed another figure: to name another would
                # break a rule first.
                where = f"{key.parent.name} is not null" if table.name in NOT_ALL else "1 = 1"
                said = attempt(connection, changed(table.name, where, **{key.parent.name: nowhere}))
                held += said is not None and "foreign key constraint" in said.lower()
    assert held == pointed > 40


def test_what_is_handed_in_cannot_be_removed_under_its_history(everything: World, engine: sa.Engine) -> None:
    with engine.connect() as connection:
        for table in ("reflection", "submission", "enrolment", "training_session", "module", "cohort", "user"):
            with pytest.raises(IntegrityError), connection.begin_nested():
                connection.execute(sa.text(f'DELETE FROM "{table}"'))


def test_nothing_is_loaded_behind_our_back() -> None:
    every = [relation for mapper in Base.registry.mappers for relation in mapper.relationships]
    assert [str(relation) for relation in every if relation.lazy != "raise"] == []
    assert len(every) > 40
