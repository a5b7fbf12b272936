"""The plan is closed and posted as it is, or there is none for a reason; later corrections are marked."""

from dataclasses import replace

from sqlalchemy.orm import Session

from bot import blocks, timers
from bot.audit import record
from bot.definitions import Ritual
from bot.definitions.artifacts import made_by_ritual
from bot.delivery import outbox
from bot.errors import FieldErrors, UserError
from bot.house import House
from bot.people.model import People, Person, channel_id
from bot.prompts import flow as prompts
from bot.quarter import asking, assembling, messages, rights
from bot.quarter.assembling import Plan
from bot.quarter.model import PlanVersion, QuarterPart
from bot.rituals import model as occurrences
from bot.rituals.model import CLOSED, CLOSED_WITHOUT_OUTPUT, IN_PROGRESS, PROMPTED, RUNNING, Occurrence
from bot.rituals.schedule import to_utc
from bot.timers import Step

MARKDOWN = "quarter/plan.md.j2"
SUMMARY_LIMIT = ALTHOUGH_LIMIT = REASON_LIMIT = 300
UNDECIDED = "quarter.undecided"
"""The timer that ends a planning whose plan nobody has closed."""
GRACE = 5
"""Working days after the plan was to be closed."""
NOBODY_CLOSED_IT = "nobody closed the plan"


def plan_of(occurrence: Occurrence) -> str:
    """The plan of this room's own timers."""
    return f"quarter:{occurrence.id}"


def close(
    session: Session,
    house: House,
    slack_id: str,
    occurrence_id: str,
    summary: str = "",
    although: str = "",
    reason: str = "",
) -> bool:
    """Post the plan and keep it as it is now, or end without one for a `reason`; whether there is a plan.

    `FieldErrors` when something is missing and nobody says why it is closed all the same (`although`).
    """
    ritual, occurrence = rights.closable(session, house, slack_id, occurrence_id)
    then = occurrences.house_of(session, house, occurrence)
    summary, although, reason = summary.strip(), although.strip(), reason.strip()
    limits = {
        "summary": (summary, SUMMARY_LIMIT),
        "although": (although, ALTHOUGH_LIMIT),
        "reason": (reason, REASON_LIMIT),
    }
    if wrong := {
        name: f"Keep this under {most} characters." for name, (text, most) in limits.items() if len(text) > most
    }:
        raise FieldErrors(wrong)
    if reason:
        _end(session, then, ritual, occurrence, reason, slack_id)
        return False
    found = assembling.assemble(session, then, ritual, occurrence)
    if not found.bets:
        raise FieldErrors({"reason": "Nobody has bet on anything, so this would be no plan. Say why there is none."})
    if (found.incomplete or found.undone) and not although:
        raise FieldErrors({"although": "Something is missing. Say why the plan is closed all the same."})
    if not occurrences.move(session, house, occurrence, CLOSED, actor=slack_id, artifact=_artifact(found)):
        raise UserError(f"{ritual.name} has just been closed by someone else.")
    timers.replan(session, house, plan_of(occurrence), [])
    kept = _keep(session, then, slack_id, found, summary=summary, although=although)
    _post(session, then, kept)
    asking.refresh(session, house, ritual, occurrence)
    return True


def publish(session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
    """The plan was to be closed by now: everybody who may, and product ops, hears what is to be done."""
    if occurrence.state not in RUNNING:
        return
    organisation, zone = house.definitions.organisation, ritual.zone_for(house.definitions.organisation)
    local = house.clock.now().astimezone(zone)
    day = ritual.work_days(organisation).nth(local.date(), GRACE)
    until = to_utc(local.replace(year=day.year, month=day.month, day=day.day, tzinfo=None), zone)
    timers.replan(session, house, plan_of(occurrence), [Step(UNDECIDED, str(occurrence.id), until)])
    found = assembling.assemble(session, house, ritual, occurrence)
    title, text = messages.still_open(house, found, names_of(rights.closers(session, house, ritual)), until)
    _tell(session, house, ritual, f"quarter-open:{occurrence.id}", title, text)
    record(session, house, "quarter.still_open", f"occurrence:{occurrence.id}", until=until.isoformat())


def on_undecided(session: Session, house: House, ref: str) -> None:
    """A timer: nobody has closed the plan, so that there is none."""
    occurrence = occurrences.get(session, house, ref, lock=True)
    then = occurrences.house_of(session, house, occurrence)
    ritual = then.definitions.calendar.ritual(occurrence.ritual_id)
    if ritual is not None and occurrence.state in RUNNING:
        _end(session, then, ritual, occurrence, NOBODY_CLOSED_IT, None)


def follow(
    session: Session,
    house: House,
    slack_id: str,
    ritual: Ritual,
    occurrence: Occurrence,
    part: QuarterPart,
    what: str,
) -> None:
    """An area has said something: the planning has begun; a plan that is closed is corrected, and says so (`what`).

    What was posted in its thread stays as it was.
    """
    if occurrence.state == PROMPTED:
        occurrences.move(session, house, occurrence, IN_PROGRESS)
    if occurrence.state != CLOSED:
        return
    found = assembling.assemble(session, house, ritual, occurrence)
    first = found.versions[0]
    kept = _keep(session, house, slack_id, found, what=what, summary=first.summary, although=first.although)
    closers = names_of(rights.closers(session, house, ritual))
    called = People(session, house).called
    if first.message_id is None:
        return
    version = kept.versions[-1]
    outbox.update(session, house, first.message_id, messages.summary(house, kept, called, closers))
    area = next(each for each in kept.areas if each.id == part.area_id)
    outbox.reply(
        session, house, first.message_id, messages.correction(house, version, called(slack_id), area),
        kind="quarter.correction", dedupe=f"quarter-correction:{occurrence.id}:{version.number}",
    )  # fmt: skip


def names_of(people: list[Person]) -> list[str]:
    return [person.name for person in people]


def as_markdown(session: Session, house: House, found: Plan) -> str:
    """The plan as a document."""
    first = found.closed
    called = People(session, house).called
    return house.words.render(
        MARKDOWN,
        plan=found,
        first=first,
        corrections=[messages.corrected(house, each, called(each.by)) for each in found.corrections],
        by=called(first.by) if first else "",
        zone=house.definitions.organisation.zone,
        missing=messages.missing(house, found),
        declined=messages.declined(house, found),
        depends=messages.depends(house, found),
        risks=messages.risks(house, found),
        decisions=messages.decisions(house, found),
        frictions=messages.friction_lines(house, found),
        outcomes=[(area, [messages.outcome_line(house, bet) for bet in area.before]) for area in found.areas],
        bets=[(area, [messages.bet_lines(house, each).split("\n") for each in area.bets]) for area in found.areas],
    )


def _artifact(found: Plan) -> str:
    return f"{found.ritual.name}: {found.quarter}"


def _keep(
    session: Session, house: House, slack_id: str, found: Plan, *, what: str = "", summary: str, although: str
) -> Plan:
    """The plan with its new version, whose document is as everybody sees it."""
    version = PlanVersion(
        workspace_id=house.workspace_id, occurrence_id=found.occurrence.id, number=len(found.versions) + 1,
        at=house.clock.now(), by=slack_id, what=what, summary=summary, although=although, markdown="",
    )  # fmt: skip
    kept = replace(found, versions=[*found.versions, version])
    version.markdown = as_markdown(session, house, kept)
    session.add(version)
    session.flush()
    kind = "quarter.corrected" if what else "quarter.closed"
    record(session, house, kind, f"occurrence:{found.occurrence.id}", actor=slack_id, number=version.number, what=what)
    return kept


def _post(session: Session, house: House, found: Plan) -> None:
    """In the channel of its ritual: a summary, and everything in its thread."""
    closers = names_of(rights.closers(session, house, found.ritual))
    first, *rest = messages.plan(house, found, People(session, house).called, closers)
    key = f"quarter-plan:{found.occurrence.id}"
    library, made_by = house.links.library, made_by_ritual(found.ritual.id)
    checked = library and library.check(session, house, made_by, f"occurrence:{found.occurrence.id}")
    channel = channel_id(session, house, found.ritual.channel)
    message_id = outbox.post(
        session, house, channel, blocks.noted(first, checked.note if checked else ""), kind="quarter.plan", dedupe=key,
        report_to=asking.owner_id(session, house, found.ritual), routine=True,
    )  # fmt: skip
    found.versions[0].message_id = message_id
    for number, page in enumerate(rest):
        outbox.reply(session, house, message_id, page, kind="quarter.plan", dedupe=f"{key}:{number}")
    if library and checked:
        library.issued(session, house, checked, message_id)


def _end(
    session: Session, house: House, ritual: Ritual, occurrence: Occurrence, reason: str, slack_id: str | None
) -> None:
    if not occurrences.move(session, house, occurrence, CLOSED_WITHOUT_OUTPUT, actor=slack_id, reason=reason):
        raise UserError(f"{ritual.name} has just been closed by someone else.")
    timers.replan(session, house, plan_of(occurrence), [])
    found = assembling.assemble(session, house, ritual, occurrence)
    title, text = messages.ended(house, found, names_of(rights.closers(session, house, ritual)), reason)
    _tell(session, house, ritual, f"quarter-ended:{occurrence.id}", title, text)
    asking.refresh(session, house, ritual, occurrence)


def _tell(session: Session, house: House, ritual: Ritual, key: str, title: str, text: str) -> None:
    """Whoever may close the plan, and product ops; in product ops' channel when Slack knows none of them."""
    people = People(session, house)
    told = {person.slack_id for person in [*rights.closers(session, house, ritual), *people.with_role("product_ops")]}
    # In one order everywhere, since each person is held.
    for slack_id in sorted(told):
        prompts.tell(session, house, slack_id, f"{key}:{slack_id}", title, text)
    if not told:
        channel = channel_id(session, house, house.definitions.organisation.channels.product_ops)
        outbox.post(session, house, channel, messages.told(title, text), kind="quarter.told", dedupe=key)
