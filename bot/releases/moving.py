"""A release goes out on other days: every due day follows, and what it was and why stands on its card."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.audit import record
from bot.db import swap
from bot.errors import Changed, FieldErrors
from bot.house import House
from bot.releases import course, forms, happenings, messages, rights
from bot.releases.model import Release
from bot.releases.register import days, wrong_days
from bot.releases.report import Report

REASON_LIMIT = 300


@dataclass(frozen=True)
class Move:
    """Where it goes, as typed: ISO dates, `until` may be empty."""

    target: str
    until: str
    confidence: str
    because: str


def move(session: Session, house: House, slack_id: str, release_id: str, version: int, to: Move) -> Report:
    """Its owner or product ops moves it. `Changed` when somebody changed it after `version` was shown."""
    release = rights.kept_by(session, house, slack_id, release_id)
    wrong = wrong_days(house, to.target, to.until) | _wrong(to)
    if wrong:
        raise FieldErrors(wrong)
    target, until = days(to.target, to.until)
    before = messages.span(release)
    if (target, until, to.confidence) == (release.target, release.until, release.confidence):
        raise FieldErrors({"target": f"It goes out {before} already. Pick another day."})
    values = {"target": target, "until": until, "confidence": to.confidence}
    if not swap(session, Release, release.id, version, **values):
        raise Changed(forms.changed_meanwhile(house, release))
    session.refresh(release)
    return moved(session, house, release, before, slack_id, to.because.strip())


def moved(session: Session, house: House, release: Release, before: str, by: str | None, because: str) -> Report:
    """Keep that it has moved from `before` (in words), and let everything follow."""
    after = messages.span(release)
    happenings.add(session, house, release, happenings.MOVED, by, because=because, before=before, after=after)
    record(
        session, house, "release.moved", f"release:{release.id}", actor=by, before=before, after=after, because=because
    )
    return course.happened(session, house, release, course.MOVED, by)


def _wrong(to: Move) -> dict[str, str]:
    fields = {}
    if to.confidence not in messages.CONFIDENCE_NAMES:
        fields["confidence"] = "Pick how sure the date is."
    if not to.because.strip():
        fields["because"] = "Say why: whoever knows the old date reads it."
    elif len(to.because.strip()) > REASON_LIMIT:
        fields["because"] = f"Keep this under {REASON_LIMIT} characters."
    return fields
