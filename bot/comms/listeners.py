"""How Slack asks about comms plans: read the gesture, run one verb, answer."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.blocks import View
from bot.comms import calendar, calendar_messages, flow, forms
from bot.gesture import Gesture
from bot.house import House
from bot.pointing import Spot, permalinks
from bot.tables import Command, Tables

PLAIN_FOR = timedelta(days=7)
_plain_until: dict[str, datetime] = {}
"""Workspaces that refused a picture, and until when they are not asked again. To forget one costs one refusal."""
MOST_LINKS = 12
"""Messages whose addresses are asked of Slack before the plan is shown, which must not take long."""


async def open_plan(gesture: Gesture, house: House) -> None:
    """The button *Who hears what, when*; its value is the release's id."""
    plan = await house.db.run(flow.plan, house, gesture.user, gesture.value)
    posted = list(dict.fromkeys(row.posted for row in plan.rows if row.posted is not None))[-MOST_LINKS:]
    spots = {each: Spot(each.channel, each.ts) for each in posted}
    links = await permalinks(gesture.client, list(spots.values()))
    await gesture.open(forms.plan(house, plan, {each: links.get(spot, "") for each, spot in spots.items()}))
    await gesture.accept()


async def comms(gesture: Gesture, house: House) -> None:
    """`/cadence comms <release>`: the same."""
    release_id = await house.db.run(flow.find, house, gesture.user, gesture.text)
    await open_plan(replace(gesture, value=release_id), house)


async def skipped(gesture: Gesture, house: House) -> None:
    line, reason = gesture.field("line"), gesture.field("reason")

    def verb(session: Session) -> View:
        flow.skip(session, house, gesture.user, gesture.metadata, line, reason)
        return forms.plan(house, flow.plan(session, house, gesture.user, gesture.metadata), {})

    await gesture.replace_view(await house.db.run(verb))


async def launches(gesture: Gesture, house: House) -> None:
    """`/cadence launches [function] [days]`, and the button *Launch calendar* of the Home tab."""
    found = await house.db.run(calendar.look, house, gesture.user, gesture.text)
    if gesture.respond is None:
        await gesture.open(calendar_messages.form(house, found))
        await gesture.accept()
        return
    plain, now = calendar_messages.message(house, found), house.clock.now()
    if not house.charts or _plain_until.get(house.workspace_id, now) > now:
        await gesture.reply(plain)
    elif not await gesture.reply_with(calendar_messages.message(house, found, picture=True), plain):
        _plain_until[house.workspace_id] = now + PLAIN_FOR


TABLES = Tables(
    verbs={
        "comms": Command(comms, "Show who hears what about a release, and when", "[release]"),
        "launches": Command(
            launches, "Show the launch calendar, for one function if you like, and what clashes", "[function] [days]"
        ),
    },
    actions={"comms.plan": open_plan, "comms.launches": launches},
    views={"comms.skipped": skipped},
)
