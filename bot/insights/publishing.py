"""The ritual kind that posts the digest of insights: weekly, monthly, as its schedule says. It asks nobody."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import blocks
from bot.audit import record
from bot.definitions import Ritual
from bot.definitions.artifacts import made_by_ritual
from bot.delivery import outbox
from bot.house import House
from bot.insights import digest, digest_messages
from bot.insights.digest import Digest
from bot.insights.model import DigestPost
from bot.people.model import People, channel_id
from bot.rituals import model as occurrences
from bot.rituals.kinds import AsksNobody
from bot.rituals.model import Occurrence
from bot.rituals.schedule import until_next

KIND = "insights_digest"
NOT_KEPT = "insights are not kept here: the definitions have no insights.yaml"


class InsightsDigest(AsksNobody):
    """The ritual kind: it posts what was said since its own last occurrence, and closes."""

    def publish(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
        if house.definitions.insights is None:
            occurrences.move(session, house, occurrence, occurrences.CLOSED_WITHOUT_OUTPUT, reason=NOT_KEPT)
        elif occurrences.move(session, house, occurrence, occurrences.CLOSED, artifact=ritual.artifact):
            _post(session, house, ritual, occurrence)


def _post(session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
    """Post it in the channel of the ritual, once; what changes afterwards stands in the next one."""
    now, library = house.clock.now(), house.links.library
    found = _found(session, house, ritual, occurrence)
    checked = library and library.check(session, house, made_by_ritual(ritual.id), f"occurrence:{occurrence.id}")
    channel = channel_id(session, house, ritual.channel)
    owner = People(session, house).by_ref(ritual.owner)
    message_id = outbox.post(
        session,
        house,
        channel,
        blocks.noted(digest_messages.digest(house, ritual.name, found), checked.note if checked else ""),
        kind="insights.digest",
        dedupe=f"insights:digest:{occurrence.id}",
        report_to=owner.slack_id if owner else None,
        routine=True,
    )
    session.add(
        DigestPost(
            workspace_id=house.workspace_id, ritual_id=ritual.id, occurrence_id=occurrence.id, at=now,
            version=house.version, orphans=found.figures.orphans, message_id=message_id,
        )
    )  # fmt: skip
    record(session, house, "insights.digest", f"occurrence:{occurrence.id}", channel=channel, insights=found.count)
    if library and checked:
        library.issued(session, house, checked, message_id)


def each_theme_has_an_owner_or_date(session: Session, house: House, ref: str, _value: str) -> list[str]:
    """A test of its definition of done: the themes of what is to be posted that nobody owns or is to answer."""
    occurrence = occurrences.get(session, house, ref.partition(":")[2])
    ritual = house.definitions.calendar.ritual(occurrence.ritual_id)
    if ritual is None or house.definitions.insights is None:
        return []
    themes = _found(session, house, ritual, occurrence).themes
    return [f"{each.theme} in {each.area}" if each.area else each.theme for each in themes if not each.is_owned]


def _found(session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> Digest:
    """What was said since the last one that was posted."""
    last, now = _last(session, house, ritual.id), house.clock.now()
    since = last.at if last else now - until_next(ritual, house.definitions.organisation, occurrence.day)
    return digest.compile(session, house, since, now, last.version if last else 0)


def _last(session: Session, house: House, ritual_id: str) -> DigestPost | None:
    query = select(DigestPost).where(DigestPost.workspace_id == house.workspace_id, DigestPost.ritual_id == ritual_id)
    return session.scalars(query.order_by(DigestPost.at.desc()).limit(1)).first()
