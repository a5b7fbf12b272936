"""People and channels as Slack knows them, and who is away when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.db import Base, BigId, insert_missing, workspace_column
from bot.definitions import Area, Organisation, PersonDefinition
from bot.definitions.holidays import holiday_name
from bot.house import House


class Profile(Base):
    """What Slack says of a person in the definitions; refreshed at start, nightly and when it changes."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    ref: Mapped[str] = mapped_column(String(200))
    """How the definitions name them: their e-mail address, or their Slack id."""
    slack_id: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(200))
    zone: Mapped[str | None] = mapped_column(String(64))
    active: Mapped[bool]
    refreshed_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("workspace_id", "ref"),)


class Channel(Base):
    """A channel's name and Slack id, so that definitions may use names while messages go to ids."""

    __tablename__ = "channel"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    name: Mapped[str] = mapped_column(String(100))
    slack_id: Mapped[str] = mapped_column(String(32))
    joined: Mapped[bool]
    """Whether Drumbeat is in it."""

    __table_args__ = (UniqueConstraint("workspace_id", "slack_id"),)


class Absence(Base):
    """Someone is away from the first to the last day, both included, in their own zone."""

    __tablename__ = "absence"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    slack_id: Mapped[str] = mapped_column(String(32))
    first_day: Mapped[date]
    last_day: Mapped[date]
    noted_by: Mapped[str] = mapped_column(String(32))
    noted_at: Mapped[datetime]


@dataclass(frozen=True)
class Person:
    """Someone the definitions name, as Slack knows them."""

    ref: str
    slack_id: str
    name: str
    zone: ZoneInfo
    roles: tuple[str, ...]
    holidays: str | None
    """The holiday calendar that applies to them, such as `DE-BY`; none: they have no public holidays."""

    def today(self, now: datetime) -> date:
        return now.astimezone(self.zone).date()

    @property
    def is_product_ops(self) -> bool:
        return "product_ops" in self.roles


class People:
    """Everyone in the definitions whom Slack knows and who is still active, looked up once for a transaction."""

    def __init__(self, session: Session, house: House) -> None:
        self._house = house
        self._session = session
        # A session lives for one transaction, in which who is who does not change.
        known = session.info.setdefault("people", {})
        if house.workspace_id not in known:
            known[house.workspace_id] = _everyone(session, house)
        self._by_ref: dict[str, Person] = known[house.workspace_id]
        self._by_slack = {person.slack_id: person for person in self._by_ref.values()}

    def by_ref(self, ref: str | None) -> Person | None:
        definition = self._house.definitions.organisation.person(ref) if ref else None
        return self._by_ref.get(definition.ref) if definition else None

    def by_slack(self, slack_id: str | None) -> Person | None:
        return self._by_slack.get(slack_id) if slack_id else None

    def with_role(self, role: str) -> list[Person]:
        return [person for person in self._by_ref.values() if role in person.roles]

    def named(self, ref: str | None) -> str:
        """A name to show for someone in the definitions, also when Slack does not know them."""
        definition = self._house.definitions.organisation.person(ref) if ref else None
        person = self.by_ref(ref)
        return person.name if person else definition.name if definition else "nobody"

    def called(self, slack_id: str) -> str:
        """A name to show for a Slack user, also for someone the definitions do not name."""
        person = self.by_slack(slack_id)
        return person.name if person else "someone outside the organisation file"

    def areas_of(self, person: Person) -> list[Area]:
        """The areas this person owns, in the order of the definitions."""
        return list(self._house.definitions.organisation.owned_by(person.ref))

    def away_because(self, person: Person, day: date) -> str | None:
        """Why this person is not to be asked on `day` of their own calendar, or nothing when they are there."""
        absence = self._session.scalar(
            select(Absence)
            .where(
                Absence.workspace_id == self._house.workspace_id,
                Absence.slack_id == person.slack_id,
                Absence.first_day <= day,
                Absence.last_day >= day,
            )
            .order_by(Absence.last_day.desc())
            .limit(1)
        )
        if absence:
            return f"away until {absence.last_day:%a %-d %b}"
        holiday = holiday_name(person.holidays, day)
        return f"public holiday: {holiday}" if holiday else None


def _everyone(session: Session, house: House) -> dict[str, Person]:
    columns = select(Profile.ref, Profile.slack_id, Profile.name, Profile.zone)
    rows = session.execute(columns.where(Profile.workspace_id == house.workspace_id, Profile.active))
    known = {row.ref: row for row in rows}
    organisation = house.definitions.organisation
    return {
        definition.ref: _person(organisation, definition, known[definition.ref])
        for definition in organisation.people
        if definition.ref in known
    }


def _person(organisation: Organisation, definition: PersonDefinition, profile: Any) -> Person:
    zone = definition.zone or _zone(profile.zone) or organisation.zone
    return Person(
        ref=definition.ref,
        slack_id=profile.slack_id,
        name=definition.name or profile.name,
        zone=zone,
        roles=tuple(definition.roles),
        holidays=definition.holidays or organisation.holidays,
    )


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, KeyError):
        return None


def channel_id(session: Session, house: House, channel: str) -> str:
    """The Slack id of a channel the definitions name; what they say itself when Slack has not told us one."""
    if not channel.startswith("#"):
        return channel
    found = session.scalar(
        select(Channel.slack_id).where(
            Channel.workspace_id == house.workspace_id, Channel.name == channel.removeprefix("#")
        )
    )
    return found or channel


def replace_profiles(session: Session, house: House, profiles: Sequence[Mapping[str, Any]]) -> None:
    _replace(session, house, Profile, profiles)


def replace_channels(session: Session, house: House, channels: Sequence[Mapping[str, Any]]) -> None:
    _replace(session, house, Channel, channels)


def _replace(
    session: Session, house: House, model: type[Profile] | type[Channel], rows: Sequence[Mapping[str, Any]]
) -> None:
    session.execute(delete(model).where(model.workspace_id == house.workspace_id))
    # Another node may have read the directory at the same time: then its rows, as fresh as these, stay.
    insert_missing(session, model, [{"workspace_id": house.workspace_id, **row} for row in rows])
