"""How Slack asks for decisions: read the gesture, run one verb, answer."""

import json
import uuid
from datetime import date

from sqlalchemy.orm import Session

from bot.blocks import Message, View
from bot.decisions import boundary, flow, listing, messages, model, rights
from bot.decisions.entry import Entry, Question, without_opening
from bot.decisions.listing import Wanted
from bot.decisions.model import PROPOSED, Decision
from bot.errors import UserError
from bot.gesture import Gesture, Handler
from bot.house import House, Obligation
from bot.people.flow import require_person
from bot.people.model import People
from bot.tables import Command, Shortcut, Tables


async def decision(gesture: Gesture, house: House) -> None:
    """`/decision`: alone the form, with a verb or an id what that says, with other words the form filled in."""
    verb, _, rest = gesture.text.partition(" ")
    if verb.lower() == "raise":
        await raise_(gesture.with_text(rest), house)
    elif verb.lower() == "find":
        await gesture.reply(await house.db.run(found, house, gesture.user, rest))
    elif verb.lower() == "list" and listing.is_meant(house, rest):
        await gesture.reply(await house.db.run(listed, house, gesture.user, rest))
    elif gesture.text.lower() == "help":
        await gesture.reply(messages.usage(house))
    elif model.looks_like_an_id(gesture.text):
        await gesture.reply(await house.db.run(_shown, house, gesture.user, gesture.text))
    else:
        await record_new(gesture, house)


async def record_new(gesture: Gesture, house: House) -> None:
    def verb(session: Session) -> View:
        require_person(session, house, gesture.user)
        words = without_opening(gesture.text)
        return messages.record_form(house, None, _called(session, house), gesture.user, _metadata(), words)

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def raise_(gesture: Gesture, house: House) -> None:
    """`/decision raise [words]`, or the shortcut."""
    await house.db.run(require_person, house, gesture.user)
    await gesture.open(messages.raise_form(house, _metadata(), gesture.text))
    await gesture.accept()


def for_others_to_decide(words: str) -> Handler | None:
    """What answers somebody who wants Drumbeat itself to decide."""
    return bring_to_decider if boundary.asks_to_decide(words) else None


async def bring_to_decider(gesture: Gesture, house: House) -> None:
    def verb(session: Session) -> Message:
        require_person(session, house, gesture.user)
        return messages.for_the_decider(house, rights.decider(session, house, gesture.text), gesture.text)

    await gesture.reply(await house.db.run(verb))


async def raise_from_button(gesture: Gesture, house: House) -> None:
    """The button *Raise to the decider*; its value is what somebody wanted Drumbeat to decide."""
    await house.db.run(require_person, house, gesture.user)
    class_id, area_id = rights.heard(house, gesture.value)
    words = boundary.as_question(gesture.value)
    await gesture.open(messages.raise_form(house, _metadata(), words, class_id, area_id))
    await gesture.accept()


async def record(gesture: Gesture, house: House) -> None:
    """The button *Record the decision* or *Complete*."""

    def verb(session: Session) -> View:
        found = flow.recordable(session, house, gesture.user, gesture.value)
        return messages.record_form(house, found, _called(session, house), gesture.user, _metadata(found.ref))

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def review(gesture: Gesture, house: House) -> None:
    def verb(session: Session) -> View:
        found = flow.reviewable(session, house, gesture.user, gesture.value)
        metadata = _metadata(found.ref, seen=str(found.review_on))
        return messages.review_form(house, found, _called(session, house), metadata)

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def raise_submitted(gesture: Gesture, house: House) -> None:
    metadata, field = _read(gesture), gesture.field
    question = Question(
        question=field("question"),
        decider=field("decider"),
        needed_by=_day(field("needed_by")),
        stuck=field("stuck"),
        door=field("door"),
        options=field("options"),
        class_id=field("class_id"),
        area_id=field("area_id"),
    )

    def verb(session: Session) -> View:
        return _saved(session, house, flow.raise_question(session, house, gesture.user, question, metadata["key"]))

    await gesture.replace_view(await house.db.run(verb))


async def record_submitted(gesture: Gesture, house: House) -> None:
    metadata, entry = _read(gesture), _entry(gesture)

    def verb(session: Session) -> View:
        ref, key = metadata.get("decision"), metadata["key"]
        if ref:
            return _saved(session, house, flow.settle(session, house, gesture.user, ref, entry, key))
        return _saved(session, house, flow.record(session, house, gesture.user, entry, key))

    await gesture.replace_view(await house.db.run(verb))


async def review_submitted(gesture: Gesture, house: House) -> None:
    metadata = _read(gesture)

    def verb(session: Session) -> View:
        ref, seen = metadata.get("decision", ""), metadata.get("seen", "")
        kept = flow.keep(session, house, gesture.user, ref, _day(gesture.field("review_on")), seen)
        return messages.kept(house, kept)

    await gesture.replace_view(await house.db.run(verb))


def listed(session: Session, house: House, slack_id: str, words: str) -> Message:
    """The answer to `/decision list …`"""
    person, called = require_person(session, house, slack_id), _called(session, house)
    wanted = listing.read(house, words)
    today = person.today(house.clock.now())
    if wanted == Wanted():
        count = model.latest_number(session, house)
        return messages.listing(house, flow.listing(session, house, today), count, called, today)
    entries = listing.entries(session, house, person, today, wanted, flow.LIST_LENGTH + 1)
    return messages.some(house, entries, flow.LIST_LENGTH, called, today, listing.in_words(house, wanted))


def found(session: Session, house: House, slack_id: str, words: str) -> Message:
    """The answer to `/decision find …`"""
    person, called = require_person(session, house, slack_id), _called(session, house)
    entries = flow.find(session, house, words)
    return messages.found(house, entries, flow.LIST_LENGTH, called, person.today(house.clock.now()), words)


def obligations(session: Session, house: House, slack_id: str) -> list[Obligation]:
    """What this person has to decide, and which of their decisions are to be looked at again."""
    return [
        Obligation(f"Decide {found.ref}: {found.question}", due, "decisions.record", found.ref, "Record the decision")
        if found.state == PROPOSED
        else Obligation(f"Review {found.ref}: We will {found.decision}", due, "decisions.review", found.ref, "Review")
        for found, due in flow.waiting_for(session, house, slack_id)
    ]


def _shown(session: Session, house: House, slack_id: str, ref: str) -> Message:
    require_person(session, house, slack_id)
    return messages.answer(house, model.get(session, house, ref), _called(session, house))


def _called(session: Session, house: House) -> messages.Called:
    return People(session, house).called


def _saved(session: Session, house: House, found: Decision) -> View:
    channel = house.definitions.organisation.channels.decisions
    away = flow.away_decider(session, house, found)
    return messages.saved(house, found, _called(session, house), channel, away)


def _metadata(ref: str = "", **more: str) -> str:
    return json.dumps({"key": uuid.uuid4().hex, "decision": ref, **more})


def _read(gesture: Gesture) -> dict[str, str]:
    """What the form was opened for; a `UserError` when that is not what we wrote there."""
    try:
        metadata = json.loads(gesture.metadata)
        return {**{name: str(value) for name, value in metadata.items()}, "key": str(metadata["key"])[:40]}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UserError("This form is out of date. `/decision` opens a new one.") from error


def _entry(gesture: Gesture) -> Entry:
    field, confidence = gesture.field, gesture.field("confidence")
    return Entry(
        decision=field("decision"),
        options=field("options"),
        why=field("why"),
        door=field("door"),
        review_on=_day(field("review_on")),
        decider=field("decider"),
        revisit=field("revisit"),
        confidence=int(confidence) if confidence.isdecimal() else None,
        inform_channel=field("inform_channel"),
        inform=field("inform"),
        links=field("links"),
        class_id=field("class_id"),
        area_id=field("area_id"),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


TABLES = Tables(
    commands={
        "/decision": Command(
            decision, "Record a decision, raise one, or read the log", "[raise | find | list | D-42 | we will …]"
        ),
    },
    actions={"decisions.raise": raise_from_button, "decisions.record": record, "decisions.review": review},
    views={
        "decisions.record": record_submitted,
        "decisions.raise": raise_submitted,
        "decisions.review": review_submitted,
    },
    shortcuts={"raise_decision": Shortcut(raise_, "Raise decision", "Ask for a decision, and name who decides")},
)
