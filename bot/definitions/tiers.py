"""How risky a release is, from what was answered about it. Pure."""

from collections.abc import Collection

from bot.definitions.releases import TIERS, ReleaseRules, Tier


def tier_of(rules: ReleaseRules, facts: Collection[str]) -> Tier:
    """The highest tier that the true `facts` (ids) lead to."""
    return next((tier for tier in HIGHEST_FIRST if reasons(rules, tier, facts)), "low")


def effective(rules: ReleaseRules, facts: Collection[str], tier_set: str) -> Tier:
    """The tier that counts: the one somebody gave it (`tier_set`, empty when nobody has), else that of its facts."""
    return next((tier for tier in TIERS if tier == tier_set), None) or tier_of(rules, facts)


def reasons(rules: ReleaseRules, tier: Tier, facts: Collection[str]) -> list[tuple[str, ...]]:
    """The lines of a tier's rule that hold: each is ids of facts."""
    return [together for together in rules.tiers.of(tier).when if all(fact in facts for fact in together)]


def applies(only_if: Collection[str], facts: Collection[str]) -> bool:
    """Whether something that is asked for only if one of some facts is true is asked for."""
    return not only_if or any(fact in facts for fact in only_if)


HIGHEST_FIRST: tuple[Tier, ...] = ("high", "medium")
