"""People are asked for what they owe a release: one part of their day message each, which follows what they do.

Everybody is asked once, and reminded once, on the morning of their earliest due day. Who still holds the release up on
the last working day before its date is asked once more, urgently. What comes up later is asked for anew.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Date, ForeignKey, String, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.db import Base, BigId, insert_or_ignore, workspace_column
from bot.house import House, Obligation, Part
from bot.people.model import People, Person
from bot.prompts import flow as prompts
from bot.releases import asks, model, owing, standing
from bot.releases.model import CANCELLED, LATELY, Release
from bot.releases.owing import ADVISORY, PRESSING, WAIVER, Thing
from bot.rituals.schedule import to_utc

PROMPT = "release"
"""The kind of prompt that asks for what somebody owes a release."""
SETTLES = timedelta(minutes=30)
"""How long after it was registered people are first asked: until then its owner has answered the four questions."""


class Asked(Base):
    """What somebody was asked for about one release, last."""

    __tablename__ = "release_asked"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id", ondelete="CASCADE"))
    person: Mapped[str] = mapped_column(String(32))
    """Slack user id."""
    number: Mapped[int] = mapped_column(default=1)
    """How often they were asked anew: after they had done everything, or urgently."""
    things: Mapped[dict[str, Any]]
    """What their part of the day message says; no things: nothing is left."""
    urgent_for: Mapped[date | None] = mapped_column(Date, default=None)
    """The day of the release for which they were asked urgently."""

    __table_args__ = (UniqueConstraint("release_id", "person"),)


def keep(session: Session, house: House, release: Release) -> None:
    """Ask who owes something that they were not asked for yet, and let what was asked say how it stands."""
    keep_all(session, house, [release])


def keep_all(session: Session, house: House, releases: Sequence[Release]) -> None:
    """The same for all of these, which are held, or of which nobody else knows yet."""
    kept = standing.kept(session, house, releases)
    for release in releases:
        _keep(session, house, release, owing.owed(session, house, release, kept))


def keep_in_step(session: Session, house: House) -> None:
    """The definitions may have changed, and with them who is to do what."""
    if house.definitions.releases is not None:
        keep_all(session, house, model.not_over(session, house, standing.today(house), hold=True))


def _keep(session: Session, house: House, release: Release, owed: Mapping[str, list[Thing]]) -> None:
    known = _asked(session, house, release)
    # In one order everywhere, since each holds its person: else two releases would wait for each other.
    for slack_id in sorted({*owed, *known}):
        things, asked = owed.get(slack_id, []), known.get(slack_id)
        said = _said(release, things)
        if asked is None:
            if things:
                _ask(session, house, release, _first(session, house, release, slack_id, said), things)
        elif said != asked.things:
            if things and not asked.things["things"]:
                asked.number += 1
            asked.things = said
            session.flush()
            if things:
                _ask(session, house, release, asked, things)
            else:
                prompts.changed(session, house, _key(asked))


def on_last_day(session: Session, house: House, ref: str) -> None:
    """A timer: the last working day before it goes out. Whoever still holds it up is asked once more, urgently."""
    release = model.held(session, house, ref)
    if release is None:
        return
    keep(session, house, release)
    owed = owing.owed(session, house, release, standing.kept(session, house, [release]))
    known = _asked(session, house, release)
    for slack_id, asked in sorted(known.items()):
        things = owed.get(slack_id, [])
        if asked.urgent_for != release.target and any(thing.kind in PRESSING for thing in things):
            prompts.withdraw(session, house, _key(asked))
            asked.number += 1
            asked.urgent_for = release.target
            session.flush()
            _ask(session, house, release, asked, things)


def prompt_part(session: Session, house: House, ref: str) -> Part | None:
    """How what somebody owes a release looks now; `ref` is the release's id, `:`, and their Slack id."""
    release_id, _, slack_id = ref.partition(":")
    release, person = model.seen(session, house, release_id), People(session, house).by_slack(slack_id)
    if release is None or person is None or house.definitions.releases is None:
        return None
    kept = standing.kept(session, house, [release])
    things = owing.owed(session, house, release, kept).get(slack_id, [])
    return asks.part(house, release, things, why=_why(house, release, person), tier=standing.tier(house, release))


# Built once, and of columns, since Home is drawn after every press on it.
_OWED = (
    select(Release.id, Release.name, Asked.things)
    .join(Asked, Asked.release_id == Release.id)
    .where(
        Release.workspace_id == bindparam("workspace_id"),
        Release.target >= bindparam("since"),
        Release.state != CANCELLED,
        Asked.person == bindparam("slack_id"),
    )
    .order_by(Release.target, Release.id)
)


def obligations(session: Session, house: House, slack_id: str, until: date) -> list[Obligation]:
    """What this person was asked for and owes any release by then, but for what only should be done."""
    if house.definitions.releases is None:
        return []
    return [
        asks.obligation(house, id, name, thing, _end_of(house, thing.due))
        for id, name, said in owed_by(session, house, slack_id)
        for thing in _things(said)
        if thing.kind not in (ADVISORY, WAIVER) and thing.due <= until
    ]


def owed_by(session: Session, house: House, slack_id: str) -> Sequence[tuple[int, str, dict[str, Any]]]:
    """What this person was asked for and owes, by releases not over: id, name, and `things` of their `Asked`."""
    since = standing.today(house) - LATELY
    which = {"workspace_id": house.workspace_id, "since": since, "slack_id": slack_id}
    return house.once(
        ("owed to releases by", slack_id, since), lambda: [tuple(row) for row in session.execute(_OWED, which)]
    )


# How: in the order in which the verbs above call them.


def _asked(session: Session, house: House, release: Release) -> dict[str, Asked]:
    query = select(Asked).where(Asked.workspace_id == house.workspace_id, Asked.release_id == release.id)
    return {asked.person: asked for asked in session.scalars(query)}


def _said(release: Release, things: list[Thing]) -> dict[str, Any]:
    shown = [
        [thing.kind, thing.title, thing.due.isoformat(), thing.id, *([True] if thing.waived else [])]
        for thing in things
    ]
    return {"release": [release.name, release.target.isoformat(), release.state], "things": shown}


def _things(said: Mapping[str, Any]) -> list[Thing]:
    return [
        Thing(kind, title, date.fromisoformat(due), id, *waived) for kind, title, due, id, *waived in said["things"]
    ]


def _first(session: Session, house: House, release: Release, slack_id: str, said: dict[str, Any]) -> Asked:
    # The release is held, so nobody else asks them in between.
    insert_or_ignore(
        session, Asked, workspace_id=house.workspace_id, release_id=release.id, person=slack_id, number=1, things=said
    )
    return _asked(session, house, release)[slack_id]


def _ask(session: Session, house: House, release: Release, asked: Asked, things: list[Thing]) -> None:
    person, owner = People(session, house).by_slack(asked.person), People(session, house).by_ref(release.owner)
    now, today = house.clock.now(), standing.today(house)
    assert person is not None
    ahead = [thing.due for thing in things if thing.due >= today]
    hours, urgent = house.definitions.organisation.working_hours, asked.urgent_for == release.target
    morning = to_utc(datetime.combine(min(ahead), hours.start), person.zone) if ahead else now
    prompts.ask(
        session,
        house,
        asked.person,
        _key(asked),
        PROMPT,
        f"{release.id}:{asked.person}",
        at=max(now, release.registered_at + SETTLES),
        deadline=to_utc(datetime.combine(min(ahead), hours.end), person.zone) if ahead else None,
        remind_at=morning if morning > now and not urgent else None,
        urgent=urgent,
        report_to=owner.slack_id if owner else None,
    )


def _key(asked: Asked) -> str:
    return f"{PROMPT}:{asked.release_id}:{asked.person}:{asked.number}"


def _why(house: House, release: Release, person: Person) -> str:
    """As what somebody is asked, in words: the id of their function, or nothing for the owner."""
    definition = house.definitions.organisation.person(person.ref)
    if person.ref == release.owner or definition is None or release.state == CANCELLED:
        return ""
    return standing.function_name(house.definitions.organisation, definition.function)


def _end_of(house: House, day: date) -> datetime:
    organisation = house.definitions.organisation
    return to_utc(datetime.combine(day, organisation.working_hours.end), organisation.zone)
