"""How people say that they are away and back, and how Slack tells of changes."""

from datetime import date

from sqlalchemy.orm import Session

from bot.blocks import Message, View
from bot.delivery import outbox
from bot.errors import FieldErrors, UserError
from bot.gesture import Gesture
from bot.house import House
from bot.people import directory, messages
from bot.people.absence import come_back, coming, end_absence, set_away, tell_away
from bot.people.flow import named_person, require_person
from bot.people.model import Absence, People
from bot.people.moments import polite
from bot.people.wishes import Wish, read_wish
from bot.tables import Command, Tables


async def away(gesture: Gesture, house: House) -> None:
    """`/cadence away [@someone] [until <day>] …`; without days, or from a button, a form asks for them."""
    if gesture.text.strip().lower() == "back":
        await here_again(gesture.with_text(""), house)
        return

    def verb(session: Session) -> View | Message:
        wish = read_wish(session, house, gesture.user, gesture.text)
        if wish.last_day is None:
            for_others = require_person(session, house, gesture.user).is_product_ops
            return messages.away_form(house, wish, for_others=for_others)
        absence = _note(session, house, gesture.user, wish, wish.last_day)
        return messages.away_noted(house, wish.person, absence, own=wish.person.slack_id == gesture.user)

    answer = await house.db.run(verb)
    if isinstance(answer, View):
        await gesture.open(answer)
        await gesture.accept()
    else:
        await gesture.reply(answer)


async def away_submitted(gesture: Gesture, house: House) -> None:
    def verb(session: Session) -> None:
        person = People(session, house).by_slack(gesture.field("who") or gesture.user)
        if person is None and gesture.field("who"):
            raise FieldErrors({"who": "I do not know this person: product ops adds people to organisation.yaml."})
        person = person or require_person(session, house, gesture.user)
        first_day, last_day = gesture.field("first_day"), date.fromisoformat(gesture.field("last_day"))
        first_day_read = date.fromisoformat(first_day) if first_day else person.today(house.clock.now())
        ritual_id, kind = gesture.field("ritual") or None, gesture.field("kind") or "other"
        wish = Wish(person, first_day_read, last_day, kind, ritual_id, gesture.field("reason"))
        try:
            _note(session, house, gesture.user, wish, last_day)
        except UserError as error:
            raise FieldErrors({"last_day": str(error)}) from error

    await house.db.run(verb)
    await gesture.accept()


async def here_again(gesture: Gesture, house: House) -> None:
    """`/cadence back [@someone]`"""

    def verb(session: Session) -> Message:
        named, _rest = named_person(session, house, gesture.text.strip())
        person = named or require_person(session, house, gesture.user)
        was_away = come_back(session, house, person.slack_id, gesture.user)
        name = "" if person.slack_id == gesture.user else person.name
        return messages.back_again(house, was_away=was_away, name=name)

    await gesture.reply(await house.db.run(verb))


async def list_absences(gesture: Gesture, house: House) -> None:
    """`/cadence absences`: one's own, and for product ops everybody's."""

    def verb(session: Session) -> list[Message]:
        everybody = require_person(session, house, gesture.user).is_product_ops
        found = coming(session, house, None if everybody else gesture.user)
        return messages.absences(house, found, everybody=everybody)

    for page in await house.db.run(verb):
        await gesture.reply(page)


async def end_one(gesture: Gesture, house: House) -> None:
    def verb(session: Session) -> Message:
        absence = end_absence(session, house, gesture.user, gesture.value)
        person = require_person(session, house, absence.slack_id)
        return messages.absence_ended(house, person, own=person.slack_id == gesture.user)

    await gesture.reply(await house.db.run(verb))


async def member_changed(gesture: Gesture, house: House) -> None:
    """Slack says that somebody's profile or status has changed, or that they joined or left."""
    member = gesture.event.get("user")
    if isinstance(member, dict) and member.get("id"):
        await house.db.run(directory.keep_member, house, member)
    await gesture.accept()


def _note(session: Session, house: House, actor: str, wish: Wish, last_day: date) -> Absence:
    """Note an absence, hand over what waits today, and tell whom product ops has noted as away."""
    absence = set_away(
        session,
        house,
        wish.person.slack_id,
        wish.first_day,
        last_day,
        kind=wish.kind,
        reason=wish.reason,
        ritual_id=wish.ritual_id,
        noted_by=actor,
    )
    tell_away(session, house, wish.person.slack_id)
    if actor != wish.person.slack_id:
        outbox.post(
            session,
            house,
            wish.person.slack_id,
            messages.noted_by(house, absence, People(session, house).called(actor)),
            kind="people.away",
            dedupe=f"away:{absence.id}:{house.clock.now():%Y%m%dT%H%M%S.%f}",
            not_before=polite(session, house, wish.person.slack_id),
        )
    return absence


TABLES = Tables(
    verbs={
        "absences": Command(list_absences, "List when you are away; product ops sees everybody"),
        "away": Command(
            away,
            "Say that you are away; your deputies are asked instead (product ops: also for others)",
            "[@someone] [until 2026-12-04 | monday to friday] [for <ritual>] [because …]",
        ),
        "back": Command(here_again, "Say that you are here again (product ops: also for others)", "[@someone]"),
    },
    actions={
        "people.away": away,
        "people.back": here_again,
        "people.end_absence": end_one,
    },
    views={"people.away": away_submitted},
    events={"team_join": member_changed, "user_change": member_changed, "user_status_changed": member_changed},
)
