"""The Home tab and the hub's own verbs."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import blocks
from bot.blocks import Block, View
from bot.gesture import Gesture, Handler
from bot.house import House, Obligation
from bot.insights import queue as insights_queue
from bot.insights import rights as insights_rights
from bot.people import absence
from bot.people import messages as people_messages
from bot.people.model import People
from bot.prompts import messages as prompt_messages
from bot.prompts.model import profile_of
from bot.rituals import messages as rituals_messages
from bot.rituals.model import SCHEDULED, Occurrence
from bot.tables import Command, Tables

HOME = "home/home.txt.j2"
AHEAD = timedelta(days=14)
MOST_OBLIGATIONS = 20


async def opened(gesture: Gesture, house: House) -> None:
    """Someone looks at the Home tab: show them theirs."""
    if gesture.event.get("tab", "home") == "home":
        await gesture.publish_home(await house.db.run(home_view, house, gesture.user))
    await gesture.accept()


async def today(gesture: Gesture, house: House) -> None:
    """`/cadence today`"""

    def verb(session: Session) -> blocks.Message:
        return blocks.message(*_on_me(session, house, gesture.user))

    await gesture.reply(await house.db.run(verb))


def home_view(session: Session, house: House, slack_id: str) -> View:
    return blocks.home(
        *_on_me(session, house, slack_id),
        *_queue(session, house, slack_id),
        *_away(session, house, slack_id),
        *_reminding(session, house, slack_id),
        blocks.divider(),
        *_next(session, house, slack_id),
        *rituals_messages.on_home(session, house, slack_id),
        *_ways(house),
        blocks.context(house.words.part(HOME, "footer")),
    )


def help_for(rooms: Tables) -> Handler:
    """`/cadence help`: every command and verb, from what the rooms answer to."""

    async def help_(gesture: Gesture, house: House) -> None:
        lines = [_usage(name, command) for name, command in sorted(rooms.commands.items())]
        lines += [_usage(f"/cadence {name}", command) for name, command in sorted(rooms.verbs.items())]
        await gesture.reply(
            blocks.message(blocks.section(house.words.part(HOME, "help")), *blocks.sections("\n".join(lines)))
        )

    return help_


def _on_me(session: Session, house: House, slack_id: str) -> list[Block]:
    zone = _zone(session, house, slack_id)
    mine = [obligation for room in house.links.obligations for obligation in room(session, house, slack_id)]
    mine.sort(key=lambda obligation: (obligation.due is None, obligation.due or house.clock.now()))
    parts = [blocks.header(house.words.part(HOME, "on_me"))]
    if not mine:
        parts.append(blocks.section(house.words.part(HOME, "nothing")))
    for obligation in mine[:MOST_OBLIGATIONS]:
        due = obligation.due and f"{obligation.due.astimezone(zone):%a %-d %b, %H:%M}"
        overdue = obligation.due is not None and obligation.due < house.clock.now()
        text = house.words.part(HOME, "obligation", title=obligation.title, due=due, overdue=overdue)
        parts.append(blocks.section(text, accessory=_button(obligation)))
    if len(mine) > MOST_OBLIGATIONS:
        parts.append(blocks.context(house.words.part(HOME, "more", count=len(mine) - MOST_OBLIGATIONS)))
    return parts


def _ways(house: House) -> list[Block]:
    """Buttons for what people begin from here."""
    insights = [blocks.button("Log insight", "insights.log")] if house.definitions.insights else []
    launches = [blocks.button("Launch calendar", "comms.launches")] if house.definitions.releases else []
    return [blocks.actions(*insights, *launches)] if insights or launches else []


def _away(session: Session, house: House, slack_id: str) -> list[Block]:
    """When this person is away, and the ways to say so; nothing for somebody whom the definitions do not name."""
    person = People(session, house).by_slack(slack_id)
    if person is None:
        return []
    own = [each for _person, each in absence.coming(session, house, slack_id)]
    return people_messages.on_home(house, own, person.today(house.clock.now()))


def _reminding(session: Session, house: House, slack_id: str) -> list[Block]:
    """How much this person is reminded, and the menu that changes it."""
    if People(session, house).by_slack(slack_id) is None:
        return []
    return prompt_messages.on_home(house, profile_of(session, house, slack_id))


def _queue(session: Session, house: House, slack_id: str) -> list[Block]:
    """How much waits to be triaged, for whoever does that; nothing for others."""
    if not insights_rights.is_triager(session, house, slack_id):
        return []
    waiting, late = insights_queue.waiting(session, house, slack_id)
    label = house.words.part(HOME, "triage", waiting=waiting, late=late)
    return [blocks.actions(blocks.button(label, "insights.triage"))]


def _button(obligation: Obligation) -> Block | None:
    if obligation.action_id is None:
        return None
    return blocks.button(obligation.label, obligation.action_id, obligation.value)


def _next(session: Session, house: House, slack_id: str) -> list[Block]:
    zone = _zone(session, house, slack_id)
    query = (
        select(Occurrence)
        .where(
            Occurrence.workspace_id == house.workspace_id,
            Occurrence.state == SCHEDULED,
            Occurrence.opens_at <= house.clock.now() + AHEAD,
        )
        .order_by(Occurrence.opens_at)
    )
    lines = []
    for occurrence in session.scalars(query):
        if ritual := house.definitions.calendar.ritual(occurrence.ritual_id):
            opens = f"{occurrence.opens_at.astimezone(zone):%a %-d %b, %H:%M}"
            moved = rituals_messages.moved_in_words(session, house, occurrence)
            lines.append(house.words.part(HOME, "next_line", ritual=ritual, opens=opens, moved=moved))
    for ritual in house.definitions.calendar.rituals:
        if paused := rituals_messages.paused_in_words(session, house, ritual):
            lines.append(house.words.part(HOME, "paused_line", ritual=ritual, paused=paused))
    text = "\n".join(lines) or house.words.part(HOME, "nothing_next")
    return [blocks.header(house.words.part(HOME, "next", zone=zone.key)), *blocks.sections(text)]


def _zone(session: Session, house: House, slack_id: str) -> ZoneInfo:
    person = People(session, house).by_slack(slack_id)
    return person.zone if person else house.definitions.organisation.zone


def _usage(name: str, command: Command) -> str:
    return f"{name}{' ' + command.usage if command.usage else ''} – {command.description}"


TABLES = Tables(
    verbs={"today": Command(today, "Show what waits for you")},
    events={"app_home_opened": opened},
)
