"""The digest and its thread in Slack: posted once, and edited whenever they would read otherwise."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot import blocks
from bot.audit import record
from bot.db import insert_missing
from bot.definitions import Ritual
from bot.definitions.artifacts import made_by_ritual
from bot.delivery import outbox
from bot.house import House
from bot.people.model import channel_id
from bot.rituals.model import Occurrence
from bot.updates import digest, messages, model
from bot.updates.asking import owner_id
from bot.updates.digest import Digest, Line
from bot.updates.model import DigestPost

KIND = "update.digest"
WHOLE = "digest"
"""The part that is the digest itself; the others are areas, in its thread."""


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
    told = owner_id(session, house, ritual)
    library = house.links.library
    checked = library and library.check(session, house, made_by_ritual(ritual.id), f"occurrence:{occurrence.id}")
    whole = blocks.noted(messages.digest(house, compiled), checked.note if checked else "")
    details = {line.area_id: messages.area_details(house, compiled, line) for line in areas}
    for part, message in ({WHOLE: whole} | details).items():
        if part in posted:
            outbox.update(session, house, posted[part], message)
    new: dict[str, int] = {}
    if WHOLE not in posted:
        new[WHOLE] = posted[WHOLE] = outbox.post(
            session,
            house,
            channel,
            whole,
            kind=KIND,
            dedupe=_key(occurrence, WHOLE),
            report_to=told,
            routine=True,
        )
    replies = {_key(occurrence, part): message for part, message in details.items() if part not in posted}
    ids = outbox.reply_all(session, house, posted[WHOLE], replies, kind=KIND, report_to=told)
    new |= {part: ids[_key(occurrence, part)] for part in details if part not in posted}
    of = {"workspace_id": house.workspace_id, "occurrence_id": occurrence.id}
    insert_missing(session, DigestPost, [of | {"part": part, "message_id": id} for part, id in new.items()])
    if library and checked:
        library.issued(session, house, checked, posted[WHOLE])


def _key(occurrence: Occurrence, part: str) -> str:
    return f"digest:{occurrence.id}:{part}"
