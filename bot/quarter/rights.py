"""Who writes an area's part of a planning, and who closes the plan: checked anew at each act."""

from sqlalchemy.orm import Session

from bot.definitions import Area, Ritual
from bot.errors import UserError
from bot.house import House
from bot.people import deciding
from bot.people.flow import require_person
from bot.people.model import People, Person
from bot.people.writers import may_write, writers
from bot.quarter import model
from bot.quarter.model import KIND, Bet, QuarterPart
from bot.rituals import model as occurrences
from bot.rituals.model import CLOSED, RUNNING, Occurrence

NO_VOTE = "Product ops assembles the plan and bets on nothing. "


def ritual_of(session: Session, house: House, occurrence: Occurrence) -> tuple[House, Ritual]:
    """The house and the ritual that an occurrence opened under; a `UserError` when there is none."""
    then = occurrences.house_of(session, house, occurrence)
    ritual = then.definitions.calendar.ritual(occurrence.ritual_id)
    if ritual is None or ritual.kind != KIND:
        raise UserError("That ritual is no longer in the calendar.")
    return then, ritual


def may_say(session: Session, house: House, slack_id: str, part: QuarterPart) -> bool:
    """Whether this person writes the part: a writer of its area, or whoever is asked in their place."""
    return slack_id == part.asked or may_write(session, house, slack_id, part.area_id)


def sayable(
    session: Session, house: House, slack_id: str, part_id: str
) -> tuple[QuarterPart, Occurrence, Ritual, Area]:
    """The part behind a button, held until the transaction ends, if this person may write it now."""
    occurrence = occurrences.get(session, house, model.part_of(session, house, part_id).occurrence_id, lock=True)
    part = model.part_of(session, house, part_id, hold=True)
    person = require_person(session, house, slack_id)
    then, ritual = ritual_of(session, house, occurrence)
    organisation = house.definitions.organisation
    area = organisation.area(part.area_id) or then.definitions.organisation.area(part.area_id)
    if area is None:
        raise UserError("The definitions no longer have this area.")
    if not may_say(session, house, slack_id, part):
        names = " or ".join(each.name for each in writers(session, house, area.id)) or "the head of product"
        no_vote = NO_VOTE if person.is_product_ops else ""
        raise UserError(f"{no_vote}What {area.name} bets on is written by {names}. Ask them.")
    _require_current(session, house, ritual, occurrence)
    return part, occurrence, ritual, area


def part_of_bet(session: Session, house: House, bet: Bet) -> QuarterPart:
    part = model.parts(session, house, bet.occurrence_id).get(bet.area_id)
    if part is None:
        raise UserError("That bet is of a planning that is over.")
    return part


def closers(session: Session, house: House, ritual: Ritual) -> list[Person]:
    """Who closes the plan: its owner, the head of product, and who decides in their place what is decided there."""
    people = People(session, house)
    classes = [each for each in house.definitions.decision_classes if each.forum.ritual == ritual.id]
    backups = [each for kind in classes for each in deciding.meant(session, house, kind.backup, None)]
    found = [people.by_ref(ritual.owner), *people.with_role("head_of_product"), *backups]
    return list(dict.fromkeys(person for person in found if person is not None))


def closable(session: Session, house: House, slack_id: str, occurrence_id: str) -> tuple[Ritual, Occurrence]:
    """The open planning, held until the transaction ends, if this person may close it; else a `UserError`."""
    occurrence = occurrences.get(session, house, occurrence_id, lock=True)
    person = require_person(session, house, slack_id)
    _then, ritual = ritual_of(session, house, occurrence)
    may = closers(session, house, ritual)
    if person not in may:
        names = " or ".join(each.name for each in may) or "the head of product"
        raise UserError(f"The plan is closed by {names}. `/cadence quarter plan` shows how it stands.")
    if occurrence.state not in RUNNING:
        raise UserError(f"{ritual.name} of {occurrence.day:%-d %B} has ended already: {occurrence.state}.")
    return ritual, occurrence


def _require_current(session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
    """A `UserError` unless it is open, or was closed and no later planning has begun."""
    last = model.latest(session, house, ritual.id)
    if occurrence.state not in (*RUNNING, CLOSED):
        reason = f": {occurrence.reason}" if occurrence.reason else ""
        raise UserError(f"{ritual.name} of {occurrence.day:%-d %B} is {occurrence.state}{reason}.")
    if last is not None and last.id != occurrence.id:
        raise UserError(
            f"{ritual.name} of {occurrence.day:%-d %B} is over. `/cadence quarter` shows what is planned now."
        )
