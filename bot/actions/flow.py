"""What becomes of an action: agreed, asked of its owner, reminded of once, told of when it is long overdue, ended."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from bot import timers
from bot.actions import messages, model
from bot.actions.model import DONE, DROPPED, LIMIT, OPEN, Action
from bot.audit import record
from bot.db import swap
from bot.definitions.working_time import to_utc
from bot.errors import Changed, FieldErrors, UserError
from bot.house import ActionSource, House, Obligation, Origin, Part
from bot.people.flow import require_person
from bot.people.model import People, Person
from bot.prompts import flow as prompts

PROMPT = "action"
"""The kind of prompt that asks for it; its ref is the action's id."""
LATE = "action.late"
"""The timer of an action. Its ref is its source (whose record is held), `:`, the action's id, `:`, its date."""
LATE_AFTER = timedelta(days=14)


def checked(session: Session, house: House, what: str, owner: str, due: str) -> tuple[Person, date]:
    """Who does it, and until when (an ISO date); `FieldErrors` at `what`, `owner` or `due`."""
    person, wrong = People(session, house).by_slack(owner), {}
    if not what.strip() or len(what.strip()) > LIMIT:
        wrong["what"] = f"Keep this under {LIMIT} characters." if what.strip() else "Say what is to be done."
    if person is None:
        wrong["owner"] = "I do not know this person. Pick somebody named in `organisation.yaml`."
    try:
        day = date.fromisoformat(due)
    except ValueError:
        day = date.min
    if day < model.today(house):
        wrong["due"] = "Pick a day, today or later."
    if wrong or person is None:
        raise FieldErrors(wrong)
    return person, day


def agree(session: Session, house: House, by: str, source: str, what: str, owner: str, due: str) -> Action:
    """Somebody does `what` until `due` (an ISO date) and is asked for it. Whoever calls holds the source's record."""
    person, day = checked(session, house, what, owner, due)
    action = Action(
        workspace_id=house.workspace_id,
        source=source,
        what=what.strip(),
        owner=person.slack_id,
        due_on=day,
        agreed_by=by,
        agreed_at=house.clock.now(),
    )
    session.add(action)
    session.flush()
    record(session, house, "action.agreed", f"action:{action.id}", actor=by, owner=owner, due=due)
    _ask(session, house, action, person)
    return action


def changeable(session: Session, house: House, slack_id: str, action_id: str) -> tuple[Origin, Action]:
    """An open action with what it comes from, held, if it is this person's, or they own what it comes from.

    What is nobody's any more is for product ops: to hand on, or to end.
    """
    action = model.get(session, house, action_id)
    origin = _origin(session, house, action)
    session.refresh(action)
    person, people = require_person(session, house, slack_id), People(session, house)
    orphaned = _is_orphaned(people, action, origin)
    if slack_id not in (action.owner, origin.owner) and not (orphaned and person.is_product_ops):
        other = "product ops" if orphaned else f"the owner of {origin.name}"
        raise UserError(f"That is for {people.called(action.owner)}, or for {other}.")
    if action.state != OPEN:
        raise UserError(f"This action is {action.state} already.")
    return origin, action


def change(
    session: Session, house: House, slack_id: str, action_id: str, version: int, what: str, owner: str, due: str
) -> Origin:
    """Other words, somebody else or another day. `Changed` when `version` is not current."""
    origin, action = changeable(session, house, slack_id, action_id)
    person, day = checked(session, house, what, owner, due)
    before = action.owner
    if not swap(session, Action, action.id, version, what=what.strip(), owner=person.slack_id, due_on=day):
        raise Changed(messages.changed(house, action))
    session.refresh(action)
    record(session, house, "action.changed", f"action:{action.id}", actor=slack_id, owner=owner, due=due)
    if before != person.slack_id:
        prompts.withdraw(session, house, _key(action, before))
    _ask(session, house, action, person)
    prompts.changed(session, house, _key(action, person.slack_id))
    _shown(session, house, action, slack_id)
    return origin


def done(session: Session, house: House, slack_id: str, action_id: str) -> Origin:
    """It is done, says whoever does it, or who owns what it comes from."""
    return _end(session, house, slack_id, action_id, DONE, "")


def drop(session: Session, house: House, slack_id: str, action_id: str, because: str) -> Origin:
    """It will not be done, for a reason."""
    if not because.strip():
        raise FieldErrors({"because": "Say why: it stands in the report."})
    return _end(session, house, slack_id, action_id, DROPPED, because.strip()[:LIMIT])


def on_late(session: Session, house: House, ref: str) -> None:
    """A timer: an action is overdue for two weeks. Who owns what it comes from and product ops hear so, once."""
    *_source, action_id, due = ref.split(":")
    action = model.get(session, house, action_id)
    source, id = _source_of(house, action)
    origin = source.origin(session, house, id, hold=True)
    session.refresh(action)
    if origin is None or action.state != OPEN or str(action.due_on) != due:
        return
    people = People(session, house)
    name = people.called(action.owner)
    source.tell(session, house, id, messages.late(house, action, name), f"action-late-{action.id}")
    told = {person.slack_id for person in people.with_role("product_ops")} | ({origin.owner} if origin.owner else set())
    title, text = messages.late_news(house, origin, action, name)
    for slack_id in sorted(told):
        prompts.tell(session, house, slack_id, f"action-late:{action.id}:{due}:{slack_id}", title, text)


def prompt_part(session: Session, house: House, ref: str) -> Part | None:
    """How one action looks now to its owner."""
    action = model.get(session, house, ref)
    source, id = _source_of(house, action)
    origin = source.origin(session, house, id, hold=False)
    return messages.part(house, origin, action) if origin is not None else None


def obligations(session: Session, house: House, slack_id: str) -> list[Obligation]:
    """The open actions of this person, and for product ops those that are nobody's any more."""
    people = People(session, house)
    person = people.by_slack(slack_id)
    mine = model.open_of(session, house, slack_id)
    nobodys = model.open_of_others(session, house, people.everybody()) if person and person.is_product_ops else []
    origins = _origins(session, house, [*mine, *nobodys])
    return [
        messages.obligation(house, origins[action.source], action, _end_of(house, action.due_on))
        for action in mine
        if action.source in origins
    ] + [
        messages.orphaned(house, origins[action.source], action, people.called(action.owner))
        for action in nobodys
        if action.source in origins and origins[action.source].owner is None
    ]


def _ask(session: Session, house: House, action: Action, person: Person) -> None:
    start = house.definitions.organisation.working_hours.start
    prompts.ask(
        session,
        house,
        person.slack_id,
        _key(action, person.slack_id),
        PROMPT,
        str(action.id),
        at=house.clock.now(),
        deadline=_end_of(house, action.due_on),
        remind_at=to_utc(datetime.combine(action.due_on, start), person.zone),
    )
    late = _end_of(house, action.due_on + LATE_AFTER)
    timers.arm(session, house, f"{LATE}:{action.id}", LATE, f"{action.source}:{action.id}:{action.due_on}", late)


def _end(session: Session, house: House, slack_id: str, action_id: str, state: str, because: str) -> Origin:
    origin, action = changeable(session, house, slack_id, action_id)
    now = house.clock.now()
    ended = {"state": state, "ended_by": slack_id, "ended_at": now, "because": because}
    if not swap(session, Action, action.id, action.version, **ended):
        raise UserError("Somebody has just changed this action. Look at it again.")
    session.refresh(action)
    record(session, house, f"action.{state}", f"action:{action.id}", actor=slack_id, because=because)
    timers.cancel(session, house, f"{LATE}:{action.id}")
    prompts.changed(session, house, _key(action, action.owner))
    _shown(session, house, action, slack_id)
    return origin


def _shown(session: Session, house: House, action: Action, by: str) -> None:
    source, id = _source_of(house, action)
    source.show(session, house, id, by)


def _origin(session: Session, house: House, action: Action) -> Origin:
    source, id = _source_of(house, action)
    origin = source.origin(session, house, id, hold=True)
    if origin is None:
        raise UserError("What this action comes from is gone.")
    return origin


def _is_orphaned(people: People, action: Action, origin: Origin) -> bool:
    """Whoever does it has left, and nobody owns what it comes from."""
    return origin.owner is None and people.by_slack(action.owner) is None


def _origins(session: Session, house: House, actions: Sequence[Action]) -> dict[str, Origin]:
    """What these come from, by their `source`; without what is gone. All of a sort are looked up at once."""
    ids: dict[str, set[str]] = {}
    for action in actions:
        sort, _, id = action.source.partition(":")
        ids.setdefault(sort, set()).add(id)
    return {
        f"{sort}:{id}": origin
        for sort, some in ids.items()
        for id, origin in house.links.action_sources[sort].origins(session, house, some).items()
    }


def _source_of(house: House, action: Action) -> tuple[ActionSource, str]:
    sort, _, id = action.source.partition(":")
    return house.links.action_sources[sort], id


def _end_of(house: House, day: date) -> datetime:
    organisation = house.definitions.organisation
    return to_utc(datetime.combine(day, organisation.working_hours.end), organisation.zone)


def _key(action: Action, slack_id: str) -> str:
    return f"{PROMPT}:{action.id}:{slack_id}"
