"""What somebody does because of what was learned: agreed, asked of its owner, chased once, done or dropped."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import timers
from bot.audit import record
from bot.errors import FieldErrors, UserError
from bot.house import House, Obligation, Part
from bot.lookback import messages, model, reporting
from bot.lookback.model import DONE, DROPPED, OPEN, Action
from bot.people.flow import require_person
from bot.people.model import People, Person
from bot.prompts import flow as prompts
from bot.releases import card, standing, thread
from bot.releases import model as releases
from bot.releases.model import Release
from bot.releases.versions import Changed, swap
from bot.rituals.schedule import to_utc

PROMPT = "action"
"""The kind of prompt that asks for it; its ref is the action's id."""
LATE = "lookback.action-late"
"""The timer of an action. Its ref is `release:`, the release's id, `:`, the action's id, `:`, its date."""
MOST = 3
"""Of one release: more are not done anyway."""
LATE_AFTER = timedelta(days=14)
LIMIT = 300


def agreeable(session: Session, house: House, slack_id: str, release_id: str) -> Release:
    """A release, held, of whose actions there may be one more; anybody may propose one."""
    require_person(session, house, slack_id)
    release = releases.get(session, house, release_id)
    if model.look_back(session, house, release.id) is None:
        raise UserError(f"{release.name} is not looked back on. Actions come from what was learned of a release.")
    kept = [each for each in model.actions(session, house, release.id) if each.state != DROPPED]
    if len(kept) >= MOST:
        raise UserError(f"{release.name} has {MOST} actions already, and more are not done. Change one of them.")
    return release


def agree(
    session: Session, house: House, slack_id: str, release_id: str, what: str, owner: str, due: str
) -> tuple[Release, Action]:
    """Somebody does `what` until `due` (an ISO date); they are asked for it."""
    release = agreeable(session, house, slack_id, release_id)
    person, day = _checked(session, house, what, owner, due)
    action = Action(
        workspace_id=house.workspace_id,
        release_id=release.id,
        what=what.strip(),
        owner=person.slack_id,
        due_on=day,
        agreed_by=slack_id,
        agreed_at=house.clock.now(),
    )
    session.add(action)
    session.flush()
    record(session, house, "action.agreed", f"action:{action.id}", actor=slack_id, owner=owner, due=due)
    line = messages.action_line(house, action, person.name)
    thread.say(session, house, release, line, f"action-{action.id}")
    _ask(session, house, release, action, person)
    _shown(session, house, release, slack_id)
    return release, action


def changeable(session: Session, house: House, slack_id: str, action_id: str) -> tuple[Release, Action]:
    """An open action with its release, held, if it is this person's, or they own the release."""
    action = model.action(session, house, action_id)
    release = releases.get(session, house, str(action.release_id))
    session.refresh(action)
    person = require_person(session, house, slack_id)
    if slack_id != action.owner and person.ref != release.owner:
        raise UserError(f"That is for {People(session, house).called(action.owner)}, or for the owner of the release.")
    if action.state != OPEN:
        raise UserError(f"This action is {action.state} already.")
    return release, action


def change(
    session: Session, house: House, slack_id: str, action_id: str, version: int, what: str, owner: str, due: str
) -> Release:
    """Other words, somebody else or another day. `Changed` when `version` is not current."""
    release, action = changeable(session, house, slack_id, action_id)
    person, day = _checked(session, house, what, owner, due)
    before = action.owner
    if not swap(session, Action, action.id, version, what=what.strip(), owner=person.slack_id, due_on=day):
        raise Changed(messages.action_changed(house, action))
    session.refresh(action)
    record(session, house, "action.changed", f"action:{action.id}", actor=slack_id, owner=owner, due=due)
    if before != person.slack_id:
        prompts.withdraw(session, house, _key(action, before))
    _ask(session, house, release, action, person)
    prompts.changed(session, house, _key(action, person.slack_id))
    _shown(session, house, release, slack_id)
    return release


def done(session: Session, house: House, slack_id: str, action_id: str) -> Release:
    """It is done, says whoever does it, or who owns the release."""
    return _end(session, house, slack_id, action_id, DONE, "")


def drop(session: Session, house: House, slack_id: str, action_id: str, because: str) -> Release:
    """It will not be done, for a reason."""
    if not because.strip():
        raise FieldErrors({"because": "Say why: it stands in the report."})
    return _end(session, house, slack_id, action_id, DROPPED, because.strip()[:LIMIT])


def on_late(session: Session, house: House, ref: str) -> None:
    """A timer: an action is overdue for two weeks. Its release's owner and product ops hear so, once."""
    action_id, due = ref.split(":")[2:]
    release, action = releases.held(session, house, ref), model.action(session, house, action_id)
    if release is None or action.state != OPEN or str(action.due_on) != due:
        return
    people = People(session, house)
    names = people.called(action.owner)
    thread.say(session, house, release, messages.action_late(house, action, names), f"action-late-{action.id}")
    told = {person.slack_id for person in people.with_role("product_ops")}
    if (owner := people.by_ref(release.owner)) is not None:
        told.add(owner.slack_id)
    title, text = messages.action_late_news(house, release, action, names)
    for slack_id in sorted(told):
        prompts.tell(session, house, slack_id, f"action-late:{action.id}:{due}:{slack_id}", title, text)


def prompt_part(session: Session, house: House, ref: str) -> Part | None:
    """How one action looks now to its owner."""
    action = model.action(session, house, ref)
    release = releases.seen(session, house, str(action.release_id))
    return messages.action_part(house, release, action) if release is not None else None


def obligations(session: Session, house: House, slack_id: str) -> list[Obligation]:
    """The open actions of this person."""
    query = (
        select(Action, Release)
        .join(Release, Release.id == Action.release_id)
        .where(Action.workspace_id == house.workspace_id, Action.owner == slack_id, Action.state == OPEN)
        .order_by(Action.due_on, Action.id)
    )
    return [
        messages.action_obligation(house, release, action, _end_of(house, action.due_on))
        for action, release in session.execute(query)
    ]


def _checked(session: Session, house: House, what: str, owner: str, due: str) -> tuple[Person, date]:
    person, wrong = People(session, house).by_slack(owner), {}
    if not what.strip() or len(what.strip()) > LIMIT:
        wrong["what"] = f"Keep this under {LIMIT} characters." if what.strip() else "Say what is to be done."
    if person is None:
        wrong["owner"] = "I do not know this person. Pick somebody named in `organisation.yaml`."
    try:
        day = date.fromisoformat(due)
    except ValueError:
        day = date.min
    if day < standing.today(house):
        wrong["due"] = "Pick a day, today or later."
    if wrong or person is None:
        raise FieldErrors(wrong)
    return person, day


def _ask(session: Session, house: House, release: Release, action: Action, person: Person) -> None:
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
    ref = f"release:{release.id}:{action.id}:{action.due_on}"
    timers.arm(session, house, f"{LATE}:{action.id}", LATE, ref, late)


def _end(session: Session, house: House, slack_id: str, action_id: str, state: str, because: str) -> Release:
    release, action = changeable(session, house, slack_id, action_id)
    now = house.clock.now()
    swap(session, Action, action.id, action.version, state=state, ended_by=slack_id, ended_at=now, because=because)
    session.refresh(action)
    record(session, house, f"action.{state}", f"action:{action.id}", actor=slack_id, because=because)
    timers.cancel(session, house, f"{LATE}:{action.id}")
    prompts.changed(session, house, _key(action, action.owner))
    _shown(session, house, release, slack_id)
    return release


def _shown(session: Session, house: House, release: Release, by: str) -> None:
    card.show(session, house, release, by)
    reporting.keep(session, house, release)


def _end_of(house: House, day: date) -> datetime:
    organisation = house.definitions.organisation
    return to_utc(datetime.combine(day, organisation.working_hours.end), organisation.zone)


def _key(action: Action, slack_id: str) -> str:
    return f"{PROMPT}:{action.id}:{slack_id}"
