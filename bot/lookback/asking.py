"""Functions are asked what they saw of a release: a part of the day message of whoever is in charge there."""

from datetime import date, datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bot.definitions.releases import RELEASE_OWNER
from bot.house import House, Obligation, Part
from bot.lookback import messages, model
from bot.lookback.model import Captured
from bot.people.model import People, Person
from bot.prompts import flow as prompts
from bot.releases import model as releases
from bot.releases import owing, standing
from bot.releases.model import LATELY, Release
from bot.rituals.schedule import to_utc

PROMPT = "capture"
"""The kind of prompt that asks for a capture; its ref is the capture's id, `:`, and the person's Slack id."""
LATE_AFTER = 2
"""Working days after which an answer is overdue."""


def ask(session: Session, house: House, release: Release, captured: Captured) -> None:
    """Ask who is in charge of a function, else the release's owner."""
    organisation, owner = house.definitions.organisation, People(session, house).by_ref(release.owner)
    persons = in_charge(session, house, release, captured.function)
    captured.asked = sorted(persons)
    tomorrow = organisation.work_days().nth(captured.due_on, 1)
    # In one order everywhere, since each holds its person.
    for slack_id, person in sorted(persons.items()):
        prompts.ask(
            session,
            house,
            slack_id,
            _key(captured, slack_id),
            PROMPT,
            f"{captured.id}:{slack_id}",
            at=house.clock.now(),
            deadline=late_at(house, captured.due_on),
            remind_at=to_utc(datetime.combine(tomorrow, organisation.working_hours.start), person.zone),
            report_to=owner.slack_id if owner else None,
        )


def in_charge(session: Session, house: House, release: Release, function: str) -> dict[str, Person]:
    """Who is asked for a function, by Slack id: its lead, else its people; the release's owner where they are many."""
    people, found = People(session, house), standing.in_charge(house, release, [function])
    if not 0 < len(found) <= owing.MOST_ASKED:
        found = standing.in_charge(house, release, [RELEASE_OWNER])
    persons = (people.by_ref(each.ref) for each in found)
    return {person.slack_id: person for person in persons if person is not None}


def answered(session: Session, house: House, captured: Captured) -> None:
    """Let what was asked say that it is answered."""
    for slack_id in captured.asked:
        prompts.changed(session, house, _key(captured, slack_id))


def late_at(house: House, due: date) -> datetime:
    """From when on an answer that was due is overdue."""
    organisation = house.definitions.organisation
    last = organisation.work_days().nth(due, LATE_AFTER)
    return to_utc(datetime.combine(last, organisation.working_hours.end), organisation.zone)


def prompt_part(session: Session, house: House, ref: str) -> Part | None:
    """How one capture looks now to one of those who were asked."""
    captured = model.captured(session, house, ref.partition(":")[0])
    release, rules = releases.seen(session, house, str(captured.release_id)), house.definitions.releases
    capture = rules.capture(captured.capture_id) if rules else None
    if release is None or (capture is None and captured.answered_at is None):
        return None
    by = People(session, house).called(captured.answered_by) if captured.answered_by else ""
    return messages.capture_part(house, release, captured, by)


# Built once, since Home is drawn after every press on it.
_UNANSWERED = (
    select(Captured, Release)
    .join(Release, Release.id == Captured.release_id)
    .where(
        Captured.workspace_id == bindparam("workspace_id"),
        Captured.answered_at.is_(None),
        Captured.due_on >= bindparam("since"),
    )
    .order_by(Captured.due_on, Captured.id)
)


def obligations(session: Session, house: House, slack_id: str) -> list[Obligation]:
    """The captures that this person was asked for and nobody has answered."""
    which = {"workspace_id": house.workspace_id, "since": standing.today(house) - LATELY}
    return [
        messages.capture_obligation(house, release, captured, late_at(house, captured.due_on))
        for captured, release in session.execute(_UNANSWERED, which)
        if slack_id in captured.asked
    ]


def _key(captured: Captured, slack_id: str) -> str:
    return f"{PROMPT}:{captured.id}:{slack_id}"
