"""What is to be done until a workspace works with Drumbeat. Each step is found out from the records, never ticked."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Exists, bindparam, exists, select
from sqlalchemy.orm import Session

from bot.audit import record
from bot.decisions.model import Decision
from bot.definitions import Area
from bot.house import House
from bot.insights.model import Insight
from bot.people.flow import require_product_ops
from bot.people.model import Channel, People
from bot.people.named_channels import named
from bot.prompts import flow as prompts
from bot.rituals.model import CLOSED, Occurrence
from bot.versions import Version
from bot.welcome import messages, model
from bot.welcome.step import Step

SET_UP = ("product_ops", "head_of_product")
"""Who is shown the first steps."""


def _any(table: type[Any], *which: ColumnElement[bool]) -> Exists:
    return exists().where(table.workspace_id == bindparam("workspace_id"), *which)


# All at once, and built once: product ops looks at Home all day.
_IS_THERE = select(
    _any(Version).label("definitions"),
    _any(Occurrence, Occurrence.opened_at.is_not(None)).label("ritual"),
    _any(Occurrence, Occurrence.state == CLOSED).label("artifact"),
    _any(Decision, Decision.decided_at.is_not(None)).label("decision"),
    _any(Insight).label("insight"),
)
_JOINED = select(Channel.name, Channel.slack_id).where(
    Channel.workspace_id == bindparam("workspace_id"), Channel.joined
)


def steps(session: Session, house: House) -> list[Step]:
    """All of them, in the order in which they are best done; without what the definitions do not have."""
    is_there = session.execute(_IS_THERE, {"workspace_id": house.workspace_id}).one()
    found = [
        Step("definitions", is_there.definitions),
        _people(session, house),
        _channels(session, house),
        _areas(session, house),
        Step("ritual", is_there.ritual),
        Step("artifact", is_there.artifact),
        Step("decision", is_there.decision),
    ]
    if house.definitions.insights is not None:
        found.append(Step("insight", is_there.insight))
    return found


def sets_up(session: Session, house: House, slack_id: str) -> bool:
    """Whether the first steps are this person's."""
    person = People(session, house).by_slack(slack_id)
    return person is not None and any(role in person.roles for role in SET_UP)


def hide(session: Session, house: House, slack_id: str) -> None:
    """Take the first steps off everybody's Home, for good. Only product ops may."""
    require_product_ops(session, house, slack_id, "hide the first steps")
    if model.end(session, house, slack_id):
        record(session, house, "first_steps.hidden", "first_steps", actor=slack_id)


def arrive(session: Session, house: House) -> None:
    """Tell product ops once that Drumbeat is here and what is left to do, when nothing has happened here before.

    As long as Slack knows nobody of product ops it waits for the next start.
    """
    ops = People(session, house).with_role("product_ops")
    if not ops or not model.begin(session, house):
        return
    if session.execute(_IS_THERE, {"workspace_id": house.workspace_id}).one().ritual:
        return
    title, text = messages.arrived(house, steps(session, house))
    for person in ops:
        prompts.tell(session, house, person.slack_id, f"welcome:arrived:{person.slack_id}", title, text)


def _people(session: Session, house: House) -> Step:
    people, everybody = People(session, house), house.definitions.organisation.people
    missing = tuple(each.name for each in everybody if people.by_ref(each.ref) is None)
    return Step("people", not missing, len(everybody) - len(missing), len(everybody), missing)


def _channels(session: Session, house: House) -> Step:
    wanted = named(house)
    rows = session.execute(_JOINED, {"workspace_id": house.workspace_id})
    there = {each for name, slack_id in rows for each in (f"#{name}", slack_id)}
    missing = tuple(each for each in wanted if each not in there)
    return Step("channels", not missing, len(wanted) - len(missing), len(wanted), missing)


def _areas(session: Session, house: House) -> Step:
    areas = house.definitions.organisation.areas
    gaps = {area.id: tuple(_gaps(People(session, house), area)) for area in areas}
    missing = tuple(gap for area in areas for gap in gaps[area.id])
    return Step("areas", not missing, sum(not each for each in gaps.values()), len(areas), missing)


def _gaps(people: People, area: Area) -> Iterator[str]:
    """Who of an area is not there: named by nobody, or not in Slack."""
    for ref, as_what in ((area.owner, "owner"), (area.deputy, "deputy")):
        if people.by_ref(ref) is None:
            yield f"{area.name}: {as_what}"


def all_done(found: Sequence[Step]) -> bool:
    return all(step.done for step in found)
