"""Nobody is asked by a ritual that is new to them before somebody has told them what changes, and why.

That counts while a pilot is lived through here: for rituals that were never held, and for the areas to which a gate has
widened one. It must have been said on the working day before, at the latest; else the occurrence is skipped, with that
reason, and product ops hears it. What a company held already before is not held back.
"""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import pairwise

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.audit import record
from bot.definitions import Ritual
from bot.errors import FieldErrors, UserError
from bot.house import Finding, House
from bot.people.flow import require_product_ops
from bot.people.model import People, Person
from bot.pilot import messages, passing, progress
from bot.pilot.model import ChangeNotice, notices_of
from bot.prompts import flow as prompts
from bot.prompts.flow import More
from bot.rituals import model as occurrences
from bot.rituals.model import NEVER, SKIPPED, Occurrence

AMBUSH = "IM06"
ACTION = "pilot.notice"
"""The button that opens the form of the notice; its value is the ritual's id."""
LONGEST = 500


def newcomers(session: Session, house: House, ritual: Ritual) -> list[Person]:
    """Those to whom a ritual is new, told or not; without product ops, who tell it."""
    definitions = house.definitions
    is_lived = progress.running(house) is not None or definitions.gates_passed
    if not is_lived or ritual.asks_nobody or definitions.begins_with(ritual) is not None:
        return []
    last = _last_held(session, house, ritual)
    found = [each for each in _participants(session, house, ritual) if not each.is_product_ops]
    if last is None:
        return found
    widened = _widened_at(session, house)
    if widened is None or last >= widened:
        return []
    pilot, people = progress.of(house), People(session, house)
    owned = {person.slack_id: people.areas_of(person) for person in found}
    return [
        each
        for each in found
        if owned[each.slack_id] and not any(area.id in pilot.areas for area in owned[each.slack_id])
    ]


def untold(session: Session, house: House, ritual: Ritual, day: date) -> list[Person]:
    """Of those to whom it is new, who was not told by the working day before `day`."""
    found = newcomers(session, house, ritual)
    if not found:
        return []
    before = ritual.work_days(house.definitions.organisation).nearest(day, -1)
    zone = house.definitions.organisation.zone
    told = {
        person
        for notice in notices_of(session, house, ritual.id)
        if before is not None and notice.at.astimezone(zone).date() <= before
        for person in notice.people
    }
    return [person for person in found if person.slack_id not in told]


def holds_back(session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> str:
    """Why an occurrence that is due must not ask anybody yet: some were not told. Product ops hears it."""
    found = untold(session, house, ritual, occurrence.day)
    if not found:
        return ""
    _warn(session, house, ritual, f"held-back:{occurrence.id}", "held_back", occurrence.day, found)
    return messages.held_back(house, found)


def keep_in_step(session: Session, house: House) -> None:
    """New definitions: product ops hears who would be asked and was not told, while there is time to tell them."""
    for ritual, occurrence, found in _ahead(session, house):
        _warn(session, house, ritual, f"untold:{occurrence.id}", "untold", occurrence.day, found)


def findings(session: Session, house: House) -> list[Finding]:
    return [
        Finding(
            AMBUSH,
            f"ritual:{ritual.id}",
            messages.ambush(house, ritual, occurrence.day, found),
            mend=f"tell them: `/cadence notice {ritual.id}`",
            action_id=ACTION,
            value=ritual.id,
            label=messages.notice_button(house),
        )
        for ritual, occurrence, found in _ahead(session, house)
    ]


def to_write(session: Session, house: House, slack_id: str, words: str) -> tuple[Ritual, list[Person], date | None]:
    """The ritual that `words` name, whom to tell of it, and its next day. A `UserError` when nobody is left to tell."""
    require_product_ops(session, house, slack_id, "write a change notice")
    known = house.definitions.calendar.rituals
    ritual = next((each for each in known if words.strip().casefold() in (each.id, each.name.casefold())), None)
    if ritual is None:
        ids = ", ".join(f"`{each.id}`" for each in known)
        raise UserError(f"Of which ritual? `/cadence notice` and one of {ids}.")
    told = {person for notice in notices_of(session, house, ritual.id) for person in notice.people}
    found = [each for each in newcomers(session, house, ritual) if each.slack_id not in told]
    if not found:
        raise UserError(f"Nobody who takes part in {ritual.name} is new to it and still to be told.")
    upcoming = occurrences.upcoming(session, house, ritual.id)
    return ritual, found, upcoming.day if upcoming and upcoming.opens_at != NEVER else None


def send(
    session: Session, house: House, slack_id: str, ritual_id: str, what: str, why: str, first_day: str, ask: str
) -> list[Person]:
    """Tell those to whom the ritual is new, each once, with their day message. Returns whom."""
    ritual, found, _day = to_write(session, house, slack_id, ritual_id)
    wrong = {
        name: "Write it, so that people know." for name, text in (("what", what), ("why", why)) if not text.strip()
    }
    if People(session, house).by_slack(ask) is None:
        wrong["ask"] = "Name somebody of the organisation file."
    if not first_day:
        wrong["first_day"] = "Say from which day on."
    if wrong:
        raise FieldErrors(wrong)
    notice = ChangeNotice(
        workspace_id=house.workspace_id,
        ritual_id=ritual.id,
        what=what.strip()[:LONGEST],
        why=why.strip()[:LONGEST],
        first_day=date.fromisoformat(first_day),
        ask=ask,
        people=[person.slack_id for person in found],
        by=slack_id,
        at=house.clock.now(),
    )
    session.add(notice)
    session.flush()
    record(session, house, "pilot.notice", f"ritual:{ritual.id}", actor=slack_id, people=notice.people)
    title, text = messages.notice(house, ritual, notice, People(session, house).called(ask))
    upcoming = occurrences.upcoming(session, house, ritual.id)
    until = upcoming.opens_at if upcoming else None
    for person in found:
        prompts.tell(session, house, person.slack_id, f"notice:{notice.id}:{person.slack_id}", title, text, until=until)
    return found


def _ahead(session: Session, house: House) -> Iterable[tuple[Ritual, Occurrence, list[Person]]]:
    """The rituals whose next occurrence would ask somebody who was not told."""
    if house.definitions.pilot is None:
        return
    for ritual in house.definitions.calendar.rituals:
        upcoming = occurrences.upcoming(session, house, ritual.id)
        if upcoming is not None and (found := untold(session, house, ritual, upcoming.day)):
            yield ritual, upcoming, found


def _participants(session: Session, house: House, ritual: Ritual) -> list[Person]:
    people = People(session, house)
    owners = [people.by_ref(area.owner) for area in house.definitions.areas_of(ritual)] if ritual.asks_each else []
    come = [people.by_ref(ritual.owner), *people.members(ritual.audience)] if ritual.meets else []
    return list({person.slack_id: person for person in [*owners, *come] if person is not None}.values())


def _last_held(session: Session, house: House, ritual: Ritual) -> datetime | None:
    query = select(func.max(Occurrence.opened_at)).where(
        Occurrence.workspace_id == house.workspace_id,
        Occurrence.ritual_id == ritual.id,
        Occurrence.state != SKIPPED,
    )
    return session.scalar(query)


def _widened_at(session: Session, house: House) -> datetime | None:
    """When somebody passed the gate after which the pilot is for everybody; None when nobody has, here."""
    boxes = progress.of(house).boxes
    for before, box in pairwise(boxes):
        if box.everybody:
            return passing.passed_at(session, house, before) if before.id in house.definitions.gates_passed else None
    last = boxes[-1]
    return passing.passed_at(session, house, last) if last.id in house.definitions.gates_passed else None


def _warn(session: Session, house: House, ritual: Ritual, key: str, block: str, day: date, found: list[Person]) -> None:
    title, text = messages.warned(house, block, ritual, day, found)
    more = More(messages.notice_button(house), ACTION, ritual.id)
    for person in People(session, house).with_role("product_ops"):
        prompts.tell(session, house, person.slack_id, f"{key}:{person.slack_id}", title, text, more=more)
