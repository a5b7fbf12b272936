"""What gets in a release's way: other releases for the same people at the same time, a freeze, the quarter's end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

from sqlalchemy import Table, bindparam, func, select
from sqlalchemy.orm import Session

from bot.comms import audience
from bot.definitions import Organisation
from bot.definitions.tiers import effective
from bot.house import House
from bot.releases import model as releases
from bot.releases import standing
from bot.releases.model import Release

WEEK, LONGEST = timedelta(days=7), timedelta(days=120)
"""How long ago a release that goes out over many days may have begun, to be looked for."""


@dataclass(frozen=True)
class Clash:
    """`kind` is `release`, `freeze` or `quarter`; `name` that of the other release or the freeze."""

    kind: str
    name: str = ""
    day: date | None = None
    """Of the other release."""
    shared: tuple[str, ...] = ()
    """The audiences that both name."""
    last: date | None = None
    """Of the freeze or the quarter."""


@dataclass(frozen=True)
class _Planned:
    """What of a release another one may clash with."""

    id: int
    name: str
    target: date
    until: date | None
    audiences: tuple[str, ...]


def of(session: Session, house: House, some: Sequence[Release]) -> dict[int, list[Clash]]:
    """What clashes with each of these releases, by id."""
    others = _more_than_low(session, house, some) if some else []
    return {each.id: [*_freezes(house, each), *_quarter(house, each), *_releases(house, each, others)] for each in some}


def quarter_end(organisation: Organisation, day: date) -> date:
    """The last day of the quarter in which `day` lies."""
    months = (day.month - organisation.fiscal_month) % 3
    following = day.year * 12 + day.month - 1 + 3 - months
    return date(following // 12, following % 12 + 1, 1) - timedelta(days=1)


# Built once, and of columns, since it is asked for with every card.
_RELEASE = cast(Table, Release.__table__)
_COLUMNS = ("id", "name", "target", "until", "facts", "tier_set", "functions", "accounts", "beyond")
_PLANNED = (
    select(*(_RELEASE.c[name] for name in _COLUMNS))
    .where(
        _RELEASE.c.workspace_id == bindparam("workspace_id"),
        _RELEASE.c.target >= bindparam("earliest"),
        _RELEASE.c.target <= bindparam("last"),
        func.coalesce(_RELEASE.c.until, _RELEASE.c.target) >= bindparam("first"),
        _RELEASE.c.state != releases.CANCELLED,
    )
    .order_by(_RELEASE.c.target, _RELEASE.c.id)
)


def _more_than_low(session: Session, house: House, some: Sequence[Release]) -> list[_Planned]:
    """The medium and high releases of the weeks in which these go out."""
    rules, first = standing.rules_of(house), _monday(min(each.target for each in some))
    last = _monday(max(each.last_day for each in some)) + WEEK
    weeks = {"earliest": first - LONGEST, "first": first, "last": last}
    return [
        _Planned(row.id, row.name, row.target, row.until, tuple(audience.named(rules, row)))
        for row in session.execute(_PLANNED, {"workspace_id": house.workspace_id, **weeks})
        if effective(rules, row.facts, row.tier_set) != "low"
    ]


def _freezes(house: House, release: Release) -> list[Clash]:
    last = release.last_day
    freezes = house.definitions.organisation.freezes
    return [
        Clash("freeze", freeze.name, last=freeze.last)
        for freeze in freezes
        if freeze.first <= last and freeze.last >= release.target
    ]


def _quarter(house: House, release: Release) -> list[Clash]:
    organisation, days = house.definitions.organisation, standing.rules_of(house).comms.quarter_end
    ends, off = quarter_end(organisation, release.target), organisation.work_days()
    if not days or standing.tier(house, release) == "low":
        return []
    begins = off.nth(ends + timedelta(days=1), -days)
    return [Clash("quarter", last=ends)] if release.target >= begins else []


def _releases(house: House, release: Release, others: Sequence[_Planned]) -> Iterator[Clash]:
    """Two that are more than low clash on the same day, and in the same week where they are for the same people."""
    if standing.tier(house, release) == "low":
        return
    last, week = release.last_day, _monday(release.target)
    ours = audience.named(standing.rules_of(house), release)
    for other in others:
        same_day = other.target <= last and (other.until or other.target) >= release.target
        if other.id != release.id and (same_day or _monday(other.target) == week):
            shared = tuple(each for each in ours if each in other.audiences)
            if same_day or shared:
                yield Clash("release", other.name, other.target, shared)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
