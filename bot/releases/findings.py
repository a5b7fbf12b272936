"""What the checks find in releases: the four questions, tiers, lead times, gates, sign-offs and calls."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from bot.definitions import rollback
from bot.findings import finding
from bot.house import Finding, House
from bot.people.model import People
from bot.releases import model, owing, readiness, standing, tiering
from bot.releases.happenings import MOVED, TIER, WENT_LIVE
from bot.releases.model import LIVE, PLANNED, STOPPED, Release
from bot.releases.readiness import DONE, HOLD, NOT_READY, Readiness
from bot.releases.standing import Kept

CARD = ("releases.show", "", "Open the card")
MENDS: Mapping[str, tuple[str, str, str]] = {
    "RE01": ("releases.answer", "", "Answer the questions"),
    "RE02": ("releases.more", "tier:", "Say why"),
    "RE03": ("releases.more", "move:", "Move it"),
    "RE04": CARD,
    "RE05": CARD,
    "RE06": CARD,
    "RE07": ("releases.call", "", "Make the call"),
    "RE10": CARD,
}
"""By check, the button that mends it: its action, what its value begins with before the release's id, its label."""


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
            action_id, what, label = MENDS[rule]
            yield finding(
                house, rule, f"release:{release.id}", owner.slack_id if owner else None,
                button=(action_id, f"{what}{release.id}", label), name=release.name, **facts,
            )  # fmt: skip


def _broken(
    house: House, people: People, release: Release, kept: Kept, stands: Readiness
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each check that one release breaks, with what its words are given."""
    today, waits = standing.today(house), release.state in (PLANNED, STOPPED)
    if stands.missing_answers and _due_of_answers(release, stands) <= today:
        yield "RE01", {"questions": stands.missing_answers}
    elif waits and stands.tier != "low" and (lacks := _lacks(house, release, stands)):
        yield "RE10", {"lacks": lacks}
    lowered = kept.happened[release.id].get(TIER)
    if lowered is not None and tiering.is_lowered_unsaid(lowered):
        yield "RE02", {"before": lowered.before, "after": lowered.after}
    if release.state == PLANNED and not release.hotfix and (days := _too_soon(house, release, kept)) is not None:
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


def _lacks(house: House, release: Release, stands: Readiness) -> list[str]:
    """What is not said of how it is taken back, as far as words show it, or that nobody tried it in time."""
    found = rollback.lacks(house.definitions.organisation, release.rollback, release.monitoring)
    tried = (point for point in stands.points if point.item.means == "rehearsal" and stands.tier == "high")
    return found + (["when it was rehearsed"] if any(each.overdue for each in tried) else [])


def _too_soon(house: House, release: Release, kept: Kept) -> int | None:
    """The working days from registering it to its day, when these are fewer than its tier asks for.

    Whoever moved it to that day since has said why.
    """
    moved = kept.happened[release.id].get(MOVED)
    if moved is not None and moved.by is not None and moved.because.strip():
        return None
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
    """Whether somebody said that it is live, and nobody had let it go. What was live before it was known is history."""
    if WENT_LIVE not in kept.happened[release.id]:
        return False
    call = kept.calls.get(release.id)
    if call is not None and call.said != HOLD:
        return False
    off = house.definitions.organisation.work_days().off
    return not release.hotfix or standing.today(house) > readiness.next_working_day(release.target, off)


def _names(house: House, functions: list[str]) -> list[str]:
    return [standing.function_name(house.definitions.organisation, each) for each in functions]
