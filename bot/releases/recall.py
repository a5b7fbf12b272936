"""A release's readiness as it was shown at some time, and posted where others talk about it: both stay as they are."""

from datetime import UTC, datetime, time

from sqlalchemy.orm import Session

from bot.delivery import outbox
from bot.errors import UserError
from bot.house import House
from bot.people.flow import require_person
from bot.people.model import channel_id
from bot.releases import card, messages, model
from bot.releases.report import Report

HOW = "Write the day as 2026-11-20, and the time as 15:00 if you like: `/launch-ready {slug} as of 2026-11-20 15:00`."


class UnknownChannel(UserError):
    """Says the same of a channel that is closed to whoever names it: that there is one is nobody's business outside."""

    def __init__(self, channel: str) -> None:
        super().__init__(f"I know no channel {channel or 'here'}. Name one that you and I are in: `post #launches`.")


def as_of(session: Session, house: House, slack_id: str, release_id: str, words: str) -> Report:
    """What was last reported of it until a moment, as typed: a day, which is taken to its end, and maybe a time."""
    require_person(session, house, slack_id)
    release = model.get(session, house, release_id)
    moment = _moment(house, words)
    if moment is None:
        raise UserError(HOW.format(slug=release.slug))
    snapshot = model.snapshot_until(session, house, release.id, moment)
    if snapshot is None:
        since = release.registered_at.astimezone(house.definitions.organisation.zone)
        raise UserError(f"Nothing was known of {release.name} then. It was registered on {since:%a %-d %b %Y, %H:%M}.")
    return Report.from_json(snapshot.content)


def place(session: Session, house: House, channel: str) -> str:
    """The Slack id of a channel that is typed as `#` and a name, or known by its id already."""
    where = channel_id(session, house, channel)
    if not where or where.startswith("#"):
        raise UnknownChannel(channel)
    return where


def post(session: Session, house: House, slack_id: str, release_id: str, where: str) -> Report:
    """Promise how it stands now in a channel (Slack id). Its sender hears when that fails."""
    person = require_person(session, house, slack_id)
    release = model.get(session, house, release_id)
    _id, found = card.keep(session, house, release, slack_id)
    message = messages.posted(house, found, person.name)
    outbox.post(session, house, where, message, kind="release.posted", report_to=slack_id)
    return found


def _moment(house: House, words: str) -> datetime | None:
    """In UTC; none when the words are no day, or no day and time."""
    day, _, at = words.strip().partition(" ")
    try:
        local = datetime.combine(datetime.fromisoformat(day).date(), time.fromisoformat(at.strip()) if at else time.max)
        return local.replace(tzinfo=house.definitions.organisation.zone).astimezone(UTC)
    # The first and the last days that there are have no hour everywhere.
    except (ValueError, OverflowError):
        return None
