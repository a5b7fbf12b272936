"""What is to be done until a workspace works with Drumbeat. Each step is found out from the records, never ticked."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import versions
from bot.audit import record
from bot.decisions.model import Decision
from bot.definitions import Area
from bot.house import House
from bot.insights.model import Insight
from bot.people.flow import require_product_ops
from bot.people.model import Channel, People
from bot.prompts import flow as prompts
from bot.rituals.model import CLOSED, Occurrence
from bot.welcome import messages, model
from bot.welcome.channels import named
from bot.welcome.step import Step

SET_UP = ("product_ops", "head_of_product")
"""Who is shown the first steps."""


def steps(session: Session, house: House) -> list[Step]:
    """All of them, in the order in which they are best done; without what the definitions do not have."""
    found = [
        Step("definitions", versions.newest(session, house.workspace_id) >= 1),
        _people(session, house),
        _channels(session, house),
        _areas(session, house),
        Step("ritual", _is_any(session, Occurrence, house, Occurrence.opened_at.is_not(None))),
        Step("artifact", _is_any(session, Occurrence, house, Occurrence.state == CLOSED)),
        Step("decision", _is_any(session, Decision, house, Decision.decided_at.is_not(None))),
    ]
    if house.definitions.insights is not None:
        found.append(Step("insight", _is_any(session, Insight, house)))
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
    if _is_any(session, Occurrence, house, Occurrence.opened_at.is_not(None)):
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
    query = select(Channel.name, Channel.slack_id).where(Channel.workspace_id == house.workspace_id, Channel.joined)
    there = {each for name, slack_id in session.execute(query) for each in (f"#{name}", slack_id)}
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


def _is_any(session: Session, table: type[Occurrence | Decision | Insight], house: House, *which: object) -> bool:
    query = select(table.id).where(table.workspace_id == house.workspace_id, *which).limit(1)  # type: ignore[arg-type]  # conditions
    return session.scalar(query) is not None


def all_done(found: Sequence[Step]) -> bool:
    return all(step.done for step in found)
