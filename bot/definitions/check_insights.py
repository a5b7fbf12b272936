"""What no single value of the insights shows: doubles, references that lead nowhere, words that stand for nobody."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import get_args

from bot.definitions.calendar import Calendar
from bot.definitions.check import doubles, unknown_word
from bot.definitions.decisions import (
    AREA_DEPUTY,
    AREA_OWNER,
    EVERYBODY,
    HEAD_OF_PRODUCT,
    ONE_PERSON,
    PRODUCT_MANAGER,
    PRODUCT_OPS,
    DecisionRules,
)
from bot.definitions.insights import OWNER, RELEASE_OWNER, SEVERITIES, Clock, InsightRules, Source
from bot.definitions.organisation import Organisation, Role, WorkingHours
from bot.yamlfile import Document, KeyPath, Problem, nearest

Word = tuple[KeyPath, str, Sequence[str]]
"""Where a word for somebody stands, the word, and what may stand there beside functions and people."""

ROLES: tuple[str, ...] = get_args(Role)
NO_AREA = (HEAD_OF_PRODUCT, PRODUCT_OPS)
"""The words for one person that need no insight."""
ONE_OWNER = tuple(word for word in ONE_PERSON if word != AREA_DEPUTY)
CLOCKS = ("triage", "acknowledge", "decide")
MANY_THEMES = 12


def check_insights(rules: InsightRules, document: Document) -> Iterator[Problem]:
    for part in ("sources", "themes", "segments", "evidence", "causes"):
        yield from doubles(document, part, [each.id for each in getattr(rules, part)])
    names = [route.name for route in rules.routes]
    for i, name in enumerate(names):
        if name in names[:i]:
            line = document.values["routes", names.index(name), "name"][0]
            message = f"a route of this name stands already on line {line}"
            yield document.problem(("routes", i, "name"), message, "give this one another name")
    known = {part: [each.id for each in getattr(rules, part)] for part in ("themes", "causes", "evidence")}
    for i, route in enumerate(rules.routes):
        for part, ids in known.items():
            path: KeyPath = ("routes", i, "when", part)
            yield from _unknown_ids(document, path, getattr(route.when, part) or (), ids)
        if route.to == RELEASE_OWNER and route.when.released_within is None:
            message = f"nobody answers what `{route.name}` takes and is about no release"
            yield document.problem(("routes", i, "to"), message, "add `released_within: 30` to its `when`")
    if rules.restricted:
        yield from _unknown_ids(document, ("restricted", "themes"), rules.restricted.themes, known["themes"])
    if len(rules.themes) > MANY_THEMES:
        message = f"{len(rules.themes)} themes are more than anybody keeps apart"
        mend = f"keep at most {MANY_THEMES}: merge those that are always meant together"
        yield document.problem(("themes", MANY_THEMES, "id"), message, mend, level="info", rule="IN10")
    if rules.watched and rules.emoji is None:
        message = "no emoji counts in these channels"
        yield document.problem(("watched",), message, 'add `emoji`, such as ":bulb:", or remove `watched`')


def check_insight_references(rules: InsightRules, document: Document, organisation: Organisation) -> Iterator[Problem]:
    """The insights against the organisation."""
    yield from _words(rules, document, organisation)
    areas = [area.id for area in organisation.areas]
    for i, route in enumerate(rules.routes):
        yield from _unknown_ids(document, ("routes", i, "when", "areas"), route.when.areas or (), areas)
    if rules.restricted:
        yield from _unknown_ids(document, ("restricted", "areas"), rules.restricted.areas, areas)
    yield from _read_by_others(rules, document, organisation)
    yield from _slower_though_worse(rules, document, organisation.working_hours)


def check_insight_rituals(rules: InsightRules, document: Document, calendar: Calendar) -> Iterator[Problem]:
    rituals = [each.id for each in calendar.rituals]
    named: list[tuple[KeyPath, str]] = [
        (("routes", i, "forum", "ritual"), route.forum.ritual)
        for i, route in enumerate(rules.routes)
        if route.forum.ritual
    ]
    if rules.spike:
        named.append((("spike", "ritual"), rules.spike.ritual))
    for path, ritual in named:
        if ritual not in rituals:
            yield document.problem(path, f"no ritual has the id `{ritual}`", nearest(ritual, rituals))
    for severity in SEVERITIES:
        for key in CLOCKS:
            clock: Clock = getattr(rules.severities.of(severity), key)
            if clock.unit == "ritual" and clock.ritual not in rituals:
                mend = nearest(str(clock), [f"next {each}" for each in rituals])
                message = f"no ritual has the id `{clock.ritual}`"
                yield document.problem(("severities", severity, key), message, mend)


def check_emoji(rules: InsightRules, document: Document, decisions: DecisionRules) -> Iterator[Problem]:
    if rules.emoji is not None and rules.emoji == decisions.emoji:
        message = f"`{rules.emoji}` begins a decision already, as decisions.yaml says"
        yield document.problem(("emoji",), message, 'write another one, such as ":bulb:"')


def group_meant(organisation: Organisation, words: Sequence[str]) -> frozenset[str]:
    """All whom these words mean: whoever belongs to a function or has a role, and single people."""
    found: set[str] = set()
    for word in words:
        members = {each.ref for each in organisation.people if word in (each.function, *each.roles)}
        found |= members or refs_meant(organisation, word)
    return frozenset(found)


def refs_meant(organisation: Organisation, word: str) -> frozenset[str]:
    """Whom a word means that needs no insight: a person, the lead of a function, or all who have a role."""
    if function := organisation.function(word):
        word = function.lead or ""
    person = organisation.person(word)
    if person:
        return frozenset([person.ref])
    return frozenset(each.ref for each in organisation.people if word in each.roles)


def _unknown_ids(document: Document, path: KeyPath, ids: Sequence[str], known: Sequence[str]) -> Iterator[Problem]:
    kind = {"themes": "theme", "causes": "cause", "areas": "area"}.get(str(path[-1]), str(path[-1]))
    for i, id in enumerate(ids):
        if id not in known:
            mend = nearest(id, known) or f"add it under `{path[-1]}`"
            yield document.problem((*path, i), f"no {kind} has the id `{id}`", mend)
        elif id in ids[:i]:
            yield document.problem((*path, i), f"`{id}` stands here twice", "keep one of them")


def _words(rules: InsightRules, document: Document, organisation: Organisation) -> Iterator[Problem]:
    check = unknown_word(organisation, document)

    def unknown(path: KeyPath, word: str, words: Sequence[str]) -> Iterator[Problem]:
        for problem in check(path, word, words):
            why = _out_of_place(word, words)
            yield replace(problem, message=f"`{word}` stands for nobody here: {why}") if why else problem

    for i, source in enumerate(rules.sources):
        path: KeyPath = ("sources", i, "owner")
        found = list(unknown(path, source.owner, NO_AREA)) or list(_gone(source, path, organisation, document))
        for problem in found:
            yield replace(problem, message=f"Who vouches for {source.name}? {_begun(problem.message)}", rule="IN01")
    for path, word, words in _asked(rules):
        yield from unknown(path, word, words)
    for path, group, message in _groups(rules):
        found = [each for i, word in enumerate(group) for each in unknown((*path, i), word, ROLES)]
        yield from found
        if not found and not group_meant(organisation, group):
            mend = "name a person, or give somebody one of these roles in organisation.yaml"
            yield document.problem(path, message, mend)


def _asked(rules: InsightRules) -> Iterator[Word]:
    """The words that each mean one person, once it is known which insight it is about."""
    in_routes, late = (*ONE_PERSON, RELEASE_OWNER), (OWNER, *ONE_PERSON)
    for i, route in enumerate(rules.routes):
        yield ("routes", i, "to"), route.to, (*ONE_OWNER, RELEASE_OWNER)
        yield from ((("routes", i, "inform", j), word, in_routes) for j, word in enumerate(route.inform))
    for severity in SEVERITIES:
        breach = rules.severities.of(severity).breach
        path = ("severities", severity, "breach")
        yield from (((*path, "tell", j), word, late) for j, word in enumerate(breach.tell))
        if breach.then:
            yield (*path, "then"), breach.then, (OWNER, *ONE_OWNER)
    if rules.incident:
        yield from ((("incident", "tell", j), word, ONE_PERSON) for j, word in enumerate(rules.incident.tell))


def _groups(rules: InsightRules) -> Iterator[tuple[KeyPath, Sequence[str], str]]:
    """The words that mean all who have a role or belong to a function, and what it means if that is nobody."""
    # A company may have no function called `support`, and need not say so.
    if "triagers" in rules.model_fields_set:
        yield ("triagers",), rules.triagers, "nobody triages"
    if rules.restricted:
        yield ("restricted", "readers"), rules.restricted.readers, "nobody may read what is restricted"


def _out_of_place(word: str, words: Sequence[str]) -> str:
    """Why a word that means somebody elsewhere does not here; empty for others."""
    if word in (AREA_OWNER, AREA_DEPUTY):
        if AREA_OWNER in words:
            return "the deputy is asked by themselves while the owner is away"
        return "no area is known here"
    return {
        EVERYBODY: "nobody in particular would be meant",
        PRODUCT_MANAGER: "it may be several people",
        OWNER: "it is said under `breach` alone",
        RELEASE_OWNER: "it is said in routes alone",
    }.get(word, "")


def _gone(source: Source, path: KeyPath, organisation: Organisation, document: Document) -> Iterator[Problem]:
    """A function that nobody leads, or a role that nobody has."""
    if refs_meant(organisation, source.owner):
        return
    if function := organisation.function(source.owner):
        mend = f"name a person, or give {function.name} a `lead` in organisation.yaml"
        yield document.problem(path, f"{function.name} has no lead", mend)
    else:
        mend = f"name a person, or give somebody the role `{source.owner}` in organisation.yaml"
        yield document.problem(path, f"nobody has the role `{source.owner}`", mend)


def _begun(sentence: str) -> str:
    """A sentence as it begins after another."""
    return sentence[0].upper() + sentence[1:]


def _read_by_others(rules: InsightRules, document: Document, organisation: Organisation) -> Iterator[Problem]:
    """The channel for restricted ones, where it is for something else, too."""
    channel = rules.restricted.channel if rules.restricted else None
    uses = {area.forum: f"the forum of {area.name}" for area in organisation.areas}
    uses |= {
        name: f"the channel for {use.replace('_', ' ')}" for use, name in organisation.channels.model_dump().items()
    }
    uses |= {rules.channel: "the channel for insights"}
    if channel in uses:
        message = f"what is restricted would be read in {channel}, which is {uses[channel]}"
        mend = "write a private channel of its readers, or remove `channel`"
        yield document.problem(("restricted", "channel"), message, mend)


def _slower_though_worse(rules: InsightRules, document: Document, hours: WorkingHours) -> Iterator[Problem]:
    for key in CLOCKS:
        counted: list[tuple[str, Clock]] = [(each, getattr(rules.severities.of(each), key)) for each in SEVERITIES]
        counted = [(severity, clock) for severity, clock in counted if clock.unit not in ("ritual", "quarter")]
        for (milder, before), (severity, clock) in pairwise(counted):
            if _length(clock, hours) > _length(before, hours):
                message = f"there is more time to {key} what is `{severity}` than what is `{milder}` ({before})"
                mend = f"write at most `{before}`, or give `{milder}` more"
                yield document.problem(("severities", severity, key), message, mend)


def _length(clock: Clock, hours: WorkingHours) -> timedelta:
    if clock.unit == "working hours":
        return timedelta(hours=clock.amount)
    day = datetime.combine(datetime.min, hours.end) - datetime.combine(datetime.min, hours.start)
    return day * clock.amount
