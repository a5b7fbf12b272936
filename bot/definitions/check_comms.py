"""The comms plan of releases, against their tiers and against the organisation."""

from collections.abc import Iterator

from bot.definitions.check import unknown_person
from bot.definitions.organisation import Organisation
from bot.definitions.releases import TIERS, ReleaseRules
from bot.yamlfile import Document, Problem, nearest


def check_comms(rules: ReleaseRules, document: Document) -> Iterator[Problem]:
    ids = [step.id for step in rules.comms.timeline]
    for i, step in enumerate(rules.comms.timeline):
        path = ("comms", "timeline", i)
        if step.id in ids[:i]:
            yield document.problem((*path, "id"), f"the id `{step.id}` is taken", "give this one another id")
        for tier in TIERS:
            lead_time = rules.tiers.of(tier).lead_time
            if step.before and (step.before.of(tier) or 0) > lead_time:
                message = f"`{step.id}` comes earlier than the {lead_time} working days that {tier} has as lead time"
                mend = f"write at most {lead_time}, or give {tier} a longer `lead_time`"
                yield document.problem((*path, "before", tier), message, mend)
        if "accounts" in step.to and rules.comms.account_owners is None:
            message = f"`{step.id}` is for whoever looks after strategic accounts, and nobody does"
            yield document.problem((*path, "to"), message, "write `account_owners` below `comms`")


def check_comms_references(rules: ReleaseRules, document: Document, organisation: Organisation) -> Iterator[Problem]:
    functions = [each.id for each in organisation.functions]
    named = [
        (("releases", i, "functions", j), id)
        for i, release in enumerate(rules.releases)
        for j, id in enumerate(release.functions)
    ]
    places = [
        *named,
        *([(("comms", "account_owners"), rules.comms.account_owners)] if rules.comms.account_owners else []),
    ]
    for place, function in places:
        if function not in functions:
            yield document.problem(place, f"no function has the id `{function}`", nearest(function, functions))
    unknown = unknown_person(organisation, document)
    for i, release in enumerate(rules.releases):
        for j, each in enumerate(release.beyond):
            if not each.startswith(("#", "C", "G")):
                yield from unknown(("releases", i, "beyond", j), each)
