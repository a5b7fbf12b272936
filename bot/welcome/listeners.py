"""How Slack tells that Drumbeat was added to a channel, and that somebody wrote to it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from bot import pointing
from bot.blocks import Message
from bot.gesture import Gesture, refusal
from bot.house import House
from bot.markup import clean
from bot.people.flow import require_person
from bot.tables import Command, Tables
from bot.welcome import first_steps, flow, home, messages
from bot.welcome.flow import Heard, Joined

BY_PEOPLE = (None, "file_share", "me_message", "thread_broadcast")
"""What sort of message is one that a person has just written. Others are edits, deletions and what programs say."""
SLACKBOT = "USLACKBOT"


async def joined(gesture: Gesture, house: House) -> None:
    """Somebody joined a channel that Drumbeat is in; only when that is Drumbeat itself does it say anything."""
    if gesture.me and gesture.user == gesture.me and gesture.channel:
        channel = await _look(gesture, gesture.channel)
        if channel is not None:
            await house.db.run(flow.introduce, house, channel)
    await gesture.accept()


async def written(gesture: Gesture, house: House) -> None:
    """Somebody wrote in their conversation with Drumbeat."""
    event = gesture.event
    if _is_for_us(gesture, house):
        words = clean(str(event.get("text") or ""))
        thread, ts = str(event.get("thread_ts") or ""), str(event.get("ts") or "")
        heard = Heard(gesture.user, gesture.channel or "", ts, "" if thread == ts else thread, words)
        await house.db.run(flow.answer, house, heard)
    await gesture.accept()


async def away(gesture: Gesture, house: House) -> None:
    """The button that notes the absence somebody spoke of."""
    await gesture.reply(await house.db.run(flow.note_away, house, gesture.user, gesture.value))


async def show_steps(gesture: Gesture, house: House) -> None:
    """`/cadence first-steps [hide]`, also once they are off Home."""

    def verb(session: Session) -> Message:
        if gesture.text.strip().lower() == "hide":
            first_steps.hide(session, house, gesture.user)
            return messages.hidden(house)
        require_person(session, house, gesture.user)
        return messages.all_steps(house, first_steps.steps(session, house))

    await gesture.reply(await house.db.run(verb))


async def hide_steps(gesture: Gesture, house: House) -> None:
    await house.db.run(first_steps.hide, house, gesture.user)
    await gesture.accept()


async def got_it(gesture: Gesture, house: House) -> None:
    await house.db.run(home.got_it, house, gesture.user)
    await gesture.accept()


def _is_for_us(gesture: Gesture, house: House) -> bool:
    """Whether a person of this workspace has just written it: no program, nothing changed, nothing of our own."""
    event = gesture.event
    by_program = event.get("bot_id") or event.get("app_id") or gesture.user in ("", SLACKBOT, gesture.me)
    team = event.get("user_team") or event.get("team") or house.workspace_id
    return (
        event.get("subtype") in BY_PEOPLE and not by_program and not event.get("hidden") and team == house.workspace_id
    )


async def _look(gesture: Gesture, channel: str) -> Joined | None:
    """The channel as Slack has it; none when Drumbeat is not in it any more."""
    try:
        found: Mapping[str, Any] = (await gesture.client.conversations_info(channel=channel))["channel"]
    except Exception as error:
        if not refusal(error):
            raise
        return None
    return Joined(channel, str(found.get("name") or ""), pointing.is_shared(found))


TABLES = Tables(
    verbs={
        "first-steps": Command(show_steps, "What is to be done until all works; hide: off Home (product ops)", "[hide]")
    },
    actions={"welcome.away": away, "welcome.got_it": got_it, "welcome.hide": hide_steps},
    events={"member_joined_channel": joined, "message.im": written},
)
