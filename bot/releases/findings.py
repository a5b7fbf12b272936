"""What the checks find in releases: the four questions, tiers, lead times, gates, sign-offs and calls."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from bot.findings import finding
from bot.house import Finding, House
from bot.people.model import People
from bot.releases import model, owing, readiness, standing
from bot.releases.happenings import TIER
from bot.releases.model import LIVE, PLANNED, STOPPED, Release
from bot.releases.readiness import DONE, HOLD, NOT_READY, Readiness
from bot.releases.standing import Kept

_SETS_OFF = re.compile(r"\b(if|when|once|as soon as|above|below|over|under|more|less|any)\b|[<>]", re.IGNORECASE)
_TIME = re.compile(r"\b(second|minute|min|hour|at once|immediately)s?\b", re.IGNORECASE)
_SOMEBODY = re.compile(r"\bon[ -]call\b|\bowner\b|\bteam\b|\blead\b", re.IGNORECASE)


def findings(session: Session, house: House) -> Iterator[Finding]:
    if house.definitions.releases is None:
        return
    people = People(session, house)
    near = model.not_over(session, house, standing.today(house))
    kept = standing.kept(session, house, near)
    for release in near:
        owner = people.by_ref(release.owner)
        stands = standing.assess(house, release, kept)
        for rule, facts in _broken(house, people, release, kept, stands):
            about = f"release:{release.id}"
            yield finding(house, rule, about, owner.slack_id if owner else None, name=release.name, **facts)


def _broken(
    house: House, people: People, release: Release, kept: Kept, stands: Readiness
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each check that one release breaks, with what its words are given."""
    today, waits = standing.today(house), release.state in (PLANNED, STOPPED)
    if stands.missing_answers and _due_of_answers(release, stands) <= today:
        yield "RE01", {"questions": stands.missing_answers}
    elif waits and stands.tier != "low" and (lacks := _lacks(house, release)):
        yield "RE10", {"lacks": lacks}
    lowered = kept.happened[release.id].get(TIER)
    if lowered is not None and not lowered.because.strip() and _is_lower(lowered.after, lowered.before):
        yield "RE02", {"before": lowered.before, "after": lowered.after}
    if release.state == PLANNED and not release.hotfix and (days := _too_soon(house, release)) is not None:
        lead_time = standing.rules_of(house).tiers.of(stands.tier).lead_time
        yield "RE03", {"tier": stands.tier, "lead_time": lead_time, "days": days}
    if unproven := [
        point.item.title
        for point in stands.points
        if point.level == "gate" and point.state == DONE and point.item.computed is None
        if (state := kept.states[release.id].get(point.item.id)) and not state.evidence.strip()
    ]:
        yield "RE05", {"items": unproven}
    if release.state == PLANNED and stands.tier != "low" and today >= owing.last_working_day(house, release):
        gates = [point.item.title for point in stands.open_gates if point.item.computed is None]
        if gates:
            yield "RE04", {"items": gates}
        if missing := [function for function, said in stands.sign_offs.items() if said in ("", NOT_READY)]:
            yield "RE06", {"functions": _names(house, missing), "by": ""}
    for function, by in _signed_by_others(house, people, release, kept):
        yield "RE06", {"functions": _names(house, [function]), "by": by}
        break
    if release.state == LIVE and stands.tier != "low" and _was_never_let_go(house, release, kept):
        yield "RE07", {}


def _due_of_answers(release: Release, stands: Readiness) -> date:
    due = (point.due for point in stands.points if point.item.computed == "answers")
    return next(due, release.target)


def _lacks(house: House, release: Release) -> list[str]:
    """What is not said of how it is taken back, as far as words show it."""
    organisation, text = house.definitions.organisation, release.rollback
    names = [word for each in organisation.people for word in each.name.split()[:1]]
    names += [each.name for each in organisation.functions]
    somebody = _SOMEBODY.search(text) or any(name.casefold() in text.casefold() for name in names)
    parts = {
        "what sets it off": _SETS_OFF.search(f"{text} {release.monitoring}"),
        "who does it": somebody,
        "within how many minutes": _TIME.search(text),
    }
    return [name for name, given in parts.items() if not given]


def _is_lower(after: str, before: str) -> bool:
    tiers = ("low", "medium", "high")
    return after in tiers and before in tiers and tiers.index(after) < tiers.index(before)


def _too_soon(house: House, release: Release) -> int | None:
    """The working days from registering it to its day, when these are fewer than its tier asks for."""
    organisation = house.definitions.organisation
    lead_time = standing.rules_of(house).tiers.of(standing.tier(house, release)).lead_time
    begun = release.registered_at.astimezone(organisation.zone).date()
    days = readiness.working_days_between(begun, release.target, organisation.work_days().off, lead_time)
    return days if days < lead_time else None


def _signed_by_others(house: House, people: People, release: Release, kept: Kept) -> Iterator[tuple[str, str]]:
    """Sign-offs that somebody of another function gave, or the release's owner."""
    for function, sign_off in kept.sign_offs[release.id].items():
        person = people.by_slack(sign_off.changed_by)
        known = house.definitions.organisation.person(person.ref) if person else None
        if person and known and (person.ref == release.owner or known.function != function):
            yield function, person.name


def _was_never_let_go(house: House, release: Release, kept: Kept) -> bool:
    call = kept.calls.get(release.id)
    if call is not None and call.said != HOLD:
        return False
    off = house.definitions.organisation.work_days().off
    return not release.hotfix or standing.today(house) > readiness.next_working_day(release.target, off)


def _names(house: House, functions: list[str]) -> list[str]:
    return [standing.function_name(house.definitions.organisation, each) for each in functions]
