"""Somebody gives a release another tier than its facts do: anybody raises it, its owner lowers it, with a reason."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.audit import record
from bot.db import swap
from bot.definitions import ReleaseRules, Tier
from bot.definitions.releases import TIERS
from bot.definitions.tiers import applies, effective, tier_of
from bot.errors import Changed, FieldErrors
from bot.house import House
from bot.people.flow import require_person
from bot.releases import course, forms, happenings, rights, standing
from bot.releases.happenings import Happening
from bot.releases.model import Release
from bot.releases.readiness import NOT_READY
from bot.releases.report import Report
from bot.releases.standing import rules_of

REASON_LIMIT = 300


def set_tier(
    session: Session, house: House, slack_id: str, release_id: str, version: int, tier: str, because: str
) -> Report:
    """Raise or lower it. `Changed` when somebody changed the release after `version` was shown."""
    release, person = rights.coming(session, house, slack_id, release_id)
    before, because = standing.tier(house, release), because.strip()
    after = next((each for each in TIERS if each == tier), None)
    if after is not None and after == before:
        # Why it is what it is may also be said afterwards.
        before = _lowered_unsaid(session, house, release) or before
    if after is None or after == before:
        raise FieldErrors({"tier": f"It is {before} now. Pick another tier."})
    if len(because) > REASON_LIMIT:
        raise FieldErrors({"because": f"Keep this under {REASON_LIMIT} characters."})
    if is_lower(after, before):
        rights.require_owner(session, house, release, person, "lower its tier")
        if not because:
            raise FieldErrors({"because": "Say why less is at stake: it stands on the card with your name."})
        if held := _held_in_spite(session, house, release, after, release.facts):
            raise FieldErrors({"tier": held})
    given = tier_of(rules_of(house), release.facts)
    if not swap(session, Release, release.id, version, tier_set="" if after == given else after):
        raise Changed(forms.changed_meanwhile(house, release))
    session.refresh(release)
    note(session, house, release, before, slack_id, because)
    return course.happened(session, house, release, course.TIER, slack_id)


def follow_facts(
    session: Session, house: House, release: Release, facts_before: Sequence[str], by: str | None, because: str = ""
) -> bool:
    """After its facts changed: a tier below theirs must be given anew, one above stays. Returns whether it changed.

    Of the release only its facts have changed yet; `by` is a Slack id, none when the definitions changed them.
    """
    rules = rules_of(house)
    before = effective(rules, facts_before, release.tier_set)
    release.tier_set = _set_after(rules, facts_before, release.facts, release.tier_set)
    after = standing.tier(house, release)
    if after != before:
        note(session, house, release, before, by, because)
    return after != before


def require_reason(
    session: Session, house: House, release: Release, slack_id: str, facts: Sequence[str], because: str
) -> None:
    """Other facts that make a lower tier, or spare a veto, are refused as lowering it would be."""
    rules, before = rules_of(house), standing.tier(house, release)
    after = effective(rules, facts, _set_after(rules, release.facts, facts, release.tier_set))
    if len(because) > REASON_LIMIT:
        raise FieldErrors({"because": f"Keep this under {REASON_LIMIT} characters."})
    if is_lower(after, before):
        person = require_person(session, house, slack_id)
        rights.require_owner(session, house, release, person, "change these ticks, which lower its tier")
        if not because:
            says = f"With these ticks it is {after}, and was {before}. Say why less is at stake: the thread tells it."
            raise FieldErrors({"because": says})
    if held := _held_in_spite(session, house, release, after, facts):
        raise FieldErrors({"facts": held})


def note(session: Session, house: House, release: Release, before: Tier, by: str | None, because: str) -> None:
    """Keep that its tier is not `before` any more."""
    after = standing.tier(house, release)
    happenings.add(session, house, release, happenings.TIER, by, because=because, before=before, after=after)
    record(
        session, house, "release.tier", f"release:{release.id}", actor=by, before=before, after=after, because=because
    )


def is_lowered_unsaid(last: Happening) -> bool:
    """Whether the last that happened to a release's tier made it lower, and says not why."""
    order = [str(each) for each in TIERS]
    return order.index(last.after) < order.index(last.before) and not last.because.strip()


def is_lower(tier: Tier, other: Tier) -> bool:
    return TIERS.index(tier) < TIERS.index(other)


def _lowered_unsaid(session: Session, house: House, release: Release) -> Tier | None:
    """What it was before it was lowered and nobody said why, as the definitions can."""
    last = happenings.latest(session, house, [release.id])[release.id].get(happenings.TIER)
    if last is None or not is_lowered_unsaid(last):
        return None
    return next(each for each in TIERS if each == last.before)


def _set_after(rules: ReleaseRules, facts_before: Sequence[str], facts: Sequence[str], tier_set: str) -> str:
    """What of a tier that somebody gave is left once other facts hold."""
    before = effective(rules, facts_before, tier_set)
    is_void = is_lower(before, tier_of(rules, facts_before)) or not is_lower(tier_of(rules, facts), before)
    return "" if is_void else tier_set


def _held_in_spite(session: Session, house: House, release: Release, after: Tier, facts: Sequence[str]) -> str:
    """Why it cannot become less: a function with a veto has said that it is not ready, and would be asked no more."""
    asked = standing.stands(session, house, release).sign_offs
    holding = [
        standing.function_name(house.definitions.organisation, rule.function)
        for rule in rules_of(house).sign_offs
        if rule.veto and asked.get(rule.function) == NOT_READY
        if after not in rule.tiers or not applies(rule.only_if, facts)
    ]
    names = " and ".join(holding)
    return f"{names} can hold it, does, and would be asked no more. Only they let it go." if names else ""
