"""Who is asked for an area's part, for what hampers them, and to close the plan; how each looks in a day message."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.db import insert_missing
from bot.definitions import Area, Ritual
from bot.definitions.decisions import may_decide_on_product
from bot.house import Ahead, House, Obligation, Part
from bot.people import deciding
from bot.people.model import People, Person, away_until, channel_id
from bot.prompts import flow as prompts
from bot.quarter import assembling, frictions, messages, model, rights, spans
from bot.quarter.model import KIND, QuarterPart
from bot.rituals import model as occurrences
from bot.rituals.model import RUNNING, Occurrence
from bot.rituals.schedule import prompt_at

PROMPT, FRICTIONS, CLOSE = "quarter", "quarter.frictions", "quarter.close"
"""The kinds of prompts; each ref is `id:Slack id`, of a part or of an occurrence."""
BACK_BEFORE = timedelta(days=4)
"""Who is back so long before answers end is asked then, and nobody in their place."""


def begin(session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
    """A part for each area, and everybody asked."""
    rows = []
    for area in house.definitions.areas_of(ritual):
        person, stands_in_for = whom(session, house, ritual, occurrence, area)
        rows.append(
            {
                "workspace_id": house.workspace_id, "occurrence_id": occurrence.id, "area_id": area.id,
                "asked": person.slack_id if person else None, "stands_in_for": stands_in_for,
            }
        )  # fmt: skip
    insert_missing(session, QuarterPart, rows)
    ask_all(session, house, ritual, occurrence)


def ask_all(session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
    """Everybody at the times that hold now; whoever was asked already is not asked again."""
    people, hampered = People(session, house), frictions.asked(session, house)
    parts = list(model.parts(session, house, occurrence.id).values())
    owners = filter(None, (people.by_slack(part.asked) for part in parts))
    # In one order everywhere, since each person is held.
    for person in sorted({*owners, *hampered}, key=lambda each: each.slack_id):
        for part in parts:
            if part.asked == person.slack_id:
                ask(session, house, ritual, occurrence, part, person)
        if person in hampered:
            _ask_frictions(session, house, ritual, occurrence, person)


def ask(
    session: Session, house: House, ritual: Ritual, occurrence: Occurrence, part: QuarterPart, person: Person
) -> None:
    """One area's part, with one reminder."""
    times = spans.asked_at(house, ritual, occurrence, person)
    session.flush()
    prompts.ask(
        session, house, person.slack_id, _key(PROMPT, part.id, person.slack_id), PROMPT,
        f"{part.id}:{person.slack_id}", at=times.prompt, deadline=spans.answers_by(house, ritual, occurrence),
        remind_at=times.reminder, foreseen=occurrence.run_by is None, report_to=owner_id(session, house, ritual),
    )  # fmt: skip


def ask_to_close(session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
    """The first of those who may and is there."""
    person = deciding.there_today(session, house, rights.closers(session, house, ritual))
    if person is not None:
        prompts.ask(
            session, house, person.slack_id, _key(CLOSE, occurrence.id, person.slack_id), CLOSE,
            f"{occurrence.id}:{person.slack_id}", at=house.clock.now(), deadline=occurrence.publish_at,
        )  # fmt: skip


def refresh(session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
    """All that was asked shows how it stands now."""
    session.flush()
    asked = [
        (part.asked, PROMPT, part.id) for part in model.parts(session, house, occurrence.id).values() if part.asked
    ]
    asked += [(person.slack_id, FRICTIONS, occurrence.id) for person in frictions.asked(session, house)]
    asked += [(person.slack_id, CLOSE, occurrence.id) for person in rights.closers(session, house, ritual)]
    # In one order everywhere, since each person is held.
    for slack_id, kind, id in sorted(asked):
        prompts.changed(session, house, _key(kind, id, slack_id))


def changed(session: Session, house: House, part: QuarterPart) -> None:
    """The prompt of whoever is asked for a part shows how it stands now."""
    if part.asked:
        session.flush()
        prompts.changed(session, house, _key(PROMPT, part.id, part.asked))


def key_of(part: QuarterPart, slack_id: str) -> str:
    """Under which somebody is asked for a part, or was."""
    return _key(PROMPT, part.id, slack_id)


def frictions_changed(session: Session, house: House, occurrence: Occurrence, slack_id: str) -> None:
    prompts.changed(session, house, _key(FRICTIONS, occurrence.id, slack_id))


def whom(
    session: Session, house: House, ritual: Ritual, occurrence: Occurrence, area: Area
) -> tuple[Person | None, str | None]:
    """Owner, deputy or whoever is accountable: the first who is back in time; and in whose place, by name.

    Product ops writes nothing for an area, not even as its deputy.
    """
    people = People(session, house)
    by = spans.answers_by(house, ritual, occurrence)
    for person in people.stand_ins(area):
        if may_decide_on_product(person.roles) and _is_there_in_time(session, house, ritual, person, by):
            is_owner = person == people.by_ref(area.owner)
            return person, None if is_owner else people.named(area.owner)
    return None, None


def owner_id(session: Session, house: House, ritual: Ritual) -> str:
    """The ritual's owner, or product ops' channel while Slack does not know them."""
    owner = People(session, house).by_ref(ritual.owner)
    return owner.slack_id if owner else channel_id(session, house, house.definitions.organisation.channels.product_ops)


# What the house asks of this room.


def on_away(session: Session, house: House, slack_id: str) -> None:
    """Somebody is away until it is too late, or has left: whoever stands in is asked for what they have not given."""
    for part, occurrence, then, ritual in _unanswered(session, house):
        if part.asked == slack_id:
            _hand_on(session, then, ritual, occurrence, part)


def on_back(session: Session, house: House, slack_id: str) -> None:
    """Somebody is here again: what was handed on, or could be asked of nobody, is theirs if nobody has given it."""
    for part, occurrence, then, ritual in _unanswered(session, house):
        area = then.definitions.organisation.area(part.area_id)
        person = whom(session, then, ritual, occurrence, area)[0] if area else None
        if person is not None and person.slack_id == slack_id and part.asked != slack_id:
            _hand_on(session, then, ritual, occurrence, part)


def ahead(session: Session, house: House, slack_id: str, until: datetime) -> list[Ahead]:
    """The plannings in which this person will be asked for an area up to then."""
    found = []
    plannings = [ritual for ritual in house.definitions.calendar.rituals if ritual.kind == KIND]
    current = occurrences.current(session, house, [ritual.id for ritual in plannings])
    for ritual in plannings:
        upcoming = current[ritual.id].opening(until)
        for area in house.definitions.areas_of(ritual) if upcoming else ():
            assert upcoming is not None
            person, _ = whom(session, house, ritual, upcoming, area)
            if person is None or person.slack_id != slack_id:
                continue
            slot = occurrences.slot_of(house, ritual, upcoming)
            organisation = house.definitions.organisation
            at = prompt_at(slot, ritual, organisation, person.zone, person.holidays) if slot else upcoming.opens_at
            if at <= until:
                found.append(Ahead(f"{ritual.name}, {area.name}", at))
    return found


def obligations(session: Session, house: House, slack_id: str) -> list[Obligation]:
    """The parts that wait for this person, and the plan that they are asked to close."""
    found = []
    for part, occurrence, then, ritual in _unanswered(session, house, slack_id):
        area = then.definitions.organisation.area(part.area_id)
        title = f"{ritual.name}: {area.name if area else part.area_id}"
        due = spans.answers_by(then, ritual, occurrence)
        found.append(Obligation(title, due, "quarter.show", str(part.id), "Show it"))
    for ref in prompts.asked_of(session, house, slack_id, CLOSE):
        occurrence = occurrences.get(session, house, ref.partition(":")[0])
        _then, ritual = rights.ritual_of(session, house, occurrence)
        title = f"{ritual.name}: close the plan"
        found.append(Obligation(title, occurrence.publish_at, "quarter.close", str(occurrence.id), "Close the plan"))
    return found


def prompt_part(session: Session, house: House, ref: str) -> Part | None:
    """One area's part, to whoever is asked for it, or was."""
    part_id, _, slack_id = ref.partition(":")
    part = model.part_of(session, house, part_id)
    occurrence = occurrences.get(session, house, part.occurrence_id)
    then = occurrences.house_of(session, house, occurrence)
    ritual = then.definitions.calendar.ritual(occurrence.ritual_id)
    if ritual is None:
        return None
    area = assembling.of_part(session, then, occurrence, part)
    by, quarter = spans.answers_by(then, ritual, occurrence), spans.planned_for(then, occurrence)
    found = messages.ask(then, ritual, occurrence, quarter, area, by, slack_id)
    person = People(session, house).by_slack(slack_id)
    if person is None or not found.waiting:
        return found
    # Nobody else is asked while they are back in time, so that they are only asked later.
    return replace(found, away=not _is_there_in_time(session, house, ritual, person, by))


def frictions_part(session: Session, house: House, ref: str) -> Part | None:
    occurrence_id, _, slack_id = ref.partition(":")
    occurrence = occurrences.get(session, house, occurrence_id)
    then = occurrences.house_of(session, house, occurrence)
    ritual = then.definitions.calendar.ritual(occurrence.ritual_id)
    person = People(session, house).by_slack(slack_id)
    if ritual is None or person is None:
        return None
    said = [each for each in model.frictions(session, house, occurrence.id) if each.person == slack_id]
    by = spans.answers_by(then, ritual, occurrence)
    return messages.ask_frictions(
        then, ritual, occurrence, by, product_ops=person.is_product_ops, has_said=bool(said),
        named=any(each.rank for each in said),
    )  # fmt: skip


def close_part(session: Session, house: House, ref: str) -> Part | None:
    occurrence = occurrences.get(session, house, ref.partition(":")[0])
    then = occurrences.house_of(session, house, occurrence)
    ritual = then.definitions.calendar.ritual(occurrence.ritual_id)
    if ritual is None:
        return None
    return messages.ask_to_close(then, assembling.assemble(session, then, ritual, occurrence))


def _ask_frictions(session: Session, house: House, ritual: Ritual, occurrence: Occurrence, person: Person) -> None:
    prompts.ask(
        session, house, person.slack_id, _key(FRICTIONS, occurrence.id, person.slack_id), FRICTIONS,
        f"{occurrence.id}:{person.slack_id}", at=spans.asked_at(house, ritual, occurrence, person).prompt,
        deadline=spans.answers_by(house, ritual, occurrence), foreseen=occurrence.run_by is None,
    )  # fmt: skip


def _unanswered(
    session: Session, house: House, asked: str | None = None
) -> list[tuple[QuarterPart, Occurrence, House, Ritual]]:
    """The parts that are not complete, of plannings whose answers are awaited; those of one person when given."""
    found = []
    for part, occurrence in model.open_parts(session, house):
        if asked not in (None, part.asked):
            continue
        then = occurrences.house_of(session, house, occurrence)
        ritual = then.definitions.calendar.ritual(occurrence.ritual_id)
        if ritual is None or house.clock.now() >= spans.answers_by(then, ritual, occurrence):
            continue
        if not assembling.of_part(session, then, occurrence, part).is_complete:
            found.append((part, occurrence, then, ritual))
    return found


def _hand_on(session: Session, house: House, ritual: Ritual, occurrence: Occurrence, part: QuarterPart) -> None:
    area = house.definitions.organisation.area(part.area_id)
    person, stands_in_for = whom(session, house, ritual, occurrence, area) if area else (None, None)
    before, asked = part.asked, person.slack_id if person else None
    if before == asked:
        return
    part.asked, part.stands_in_for = asked, stands_in_for
    session.flush()
    if before:
        prompts.changed(session, house, _key(PROMPT, part.id, before))
    if person is not None and occurrence.state in RUNNING:
        ask(session, house, ritual, occurrence, part, person)


def _is_there_in_time(session: Session, house: House, ritual: Ritual, person: Person, by: datetime) -> bool:
    today = person.today(house.clock.now())
    until = away_until(session, house, person.slack_id, today, ritual.id)
    return until is None or until < person.today(by - BACK_BEFORE)


def _key(kind: str, id: int, slack_id: str) -> str:
    return f"{kind}:{id}:{slack_id}"
