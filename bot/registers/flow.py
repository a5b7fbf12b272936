"""What becomes of an entry of a register: added, looked at on its day, kept, changed, ended."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from bot import markup
from bot.audit import record
from bot.db import swap
from bot.definitions.quarters import quarter_after, quarter_of
from bot.definitions.working_time import to_utc
from bot.errors import Changed, FieldErrors, UserError
from bot.folding import folded
from bot.house import House, Obligation, Part, SetUp
from bot.people.flow import require_person, require_product_ops
from bot.people.model import People, Person
from bot.prompts import flow as prompts
from bot.registers import messages, model
from bot.registers.model import ABOUT_LIMIT, DETAIL_LIMIT, ENDED, LIMIT, MOST, NEXT, OPEN, QUESTION, RISK, Entry, Look

PROMPT = "register"
"""The kind of prompt that asks to look at an entry; its ref is the entry's id, `:`, and the day it was due."""
REMIND_AFTER = timedelta(days=7)
MISSING = {
    RISK: ("Say what may go wrong.", "Say what is done against it, even if that is only to watch it."),
    QUESTION: ("Say what is open.", "Say why it matters: what waits for the answer?"),
    NEXT: ("Say what is to be done, and what comes of it.", ""),
}
"""What is wrong with an entry that does not say what it is, or has nothing beside that."""
NOT_KNOWN = "Write a web address, or one thing as I know it, such as `D-42`, a release or the name of an area."
SEED_RISKS = ("no_owner", "fatigue", "no_purpose", "overload", "priorities")
SEED_STEPS = {"charter": 7, "pilot": 14, "baseline": 14, "first_update": 21}
"""Blocks of the words to begin with: five usual risks; first steps, with the days from now until each."""
SEED_REVIEW = timedelta(days=30)
SEED_WEIGHTS = {"likelihood": 2, "impact": 2}


@dataclass(frozen=True)
class Typed:
    """A form as it was filled in."""

    what: str
    detail: str = ""
    likelihood: str = ""
    impact: str = ""
    owner: str = ""
    due: str = ""
    """An ISO date."""
    about: str = ""


def add(session: Session, house: House, slack_id: str, sort: str, typed: Typed) -> Entry:
    """Put something into a register; `FieldErrors` by the fields of `Typed`. Its owner hears of it."""
    by = require_person(session, house, slack_id)
    values, owner = _checked(session, house, slack_id, _register(sort), typed)
    entry = _put(session, house, slack_id, sort, values)
    _ask(session, house, entry, owner)
    if owner != by:
        title, text = messages.yours(house, entry, by.name)
        prompts.tell(session, house, owner.slack_id, f"register.yours:{entry.id}:{owner.slack_id}", title, text)
    return entry


def changeable(session: Session, house: House, slack_id: str, words: str) -> Entry:
    """An open entry that this person may change: its owner, whoever added it, product ops."""
    person = require_person(session, house, slack_id)
    entry = model.get(session, house, words)
    if slack_id not in (entry.owner, entry.added_by) and not person.is_product_ops:
        raise UserError(f"{entry.ref} is for {People(session, house).called(entry.owner)}, or for product ops.")
    if entry.state != OPEN:
        raise UserError(f"{entry.ref} has ended: {entry.outcome}")
    return entry


def change(session: Session, house: House, slack_id: str, entry_id: str, version: int, typed: Typed) -> Entry:
    """Other words, somebody else or another day; `Changed` when `version` is not current."""
    entry = changeable(session, house, slack_id, entry_id)
    values, owner = _checked(session, house, slack_id, entry.sort, typed, about=entry.about)
    _swap(session, house, entry, version, **values)
    record(session, house, "register.changed", f"register:{entry.id}", actor=slack_id, due=typed.due)
    _ask(session, house, entry, owner)
    return entry


def keep(session: Session, house: House, slack_id: str, entry_id: str, version: int, due: str) -> Entry:
    """It stays as it is, and is looked at again on a later day."""
    entry = changeable(session, house, slack_id, entry_id)
    day, wrong = _day(house, due)
    if wrong:
        raise FieldErrors({"due": wrong})
    _swap(session, house, entry, version, due_on=day)
    record(session, house, "register.kept", f"register:{entry.id}", actor=slack_id, due=due)
    if owner := People(session, house).by_slack(entry.owner):
        _ask(session, house, entry, owner)
    return entry


def end(session: Session, house: House, slack_id: str, entry_id: str, version: int, outcome: str) -> Entry:
    """It is over, and how."""
    entry = changeable(session, house, slack_id, entry_id)
    outcome = outcome.strip()
    if not outcome or len(outcome) > LIMIT:
        wrong = f"Keep this under {LIMIT} characters." if outcome else "Say how it ended: it stays in the record."
        raise FieldErrors({"outcome": wrong})
    ended = {"state": ENDED, "ended_by": slack_id, "ended_at": house.clock.now(), "outcome": outcome}
    _swap(session, house, entry, version, **ended)
    record(session, house, "register.ended", f"register:{entry.id}", actor=slack_id, outcome=outcome)
    return entry


def say_none(session: Session, house: House, slack_id: str, sort: str) -> str:
    """Somebody looked, and there is nothing to put into a register; returns which."""
    person = require_person(session, house, slack_id)
    _register(sort)
    if any(each.sort == sort for each in model.open_entries(session, house)):
        raise UserError("Something stands there by now. `/cadence registers` shows it.")
    session.add(Look(workspace_id=house.workspace_id, sort=sort, by=person.slack_id, at=house.clock.now()))
    record(session, house, "register.none", f"register:{sort}", actor=slack_id)
    return sort


def begin(session: Session, house: House, slack_id: str, sort: str) -> list[Entry]:
    """Put what is usual at the start into a register that was always empty; all of it is this person's for now."""
    person = require_product_ops(session, house, slack_id, "begin with the usual entries")
    if sort not in (RISK, NEXT):
        raise UserError("There is no usual list of questions. `/cadence question` adds one.")
    if model.has_any(session, house, sort):
        raise UserError("Something stood there already. `/cadence registers` shows what is open.")
    return _begin(session, house, person, sort)


def on_set_up(session: Session, house: House, left: SetUp) -> None:
    """What comes of the setup interview: first next steps, a risk of what binds the company, questions of numbers."""
    person = People(session, house).by_slack(left.by)
    if person is None:
        return
    if not model.has_any(session, house, NEXT):
        _begin(session, house, person, NEXT)
    there, due = {each.what for each in model.open_entries(session, house)}, model.today(house) + SEED_REVIEW
    for name, effect in left.constraints.items():
        what = messages.binding(house, name)
        if what not in there:
            values = {"what": what, "detail": effect, "owner": person.slack_id, "due_on": due, **SEED_WEIGHTS}
            _ask(session, house, _put(session, house, person.slack_id, RISK, values), person)
    for each in left.without_number:
        what, detail = messages.without_number(house, each)
        if what not in there:
            owner = People(session, house).by_ref(each.owner) or person
            values = {"what": what, "detail": detail, "owner": owner.slack_id, "due_on": each.due}
            _ask(session, house, _put(session, house, person.slack_id, QUESTION, values), owner)


def _begin(session: Session, house: House, person: Person, sort: str) -> list[Entry]:
    today, entries = model.today(house), []
    seeds = dict.fromkeys(SEED_RISKS, SEED_REVIEW.days) if sort == RISK else SEED_STEPS
    for block, days in seeds.items():
        what, detail = messages.seed(house, block)
        weights = SEED_WEIGHTS if sort == RISK else {}
        due = today + timedelta(days=days)
        values = {"what": what, "detail": detail, "owner": person.slack_id, "due_on": due, **weights}
        entries.append(_put(session, house, person.slack_id, sort, values))
        _ask(session, house, entries[-1], person)
    return entries


def prompt_part(session: Session, house: House, ref: str) -> Part | None:
    """How an entry looks to its owner on its day."""
    entry_id, _, due = ref.partition(":")
    entry = model.get(session, house, entry_id)
    return messages.part(house, entry, waiting=entry.state == OPEN and str(entry.due_on) == due)


def obligations(session: Session, house: House, slack_id: str) -> list[Obligation]:
    """What of this person's is to be looked at by now."""
    today = model.today(house)
    return [
        messages.obligation(house, each, _end_of(house, each.due_on))
        for each in model.open_entries(session, house, owner=slack_id)
        if each.due_on <= today
    ]


def _register(sort: str) -> str:
    if sort not in model.SORTS:
        raise UserError("There is no such register. `/cadence registers` shows what there is.")
    return sort


def _put(session: Session, house: House, slack_id: str, sort: str, values: dict[str, object]) -> Entry:
    entry = Entry(workspace_id=house.workspace_id, sort=sort, added_by=slack_id, added_at=house.clock.now(), **values)
    session.add(entry)
    session.flush()
    record(session, house, "register.added", f"register:{entry.id}", actor=slack_id, sort=sort, owner=entry.owner)
    _show(session, house, entry.about)
    return entry


def _checked(
    session: Session, house: House, slack_id: str, sort: str, typed: Typed, *, about: str = ""
) -> tuple[dict[str, object], Person]:
    """The entry's values, and its owner; `FieldErrors` by the fields of `Typed`.

    What it is `about` already may stay so, also where that is gone by now, or not for this person to see.
    """
    wrong: dict[str, str] = {}
    what, detail = typed.what.strip(), typed.detail.strip()
    no_what, no_detail = MISSING[sort]
    if not what or len(what) > LIMIT:
        wrong["what"] = f"Keep this under {LIMIT} characters." if what else no_what
    if no_detail and (not detail or len(detail) > DETAIL_LIMIT):
        wrong["detail"] = f"Keep this under {DETAIL_LIMIT} characters." if detail else no_detail
    weights: dict[str, int | None] = {"likelihood": None, "impact": None}
    for name in weights if sort == RISK else ():
        weights[name] = _weight(getattr(typed, name))
        if weights[name] is None:
            wrong[name] = f"Choose from 1 to {MOST}."
    owner = People(session, house).by_slack(typed.owner)
    if owner is None:
        wrong["owner"] = "I do not know this person. Pick somebody named in `organisation.yaml`."
    day, wrong_day = _day(house, typed.due)
    if wrong_day:
        wrong["due"] = wrong_day
    if typed.about.strip() != about:
        about = known(session, house, slack_id, typed.about.strip())
        if typed.about.strip() and not about:
            wrong["about"] = NOT_KNOWN
    if wrong or owner is None:
        raise FieldErrors(wrong)
    texts = {"what": what, "detail": detail if no_detail else "", "about": about}
    return {**texts, **weights, "owner": owner.slack_id, "due_on": day}, owner


def _weight(typed: str) -> int | None:
    return int(typed) if typed in map(str, range(1, MOST + 1)) else None


def _day(house: House, due: str) -> tuple[date, str]:
    """The day, or what is wrong with it."""
    try:
        day = date.fromisoformat(due)
    except ValueError:
        day = date.min
    return day, "" if day >= model.today(house) else "Pick a day, today or later."


def known(session: Session, house: House, slack_id: str, about: str) -> str:
    """What it is about, by the name that everybody knows it by; empty when that is nothing, or several things."""
    if about.lower().startswith(("https://", "http://")):
        return about if len(about) <= ABOUT_LIMIT and markup.is_linkable(about) else ""
    quarter = quarter_of(house.definitions.organisation, model.today(house))
    following = quarter_after(house.definitions.organisation, model.today(house))
    for name in map(str, (quarter, following)):
        if folded(about) == folded(name):
            return name
    return house.links.one_thing(session, house, slack_id, about) if about and house.links.one_thing else ""


def _swap(session: Session, house: House, entry: Entry, version: int, **values: object) -> None:
    """Change it; what its owner was asked of it ends, or is shown as it is now."""
    before, about = _key(entry), entry.about
    if not swap(session, Entry, entry.id, version, **values):
        raise Changed(messages.changed(house, entry))
    session.refresh(entry)
    for each in dict.fromkeys((about, entry.about)):
        _show(session, house, each)
    if before != _key(entry):
        prompts.withdraw(session, house, before)
    else:
        prompts.changed(session, house, before)


def _show(session: Session, house: House, about: str) -> None:
    """What shows the entries about something follows; before a person is held, as everywhere."""
    for follow in house.links.on_entry if about else ():
        follow(session, house, about)


def _ask(session: Session, house: House, entry: Entry, owner: Person) -> None:
    """Its owner is asked to look at it on its day, and reminded a week later."""
    start = house.definitions.organisation.working_hours.start
    at = to_utc(datetime.combine(entry.due_on, start), owner.zone)
    ref = f"{entry.id}:{entry.due_on}"
    prompts.ask(session, house, owner.slack_id, _key(entry), PROMPT, ref, at=at, remind_at=at + REMIND_AFTER)


def _end_of(house: House, day: date) -> datetime:
    organisation = house.definitions.organisation
    return to_utc(datetime.combine(day, organisation.working_hours.end), organisation.zone)


def _key(entry: Entry) -> str:
    return f"{PROMPT}:{entry.id}:{entry.owner}:{entry.due_on}"
