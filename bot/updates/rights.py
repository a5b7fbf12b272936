"""Which occurrence and area a person answers for, and whether they may: checked anew at each act."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from bot.definitions import Area, Ritual
from bot.errors import UserError
from bot.house import House
from bot.people.flow import nearest, require_person
from bot.people.model import People, Person
from bot.rituals import model as occurrences
from bot.rituals.model import Occurrence
from bot.updates import model
from bot.updates.asking import area_of, takes_answers
from bot.updates.model import KIND, STILL_CURRENT, WAITING, Ask


def target(session: Session, house: House, slack_id: str, words: str) -> tuple[Occurrence, Area]:
    """Which occurrence and area `/weekly-update [area]` means for this person; a `UserError` when none."""
    person = require_person(session, house, slack_id)
    rituals = [ritual for ritual in house.definitions.calendar.rituals if ritual.kind == KIND]
    if not rituals:
        raise UserError("The calendar has no weekly update. Add a ritual of kind `weekly_update` to `calendar.yaml`.")
    chosen = _named_area(house, words) if words.strip() else None
    for ritual in rituals:
        for occurrence in _open_for_answers(session, house, ritual):
            then = occurrences.house_of(session, house, occurrence)
            areas = [chosen] if chosen else _areas_for(session, then, ritual, occurrence, person)
            known = {area.id: area for area in then.definitions.areas_of(_as_opened(then, ritual))}
            wanted = [known[area.id] for area in areas if area.id in known]
            answered = model.submitted(session, house, occurrence.id)
            silent = [area for area in wanted if area.id not in answered]
            if wanted:
                area = (silent or wanted)[0]
                answerable(session, house, slack_id, str(occurrence.id), area.id)
                return occurrence, area
    if chosen:
        raise UserError(
            f"No weekly update takes an answer for {chosen.name}: `/cadence calendar` shows what is planned."
        )
    if house.definitions.organisation.owned_by(person.ref):
        raise UserError("No weekly update takes your answer now. `/cadence calendar` shows what is planned.")
    raise UserError("You own no area, so no update waits for you. `/weekly-update <area>` writes one as a stand-in.")


def answerable(
    session: Session, house: House, slack_id: str, occurrence_id: str, area_id: str, *, lock: bool = False
) -> tuple[Occurrence, Ritual, Area]:
    """Check again, at the moment of the act, that this person may answer for this area.

    With `lock` nobody publishes or skips the occurrence until this transaction has ended.
    """
    occurrence = occurrences.get(session, house, occurrence_id, lock=lock)
    # Who has the area now may answer, beside who had it when it opened.
    now = house.definitions.organisation.area(area_id)
    house = occurrences.house_of(session, house, occurrence)
    ritual = house.definitions.calendar.ritual(occurrence.ritual_id)
    area = house.definitions.organisation.area(area_id)
    if ritual is None or area is None or not house.definitions.takes_part(ritual, area):
        raise UserError("This area or its ritual is no longer in the definitions, so there is nothing to answer.")
    people = People(session, house)
    person = require_person(session, house, slack_id)
    owners = [ref for each in (area, now) if each for ref in (each.owner, each.deputy)]
    if person not in [people.by_ref(ref) for ref in owners] and not (
        person.is_product_ops or model.is_asked(session, house, occurrence.id, area.id, slack_id)
    ):
        deputy = f" or {people.named(area.deputy)}" if area.deputy else ""
        raise UserError(f"{area.name} is answered for by {people.named(area.owner)}{deputy}.")
    if occurrence.state in (occurrences.SKIPPED, occurrences.CLOSED_WITHOUT_OUTPUT):
        raise UserError(f"{ritual.name} of {occurrence.day:%-d %B} was skipped: {occurrence.reason}.")
    return occurrence, ritual, area


def asked(session: Session, house: House, slack_id: str, ask_id: str) -> tuple[Ask, Occurrence, Ritual, Person]:
    """The request behind a button, checked to be this person's and still open."""
    ask = model.get_ask(session, house, ask_id, lock=True)
    occurrence = occurrences.get(session, house, ask.occurrence_id)
    house = occurrences.house_of(session, house, occurrence)
    ritual = house.definitions.calendar.ritual(occurrence.ritual_id)
    person = require_person(session, house, slack_id)
    if ask.asked != slack_id or ask.state != WAITING:
        raise UserError("This request is no longer yours, or is already answered.")
    if ritual is None or not takes_answers(occurrence, house):
        raise UserError("The cutoff has passed. *Write update* still takes your answer and marks it late.")
    return ask, occurrence, ritual, person


def _as_opened(then: House, ritual: Ritual) -> Ritual:
    """The ritual as it was in an earlier version, if it stood in there."""
    return then.definitions.calendar.ritual(ritual.id) or ritual


def _named_area(house: House, words: str) -> Area:
    areas = {area.id: area.name for area in house.definitions.organisation.areas}
    known = ", ".join(f"`{name}`" for name in areas)
    area = house.definitions.organisation.area(nearest(words, areas, "area", f"There are: {known}."))
    assert area is not None
    return area


def _open_for_answers(session: Session, house: House, ritual: Ritual) -> Iterator[Occurrence]:
    """Where an unprompted answer may go, best first: the open occurrence, a digest just posted, the next one."""
    if running := occurrences.running(session, house, ritual.id):
        yield running
    published = occurrences.latest_published(session, house, ritual.id)
    if published and (published.ended_at or house.clock.now()) >= house.clock.now() - STILL_CURRENT:
        yield published
    if upcoming := occurrences.upcoming(session, house, ritual.id):
        yield upcoming


def _areas_for(session: Session, house: House, ritual: Ritual, occurrence: Occurrence, person: Person) -> list[Area]:
    """The areas this person was asked for there, then those they own."""
    people = People(session, house)
    theirs = [area_of(house, ask) for ask in model.asks_of(session, house, occurrence.id, person.slack_id)]
    owned = [
        area for area in house.definitions.areas_of(_as_opened(house, ritual)) if people.by_ref(area.owner) == person
    ]
    return list({area.id: area for area in [*theirs, *owned]}.values())
