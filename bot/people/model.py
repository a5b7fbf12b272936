"""People, user groups and channels as Slack knows them; who is away, and who left."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import Index, String, Table, Text, UniqueConstraint, bindparam, delete, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.audit import PROGRAM, is_program
from bot.db import Base, BigId, insert_missing, insert_or_ignore, workspace_column
from bot.definitions import Area, Organisation, PersonDefinition, Ritual, labelled
from bot.definitions.holidays import holiday_name
from bot.house import House

NO_END = date(9999, 12, 31)
"""The last day of an absence whose end nobody has said."""

SAID, FROM_STATUS, FROM_CALENDAR, FROM_FILE = "said", "status", "calendar", "file"
"""How an absence came to be known. What a calendar says has the calendar's own name after it."""


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


class UserGroup(Base):
    """A user group of Slack and its members, for definitions that name it as an audience."""

    __tablename__ = "user_group"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    handle: Mapped[str] = mapped_column(String(100))
    """Without its `@`."""
    members: Mapped[list[str]]
    """Slack user ids."""

    __table_args__ = (UniqueConstraint("workspace_id", "handle"),)


class Absence(Base):
    """Someone is away from the first to the last day, both included, in their own zone."""

    __tablename__ = "absence"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    slack_id: Mapped[str] = mapped_column(String(32))
    first_day: Mapped[date]
    last_day: Mapped[date]
    """`NO_END` while nobody has said."""
    kind: Mapped[str] = mapped_column(String(16), default="other", server_default="other")
    """Leave, sick, conference or other; for the person's and product ops' eyes, as the reason is."""
    reason: Mapped[str | None] = mapped_column(Text, default=None)
    ritual_id: Mapped[str | None] = mapped_column(String(80), default=None)
    """The one ritual it is for; none: all of them."""
    source: Mapped[str] = mapped_column(String(80), default=SAID, server_default=SAID)
    source_ref: Mapped[str | None] = mapped_column(String(300), default=None)
    """What its source knows it by, so that reading it again changes it instead of adding another."""
    back_on: Mapped[date | None] = mapped_column(default=None)
    """The day from which it counts no more, for what would otherwise come back when its source is read again."""
    noted_by: Mapped[str] = mapped_column(String(32))
    noted_at: Mapped[datetime]

    __table_args__ = (Index("ix_absence_person", "workspace_id", "slack_id", "last_day"),)

    def covers(self, day: date) -> bool:
        return covers(self, day)


def covers(absence: Any, day: date) -> bool:
    """Whether an absence, or a row with its days, is of this day."""
    first, last, back_on = absence.first_day, absence.last_day, absence.back_on
    return bool(first <= day <= last and (back_on is None or day < back_on))


class Departure(Base):
    """Somebody the definitions name whom Slack no longer has; `back_at` once they have come back."""

    __tablename__ = "departure"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    ref: Mapped[str] = mapped_column(String(200))
    """How the definitions name them."""
    left_at: Mapped[datetime]
    back_at: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = (UniqueConstraint("workspace_id", "ref"),)


class CalendarRead(Base):
    """When a calendar of absences was last read well, and what was wrong with it since."""

    __tablename__ = "calendar_read"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    source: Mapped[str] = mapped_column(String(80))
    read_at: Mapped[datetime | None] = mapped_column(default=None)
    trouble: Mapped[str | None] = mapped_column(Text, default=None)

    __table_args__ = (UniqueConstraint("workspace_id", "source"),)


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
        key = (house.workspace_id, house.version)
        if key not in known:
            by_ref = _everyone(session, house)
            known[key] = by_ref, {person.slack_id: person for person in by_ref.values()}
        self._by_ref: dict[str, Person]
        self._by_slack: dict[str, Person]
        self._by_ref, self._by_slack = known[key]
        self._absences: dict[str, list[Any]] = {}
        self._absences_from = NO_END

    def by_ref(self, ref: str | None) -> Person | None:
        definition = self._house.definitions.organisation.person(ref) if ref else None
        return self._by_ref.get(definition.ref) if definition else None

    def by_slack(self, slack_id: str | None) -> Person | None:
        return self._by_slack.get(slack_id) if slack_id else None

    def everybody(self) -> list[Person]:
        return list(self._by_ref.values())

    def with_role(self, role: str) -> list[Person]:
        return [person for person in self._by_ref.values() if role in person.roles]

    def named(self, ref: str | None, *paths: str) -> str:
        """A name to show for someone in the definitions, also when Slack does not know them.

        It is labelled `(assumed)` where that it is they, which the definitions say at `paths`, is an assumption.
        """
        definition = self._house.definitions.organisation.person(ref) if ref else None
        person = self.by_ref(ref)
        name = person.name if person else definition.name if definition else "nobody"
        return labelled(self._house.definitions, name, *paths)

    def called(self, slack_id: str) -> str:
        """A name to show for who did something: a Slack user, also once they have left, or a program."""
        if is_program(slack_id):
            return slack_id.removeprefix(PROGRAM)
        if person := self.by_slack(slack_id):
            return person.name
        query = select(Profile.ref, Profile.name).where(
            Profile.workspace_id == self._house.workspace_id, Profile.slack_id == slack_id
        )
        known = self._session.execute(query.order_by(Profile.active.desc())).first()
        definition = self._house.definitions.organisation.person(known.ref) if known else None
        name = (definition.name if definition else "") or (known.name if known else "")
        return name or "someone outside the organisation file"

    def areas_of(self, person: Person) -> list[Area]:
        """The areas this person owns, in the order of the definitions."""
        return list(self._house.definitions.organisation.owned_by(person.ref))

    def stand_ins(self, area: Area) -> list[Person]:
        """Who is asked for an area, in this order, each if they are there: owner, deputy, whoever is accountable."""
        heads = (definition.ref for definition in self._house.definitions.organisation.with_role("head_of_product"))
        refs = [area.owner, area.deputy, *([area.accountable] if area.accountable else heads)]
        found = (self.by_ref(ref) for ref in refs)
        return list(dict.fromkeys(person for person in found if person is not None))

    def members(self, audience: Iterable[str]) -> list[Person]:
        """The people of the definitions whom an audience means: members of its user groups, and those it names."""
        groups = [member.removeprefix("@") for member in audience if member.startswith("@")]
        query = select(UserGroup.members).where(
            UserGroup.workspace_id == self._house.workspace_id, UserGroup.handle.in_(groups)
        )
        in_groups = {slack_id for members in self._session.scalars(query) for slack_id in members} if groups else set()
        named = {person.ref for ref in audience if (person := self.by_ref(ref)) is not None}
        return [person for person in self._by_ref.values() if person.slack_id in in_groups or person.ref in named]

    def left_on(self, ref: str | None) -> date | None:
        """The day on which somebody the definitions name was found to have left Slack; none while they are there."""
        definition = self._house.definitions.organisation.person(ref) if ref else None
        if definition is None:
            return None
        left_at = self._session.scalar(
            select(Departure.left_at).where(
                Departure.workspace_id == self._house.workspace_id,
                Departure.ref == definition.ref,
                Departure.back_at.is_(None),
            )
        )
        return left_at.astimezone(self._house.definitions.organisation.zone).date() if left_at else None

    def expect(self, people: Iterable[Person], first: date) -> None:
        """Many are asked for one by one now, from this day on: look up at once what keeps them away."""
        ids = list({person.slack_id for person in people})
        about = {"workspace_id": self._house.workspace_id, "ids": ids, "first": first}
        self._absences, self._absences_from = {id: [] for id in ids}, first
        for absence in self._session.execute(_ABSENCES, about):
            self._absences[absence.slack_id].append(absence)

    def away_because(self, person: Person, day: date, ritual_id: str | None = None) -> str | None:
        """Why this person is not to be asked on `day` of their own calendar, or nothing when they are there.

        An absence from one ritual counts only for that one. Of an absence everybody may know only until when it is.
        """
        if day >= self._absences_from and person.slack_id in self._absences:
            until = _last_to_end(self._absences[person.slack_id], day, ritual_id)
        else:
            until = away_until(self._session, self._house, person.slack_id, day, ritual_id)
        if until:
            return "away" if until == NO_END else f"away until {until:%a %-d %b}"
        if holiday := holiday_name(person.holidays, day):
            return f"public holiday: {holiday}"
        company_day = self._house.definitions.organisation.work_days().company_day(day)
        return f"company day: {company_day}" if company_day else None


# Built once, and of a column alone, since it is asked for everybody whenever anything is asked of them.
_ABSENCE = cast(Table, Absence.__table__)
_AWAY_UNTIL = (
    select(_ABSENCE.c.last_day)
    .where(
        _ABSENCE.c.workspace_id == bindparam("workspace_id"),
        _ABSENCE.c.slack_id == bindparam("slack_id"),
        _ABSENCE.c.first_day <= bindparam("day"),
        _ABSENCE.c.last_day >= bindparam("day"),
        or_(_ABSENCE.c.back_on.is_(None), _ABSENCE.c.back_on > bindparam("day")),
        or_(_ABSENCE.c.ritual_id.is_(None), _ABSENCE.c.ritual_id == bindparam("ritual_id")),
    )
    .order_by(_ABSENCE.c.last_day.desc())
    .limit(1)
)


_ABSENCES = select(
    _ABSENCE.c.slack_id, _ABSENCE.c.first_day, _ABSENCE.c.last_day, _ABSENCE.c.back_on, _ABSENCE.c.ritual_id
).where(
    _ABSENCE.c.workspace_id == bindparam("workspace_id"),
    _ABSENCE.c.slack_id.in_(bindparam("ids", expanding=True)),
    _ABSENCE.c.last_day >= bindparam("first"),
)


def away_until(session: Session, house: House, slack_id: str, day: date, ritual_id: str | None = None) -> date | None:
    """The last day of what keeps a person away on `day` from everything, or from one ritual; None when they are there.

    Of several absences the last to end.
    """
    about = {"workspace_id": house.workspace_id, "slack_id": slack_id, "day": day, "ritual_id": ritual_id}
    found: date | None = session.scalar(_AWAY_UNTIL, about)
    return found


def _last_to_end(absences: Sequence[Any], day: date, ritual_id: str | None) -> date | None:
    """What `away_until` says, of absences that are known already."""
    last_days = [each.last_day for each in absences if covers(each, day) and each.ritual_id in (None, ritual_id)]
    return max(last_days, default=None)


def hold_absences(session: Session, house: House, slack_id: str) -> None:
    """Keep others from noting or ending absences of this person until the transaction ends."""
    session.execute(
        select(Profile.id)
        .where(Profile.workspace_id == house.workspace_id, Profile.slack_id == slack_id)
        .with_for_update()
    )


_PROFILE = cast(Table, Profile.__table__)
_ACTIVE = select(_PROFILE.c.ref, _PROFILE.c.slack_id, _PROFILE.c.name, _PROFILE.c.zone).where(
    _PROFILE.c.workspace_id == bindparam("workspace_id"), _PROFILE.c.active
)


def _everyone(session: Session, house: House) -> dict[str, Person]:
    known = {row.ref: row for row in session.execute(_ACTIVE, {"workspace_id": house.workspace_id})}
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


def note_joined(session: Session, house: House, slack_id: str, name: str) -> None:
    """Drumbeat is in this channel from now on."""
    row = {"workspace_id": house.workspace_id, "slack_id": slack_id, "name": name, "joined": True}
    session.info.pop("channel_names", None)
    if not insert_or_ignore(session, Channel, **row):
        known = update(Channel).where(Channel.workspace_id == house.workspace_id, Channel.slack_id == slack_id)
        session.execute(known.values(name=name, joined=True))


def replace_profiles(session: Session, house: House, profiles: Sequence[Mapping[str, Any]]) -> None:
    """Keep what Slack says of everybody the definitions name, and of others the names that old records still show."""
    refs = [profile["ref"] for profile in profiles]
    in_workspace = Profile.workspace_id == house.workspace_id
    session.execute(update(Profile).where(in_workspace, Profile.ref.not_in(refs)).values(active=False))
    _replace(session, house, Profile, profiles, Profile.ref.in_(refs))


def replace_channels(session: Session, house: House, channels: Sequence[Mapping[str, Any]]) -> None:
    _replace(session, house, Channel, channels)


def replace_user_groups(session: Session, house: House, groups: Sequence[Mapping[str, Any]]) -> None:
    _replace(session, house, UserGroup, groups)


def _replace(
    session: Session, house: House, model: type[Base], rows: Sequence[Mapping[str, Any]], which: Any = None
) -> None:
    """Write `rows` in the place of all there are, or of those `which` says."""
    conditions = [model.__table__.c.workspace_id == house.workspace_id, *([] if which is None else [which])]
    session.execute(delete(model).where(*conditions))
    # Another node may have read the directory at the same time: then its rows, as fresh as these, stay.
    insert_missing(session, model, [{"workspace_id": house.workspace_id, **row} for row in rows])
    # Who is who, and what is called how, has changed in this transaction.
    session.info.pop("people", None)
    session.info.pop("channel_names", None)


def channel_name(session: Session, house: House, slack_id: str) -> str:
    """`#name` of a channel by its Slack id; what is given itself when Slack has told us no name, or it is a name."""
    # Kept as people are, since whoever has many areas is asked for all of them with the name of one channel.
    known, key = session.info.setdefault("channel_names", {}), (house.workspace_id, slack_id)
    if key not in known:
        query = select(Channel.name).where(Channel.workspace_id == house.workspace_id, Channel.slack_id == slack_id)
        known[key] = session.scalar(query)
    return f"#{known[key]}" if known[key] else slack_id


def as_read(session: Session, house: House, ritual: Ritual) -> Ritual:
    """The same ritual with its channel by name, as people read it."""
    if not ritual.channel or ritual.channel.startswith("#"):
        return ritual
    return ritual.model_copy(update={"channel": channel_name(session, house, ritual.channel)})
