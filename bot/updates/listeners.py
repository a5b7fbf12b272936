"""How Slack asks for weekly updates: read the gesture, run one verb, answer."""

import json

from sqlalchemy.orm import Session

from bot import blocks
from bot.blocks import View
from bot.definitions import Area, Ritual
from bot.errors import FieldErrors
from bot.gesture import Gesture
from bot.house import House, Obligation
from bot.people.model import channel_name
from bot.prompts import flow as prompts
from bot.rituals import model as occurrences
from bot.rituals.model import Occurrence
from bot.tables import Command, Shortcut, Tables
from bot.updates import flow, messages, model, rights
from bot.updates.answer import Answer, Carried
from bot.updates.asking import prompt_key


async def weekly_update(gesture: Gesture, house: House) -> None:
    """`/weekly-update [area]`, or the shortcut: the form for whatever this person is to answer now."""

    def verb(session: Session) -> View:
        return _form(session, house, gesture.user, *rights.target(session, house, gesture.user, gesture.text))

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def write(gesture: Gesture, house: House) -> None:
    """The prompt's button *Write update*, *Finish draft* or *Edit update*."""

    def verb(session: Session) -> View:
        return _form(session, house, gesture.user, *flow.form_for_ask(session, house, gesture.user, gesture.value))

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def submit(gesture: Gesture, house: House) -> None:
    metadata = json.loads(gesture.metadata)
    answer, is_draft = _answer(gesture, metadata["planned"])

    def verb(session: Session) -> View | None:
        update = flow.submit(
            session,
            house,
            gesture.user,
            str(metadata["occurrence"]),
            str(metadata["area"]),
            answer,
            draft=is_draft,
            seen=str(metadata["seen"]),
        )
        if _shown_in_prompt(session, house, update):
            return None
        occurrence, ritual, area = _looked_up(session, house, update.occurrence_id, update.area_id)
        return messages.confirmation(house, area, update, occurrence, channel_name(session, house, ritual.channel))

    try:
        confirmation = await house.db.run(verb)
    except FieldErrors as errors:
        await gesture.refuse_fields(errors.fields)
        return
    if confirmation is None:
        await gesture.accept()
    else:
        await gesture.replace_view(confirmation)


async def no_change(gesture: Gesture, house: House) -> None:
    await house.db.run(flow.no_change, house, gesture.user, gesture.value)
    await gesture.accept()


async def not_mine(gesture: Gesture, house: House) -> None:
    text = await house.db.run(flow.not_mine, house, gesture.user, gesture.value)
    await gesture.reply(blocks.message(blocks.section(text)))


def obligations(session: Session, house: House, slack_id: str) -> list[Obligation]:
    """What waits for this person here: updates asked of them, and what colleagues' updates need from them."""
    waiting = [
        Obligation(f"Weekly update: {area.name}", occurrence.cutoff_at, "updates.write", str(ask.id), "Write update")
        for ask, occurrence, area in flow.waiting_for(session, house, slack_id)
    ]
    return waiting + [
        Obligation(f"{area.name} needs from you: {text}", due)
        for area, text, due in flow.requests_of(session, house, slack_id)
    ]


def _form(session: Session, house: House, slack_id: str, occurrence: Occurrence, area: Area) -> View:
    house = occurrences.house_of(session, house, occurrence)
    ritual = house.definitions.calendar.ritual(occurrence.ritual_id)
    assert ritual is not None
    so_far = model.find(session, house, occurrence.id, area.id)
    answer, planned = flow.prefill(session, house, slack_id, occurrence, area, so_far)
    seen = so_far.mark if so_far and not so_far.draft else ""
    known = {"occurrence": occurrence.id, "area": area.id, "planned": list(planned), "seen": seen}
    metadata = json.dumps(known, ensure_ascii=False)
    can_draft = so_far is None or so_far.draft
    return messages.form(house, ritual, occurrence, area, answer, planned, metadata, can_draft=can_draft)


def _looked_up(session: Session, house: House, occurrence_id: int, area_id: str) -> tuple[Occurrence, Ritual, Area]:
    occurrence = occurrences.get(session, house, occurrence_id)
    house = occurrences.house_of(session, house, occurrence)
    ritual = house.definitions.calendar.ritual(occurrence.ritual_id)
    area = house.definitions.organisation.area(area_id)
    assert ritual is not None and area is not None
    return occurrence, ritual, area


def _shown_in_prompt(session: Session, house: House, update: model.Update) -> bool:
    """Whether the author sees the outcome without being told: their prompt has just been edited."""
    if update.draft:
        return False
    asks = model.asks_of(session, house, update.occurrence_id, update.author)
    return any(prompts.is_shown(session, house, prompt_key(ask)) for ask in asks if ask.area_id == update.area_id)


def _answer(gesture: Gesture, planned: list[str]) -> tuple[Answer, bool]:
    confidence = gesture.field("confidence")
    field = gesture.field
    answer = Answer(
        status=field("status"),
        next=field("next"),
        shipped=field("shipped"),
        carried=tuple(Carried(line, outcome) for n, line in enumerate(planned) if (outcome := field(f"carry_{n}"))),
        confidence=int(confidence) if confidence else None,
        path=field("path"),
        ask=field("ask"),
        ask_of=field("ask_of"),
        ask_by=field("ask_by"),
        metric=field("metric"),
        metric_link=field("metric_link"),
        links=field("links"),
        decided=field("decided"),
        undecided=field("undecided"),
    )
    return answer, bool(gesture.field_values("draft"))


TABLES = Tables(
    commands={
        "/weekly-update": Command(weekly_update, "Write or edit your weekly update", "[area]"),
    },
    actions={
        "updates.write": write,
        "updates.no_change": no_change,
        "updates.not_mine": not_mine,
    },
    views={"updates.submit": submit},
    shortcuts={"weekly_update": Shortcut(weekly_update, "Weekly update", "Write or edit your weekly update")},
)
