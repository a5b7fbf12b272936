"""Somebody gives a release another tier than its facts do: anybody raises it, its owner lowers it, with a reason."""

from sqlalchemy.orm import Session

from bot.audit import record
from bot.definitions import Tier
from bot.definitions.releases import TIERS
from bot.errors import FieldErrors
from bot.house import House
from bot.releases import course, forms, happenings, rights, standing
from bot.releases.model import Release
from bot.releases.report import Report
from bot.releases.standing import rules_of
from bot.releases.tiers import effective, tier_of
from bot.releases.versions import Changed, swap

REASON_LIMIT = 300


def set_tier(
    session: Session, house: House, slack_id: str, release_id: str, version: int, tier: str, because: str
) -> Report:
    """Raise or lower it. `Changed` when somebody changed the release after `version` was shown."""
    release, person = rights.coming(session, house, slack_id, release_id)
    before, because = standing.tier(house, release), because.strip()
    after = next((each for each in TIERS if each == tier), None)
    if after is None or after == before:
        raise FieldErrors({"tier": f"It is {before} now. Pick another tier."})
    if len(because) > REASON_LIMIT:
        raise FieldErrors({"because": f"Keep this under {REASON_LIMIT} characters."})
    if is_lower(after, before):
        rights.require_owner(session, house, release, person, "lower its tier")
        if not because:
            raise FieldErrors({"because": "Say why less is at stake: it stands on the card with your name."})
    given = tier_of(rules_of(house), release.facts)
    if not swap(session, Release, release.id, version, tier_set="" if after == given else after):
        raise Changed(forms.changed_meanwhile(house, release))
    session.refresh(release)
    note(session, house, release, before, slack_id, because)
    return course.happened(session, house, release, course.TIER, slack_id)


def follow_facts(session: Session, house: House, release: Release, facts_before: list[str], by: str | None) -> bool:
    """After its facts changed: a tier below theirs must be given anew, one above stays. Returns whether it changed.

    Of the release only its facts have changed yet; `by` is a Slack id, none when the definitions changed them.
    """
    rules = rules_of(house)
    given_before, given = tier_of(rules, facts_before), tier_of(rules, release.facts)
    before = effective(rules, facts_before, release.tier_set)
    if release.tier_set and (is_lower(before, given_before) or not is_lower(given, before)):
        release.tier_set = ""
    after = effective(rules, release.facts, release.tier_set)
    if after != before:
        note(session, house, release, before, by, "its facts have changed")
    return after != before


def note(session: Session, house: House, release: Release, before: Tier, by: str | None, because: str) -> None:
    """Keep that its tier is not `before` any more."""
    after = standing.tier(house, release)
    happenings.add(session, house, release, happenings.TIER, by, because=because, before=before, after=after)
    record(
        session, house, "release.tier", f"release:{release.id}", actor=by, before=before, after=after, because=because
    )


def is_lower(tier: Tier, other: Tier) -> bool:
    return TIERS.index(tier) < TIERS.index(other)
