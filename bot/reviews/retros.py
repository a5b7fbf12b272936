"""A retro without a meeting: what was worth repeating, what surprised, and one change that somebody makes."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.actions import flow as actions
from bot.actions import model as all_actions
from bot.actions.model import DROPPED
from bot.audit import record
from bot.definitions.releases import slug
from bot.errors import FieldErrors, UserError
from bot.house import House
from bot.people.flow import nearest, require_person
from bot.people.model import People
from bot.reviews import messages, model
from bot.reviews.model import Retro
from bot.reviews.packet import SORT
from bot.rituals import model as occurrences

RELEASE = "release"
"""The first part of the source of what a retro of a release agrees on, as for all its actions."""
MOST = 3
"""Changes of one retro: more are not made anyway."""
LIMIT = 300


@dataclass(frozen=True)
class Subject:
    """What a retro looks at: a release, or the latest occurrence of a ritual."""

    source: str
    """As actions have it."""
    about: str
    """The same, with the slot of the occurrence."""
    name: str


@dataclass(frozen=True)
class Said:
    """What somebody says in a retro, as typed; who makes the change is a Slack user id, the day an ISO date."""

    kept: str
    surprised: str
    change: str
    owner: str
    due: str


def subject(session: Session, house: House, slack_id: str, words: str) -> Subject:
    """The ritual or the release that `words` name; a `UserError` that offers the nearest."""
    require_person(session, house, slack_id)
    if not words.strip():
        raise UserError("Of what? `/cadence retro` and the name of a ritual or of a release.")
    found = {each.id: each.name for each in house.definitions.calendar.rituals}
    releases = house.links.releases(session, house, None) if house.links.releases else []
    found |= {f"{RELEASE}:{each.id}": each.name for each in releases}
    exact = [id for id, name in found.items() if slug(words) in (id, slug(name))]
    which = (
        exact[0] if exact else nearest(words.strip(), found, "ritual or release", "`/cadence calendar` lists rituals.")
    )
    return by_source(session, house, which if which.startswith(f"{RELEASE}:") else f"{SORT}:{which}")


def by_source(session: Session, house: House, source: str) -> Subject:
    """The same by the source that a form came with."""
    sort, _, id = source.partition(":")
    keeper = house.links.action_sources.get(sort)
    is_there = sort != SORT or house.definitions.calendar.ritual(id) is not None
    origin = keeper.origin(session, house, id, hold=True) if keeper and is_there else None
    if origin is None:
        raise UserError("What this retro is about is gone.")
    latest = _last_opened(session, house, id) if sort == SORT else ""
    return Subject(source, f"{source}:{latest}" if latest else source, origin.name)


def say(session: Session, house: House, slack_id: str, source: str, said: Said) -> Subject:
    """Keep it and tell it where people talk about it; who is to make the change is asked for it.

    The same words of the same person, as of a form that was sent twice, are kept once.
    """
    require_person(session, house, slack_id)
    found = by_source(session, house, source)
    if not said.surprised.strip():
        raise FieldErrors({"surprised": "Say what surprised you; nothing is an answer, too."})
    kept, surprised = said.kept.strip()[:LIMIT], said.surprised.strip()[:LIMIT]
    if model.has_said(session, house, found.about, slack_id, kept, surprised):
        return found
    action_id = None
    if said.change.strip() or said.owner or said.due:
        action_id = _agree(session, house, slack_id, found, said)
    retro = Retro(
        workspace_id=house.workspace_id,
        about=found.about,
        kept=kept,
        surprised=surprised,
        action_id=action_id,
        said_by=slack_id,
        said_at=house.clock.now(),
    )
    session.add(retro)
    session.flush()
    record(session, house, "retro.said", found.source, actor=slack_id)
    sort, _, id = found.source.partition(":")
    called = People(session, house).called
    action = all_actions.get(session, house, str(action_id)) if action_id else None
    owner = called(action.owner) if action else ""
    line = messages.retro_line(house, retro, called(slack_id), action, owner)
    keeper = house.links.action_sources[sort]
    keeper.tell(session, house, id, line, f"retro-{retro.id}")
    keeper.show(session, house, id, slack_id)
    for follow in house.links.looked_back:
        follow(session, house, slack_id)
    return found


def _agree(session: Session, house: House, slack_id: str, found: Subject, said: Said) -> int:
    if _changes(session, house, found) >= MOST:
        raise FieldErrors({"change": f"{found.name} has {MOST} changes already, and more are not made."})
    try:
        return actions.agree(session, house, slack_id, found.source, said.change, said.owner, said.due).id
    except FieldErrors as error:
        raise FieldErrors({"change" if name == "what" else name: at for name, at in error.fields.items()}) from error


def _changes(session: Session, house: House, found: Subject) -> int:
    if found.source.startswith(f"{RELEASE}:"):
        return sum(each.state != DROPPED for each in all_actions.of(session, house, found.source))
    return model.changes(session, house, found.about)


def _last_opened(session: Session, house: House, ritual_id: str) -> str:
    """The slot of the ritual's last occurrence that opened; empty before the first.

    Held, so that of all who say something of it at once the changes are counted one after the other.
    """
    running = occurrences.running(session, house, ritual_id)
    latest = running or occurrences.latest_published(session, house, ritual_id)
    held = latest or occurrences.upcoming(session, house, ritual_id)
    if held is not None:
        occurrences.hold(session, house, str(held.id))
    return latest.slot if latest else ""
