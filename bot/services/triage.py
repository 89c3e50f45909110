"""Triage: which product manager looks after a piece of feedback."""

from datetime import datetime

from bot.services import access
from bot.services import feedback_cards as cards
from bot.services.feedback import note
from storage import causes
from storage.database import Session, Write
from storage.models import Reader, Role


@Write
def claim(session: Session, *, by: Reader, number: int, cause: str, now: datetime) -> None:
    """Take on the triage of a piece of feedback; its card says who is on it, and the first one stays."""
    access.require(by, Role.PM, "claim triage")
    feedback = cards.on_card(session, by, number, lock=True)
    if not causes.claim(session, team_id=by.team_id, cause=cause, now=now):
        return
    if feedback.claimed_by is None and not feedback.withdrawn:
        feedback.claimed_by = by.user_id
        session.add(feedback)
        note(session, by, feedback, "claimed", None, by.user_id, cause, now)
        cards.refresh(session, feedback, cause=cause)


@Write
def unclaim(session: Session, *, by: Reader, number: int, cause: str, now: datetime) -> None:
    """Give the triage of a piece of feedback back; only who took it on can."""
    feedback = cards.on_card(session, by, number, lock=True)
    if not causes.claim(session, team_id=by.team_id, cause=cause, now=now):
        return
    if feedback.claimed_by == by.user_id:
        feedback.claimed_by = None
        session.add(feedback)
        note(session, by, feedback, "claimed", by.user_id, None, cause, now)
        cards.refresh(session, feedback, cause=cause)
