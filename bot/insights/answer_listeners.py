"""How whoever an insight is routed to acknowledges it, answers it or hands it back."""

import json
from collections.abc import Mapping

from sqlalchemy.orm import Session

from bot.blocks import Message, View
from bot.definitions.decisions import may_decide_on_product
from bot.errors import UserError
from bot.gesture import Gesture, Handler
from bot.house import House, ReleaseFacts
from bot.insights import answer_forms, answering, asking, capture_listeners, clocks, rights, telling
from bot.insights.answer_forms import FIELDS
from bot.insights.answering import CANCELLED, Disposition, Overtaken
from bot.insights.model import ROUTED, Insight
from bot.insights.routing import release_of
from bot.people.flow import require_person
from bot.tables import Tables

MOST_SHOWN = 10
"""Insights in one list: more blocks do not fit in a message."""
MOST_DIGITS = 10


async def acknowledge(gesture: Gesture, house: House) -> None:
    """The button *Acknowledge*."""

    def verb(session: Session) -> Message:
        insight = answering.acknowledge(session, house, gesture.user, gesture.value)
        decides = may_decide_on_product(require_person(session, house, gesture.user).roles)
        return answer_forms.acknowledged(house, insight, telling.looks_of(session, house, insight), decides=decides)

    await gesture.reply(await house.db.run(verb))


async def acknowledge_all(gesture: Gesture, house: House) -> None:
    """The button *Acknowledge all*."""

    def verb(session: Session) -> Message:
        done = answering.acknowledge_all(session, house, gesture.user)
        return answer_forms.acknowledged_all(house, [each.ref for each in done])

    await gesture.reply(await house.db.run(verb))


async def open_decide(gesture: Gesture, house: House) -> None:
    """The button *Answer*: what was answered before stands in the form."""

    def verb(session: Session) -> View:
        insight = answering.decidable(session, house, gesture.user, gesture.value)
        return _decide_form(session, house, insight, answer_forms.before(insight))

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def decided(gesture: Gesture, house: House) -> None:
    """The form. When somebody has answered meanwhile, it is shown again with what was typed."""
    ref, seen = _read(gesture)
    typed = {name: gesture.field(name) for name in FIELDS}
    said = Disposition(
        typed["kind"], typed["reason"], typed["forward"], typed["link"], typed["researcher"], typed["answer_by"],
        _number(typed["release"]),
    )  # fmt: skip

    def verb(session: Session) -> View:
        insight = answering.dispose(session, house, gesture.user, ref, said, seen)
        return answer_forms.decided(house, insight, telling.looks_of(session, house, insight))

    def again(session: Session, note: str) -> View:
        insight = answering.decidable(session, house, gesture.user, ref)
        return _decide_form(session, house, insight, typed, note)

    try:
        view = await house.db.run(verb)
    except Overtaken as overtaken:
        view = await house.db.run(again, str(overtaken))
    await gesture.replace_view(view)


async def open_hand_back(gesture: Gesture, house: House) -> None:
    """The button *Not mine*."""

    def verb(session: Session) -> View:
        insight = answering.returnable(session, house, gesture.user, gesture.value)
        looks = telling.looks_of(session, house, insight)
        return answer_forms.hand_back_form(house, insight, looks, _metadata(insight))

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def handed_back(gesture: Gesture, house: House) -> None:
    ref, _seen = _read(gesture)

    def verb(session: Session) -> View:
        return answer_forms.handed_back(
            house, answering.hand_back(session, house, gesture.user, ref, gesture.field("reason"))
        )

    await gesture.replace_view(await house.db.run(verb))


async def raise_decision(gesture: Gesture, house: House) -> None:
    """`/insight raise I-317`, and the button *Raise a decision about it*, where an answer was given."""

    def verb(session: Session) -> View:
        return answer_forms.raised(house, answering.raise_decision(session, house, gesture.user, gesture.value))

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def waiting(gesture: Gesture, house: House) -> None:
    """`/insight waiting`"""

    def verb(session: Session) -> Message:
        require_person(session, house, gesture.user)
        rights.rules_of(house)
        found = asking.waiting(session, house, gesture.user)
        parts = [
            (each, part)
            for each in found[:MOST_SHOWN]
            if (part := asking.prompt_part(session, house, f"{each.id}:{gesture.user}")) is not None
        ]
        late = [each for each in found if clocks.late(house, each)]
        several = sum(each.state == ROUTED for each in found) > 1
        return answer_forms.waiting(house, parts, len(found), late, several=several)

    await gesture.reply(await house.db.run(verb))


async def acknowledge_from_words(gesture: Gesture, house: House) -> None:
    """`/insight acknowledge I-317`, or `all`."""
    await (acknowledge_all if gesture.text.lower() == "all" else _about("acknowledge", acknowledge))(gesture, house)


async def waiting_from_words(gesture: Gesture, house: House) -> None:
    """`/insight waiting`; with more words somebody logs what begins like this."""
    if gesture.text:
        await capture_listeners.log(gesture.with_text(f"waiting {gesture.text}"), house)
    else:
        await waiting(gesture, house)


def _about(verb: str, handler: Handler) -> Handler:
    return capture_listeners.of_one(verb, handler, "waiting")


def _decide_form(session: Session, house: House, insight: Insight, typed: Mapping[str, str], note: str = "") -> View:
    looks = telling.looks_of(session, house, insight)
    releases = _releases(session, house, insight)
    return answer_forms.decide_form(house, insight, looks, releases, _metadata(insight), typed, note)


def _releases(session: Session, house: House, insight: Insight) -> list[ReleaseFacts]:
    """Those of late and to come, the newest first, and the one that was named before."""
    if house.links.releases is None:
        return []
    named = release_of(session, house, insight.linked_release)
    found = [*([named] if named else []), *reversed(house.links.releases(session, house, None))]
    return list({each.id: each for each in found if each.state != CANCELLED}.values())


def _metadata(insight: Insight) -> str:
    """Which one, and how often it was answered when the form was opened."""
    return json.dumps([insight.ref, insight.answers])


def _read(gesture: Gesture) -> tuple[str, int]:
    try:
        ref, seen = json.loads(gesture.metadata)
        return str(ref), int(seen)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise UserError("I can not read this form any more. Close it and open it again.") from error


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < MOST_DIGITS else None


VERBS: Mapping[str, Handler] = {
    "waiting": waiting_from_words,
    "acknowledge": acknowledge_from_words,
    "decide": _about("decide", open_decide),
    "hand-back": _about("hand-back", open_hand_back),
    "raise": _about("raise", raise_decision),
}
"""What may follow `/insight`."""
TABLES = Tables(
    actions={
        "insights.waiting": waiting,
        "insights.acknowledge": acknowledge,
        "insights.acknowledge_all": acknowledge_all,
        "insights.dispose": open_decide,
        "insights.hand_back": open_hand_back,
        "insights.raise": raise_decision,
    },
    views={
        "insights.decided": decided,
        "insights.handed_back": handed_back,
    },
)
