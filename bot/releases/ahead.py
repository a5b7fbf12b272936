"""What lies ahead: the coming releases for the command and the digest, and what they need from whom."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from bot.definitions.releases import MOST_DAYS
from bot.house import House, Obligation, Section
from bot.people.flow import require_person
from bot.people.model import People, Person
from bot.releases import assignments, messages, model, report
from bot.releases.model import PLANNED, STOPPED, Release
from bot.releases.readiness import NOT_READY
from bot.releases.report import Report, rules_of, today
from bot.rituals.schedule import to_utc

AT_A_GLANCE = timedelta(days=30)
LATELY = timedelta(days=60)
"""How long a release stays in sight that should have gone out and has not."""
SOON = timedelta(days=10)
"""How long before it is due an open gate is somebody's obligation."""
LONGEST_LEAD = timedelta(days=2 * MOST_DAYS)
"""Calendar days that hold any number of working days an item may be due before a release."""


def coming(session: Session, house: House, slack_id: str) -> list[Report]:
    """The releases of the next 30 days, by date, after those that should have gone out and have not."""
    require_person(session, house, slack_id)
    rules_of(house)
    first = today(house)
    return report.compile_all(session, house, _between(session, house, first, first + AT_A_GLANCE))


def digest_section(session: Session, house: House, first: date, last: date) -> Section:
    """The releases between two days for the weekly digest, with how ready each is."""
    reports: list[Report] = []
    if house.definitions.releases is not None:
        reports = report.compile_all(session, house, _between(session, house, first, last))
    return messages.digest_section(house, reports)


def _between(session: Session, house: House, first: date, last: date) -> list[Release]:
    """The releases of these days, after those of earlier days that still wait for a call."""
    found = model.planned(session, house, first - LATELY, last)
    return [release for release in found if release.target >= first or _waits(house, release)]


def _waits(house: House, release: Release) -> bool:
    return release.state in (PLANNED, STOPPED) and report.tier(house, release) != "low"


def obligations(session: Session, house: House, slack_id: str) -> list[Obligation]:
    """What releases need from this person within ten days: gates to settle, answers and sign-offs to give."""
    person = People(session, house).by_slack(slack_id)
    if person is None or house.definitions.releases is None:
        return []
    first = today(house)
    releases = model.planned(session, house, first, first + SOON + LONGEST_LEAD)
    releases = [release for release in releases if release.state in (PLANNED, STOPPED)]
    states = model.items(session, house, [release.id for release in releases])
    signed = model.sign_offs(session, house, [release.id for release in releases])
    given = assignments.latest(session, house, [release.id for release in releases])
    found = []
    for release in releases:
        stands = report.assess(house, release, states[release.id], signed[release.id])
        for point in stands.open_gates:
            if point.due > first + SOON:
                continue
            due = _end_of(house, point.due)
            if point.item.computed == "sign-offs":
                unsigned = [function for function, said in stands.sign_offs.items() if said in ("", NOT_READY)]
                if _may_sign(house, person, release) and _is_in_charge(house, release, person, unsigned):
                    found.append(messages.sign_off_obligation(house, release, due))
            elif any(each.ref == person.ref for each in report.who_has(house, release, point.item, given[release.id])):
                found.append(messages.item_obligation(house, release, point.item, due))
    return found


def _may_sign(house: House, person: Person, release: Release) -> bool:
    return person.ref != release.owner and not person.is_product_ops


def _is_in_charge(house: House, release: Release, person: Person, owners: Collection[str]) -> bool:
    return any(each.ref == person.ref for each in report.in_charge(house, release, list(owners)))


def _end_of(house: House, day: date) -> datetime:
    organisation = house.definitions.organisation
    return to_utc(datetime.combine(day, organisation.working_hours.end), organisation.zone)
