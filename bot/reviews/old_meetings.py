"""The meetings there were before: each is listed, then kept, redesigned or retired for a reason."""

from datetime import timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from bot import timers
from bot.audit import record
from bot.db import swap
from bot.errors import Changed, FieldErrors
from bot.house import House, SetUp
from bot.people.flow import require_product_ops
from bot.people.model import People
from bot.prompts import flow as prompts
from bot.reviews import messages, model
from bot.reviews.model import AuditedMeeting

UNDECIDED = "audit.undecided"
"""The timer that reminds of them. Its ref is `audit:` and the number of the first that waits."""
AFTER = timedelta(days=14)
A_MONTH = {
    "every working day": 21.0,
    "every week": 52 / 12,
    "every 2 weeks": 26 / 12,
    "every month": 1.0,
    "every quarter": 1 / 3,
}
"""How often each comes in a month."""
VERDICTS = (KEEP, REDESIGN, RETIRE) = ("keep", "redesign", "retire")
MOST_MINUTES, MOST_PEOPLE, LIMIT = 480, 500, 300


class Typed(NamedTuple):
    """A meeting, as typed."""

    name: str
    often: str
    minutes: str
    people: str
    link: str
    pain: str


def add(session: Session, house: House, slack_id: str, typed: Typed) -> AuditedMeeting:
    """List one."""
    require_product_ops(session, house, slack_id, "list old meetings")
    wrong = {}
    if not typed.name.strip():
        wrong["name"] = "Say what it is called."
    if typed.often not in A_MONTH:
        wrong["often"] = "Pick how often it comes."
    if not _is_number(typed.minutes, MOST_MINUTES):
        wrong["minutes"] = f"Write the minutes as a number, 1 to {MOST_MINUTES}."
    if not _is_number(typed.people, MOST_PEOPLE):
        wrong["people"] = f"Write how many people come, 1 to {MOST_PEOPLE}."
    if wrong:
        raise FieldErrors(wrong)
    return _list(session, house, slack_id, typed)


def on_set_up(session: Session, house: House, left: SetUp) -> None:
    """The meetings that the setup interview names are listed, but for those that are already."""
    there = {each.name.casefold() for each in model.old_meetings(session, house)}
    for each in left.meetings:
        if each.name.casefold() not in there:
            there.add(each.name.casefold())
            typed = Typed(each.name, each.often, str(each.minutes), str(each.people), each.link, left.hurts)
            _list(session, house, left.by, typed)


def _list(session: Session, house: House, slack_id: str, typed: Typed) -> AuditedMeeting:
    now = house.clock.now()
    meeting = AuditedMeeting(
        workspace_id=house.workspace_id,
        name=typed.name.strip()[:75],
        often=typed.often,
        minutes=int(typed.minutes),
        people=int(typed.people),
        link=typed.link.strip()[:LIMIT],
        pain=typed.pain.strip()[:LIMIT],
        listed_by=slack_id,
        listed_at=now,
    )
    session.add(meeting)
    session.flush()
    record(session, house, "meeting.listed", f"meeting:{meeting.id}", actor=slack_id)
    if timers.due(session, house, UNDECIDED) is None:
        timers.arm(session, house, UNDECIDED, UNDECIDED, f"audit:{meeting.id}", now + AFTER)
    return meeting


def judgeable(session: Session, house: House, slack_id: str, meeting_id: str) -> AuditedMeeting:
    require_product_ops(session, house, slack_id, "judge old meetings")
    return model.old_meeting(session, house, meeting_id)


def judge(
    session: Session, house: House, slack_id: str, meeting_id: str, version: int, verdict: str, reason: str
) -> AuditedMeeting:
    """Keep, redesign or retire it, for a reason; that may be changed later. `Changed` when `version` is not current."""
    meeting = judgeable(session, house, slack_id, meeting_id)
    if verdict not in VERDICTS:
        raise FieldErrors({"verdict": "Pick one of the three."})
    if not reason.strip():
        raise FieldErrors({"reason": "Say why, in a line."})
    said = {"verdict": verdict, "reason": reason.strip()[:LIMIT], "judged_by": slack_id, "judged_at": house.clock.now()}
    if not swap(session, AuditedMeeting, meeting.id, version, **said):
        session.refresh(meeting)
        raise Changed(f"While you had the form open, somebody said: {meeting.verdict}. Submit again if yours is right.")
    session.refresh(meeting)
    record(session, house, "meeting.judged", f"meeting:{meeting.id}", actor=slack_id, verdict=verdict)
    return meeting


def on_undecided(session: Session, house: House, ref: str) -> None:
    """A timer: product ops hears once of what waits for two weeks; of what was listed since, when that has."""
    now = house.clock.now()
    waits = [each for each in model.old_meetings(session, house) if not each.verdict]
    late = [each for each in waits if each.listed_at + AFTER <= now]
    title, text = messages.undecided(house, late)
    for person in People(session, house).with_role("product_ops") if late else ():
        prompts.tell(session, house, person.slack_id, f"{UNDECIDED}:{now:%Y%m%d}:{person.slack_id}", title, text)
    if young := [each for each in waits if each not in late]:
        first = min(young, key=lambda each: each.listed_at)
        timers.arm(session, house, UNDECIDED, UNDECIDED, f"audit:{first.id}", first.listed_at + AFTER)


def cost(meeting: AuditedMeeting) -> int:
    """Minutes of people's time that it takes in a month."""
    return round(A_MONTH[meeting.often] * meeting.minutes * meeting.people)


def _is_number(text: str, most: int) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 4 and 1 <= int(text) <= most
