"""Items of a release are given to somebody, up to ten at once, by its owner, product ops, or a function for its own."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.audit import record
from bot.db import insert_or_ignore
from bot.definitions import ReadinessItem
from bot.errors import FieldErrors, UserError
from bot.house import House
from bot.people.model import People
from bot.releases import course, rights, standing
from bot.releases.assignments import Assignment
from bot.releases.report import Report

MOST_AT_ONCE = 10


def assignable(session: Session, house: House, slack_id: str, release_id: str) -> list[ReadinessItem]:
    """The open items this person may give to somebody, in the order of the rules; a `UserError` when there is none."""
    release, person = rights.coming(session, house, slack_id, release_id)
    items = [point.item for point in standing.stands(session, house, release).points if point.is_open]
    items = [item for item in items if item.computed is None]
    definition = house.definitions.organisation.person(person.ref)
    if person.ref != release.owner and not person.is_product_ops:
        items = [item for item in items if definition is not None and definition.function in item.owners]
    if not items:
        owner = People(session, house).named(release.owner)
        raise UserError(f"No open item of {release.name} is yours to give away. {owner} and product ops give all.")
    return items


def assign(session: Session, house: House, slack_id: str, release_id: str, item_ids: Sequence[str], to: str) -> Report:
    """Give these items to a person (Slack id)."""
    items = {str(item.id): item for item in assignable(session, house, slack_id, release_id)}
    release, _person = rights.coming(session, house, slack_id, release_id)
    person, wrong = People(session, house).by_slack(to), {}
    if person is None:
        wrong["person"] = "I do not know this person. Pick somebody named in `organisation.yaml`."
    if not item_ids:
        wrong["items"] = "Tick what they are to do."
    elif len(item_ids) > MOST_AT_ONCE:
        wrong["items"] = f"Give away at most {MOST_AT_ONCE} at once."
    elif not items.keys() >= set(item_ids):
        wrong["items"] = "Some of these have been settled meanwhile. Close the form and open it again."
    if wrong or person is None:
        raise FieldErrors(wrong)
    for item_id in item_ids:
        _give(session, house, release.id, int(item_id), person.ref, slack_id)
    session.flush()
    record(
        session, house, "release.assigned", f"release:{release.id}", actor=slack_id,
        items=[int(each) for each in item_ids], person=person.ref,
    )  # fmt: skip
    return course.touched(session, house, release, slack_id)


def _give(session: Session, house: House, release_id: int, item_id: int, ref: str, by: str) -> None:
    # The release is held, so nobody else gives the same item away in between.
    known = session.scalar(
        select(Assignment).where(
            Assignment.workspace_id == house.workspace_id,
            Assignment.release_id == release_id,
            Assignment.item_id == item_id,
        )
    )
    now = house.clock.now()
    if known is not None:
        known.person, known.given_by, known.given_at = ref, by, now
        return
    insert_or_ignore(
        session, Assignment, workspace_id=house.workspace_id, release_id=release_id, item_id=item_id,
        person=ref, given_by=by, given_at=now,
    )  # fmt: skip
