"""People are asked in their day message: to write what is missing, to publish it, and to confirm that they know it.

Everybody is asked once, and reminded once: who writes on the day on which it is to be published, who confirms on the
day before the last one. Whoever leads a function may have its rest asked once more.
"""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from bot.db import insert_or_ignore
from bot.definitions.releases import TIERS
from bot.enablement import asks, model, standing
from bot.enablement.model import CONFIRM, WRITE, Asked, Edition
from bot.enablement.standing import Stands
from bot.house import House, Obligation, Part
from bot.people.model import People, Person
from bot.prompts import flow as prompts
from bot.releases import model as releases
from bot.releases import standing as standing_of
from bot.releases.asking import SETTLES
from bot.releases.model import LATELY, PLANNED, STOPPED, Release
from bot.rituals.schedule import to_utc

PROMPT = "bundle"
"""The kind of prompt that asks for something about a bundle."""


def keep(session: Session, house: House, release_id: int) -> None:
    """Ask who is to do something and was not asked yet, and let what was asked say how it stands. It is held."""
    release = releases.seen(session, house, str(release_id))
    if release is None or standing.rules_of(house) is None:
        return
    session.flush()
    stands = standing.of(session, house, release)
    wanted = dict(_wanted(house, People(session, house), release, stands))
    known = model.asked(session, house, release.id)
    # In one order everywhere, since each holds its person.
    for key in sorted({*wanted, *known}):
        things, before = wanted.get(key, {}), known.get(key)
        if things == (before.things if before else {}):
            continue
        if before is None:
            before = _first(session, house, release, key)
        elif things and (not before.things or things.get("nudged") != before.things.get("nudged")):
            prompts.withdraw(session, house, _key(before))
            before.number += 1
        before.things = things
        session.flush()
        if things and stands is not None:
            _ask(session, house, stands, before)
        else:
            prompts.changed(session, house, _key(before))


def keep_in_step(session: Session, house: House) -> None:
    """The definitions may have changed, and with them who writes and who confirms."""
    if house.definitions.releases is not None:
        for release in releases.not_over(session, house, standing_of.today(house), hold=True):
            keep(session, house, release.id)


def prompt_part(session: Session, house: House, ref: str) -> Part | None:
    """How what somebody is asked looks now; `ref` is the release's id, what they are asked, and their Slack id."""
    release_id, what, slack_id = ref.split(":")
    release, person = releases.seen(session, house, release_id), People(session, house).by_slack(slack_id)
    if release is None or person is None:
        return None
    stands = standing.of(session, house, release)
    things = dict(_wanted(house, People(session, house), release, stands)).get((slack_id, what), {})
    if not things or stands is None:
        return asks.done(house, release, what)
    return asks.to_write(house, stands, person, things) if what == WRITE else asks.to_confirm(house, stands, person)


def obligations(session: Session, house: House, slack_id: str) -> list[Obligation]:
    """What this person is to write, publish or confirm now."""
    people = People(session, house)
    person = people.by_slack(slack_id)
    if person is None or standing.rules_of(house) is None:
        return []
    today, found = standing_of.today(house), []
    chosen = [
        release
        for release, is_published in _under_way(session, house, today)
        if (today >= _begins(house, release) and _may_write(house, release, person))
        or (is_published and _may_confirm(house, release, person))
    ]
    bundles = standing.of_all(session, house, chosen)
    for release in chosen:
        stands = bundles.get(release.id)
        wanted = dict(_wanted(house, people, release, stands))
        if stands is not None and (things := wanted.get((slack_id, WRITE))) and today >= _begins(house, release):
            found.append(asks.write_obligation(house, stands, things, _end_of(house, stands.publish_by)))
        if stands is not None and (slack_id, CONFIRM) in wanted:
            found.append(asks.confirm_obligation(house, release, _end_of(house, stands.confirm_by)))
    return found


# Built once, since Home is drawn after every press on it.
_IS_PUBLISHED = Release.id.in_(select(Edition.release_id).where(Edition.workspace_id == bindparam("workspace_id")))
_UNDER_WAY = (
    select(Release, _IS_PUBLISHED)
    .where(
        Release.workspace_id == bindparam("workspace_id"),
        Release.target >= bindparam("since"),
        Release.state.in_((PLANNED, STOPPED)),
        or_(Release.target <= bindparam("last"), _IS_PUBLISHED),
    )
    .order_by(Release.target, Release.id)
)


def _under_way(session: Session, house: House, today: date) -> list[tuple[Release, bool]]:
    """Those still to go out whose bundle is published (then true), or for which people may be asked to write by now.

    There may be many others, whose bundles need not be read.
    """
    tiers = standing_of.rules_of(house).tiers
    # For what goes out after that day nobody is asked to write yet, whatever its tier.
    last = house.definitions.organisation.work_days().nth(today, max(tiers.of(tier).lead_time for tier in TIERS))
    which = {"workspace_id": house.workspace_id, "since": today - LATELY, "last": last}
    rows = session.execute(_UNDER_WAY, which)
    return [(release, is_published) for release, is_published in rows if standing.has_bundle(house, release)]


def _may_write(house: House, release: Release, person: Person) -> bool:
    """Whether this person is one of those who write its bundle, whatever was written by now."""
    owner = house.definitions.organisation.person(release.owner)
    rules = standing.sections(house, release)
    writers = [owner, *(each for rule in rules for each in standing.writers(house, release, rule))]
    return any(each is not None and each.ref == person.ref for each in writers)


def _may_confirm(house: House, release: Release, person: Person) -> bool:
    """The same of those who confirm it."""
    definition = house.definitions.organisation.person(person.ref)
    functions = {rule.function for rule in standing.confirming(house, release)}
    return definition is not None and definition.function in functions


def _wanted(
    house: House, people: People, release: Release, stands: Stands | None
) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    """Who is to do what, by Slack id and what, and what their part of the day message depends on."""
    if stands is None or release.state not in (PLANNED, STOPPED):
        return
    about = [release.name, release.target.isoformat(), stands.publish_by.isoformat(), stands.confirm_by.isoformat()]
    for slack_id, missing in _to_write(house, people, stands).items():
        things = {"about": about, "missing": missing}
        is_owner = people.by_ref(release.owner) == people.by_slack(slack_id)
        # Its owner sees also what others still owe.
        yield (slack_id, WRITE), {**things, **({"all": [rule.title for rule in stands.missing]} if is_owner else {})}
    if stands.edition is None:
        return
    for roster in stands.rosters:
        nudge = stands.nudges.get(roster.rule.function)
        for person in roster.waiting:
            nudged = nudge.by if nudge else ""
            yield (person.slack_id, CONFIRM), {"about": about, "edition": stands.edition.number, "nudged": nudged}


def _to_write(house: House, people: People, stands: Stands) -> dict[str, list[str]]:
    """The titles of what each person is to write, by Slack id; its owner is asked until it is published, too."""
    found: dict[str, list[str]] = {}
    owner = people.by_ref(stands.release.owner)
    if owner is not None and (stands.edition is None or stands.has_changed):
        found[owner.slack_id] = []
    for rule in stands.missing:
        for definition in standing.writers(house, stands.release, rule):
            if (person := people.by_ref(definition.ref)) is not None:
                found.setdefault(person.slack_id, []).append(rule.title)
    return found


def _first(session: Session, house: House, release: Release, key: tuple[str, str]) -> Asked:
    # The release is held, so nobody else asks them in between.
    insert_or_ignore(
        session, Asked, workspace_id=house.workspace_id, release_id=release.id, person=key[0], what=key[1], number=1,
        things={},
    )  # fmt: skip
    return model.asked(session, house, release.id)[key]


def _ask(session: Session, house: House, stands: Stands, asked: Asked) -> None:
    release, people = stands.release, People(session, house)
    person, owner = people.by_slack(asked.person), people.by_ref(release.owner)
    assert person is not None
    now, hours = house.clock.now(), house.definitions.organisation.working_hours
    if asked.what == WRITE:
        at = max(now, release.registered_at + SETTLES, _at(person, _begins(house, release), hours.start))
        last, remind_at = stands.publish_by, _at(person, stands.publish_by, hours.start)
    else:
        at, last = now, stands.confirm_by
        remind_at = _at(person, standing.before(house, last, 1), hours.start)
    deadline = _at(person, last, hours.end)
    prompts.ask(
        session,
        house,
        asked.person,
        _key(asked),
        PROMPT,
        f"{release.id}:{asked.what}:{asked.person}",
        at=at,
        deadline=deadline if deadline > now else None,
        remind_at=remind_at if remind_at > at and not asked.things.get("nudged") else None,
        report_to=owner.slack_id if owner else None,
    )


def _begins(house: House, release: Release) -> date:
    """From which day on people are asked to write."""
    lead_time = standing_of.rules_of(house).tiers.of(standing_of.tier(house, release)).lead_time
    return standing.before(house, release.target, lead_time)


def _end_of(house: House, day: date) -> datetime:
    organisation = house.definitions.organisation
    return to_utc(datetime.combine(day, organisation.working_hours.end), organisation.zone)


def _at(person: Person, day: date, at: time) -> datetime:
    return to_utc(datetime.combine(day, at), person.zone)


def _key(asked: Asked) -> str:
    return f"{PROMPT}:{asked.release_id}:{asked.what}:{asked.person}:{asked.number}"
