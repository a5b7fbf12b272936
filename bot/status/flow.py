"""What happens when somebody asks where something stands: it is found, answered from the records, and counted."""

import hashlib
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import asked
from bot.asked import SEVERAL, UNKNOWN
from bot.definitions import Area
from bot.delivery import outbox
from bot.errors import UserError
from bot.folding import folded
from bot.house import House
from bot.people.flow import nearest, require_person
from bot.people.model import People, Person
from bot.pointing import Spot
from bot.prompts import flow as prompts
from bot.releases.model import PLANNED, Release
from bot.search import MOST_WORDS
from bot.status import areas, messages, single, things
from bot.status.records import AREA, DECISION, INSIGHT, ITEM, RELEASE, Answer, Asked, Examples, Found, Thing

LONGEST_QUESTION = 300
POST = "post"
"""What may follow a name: the answer is for everybody in the channel."""


def ask(session: Session, house: House, slack_id: str, words: str) -> Asked:
    """What somebody wants to know, if one thing fits; counted once."""
    return _asked(session, house, words, *_found(session, house, slack_id, words))


def ask_of_what_is_known(session: Session, house: House, slack_id: str, words: str) -> Asked | None:
    """The same, of words that may be no question at all: nothing, and nothing is counted, when no thing fits."""
    found = things.find(session, house, slack_id, words)
    return _asked(session, house, words, found, to_all=False) if found.things else None


def _asked(session: Session, house: House, words: str, found: Found, to_all: bool) -> Asked:
    if len(found.things) != 1:
        id = asked.note(session, house, SEVERAL if found.things else UNKNOWN, answered=False)
        return Asked(id, words, found, None, {})
    answer = answered(session, house, found.things[0])
    id = asked.note(session, house, answer.thing.kind, answered=answer.says_something)
    return Asked(id, words, found, answer, _spots(session, house, answer), to_all and answer.may_show)


def pick(session: Session, house: House, slack_id: str, value: str) -> Asked:
    """One of several that was picked; it is the same question still. `value` is a button's, or a menu's."""
    ask_id, kind, id, said = messages.picked(value)
    thing = things.get(session, house, slack_id, kind, id, said)
    answer = answered(session, house, thing)
    counts = answer.says_something
    if not ask_id or not asked.settle(session, house, ask_id, kind=thing.kind, answered=counts):
        ask_id = asked.note(session, house, thing.kind, answered=counts)
    return Asked(ask_id, thing.name, Found([thing]), answer, _spots(session, house, answer))


def answered(session: Session, house: House, thing: Thing) -> Answer:
    """Where a thing that was found stands."""
    area = house.definitions.organisation.area(thing.id) if thing.kind == AREA else None
    if area is not None:
        return areas.answer(session, house, thing, area)
    if thing.kind == RELEASE:
        return single.of_release(session, house, thing)
    if thing.kind == DECISION:
        return single.of_decision(session, house, thing)
    if thing.kind == INSIGHT:
        return single.of_insight(session, house, thing)
    if thing.kind == ITEM:
        return single.of_item(session, house, thing)
    return single.of_ritual(session, house, thing)


def to_show(session: Session, house: House, slack_id: str, value: str) -> Asked:
    """The answer as it is now, for everybody in a channel; a `UserError` for what not everybody may see."""
    require_person(session, house, slack_id)
    ask_id, kind, id, said = messages.picked(value)
    answer = answered(session, house, things.get(session, house, slack_id, kind, id, said))
    if not answer.may_show:
        raise UserError("That is not for everybody here, so I do not show it.")
    return Asked(ask_id, answer.thing.name, Found([answer.thing]), answer, _spots(session, house, answer))


def show(session: Session, house: House, slack_id: str, channel: str, value: str, links: Mapping[Spot, str]) -> None:
    """Promise it in a channel (Slack id), once for each question; whoever shows it hears when that fails."""
    person, found = require_person(session, house, slack_id), to_show(session, house, slack_id, value)
    message = messages.shown(house, found, links, person.name)
    thing = found.found.things[0]
    dedupe = f"status:{found.id}:{thing.kind}:{thing.id}:{channel}"
    outbox.post(session, house, channel, message, kind="status.shown", dedupe=dedupe, report_to=slack_id)


def ask_owner(
    session: Session, house: House, slack_id: str, area_id: str, question: str, ask_id: int
) -> tuple[Area, Person, bool]:
    """Put a question into the next day message of an area's owner, once a week.

    Returns who hears it, and whether they have been told already. The records did not answer then, whatever they had.
    """
    person = require_person(session, house, slack_id)
    area = house.definitions.organisation.area(area_id)
    if area is None:
        raise UserError("The definitions no longer have that area. `/cadence who` lists those there are.")
    whom = areas.owner_today(session, house, area)
    if whom is None:
        raise UserError(f"Nobody is there to ask about {area.name}. `/cadence who owns {area.id}` says who comes next.")
    if whom == person:
        raise UserError(f"{area.name} is yours to answer for. `/weekly-update` says where it stands.")
    question = " ".join(question.split())[:LONGEST_QUESTION]
    title, text = messages.question(house, area, person, question)
    key = _key(house, area, person, whom, question)
    again = prompts.is_known(session, house, key)
    prompts.tell(session, house, whom.slack_id, key, title, text)
    if not ask_id or not asked.settle(session, house, ask_id, answered=False):
        asked.note(session, house, AREA, answered=False)
    return area, whom, again


def named_area(house: House, words: str) -> tuple[str, str]:
    """The id of the area that the first words mean, and the question after it; a `UserError` with the nearest names."""
    known = {area.id: area.name for area in house.definitions.organisation.areas}
    by_words = {tuple(folded(word)): id for id, name in known.items() for word in (id, name)}
    spoken = words.split()
    for count in range(min(len(spoken), MOST_WORDS), 0, -1):
        if id := by_words.get(tuple(folded(" ".join(spoken[:count])))):
            return id, " ".join(spoken[count:])
    see = "Write `/cadence status ask`, the area and your question. `/cadence who` lists the areas."
    return nearest(spoken[0] if spoken else "", known, "area", see), " ".join(spoken[1:])


def examples(session: Session, house: House, slack_id: str) -> Examples:
    person = People(session, house).by_slack(slack_id)
    today = house.clock.now().date()
    query = select(Release.id, Release.name).where(
        Release.workspace_id == house.workspace_id,
        Release.state == PLANNED,
        Release.target >= today,
    )
    release = session.execute(query.order_by(Release.target, Release.id).limit(1)).first()
    return Examples(
        [Thing(AREA, area.id, area.name) for area in house.definitions.organisation.areas],
        Thing(RELEASE, str(release.id), release.name) if release and house.definitions.releases else None,
        asked.by_week(session, house) if person and person.is_product_ops else (),
    )


def _found(session: Session, house: House, slack_id: str, words: str) -> tuple[Found, bool]:
    """What is meant, and whether everybody is to see it: the last word says so, unless it belongs to a name."""
    found = things.find(session, house, slack_id, words)
    first, _, last = words.rpartition(" ")
    if last.lower() != POST or not first.strip() or (found.things and POST not in found.unknown):
        return found, False
    return things.find(session, house, slack_id, first), True


def _spots(session: Session, house: House, answer: Answer) -> dict[int, Spot]:
    ids = {source.message_id for fact in answer.facts for source in fact.sources}
    fates = outbox.fates(session, house, ids) if ids else {}
    return {id: Spot(fate.posted.channel, fate.posted.ts) for id, fate in fates.items() if fate.posted}


def _key(house: House, area: Area, person: Person, whom: Person, question: str) -> str:
    """The same question of the same person is told once a week."""
    year, week, _ = house.clock.now().isocalendar()
    words = hashlib.sha256(" ".join(folded(question)).encode()).hexdigest()[:12]
    return f"status:{area.id}:{person.slack_id}:{whom.slack_id}:{year}-{week}:{words}"
