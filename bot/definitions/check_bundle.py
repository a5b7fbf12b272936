"""What no single value of the enablement bundle's rules shows: doubles, and references that lead nowhere."""

from collections.abc import Iterator

from bot.definitions.bundle import BOTH, BundleRules, ConfirmRule, SectionRule
from bot.definitions.check import doubles
from bot.definitions.organisation import Organisation
from bot.definitions.releases import RELEASE_OWNER, ReleaseRules
from bot.yamlfile import Document, Problem, nearest


def check_bundle(rules: ReleaseRules, document: Document) -> Iterator[Problem]:
    if (bundle := rules.bundle) is None:
        return
    facts = [fact.id for fact in rules.facts]
    yield from doubles(document, "sections", [each.id for each in bundle.sections], inside=("bundle",))
    lists: list[tuple[str, tuple[SectionRule | ConfirmRule, ...]]] = [
        ("sections", bundle.sections),
        ("confirm", bundle.confirm),
    ]
    for name, entries in lists:
        for i, entry in enumerate(entries):
            for j, fact in enumerate(entry.only_if):
                if fact not in facts:
                    place = ("bundle", name, i, "only_if", j)
                    yield document.problem(place, f"no fact has the id `{fact}`", nearest(fact, facts))
    yield from _confirmed(rules, bundle, document)
    for tier in BOTH:
        days, lead_time = bundle.training(tier).published, rules.tiers.of(tier).lead_time
        if days > lead_time:
            message = f"published {days} working days before, but {tier} has a lead time of {lead_time}"
            mend = f"write at most {lead_time}, or give {tier} a longer `lead_time`"
            yield document.problem(("bundle", tier, "published"), message, mend)


def check_bundle_references(rules: ReleaseRules, document: Document, organisation: Organisation) -> Iterator[Problem]:
    """The bundle against the organisation."""
    if (bundle := rules.bundle) is None:
        return
    functions = [each.id for each in organisation.functions]
    for i, section in enumerate(bundle.sections):
        if section.by not in (*functions, RELEASE_OWNER):
            mend = nearest(section.by, [*functions, RELEASE_OWNER])
            yield document.problem(("bundle", "sections", i, "by"), f"no function has the id `{section.by}`", mend)
    for i, rule in enumerate(bundle.confirm):
        if rule.function not in functions:
            message = f"no function has the id `{rule.function}`"
            yield document.problem(("bundle", "confirm", i, "function"), message, nearest(rule.function, functions))


def _confirmed(rules: ReleaseRules, bundle: BundleRules, document: Document) -> Iterator[Problem]:
    seen: list[ConfirmRule] = []
    for i, rule in enumerate(bundle.confirm):
        if any(each.function == rule.function for each in seen):
            message = f"`{rule.function}` stands here twice"
            yield document.problem(("bundle", "confirm", i, "function"), message, "keep one of them")
        seen.append(rule)
        if rule.item is None:
            continue
        item, place = rules.item(rule.item), ("bundle", "confirm", i, "item")
        if item is None:
            ids = ", ".join(str(each.id) for each in rules.items)
            yield document.problem(place, f"no item has the id {rule.item}", f"write one of: {ids}")
        elif item.computed is not None:
            message = f"item {rule.item} is settled by {item.computed}"
            yield document.problem(place, message, "remove `computed` there, or `item` here")
