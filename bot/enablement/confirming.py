"""Each person confirms that they know what changes, or says why it is not for them; the rest is nudged once."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.audit import record
from bot.db import insert_or_ignore
from bot.enablement import standing
from bot.enablement.messages import REASON_LIMIT
from bot.enablement.model import ATTENDED, NOT_FOR_ME, READ, Confirmation, Nudge
from bot.enablement.standing import Roster, Stands
from bot.enablement.writing import bundle_of
from bot.errors import FieldErrors, UserError
from bot.house import House
from bot.people.model import People, Person
from bot.releases import course, readiness
from bot.releases import model as releases
from bot.releases.course import WENT_LIVE
from bot.releases.model import PLANNED, STOPPED

LONGEST_LEAD = 60
"""Working days that are counted between the last confirmation and the release."""


def confirm(session: Session, house: House, slack_id: str, release_id: str, how: str, reason: str = "") -> Stands:
    """Somebody has read it, was there, or says why it is not for them. Said again, the last word counts."""
    stands, person = published(session, house, slack_id, release_id)
    assert stands.edition is not None and how in (READ, ATTENDED, NOT_FOR_ME)
    reason = reason.strip()
    if how == NOT_FOR_ME and not reason:
        raise FieldErrors({"reason": "Say why, so that whoever leads your function understands it."})
    if len(reason) > REASON_LIMIT:
        raise FieldErrors({"reason": f"Keep this under {REASON_LIMIT} characters."})
    definition = house.definitions.organisation.person(person.ref)
    session.execute(
        delete(Confirmation).where(
            Confirmation.workspace_id == house.workspace_id,
            Confirmation.release_id == stands.release.id,
            Confirmation.person == slack_id,
        )
    )
    insert_or_ignore(
        session, Confirmation, workspace_id=house.workspace_id, release_id=stands.release.id, person=slack_id,
        function=definition.function if definition else "", how=how, reason=reason, edition=stands.edition.number,
        at=house.clock.now(),
    )  # fmt: skip
    record(
        session, house, "bundle.confirmed", f"release:{stands.release.id}", actor=slack_id, how=how, reason=reason,
        edition=stands.edition.number,
    )  # fmt: skip
    return _touched(session, house, stands, slack_id)


def published(session: Session, house: House, slack_id: str, release_id: str) -> tuple[Stands, Person]:
    """A bundle that people read, held, and the person; a `UserError` while it is not published."""
    stands, person = bundle_of(session, house, slack_id, release_id)
    if stands.edition is None:
        raise UserError(f"The bundle of {stands.release.name} is not published yet. You are asked once it is.")
    return stands, person


def nudge(session: Session, house: House, slack_id: str, release_id: str, function: str = "") -> Roster:
    """Whoever leads a function has those of it asked once more who have not confirmed. Once, and no more."""
    stands, person = published(session, house, slack_id, release_id)
    release = stands.release
    if release.state not in (PLANNED, STOPPED):
        raise UserError(f"{release.name} is {release.state}. Nobody is asked any more.")
    mine = [each for each in stands.rosters if may_nudge(house, person, each) and function in ("", each.rule.function)]
    if not mine:
        raise UserError("Only whoever leads a function nudges its people; where nobody does, product ops.")
    roster = mine[0]
    if (before := stands.nudges.get(roster.rule.function)) is not None:
        by = People(session, house).called(before.by)
        raise UserError(f"{by} has nudged {roster.name} already. Once is all there is: talk to those who are left.")
    if not roster.waiting:
        raise UserError(f"Nobody of {roster.name} is left to nudge.")
    insert_or_ignore(
        session, Nudge, workspace_id=house.workspace_id, release_id=release.id, function=roster.rule.function,
        by=slack_id, at=house.clock.now(),
    )  # fmt: skip
    names = [each.ref for each in roster.waiting]
    record(
        session, house, "bundle.nudged", f"release:{release.id}", actor=slack_id, function=roster.rule.function,
        people=names,
    )  # fmt: skip
    _touched(session, house, stands, slack_id)
    return roster


def may_nudge(house: House, person: Person, roster: Roster) -> bool:
    """Whether this person leads the function; where nobody does, product ops."""
    function = house.definitions.organisation.function(roster.rule.function)
    lead = house.definitions.organisation.person(function.lead) if function and function.lead else None
    return lead.ref == person.ref if lead else person.is_product_ops


def follow(session: Session, house: House, release_id: int, what: str, by: str | None) -> None:
    """Once it is live, keep how far each function had confirmed by then, and how long before."""
    release = releases.seen(session, house, str(release_id)) if what == WENT_LIVE else None
    stands = standing.of(session, house, release) if release else None
    if stands is not None:
        covered = {roster.rule.function: _coverage(house, stands, roster) for roster in stands.rosters}
        record(session, house, "bundle.coverage", f"release:{release_id}", actor=by, functions=covered)


def _coverage(house: House, stands: Stands, roster: Roster) -> dict[str, object]:
    """How many confirmed of how many, whether that is enough, the last moment, and its working days ahead."""
    last = max((stands.confirmations[each.slack_id].at for each in roster.confirmed), default=None)
    organisation = house.definitions.organisation
    return {
        "confirmed": len(roster.confirmed),
        "of": roster.of,
        "enough": roster.is_enough,
        "last": last.isoformat() if last else None,
        "lead": readiness.working_days_between(
            last.astimezone(organisation.zone).date(), stands.release.target, organisation.work_days().off, LONGEST_LEAD
        )
        if last
        else None,
    }


def _touched(session: Session, house: House, stands: Stands, slack_id: str) -> Stands:
    session.flush()
    course.touched(session, house, stands.release, slack_id)
    now = standing.of(session, house, stands.release)
    assert now is not None
    return now
