"""What lies ahead: the coming releases for the command and the digest, and what they need from whom."""

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy.orm import Session

from bot.blocks import Message
from bot.house import House, Obligation, ReleaseFacts, Section
from bot.people.flow import require_person
from bot.people.model import People
from bot.releases import asking, messages, model, report, standing
from bot.releases.model import LATELY, PLANNED, STOPPED, Release
from bot.releases.report import Report
from bot.releases.standing import rules_of, today

AT_A_GLANCE = timedelta(days=30)
MOST_IN_LIST = 20
"""Releases at a glance; how ready the others are is not computed, since that takes time."""
SOON = timedelta(days=10)
"""How long before it is due something is an obligation."""


def coming(session: Session, house: House, slack_id: str) -> Message:
    """The releases of the next 30 days at a glance, by date, after those that should have gone out and have not."""
    require_person(session, house, slack_id)
    rules_of(house)
    first = today(house)
    found = between(session, house, first, first + AT_A_GLANCE)
    reports = report.compile_all(session, house, found[:MOST_IN_LIST])
    return messages.listing(house, reports, more=len(found) - len(reports))


def digest_section(session: Session, house: House, first: date, last: date) -> Section:
    """The releases between two days for the weekly digest, with how ready each is."""
    reports: list[Report] = []
    if house.definitions.releases is not None:
        reports = report.compile_all(session, house, between(session, house, first, last))
    return messages.digest_section(house, reports)


def between(session: Session, house: House, first: date, last: date) -> list[Release]:
    """The releases of these days, after those that began earlier: they still wait for a call, or are going out."""
    found = model.planned(session, house, first - LATELY, last)
    return [release for release in found if release.last_day >= first or _waits(house, release)]


def _waits(house: House, release: Release) -> bool:
    return release.state in (PLANNED, STOPPED) and standing.tier(house, release) != "low"


def facts(session: Session, house: House, ids: Collection[int] | None) -> list[ReleaseFacts]:
    """These releases, or those since sixty days ago, the earliest first, as other rooms know them."""
    if house.definitions.releases is None:
        return []
    found = model.not_over(session, house, today(house)) if ids is None else model.by_ids(session, house, ids)
    people = People(session, house)
    owners = {release.id: people.by_ref(release.owner) for release in found}
    return [
        ReleaseFacts(
            release.id, release.name, owner.slack_id if (owner := owners[release.id]) else None, release.state,
            release.target,
        )
        for release in found
    ]  # fmt: skip


def obligations(session: Session, house: House, slack_id: str) -> list[Obligation]:
    """What releases need from this person within ten days."""
    return asking.obligations(session, house, slack_id, today(house) + SOON)
