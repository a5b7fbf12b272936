"""The digest and its thread in Slack: posted once, and edited whenever they would read otherwise."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.audit import record
from bot.definitions import Ritual
from bot.delivery import outbox
from bot.house import House
from bot.people.model import channel_id
from bot.rituals.model import Occurrence
from bot.updates import digest, messages, model
from bot.updates.asking import owner_id
from bot.updates.digest import Digest, Line
from bot.updates.model import DigestPost


def post_digest(session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
    """Post the digest, with every area's update in its thread."""
    compiled = digest.compile(session, house, ritual, occurrence)
    _say(session, house, ritual, occurrence, compiled, compiled.answered)


def correct_digest(session: Session, house: House, ritual: Ritual, occurrence: Occurrence, area_id: str) -> None:
    """Once an area's update has come or changed after the digest: edit that, and the area's part of the thread."""
    compiled = digest.compile(session, house, ritual, occurrence)
    # The other parts say what they said: with hundreds of areas, most of the work would be to find that out.
    _say(session, house, ritual, occurrence, compiled, [line for line in compiled.answered if line.area_id == area_id])


def _say(
    session: Session, house: House, ritual: Ritual, occurrence: Occurrence, compiled: Digest, areas: Sequence[Line]
) -> None:
    """Post the digest and these areas' updates; edit those that stand already."""
    posted = model.digest_posts(session, house, occurrence.id)
    channel = model.digest_channel(session, house, occurrence.id)
    if channel is None:
        channel = channel_id(session, house, ritual.channel)
        record(session, house, "digest.posted", f"occurrence:{occurrence.id}", channel=channel)
    parts = {"digest": messages.digest(house, compiled)} | {
        line.area_id: messages.area_details(house, compiled, line) for line in areas
    }
    told = owner_id(session, house, ritual)
    for part, message in parts.items():
        if part in posted:
            outbox.update(session, house, posted[part], message)
            continue
        posted[part] = outbox.post(
            session,
            house,
            channel,
            message,
            kind="update.digest",
            dedupe=f"digest:{occurrence.id}:{part}",
            thread_of=None if part == "digest" else posted["digest"],
            report_to=told,
            routine=part == "digest",
        )
        session.add(
            DigestPost(
                workspace_id=house.workspace_id,
                occurrence_id=occurrence.id,
                part=part,
                message_id=posted[part],
            )
        )
