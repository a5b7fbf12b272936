"""Who is asked for which area, when, and the prompts that ask them: how the verbs of `flow` do it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.blocks import fit
from bot.definitions import Area, Ritual
from bot.delivery import outbox
from bot.errors import UserError
from bot.house import Ahead, House, Part
from bot.people.model import People, Person, as_read, channel_id
from bot.prompts import flow as prompts
from bot.rituals import model as occurrences
from bot.rituals.model import Occurrence
from bot.updates import messages, model
from bot.updates.model import AWAY, LONGEST_REASON, WAITING, Ask
from bot.updates.times import Asking

PROMPT = "update"
"""The kind of prompt that asks for an area's update."""
NOT_AT_WORK = "not at work before the cutoff"


def takes_answers(occurrence: Occurrence, house: House) -> bool:
    """Whether people may still be asked: it is open, and its cutoff has not passed."""
    return occurrence.state in occurrences.RUNNING and house.clock.now() < occurrence.cutoff_at


def area_of(house: House, ask: Ask) -> Area:
    area = house.definitions.organisation.area(ask.area_id)
    if area is None:
        raise UserError(f"The area `{ask.area_id}` is no longer in `organisation.yaml`.")
    return area


def owner_id(session: Session, house: House, ritual: Ritual) -> str:
    """Whom to tell about the ritual: its owner's Slack id, or product ops' channel when Slack does not know them."""
    owner = People(session, house).by_ref(ritual.owner)
    return owner.slack_id if owner else channel_id(session, house, house.definitions.organisation.channels.product_ops)


def tell_owner(session: Session, house: House, ritual: Ritual, key: str, title: str, text: str) -> None:
    """Tell the ritual's owner; product ops' channel when Slack does not know them, or when they are away."""
    people = People(session, house)
    owner = people.by_ref(ritual.owner)
    if owner is not None and people.away_because(owner, owner.today(house.clock.now()), ritual.id) is None:
        prompts.tell(session, house, owner.slack_id, key, title, text)
        return
    channel = channel_id(session, house, house.definitions.organisation.channels.product_ops)
    outbox.post(session, house, channel, messages.told(title, text), kind="update.told", dedupe=key)


def owners(session: Session, house: House, ritual: Ritual) -> list[Person]:
    people = People(session, house)
    found = (people.by_ref(area.owner) for area in house.definitions.areas_of(ritual))
    return [person for person in found if person is not None]


def new_ask(
    house: House,
    occurrence: Occurrence,
    area: Area,
    asked: str | None,
    state: str,
    stands_in_for: str | None = None,
    reason: str | None = None,
) -> dict[str, Any]:
    """The request for an area, as a row."""
    return {
        "workspace_id": house.workspace_id,
        "occurrence_id": occurrence.id,
        "area_id": area.id,
        "asked": asked,
        "state": state,
        "stands_in_for": stands_in_for,
        "reason": reason,
    }


def whom_to_ask(people: People, asking: Asking, area: Area) -> tuple[Person | None, str | None, str | None]:
    """The owner, or the first who is there of those who stand in, or nobody; with whom they stand in for, and why."""
    owner, name, reason = people.by_ref(area.owner), people.named(area.owner), None
    if owner is None:
        reason = as_reason(None, f"{name}: not in this Slack workspace")
    for person in people.stand_ins(area):
        why_not = _not_to_be_asked(people, asking, person)
        if why_not is None:
            return person, None if person == owner else name, reason
        reason = as_reason(reason, f"{person.name}: {why_not}")
    return None, None, reason


def as_reason(before: str | None, more: str) -> str:
    """Why somebody is not asked, after why somebody else was not; as long as a reason may be."""
    return str(fit(f"{before}; {more}" if before else more, LONGEST_REASON))


def ahead(session: Session, house: House, slack_id: str, until: datetime) -> list[Ahead]:
    """The updates that this person will be asked for up to then, in occurrences that have not opened yet."""
    people = People(session, house)
    person, found = people.by_slack(slack_id), list[Ahead]()
    if person is None:
        return found
    rituals = [ritual for ritual in house.definitions.calendar.rituals if ritual.kind == model.KIND]
    current = occurrences.current(session, house, [ritual.id for ritual in rituals])
    for ritual in rituals:
        areas = [area for area in house.definitions.areas_of(ritual) if person in people.stand_ins(area)]
        upcoming = current[ritual.id].opening(until) if areas else None
        asking = Asking(house, ritual, upcoming) if upcoming else None
        at = asking.times(person).prompt if asking else until
        if asking is None or at > until:
            continue
        # Also of those who are asked before them; all at once, since Home asks it of whoever looks.
        people.expect((each for area in areas for each in people.stand_ins(area)), at.date() - timedelta(days=1))
        mine = (area for area in areas if whom_to_ask(people, asking, area)[0] == person)
        found += [Ahead(f"{ritual.name}, {area.name}", at) for area in mine]
    return found


def ask_person(session: Session, asking: Asking, ask: Ask, person: Person, *, foreseen: bool = False) -> None:
    """Have the person asked for an area, and reminded once, at the ritual's times; at its new ones when it moved.

    It is `foreseen` when the calendar asks them, and nobody has passed it on.
    """
    times, occurrence = asking.times(person), asking.occurrence
    session.flush()
    prompts.ask(
        session,
        asking.house,
        person.slack_id,
        prompt_key(ask),
        PROMPT,
        f"{ask.id}:{person.slack_id}",
        at=times.prompt,
        deadline=occurrence.cutoff_at,
        remind_at=times.reminder,
        foreseen=foreseen and occurrence.run_by is None,
        report_to=owner_id(session, asking.house, asking.ritual),
    )


def prompt_key(ask: Ask, slack_id: str | None = None) -> str:
    """Under which whoever is asked for an area, or was, is prompted for it."""
    return f"{PROMPT}:{ask.id}:{slack_id or ask.asked}"


def prompt_part(session: Session, house: House, ref: str) -> Part | None:
    """How one area stands for a person who is asked for it, or was; `ref` is `ask id:Slack id`."""
    ask_id, _, slack_id = ref.partition(":")
    standing = model.standing(session, house, ask_id)
    person = People(session, house).by_slack(slack_id)
    if standing is None or person is None:
        return None
    ask, occurrence, update = standing
    house = occurrences.house_of(session, house, occurrence)
    ritual = house.definitions.calendar.ritual(occurrence.ritual_id)
    area = house.definitions.organisation.area(ask.area_id)
    if ritual is None or area is None:
        return None
    if ask.asked != slack_id:
        return messages.handed_over(house, area, People(session, house).by_slack(ask.asked))
    hidden = update is not None and update.draft and update.author != slack_id
    shown = as_read(session, house, ritual)
    part = messages.part(house, shown, occurrence, person, area, ask, None if hidden else update)
    if not part.waiting:
        return part
    away = People(session, house).away_because(person, person.today(house.clock.now()), ritual.id)
    return replace(part, away=away is not None)


def refresh_prompts(session: Session, house: House, occurrence: Occurrence, *, only_waiting: bool = False) -> None:
    """Edit the prompts in place, so that each shows how its area stands now.

    With `only_waiting` those that still ask: what is answered or let off reads the same whatever time it is.
    """
    for ask in model.asks(session, house, occurrence.id):
        if ask.asked is not None and (ask.state == WAITING or not only_waiting):
            prompts.changed(session, house, prompt_key(ask))


def pass_on(
    session: Session,
    house: House,
    ritual: Ritual,
    occurrence: Occurrence,
    ask: Ask,
    reason: str,
    *,
    otherwise: str = AWAY,
) -> None:
    """Ask whoever stands in next for whoever was asked; when nobody is there, the ask ends in state `otherwise`."""
    people = People(session, house)
    area = area_of(house, ask)
    before, old = people.by_slack(ask.asked), prompt_key(ask)
    name = before.name if before else people.named(area.owner)
    ask.reason = as_reason(ask.reason, reason if name in reason else f"{name}: {reason}")
    asking = Asking(house, ritual, occurrence)
    deputy = _next_in_line(people, asking, area, ask)
    if deputy is not None:
        ask.asked, ask.stands_in_for, ask.state = deputy.slack_id, ask.stands_in_for or name, WAITING
    else:
        ask.asked, ask.state = None, otherwise
    prompts.changed(session, house, old)
    if deputy is not None:
        ask_person(session, asking, ask, deputy)


def ask_instead(
    session: Session, house: House, ritual: Ritual, occurrence: Occurrence, ask: Ask, person: Person
) -> None:
    """Nobody could be asked until now, and somebody who stands in is here again: ask them."""
    ask.asked, ask.state = person.slack_id, WAITING
    ask.stands_in_for = People(session, house).named(area_of(house, ask).owner)
    ask_person(session, Asking(house, ritual, occurrence), ask, person)


def hand_back(session: Session, house: House, ritual: Ritual, occurrence: Occurrence, ask: Ask, owner: Person) -> None:
    """Ask the owner again, in place of whoever stood in or of nobody."""
    old = prompt_key(ask)
    ask.asked, ask.state = owner.slack_id, WAITING
    ask.stands_in_for = ask.reason = None
    prompts.changed(session, house, old)
    ask_person(session, Asking(house, ritual, occurrence), ask, owner)


def own_draft(session: Session, house: House, occurrence: Occurrence, area_id: str, slack_id: str) -> bool:
    """Whether this person keeps a draft for the area; other people's are nobody else's business."""
    update = model.find(session, house, occurrence.id, area_id)
    return update is not None and update.draft and update.author == slack_id


def _next_in_line(people: People, asking: Asking, area: Area, ask: Ask) -> Person | None:
    """Who stands in after whoever is asked now, and can be asked; why others can not is kept with the request."""
    line = people.stand_ins(area)
    asked = next((n for n, person in enumerate(line) if person.slack_id == ask.asked), -1)
    for person in line[asked + 1 :]:
        why_not = _not_to_be_asked(people, asking, person)
        if why_not is None:
            return person
        ask.reason = as_reason(ask.reason, f"{person.name}: {why_not}")
    return None


def _not_to_be_asked(people: People, asking: Asking, person: Person) -> str | None:
    """Why somebody is not asked: away on the day of their prompt, or at work only when it is too late."""
    times = asking.times(person)
    if why_not := people.away_because(person, person.today(times.prompt), asking.ritual.id):
        return why_not
    # What somebody runs out of turn may well be run in the evening.
    return None if times.in_time or asking.occurrence.run_by else NOT_AT_WORK
