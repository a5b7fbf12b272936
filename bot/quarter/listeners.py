"""How Slack asks while a quarter is planned: read the gesture, run one verb, answer."""

import json
import uuid
from typing import Any

from sqlalchemy.orm import Session

from bot.blocks import Message, View
from bot.definitions import Ritual
from bot.errors import Changed, UserError
from bot.gesture import Gesture
from bot.house import House
from bot.people.flow import nearest, require_person
from bot.people.model import People, channel_name
from bot.quarter import asking, assembling, closing, forms, frictions, messages, model, rights, spans, writing
from bot.quarter.assembling import Plan
from bot.quarter.model import KIND, Bet, QuarterPart
from bot.quarter.writing import LookBack, Result, Typed
from bot.rituals import model as occurrences
from bot.rituals.model import Occurrence
from bot.tables import Command, Tables

PLAN, CLOSE, FRICTIONS = "plan", "close", "frictions"


async def quarter(gesture: Gesture, house: House) -> None:
    """`/cadence quarter [area | plan | close | frictions]`; alone it says how far it is."""
    words = gesture.text.strip().lower()
    if words == CLOSE:
        await gesture.open(await house.db.run(_close_form_now, house, gesture.user))
        await gesture.accept()
    elif words == FRICTIONS:
        await gesture.open(await house.db.run(_frictions_form, house, gesture.user, ""))
        await gesture.accept()
    else:
        for page in await house.db.run(_shown, house, gesture.user, words):
            await gesture.reply(page)


async def show(gesture: Gesture, house: House) -> None:
    """The button *Show it*, or an area's name; its value is the part's id."""

    def verb(session: Session) -> Message:
        require_person(session, house, gesture.user)
        part = model.part_of(session, house, gesture.value)
        _then, found = _plan(session, house, occurrences.get(session, house, part.occurrence_id))
        return _area(session, house, gesture.user, found, part.area_id)

    await gesture.reply(await house.db.run(verb))


async def look_back(gesture: Gesture, house: House) -> None:
    """The button *Look back*; its value is the part's id."""

    def verb(session: Session) -> View:
        return _look_back_form(session, house, gesture.user, gesture.value)

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def looked_back(gesture: Gesture, house: House) -> None:
    """The submitted form. Whoever comes second sees that, and their own words again."""
    about = _metadata(gesture)

    def verb(session: Session) -> View:
        part, occurrence, _ritual, _area = writing.look_back(
            session, house, gesture.user, str(about["part"]), int(about["version"]), _said(gesture)
        )
        return _kept(session, house, occurrence, part)

    def again(session: Session, note: str) -> View:
        return _look_back_form(session, house, gesture.user, str(about["part"]), _said(gesture), note)

    try:
        view = await house.db.run(verb)
    except Changed as meanwhile:
        view = await house.db.run(again, str(meanwhile))
    await gesture.replace_view(view)


async def bet(gesture: Gesture, house: House) -> None:
    """The button *Add a bet*; its value is the part's id."""

    def verb(session: Session) -> View:
        return _bet_form(session, house, gesture.user, part_id=gesture.value)

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def change_bet(gesture: Gesture, house: House) -> None:
    """The button *Change it* beside a bet; its value is the bet's id."""

    def verb(session: Session) -> View:
        return _bet_form(session, house, gesture.user, bet_id=gesture.value)

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def bet_kept(gesture: Gesture, house: House) -> None:
    about, typed = _metadata(gesture), _typed(gesture)

    def verb(session: Session) -> View:
        if about.get("bet"):
            drop = bool(gesture.field_values("drop"))
            kept, _area = writing.change_bet(
                session, house, gesture.user, str(about["bet"]), int(about["version"]), typed, drop=drop
            )
        else:
            kept, _area = writing.add_bet(
                session, house, gesture.user, str(about["part"]), typed, str(about["key"])[:40]
            )
        occurrence = occurrences.get(session, house, kept.occurrence_id)
        part = rights.part_of_bet(session, house, kept)
        to_raise = kept if not kept.decision and kept.dropped_at is None else None
        return _kept(session, house, occurrence, part, to_raise)

    def again(session: Session, note: str) -> View:
        return _bet_form(session, house, gesture.user, bet_id=str(about["bet"]), typed=typed, note=note)

    try:
        view = await house.db.run(verb)
    except Changed as meanwhile:
        view = await house.db.run(again, str(meanwhile))
    await gesture.replace_view(view)


async def to_log(gesture: Gesture, house: House) -> None:
    """The button *Raise it for decision*; its value is the bet's id."""

    def verb(session: Session) -> View:
        return forms.raised(house, writing.raise_bet(session, house, gesture.user, gesture.value))

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def name_frictions(gesture: Gesture, house: House) -> None:
    """The button *Name them*; its value is the occurrence's id."""
    await gesture.open(await house.db.run(_frictions_form, house, gesture.user, gesture.value))
    await gesture.accept()


async def frictions_named(gesture: Gesture, house: House) -> None:
    def verb(session: Session) -> View:
        typed = [(gesture.field(f"what_{n}"), gesture.field(f"example_{n}")) for n in range(1, frictions.MOST + 1)]
        occurrence = occurrences.get(session, house, gesture.metadata)
        frictions.say(session, house, gesture.user, occurrence, typed)
        asking.frictions_changed(session, house, occurrence, gesture.user)
        return forms.frictions_kept(house)

    await gesture.replace_view(await house.db.run(verb))


async def skip_frictions(gesture: Gesture, house: House) -> None:
    """The button *Skip*: nobody has to name any."""

    def verb(session: Session) -> None:
        occurrence = occurrences.get(session, house, gesture.value)
        if not frictions.has_said(session, house, occurrence.id, gesture.user):
            frictions.say(session, house, gesture.user, occurrence, [])
        asking.frictions_changed(session, house, occurrence, gesture.user)

    await house.db.run(verb)
    await gesture.accept()


async def close(gesture: Gesture, house: House) -> None:
    """The button *Close the plan*; its value is the occurrence's id."""

    def verb(session: Session) -> View:
        return _close_form(session, house, gesture.user, gesture.value)

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def closed(gesture: Gesture, house: House) -> None:
    def verb(session: Session) -> View:
        field = gesture.field
        has_plan = closing.close(
            session, house, gesture.user, gesture.metadata, field("summary"), field("although"), field("reason")
        )
        _then, ritual = rights.ritual_of(session, house, occurrences.get(session, house, gesture.metadata))
        return forms.closed(house, channel_name(session, house, ritual.channel), has_plan=has_plan)

    await gesture.replace_view(await house.db.run(verb))


def _ritual(house: House) -> Ritual:
    found = next((each for each in house.definitions.calendar.rituals if each.kind == KIND), None)
    if found is None:
        raise UserError("The calendar plans no quarters. Add a ritual of kind `quarter` to `calendar.yaml`.")
    return found


def _current(session: Session, house: House) -> Occurrence:
    """The planning that is open or was last; a `UserError` when there was none."""
    ritual = _ritual(house)
    found = model.latest(session, house, ritual.id)
    if found is None:
        raise UserError(f"{ritual.name} has not opened yet. `/cadence calendar` shows when it does.")
    return found


def _plan(session: Session, house: House, occurrence: Occurrence) -> tuple[House, Plan]:
    then, ritual = rights.ritual_of(session, house, occurrence)
    return then, assembling.assemble(session, then, ritual, occurrence)


def _shown(session: Session, house: House, slack_id: str, words: str) -> list[Message]:
    person = require_person(session, house, slack_id)
    ritual = _ritual(house)
    occurrence, opens = model.latest(session, house, ritual.id), occurrences.opens_next(session, house, ritual.id)
    if occurrence is None:
        if opens is None:
            raise UserError(f"No {ritual.name} is planned. `/cadence calendar` shows what is.")
        return [messages.none_yet(house, ritual, opens)]
    then, found = _plan(session, house, occurrence)
    closers = rights.closers(session, house, ritual)
    if words == PLAN:
        return messages.shown(then, found, People(session, house).called, closing.names_of(closers))
    if words:
        names = {area.id: area.name for area in found.areas}
        see = "`/cadence quarter` shows how far it is, `/cadence quarter plan` the plan."
        return [_area(session, house, slack_id, found, nearest(words, names, "area", see))]
    parts = [area.part for area in found.areas if area.part is not None]
    mine = [part for part in parts if rights.may_say(session, house, slack_id, part)]
    by = spans.answers_by(then, found.ritual, occurrence)
    return messages.progress(then, found, by, opens, mine, may_close=person in closers)


def _area(session: Session, house: House, slack_id: str, found: Plan, area_id: str) -> Message:
    area = next(each for each in found.areas if each.id == area_id)
    may_say = area.part is not None and rights.may_say(session, house, slack_id, area.part)
    return messages.area_part(house, found, area, may_say=may_say)


def _look_back_form(
    session: Session, house: House, slack_id: str, part_id: str, typed: LookBack | None = None, note: str = ""
) -> View:
    part, occurrence, _ritual, area = rights.sayable(session, house, slack_id, part_id)
    then, _ = rights.ritual_of(session, house, occurrence)
    bets = writing.earlier_bets(session, house, part, occurrence)
    metadata = json.dumps({"part": part.id, "version": part.version})
    before = spans.looked_back_on(then, occurrence)
    return forms.look_back(house, area, before, part, bets, metadata, typed=typed, note=note)


def _bet_form(
    session: Session,
    house: House,
    slack_id: str,
    *,
    part_id: str = "",
    bet_id: str = "",
    typed: Typed | None = None,
    note: str = "",
) -> View:
    known: Bet | None = None
    if bet_id:
        _part, occurrence, _ritual, area, known = writing.changeable(session, house, slack_id, bet_id)
        about: dict[str, Any] = {"bet": known.id, "version": known.version}
    else:
        part, occurrence, _ritual, area = rights.sayable(session, house, slack_id, part_id)
        about = {"part": part.id, "key": uuid.uuid4().hex}
    then, _ = rights.ritual_of(session, house, occurrence)
    return forms.bet(
        house, area, spans.planned_for(then, occurrence), house.definitions.organisation.areas, json.dumps(about),
        typed or forms.begin(known, slack_id), is_new=known is None, note=note,
    )  # fmt: skip


def _kept(
    session: Session, house: House, occurrence: Occurrence, part: QuarterPart, to_raise: Bet | None = None
) -> View:
    return forms.kept(house, assembling.of_part(session, house, occurrence, part), to_raise)


def _frictions_form(session: Session, house: House, slack_id: str, occurrence_id: str) -> View:
    require_person(session, house, slack_id)
    occurrence = occurrences.get(session, house, occurrence_id) if occurrence_id else _current(session, house)
    rights.ritual_of(session, house, occurrence)
    frictions.require_open(occurrence)
    said = model.frictions(session, house, occurrence.id)
    own = [each for each in said if each.person == slack_id]
    named = frictions.of(session, house, occurrence)
    return forms.name_frictions(house, named, own, str(occurrence.id))


def _close_form_now(session: Session, house: House, slack_id: str) -> View:
    return _close_form(session, house, slack_id, str(_current(session, house).id))


def _close_form(session: Session, house: House, slack_id: str, occurrence_id: str) -> View:
    ritual, occurrence = rights.closable(session, house, slack_id, occurrence_id)
    _then, found = _plan(session, house, occurrence)
    return forms.close(house, found, channel_name(session, house, ritual.channel))


def _said(gesture: Gesture) -> LookBack:
    results: dict[int, Result] = {}
    for name in gesture.fields:
        kind, _, id = name.partition("_")
        if kind == "result" and occurrences.is_id(id):
            results[int(id)] = Result(gesture.field(name), gesture.field(f"note_{id}"), gesture.field(f"link_{id}"))
    return LookBack(results, gesture.field("learned"), gesture.field("no_bets"))


def _typed(gesture: Gesture) -> Typed:
    field = gesture.field
    return Typed(
        what=field("what"),
        owner=field("owner"),
        measure=field("measure"),
        link=field("link"),
        target=field("target"),
        declined=field("declined"),
        depends_on=field("depends_on"),
        risk=field("risk"),
        decision=field("decision"),
    )


def _metadata(gesture: Gesture) -> dict[str, Any]:
    """What the form was opened for."""
    try:
        found: dict[str, Any] = json.loads(gesture.metadata)
        if not {"part", "bet"} & found.keys():
            raise ValueError(gesture.metadata)
    except (ValueError, TypeError, AttributeError) as error:
        raise UserError("This form is out of date. `/cadence quarter` shows what is planned now.") from error
    return found


TABLES = Tables(
    verbs={
        "quarter": Command(
            quarter,
            "How far the plan of the quarter is; the plan; to say what an area bets on, or to close it",
            "[area | plan | close | frictions]",
        )
    },
    actions={
        "quarter.show": show,
        "quarter.look_back": look_back,
        "quarter.bet": bet,
        "quarter.change_bet": change_bet,
        "quarter.raise": to_log,
        "quarter.frictions": name_frictions,
        "quarter.skip_frictions": skip_frictions,
        "quarter.close": close,
    },
    views={
        "quarter.looked_back": looked_back,
        "quarter.bet_kept": bet_kept,
        "quarter.frictions_named": frictions_named,
        "quarter.closed": closed,
    },
)
