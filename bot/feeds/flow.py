"""Addresses of feeds: made, ended, and what is served under one."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.audit import record
from bot.errors import UserError
from bot.feeds import events
from bot.feeds.ics import as_ics
from bot.feeds.model import CHANNEL, PERSON, Feed, open_feeds
from bot.house import House
from bot.people.flow import require_person, require_product_ops
from bot.people.model import People

TOKEN_BYTES = 32


@dataclass(frozen=True)
class Subject:
    """Whose feed: a person's by how the definitions name them, or a channel's by its Slack id."""

    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


def subject_of(session: Session, house: House, slack_id: str, channel: str | None = None) -> Subject:
    """The person's own feed, or a channel's, which only product ops may make and end; a `UserError` otherwise."""
    if channel is None:
        return Subject(PERSON, require_person(session, house, slack_id).ref)
    require_product_ops(session, house, slack_id, "make or end a channel's feed")
    return Subject(CHANNEL, channel)


def since(session: Session, house: House, subject: Subject) -> datetime | None:
    """When the subject's present feed was made; none when there is none."""
    found = open_feeds(session, house, str(subject))
    return found[-1].made_at if found else None


def new(session: Session, house: House, slack_id: str, subject: Subject) -> str:
    """Make a feed in place of the one before; returns its address, which is kept nowhere."""
    if house.feed_url is None:
        raise UserError("Calendar feeds are not served here. Whoever runs me sets FEED_URL to switch them on.")
    off(session, house, slack_id, subject)
    token = secrets.token_hex(TOKEN_BYTES)
    session.add(
        Feed(
            workspace_id=house.workspace_id,
            subject=str(subject),
            token_hash=_hash(token),
            made_by=slack_id,
            made_at=house.clock.now(),
        )
    )
    record(session, house, "feed.made", f"feed:{subject}", actor=slack_id)
    return f"{house.feed_url}/feeds/{token}.ics"


def off(session: Session, house: House, slack_id: str, subject: Subject) -> bool:
    """End the subject's feed: nothing is served under its address any more; false when there was none."""
    found = open_feeds(session, house, str(subject))
    for feed in found:
        feed.ended_at = house.clock.now()
        record(session, house, "feed.ended", f"feed:{subject}", actor=slack_id)
    session.flush()
    return bool(found)


def served(session: Session, house: House, token: str) -> bytes | None:
    """The file under an address, by what stands in it; none for one that is unknown, ended or nobody's any more."""
    wanted = _hash(token)
    feed = session.scalar(
        select(Feed).where(Feed.workspace_id == house.workspace_id, Feed.token_hash == wanted, Feed.ended_at.is_(None))
    )
    # What the index compares is a hash, so its time tells nothing of a token; this compares in constant time besides.
    if feed is None or not hmac.compare_digest(feed.token_hash, wanted):
        return None
    kind, _, id = feed.subject.partition(":")
    organisation = house.definitions.organisation
    if kind == CHANNEL:
        return as_ics(organisation.name, organisation.zone, events.of_channel(session, house, id))
    person = People(session, house).by_ref(id)
    if person is None:
        return None
    return as_ics(organisation.name, person.zone, events.of_person(session, house, person))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
