"""A release goes live, is stopped while it goes out, or is cancelled before."""

from sqlalchemy.orm import Session

from bot.audit import is_program, record
from bot.db import swap
from bot.errors import FieldErrors, UserError
from bot.house import DecisionDraft, House
from bot.people.model import People
from bot.releases import calls, course, happenings, messages, rights, standing
from bot.releases.model import CANCELLED, LIVE, PLANNED, STOPPED, Release
from bot.releases.report import Report

STOP_CLASS = "roll-back"
"""The class of decision that stopping a rollout is."""
REASON_LIMIT = 300


def live(session: Session, house: House, slack_id: str, release_id: str) -> Report:
    """It is out. Its owner or engineering may say so, once nothing holds it any more."""
    release = rights.rolled_out_by(session, house, slack_id, release_id)
    if refusal := _why_not_live(session, house, release):
        raise UserError(refusal)
    _move(session, house, release, LIVE, slack_id)
    return course.happened(session, house, release, course.WENT_LIVE, slack_id)


def stop(session: Session, house: House, slack_id: str, release_id: str, because: str) -> Report:
    """It goes out no further, or is taken back. A decision, which stands in the log; only a new call lets it go on."""
    release = stoppable(session, house, slack_id, release_id)
    because = _require_reason(because)
    _move(session, house, release, STOPPED, slack_id, because)
    # A program decides nothing: what it has stopped stands on the card and in the thread alone.
    if house.links.log_decision is not None and not is_program(slack_id):
        text, options = messages.stopping(house, release)
        source = messages.source(house, release, stopped=True)
        draft = DecisionDraft(
            slack_id, text, decided=True, source=source, class_id=STOP_CLASS, why=because, options=options
        )
        house.links.log_decision(session, house, draft)
    return course.happened(session, house, release, course.STOPPED, slack_id)


def cancel(session: Session, house: House, slack_id: str, release_id: str, because: str) -> Report:
    """It will not come."""
    release = rights.owned_by(session, house, slack_id, release_id, "cancel it")
    because = _require_reason(because)
    _move(session, house, release, CANCELLED, slack_id, because)
    return course.happened(session, house, release, course.CANCELLED, slack_id)


def stoppable(session: Session, house: House, slack_id: str, release_id: str) -> Release:
    """The release, if this person may stop it and there is something to stop."""
    release = rights.rolled_out_by(session, house, slack_id, release_id)
    call = calls.latest(session, house, [release.id]).get(release.id)
    goes_out = release.state == PLANNED and call is not None and call.lets_go(release, standing.tier(house, release))
    if release.state != LIVE and not goes_out:
        raise UserError(f"Nothing to stop: nobody has said go for {release.name}, and it is {release.state}.")
    return release


def _why_not_live(session: Session, house: House, release: Release) -> str:
    """Why a release cannot be said to be live, in words that say what to do; empty when it can."""
    owner, how = People(session, house).named(release.owner), f"`/launch-ready {release.slug} call`"
    if release.state in (LIVE, CANCELLED):
        return f"{release.name} is {release.state} already."
    stands = standing.stands(session, house, release)
    if stands.held_by:
        names = " and ".join(standing.function_name(house.definitions.organisation, each) for each in stands.held_by)
        return f"{names} can hold {release.name}, and does. Only they can let it go."
    if release.state == STOPPED:
        return f"{release.name} was stopped. It goes on with a new call, which {owner} makes: {how}."
    if stands.tier == "low":
        if stands.missing_answers:
            return f"Low asks only for the four answers, and {release.name} lacks some: `/launch-ready {release.slug}`."
        return ""
    call = calls.latest(session, house, [release.id]).get(release.id)
    if call is None or not call.lets_go(release, stands.tier):
        return f"Nobody has said go for {release.name} on {release.target:%a %-d %b}. {owner} makes the call: {how}."
    return ""


def _move(session: Session, house: House, release: Release, state: str, by: str, because: str = "") -> None:
    """Its row is held, so nobody else has moved it since it was looked at."""
    before = release.state
    assert swap(session, Release, release.id, release.version, state=state)
    session.refresh(release)
    # What happened is called like the state it has led to.
    happenings.add(session, house, release, state, by, because=because)
    record(session, house, f"release.{state}", f"release:{release.id}", actor=by, before=before, because=because)


def _require_reason(because: str) -> str:
    reason = because.strip()
    if not reason:
        raise FieldErrors({"because": "Say why: it stands on the card with your name."})
    if len(reason) > REASON_LIMIT:
        raise FieldErrors({"because": f"Keep this under {REASON_LIMIT} characters."})
    return reason
