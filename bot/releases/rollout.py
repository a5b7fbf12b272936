"""A release goes live."""

from sqlalchemy.orm import Session

from bot.audit import record
from bot.errors import UserError
from bot.house import House
from bot.people.flow import require_person
from bot.people.model import People, Person
from bot.releases import calls, course, happenings, model, report
from bot.releases.model import CANCELLED, LIVE, STOPPED, Release
from bot.releases.report import Report, rules_of
from bot.releases.versions import swap

ENGINEERING = "engineering"
"""The role of those who may say that something is live, and may stop it."""


def live(session: Session, house: House, slack_id: str, release_id: str) -> Report:
    """It is out. Its owner or engineering may say so, once nothing holds it any more."""
    release, person = model.get(session, house, release_id), require_person(session, house, slack_id)
    rules_of(house)
    if person.ref != release.owner and ENGINEERING not in person.roles:
        owner = People(session, house).named(release.owner)
        raise UserError(f"That {release.name} is live is said by its owner, {owner}, or by engineering.")
    if refusal := _why_not_live(session, house, release):
        raise UserError(refusal)
    _move(session, house, release, LIVE, person)
    happenings.add(session, house, release, happenings.WENT_LIVE, slack_id)
    return course.happened(session, house, release, course.WENT_LIVE, slack_id)


def _why_not_live(session: Session, house: House, release: Release) -> str:
    """Why a release cannot be said to be live, in words that say what to do; empty when it can."""
    owner, how = People(session, house).named(release.owner), f"`/launch-ready {release.slug} call`"
    if release.state in (LIVE, CANCELLED):
        return f"{release.name} is {release.state} already."
    stands = report.stands(session, house, release)
    if stands.held_by:
        names = " and ".join(report.function_name(house.definitions.organisation, each) for each in stands.held_by)
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


def _move(session: Session, house: House, release: Release, state: str, person: Person) -> None:
    """Its row is held, so nobody else has moved it since it was looked at."""
    before = release.state
    assert swap(session, Release, release.id, release.version, state=state)
    session.refresh(release)
    record(session, house, f"release.{state}", f"release:{release.id}", actor=person.slack_id, before=before)
