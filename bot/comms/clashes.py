"""What gets in a release's way: other releases for the same people at the same time, a freeze, the quarter's end."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from bot.comms import audience
from bot.definitions import Organisation
from bot.house import House
from bot.releases import model as releases
from bot.releases import standing
from bot.releases.model import Release

WEEK = timedelta(days=7)


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


def of(session: Session, house: House, some: Sequence[Release]) -> dict[int, list[Clash]]:
    """What clashes with each of these releases, by id."""
    if not some:
        return {}
    first, last = min(each.target for each in some), max(each.until or each.target for each in some)
    # One of several days may have begun long before.
    others = releases.planned(session, house, first - 5 * WEEK, last + WEEK)
    return {each.id: _of(house, each, others) for each in some}


def quarter_end(organisation: Organisation, day: date) -> date:
    """The last day of the quarter in which `day` lies."""
    months = (day.month - organisation.fiscal_month) % 3
    following = day.year * 12 + day.month - 1 + 3 - months
    return date(following // 12, following % 12 + 1, 1) - timedelta(days=1)


def _of(house: House, release: Release, others: Collection[Release]) -> list[Clash]:
    return [
        *_freezes(house, release),
        *_quarter(house, release),
        *(clash for other in others if (clash := _with(house, release, other)) is not None),
    ]


def _freezes(house: House, release: Release) -> list[Clash]:
    last = release.until or release.target
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


def _with(house: House, release: Release, other: Release) -> Clash | None:
    """Two that are more than low clash on the same day, and in the same week where they are for the same people."""
    if other.id == release.id or "low" in (standing.tier(house, release), standing.tier(house, other)):
        return None
    rules = standing.rules_of(house)
    theirs = audience.named(rules, other)
    shared = tuple(each for each in audience.named(rules, release) if each in theirs)
    same_day = other.target <= (release.until or release.target) and (other.until or other.target) >= release.target
    if same_day or (shared and _monday(other.target) == _monday(release.target)):
        return Clash("release", other.name, other.target, shared)
    return None


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
