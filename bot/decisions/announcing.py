"""A decision is told, once, to those who must know: who raised it, whose it is, whom its form and its class name."""

from sqlalchemy.orm import Session

from bot.decisions import consulting, messages, turns
from bot.decisions.model import Decision
from bot.definitions.artifacts import Event
from bot.definitions.decisions import EVERYBODY
from bot.house import House
from bot.people.deciding import meant
from bot.people.model import People, Person
from bot.prompts import flow as prompts

RECORDED: Event = "decision-recorded"


def announce(session: Session, house: House, decision: Decision, actor: str) -> None:
    """It is decided: whoever was asked sees it in their message, and the others are told, less who did it."""
    if (library := house.links.library) is not None:
        checked = library.check(session, house, RECORDED, f"decision:{decision.ref}")
        # Its card says by itself what it lacks.
        library.issued(session, house, checked, decision.message_id)
    people = People(session, house)
    shown = {
        turn.person
        for turn in turns.turns_of(session, house, decision)
        if prompts.is_shown(session, house, turns.key(decision, turn.person))
    }
    turns.ended(session, house, decision)
    consulting.ended(session, house, decision)
    for person in _must_know(session, house, decision):
        if person.slack_id == actor or person.slack_id in shown:
            continue
        title, text = messages.told(house, decision, people.called, to=person.slack_id)
        prompts.tell(session, house, person.slack_id, _key(decision, person), title, text)


def ended(session: Session, house: House, decision: Decision, actor: str) -> None:
    """It was rejected, superseded or reversed: told to everybody who knew of it.

    Of a question that know whoever raised it and whose it is, and whoever was asked sees it in their message.
    """
    people = People(session, house)
    turns.ended(session, house, decision)
    consulting.ended(session, house, decision)
    known = [people.by_slack(id) for id in (decision.raised_by, decision.decider)]
    was_told = _must_know(session, house, decision) if decision.decided_at else [each for each in known if each]
    for person in dict.fromkeys(was_told):
        if person.slack_id != actor:
            title, text = messages.told_end(house, decision, people.called)
            prompts.tell(session, house, person.slack_id, f"{_key(decision, person)}:{decision.state}", title, text)


def _must_know(session: Session, house: House, decision: Decision) -> list[Person]:
    people, area = People(session, house), house.definitions.organisation.area(decision.area_id)
    found = house.definitions.decision_class(decision.class_id)
    # What everybody should know stands in the log's channel and in the digest; it is a message to nobody.
    named = [word for word in (found.informed if found else ()) if word != EVERYBODY]
    ids = (decision.raised_by, decision.decider, decision.inform_person)
    persons = [person for id in ids if (person := people.by_slack(id))]
    persons += [person for word in named for person in meant(session, house, word, area)]
    return list(dict.fromkeys(persons))


def _key(decision: Decision, person: Person) -> str:
    return f"decision:{decision.id}:told:{person.slack_id}"
