"""Whether every insight finds a route and every route an insight, and whether a route tells what is restricted.

What an insight can be is kept as sets of answers, from which each route cuts what it takes: nothing is tried singly.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.definitions.check_insights import group_meant, refs_meant
from bot.definitions.decisions import AREA_OWNER
from bot.definitions.insights import SEVERITIES, Choice, InsightRules, Theme, When
from bot.definitions.organisation import Organisation
from bot.yamlfile import Document, Problem

Kinds = Mapping[str, frozenset[Any]]
"""Some kinds of insight: the answers that they have to each thing that a route may ask for."""

NONE = ""
"""Not known."""
NEVER = math.inf
"""About no release, or one of long ago."""


def check_routes(rules: InsightRules, document: Document, organisation: Organisation) -> Iterator[Problem]:
    every = _every_kind(rules, organisation)
    if any(_is_misspelt(document, i, route.when, every) for i, route in enumerate(rules.routes)):
        return
    shares = [_taken(route.when, every) for route in rules.routes]
    for i, route in enumerate(rules.routes):
        if route.when == When() and i + 1 < len(shares):
            message = f"`{route.name}` is for everything, so no route after it is ever taken"
            yield document.problem(("routes", i, "name"), message, "put it last")
            return
        if left(shares[i], shares[:i]):
            yield from _told_to_others(rules, document, organisation, every, shares, i)
        else:
            yield _never_taken(rules, document, shares, i)
    yield from _without_area(rules, document, organisation, shares)
    if rest := left(every, shares):
        message = f"{_said(rest, rules, organisation)} goes nowhere{_only_some(rest, every)}"
        mend = "add a last route without `when`, for whatever no other takes"
        yield document.problem(("routes",), message, mend, rule="IN03")


def left(kinds: Kinds, taken: Sequence[Kinds]) -> Kinds | None:
    """Some of these kinds that none of `taken` takes; None when they take them all."""
    if not all(kinds.values()) or any(all(kinds[part] <= each[part] for part in kinds) for each in taken):
        return None
    for i, each in enumerate(taken):
        if not all(kinds[part] & each[part] for part in kinds):
            continue
        rest = dict(kinds)
        for part, answers in each.items():
            if outside := rest[part] - answers:
                found = left({**rest, part: outside}, taken[i + 1 :])
                if found:
                    return found
                rest[part] &= answers
        return None
    return kinds


PARTS = ("themes", "areas", "causes", "evidence", "severities")


def _every_kind(rules: InsightRules, organisation: Organisation) -> Kinds:
    lists: dict[str, tuple[Theme | Choice, ...]] = {
        "themes": rules.themes,
        "causes": rules.causes,
        "evidence": rules.evidence,
    }
    areas = {(area.id, more) for area in organisation.areas for more in (False, True)}
    days = {route.when.released_within for route in rules.routes if route.when.released_within}
    return {
        **{part: frozenset([NONE, *(each.id for each in choices)]) for part, choices in lists.items()},
        # With whether it is about another one, too.
        "areas": frozenset([(NONE, False), *areas]),
        "severities": frozenset(SEVERITIES),
        "released_within": frozenset([NEVER, *days]),
    }


def _is_misspelt(document: Document, i: int, when: When, every: Kinds) -> bool:
    """Whether a route asks for what is not there; that is complained of by itself, and nobody knows what was meant."""
    written = document.data["routes"][i].get("when") or {}
    unknown = (set(getattr(when, part) or ()) - _ids(every, part) for part in PARTS)
    return any(unknown) or not written.keys() <= When.model_fields.keys()


def _ids(every: Kinds, part: str) -> set[str]:
    return {id for id, _more in every[part]} if part == "areas" else set(every[part])


def _taken(when: When, every: Kinds) -> Kinds:
    """What a route takes that stands first."""
    taken = {part: every[part] & set(wanted) for part in PARTS if (wanted := getattr(when, part)) and part != "areas"}
    taken["areas"] = frozenset(
        (id, more)
        for id, more in every["areas"]
        if (not when.areas or id in when.areas) and more >= when.several_areas and not (when.no_area and id)
    )
    within = when.released_within or NEVER
    taken["released_within"] = frozenset(days for days in every["released_within"] if days <= within)
    return {**every, **taken}


def _never_taken(rules: InsightRules, document: Document, shares: Sequence[Kinds], i: int) -> Problem:
    route = rules.routes[i]
    if not all(shares[i].values()):
        message = f"`{route.name}` is never taken: nothing has no area and is about one"
        return document.problem(("routes", i, "when"), message, "keep `no_area`, or the areas")
    needed = list(range(i))
    for j in reversed(range(i)):
        if not left(shares[i], [shares[each] for each in needed if each != j]):
            needed.remove(j)
    *most, last = (f"`{rules.routes[j].name}`" for j in needed)
    names, take = (f"{', '.join(most)} and {last}", "take") if most else (last, "takes")
    message = f"`{route.name}` is never taken: {names} above {take} all that it is for"
    mend = f"put it before `{rules.routes[needed[0]].name}`, or remove it"
    return document.problem(("routes", i, "name"), message, mend)


def _without_area(
    rules: InsightRules, document: Document, organisation: Organisation, shares: Sequence[Kinds]
) -> Iterator[Problem]:
    """The first route that sends what has no area to its area's owner or forum."""
    for i, route in enumerate(rules.routes):
        found = left({**shares[i], "areas": shares[i]["areas"] & {(NONE, False)}}, shares[:i])
        if not found:
            continue
        said = _said(found, rules, organisation)
        if route.to == AREA_OWNER:
            message = f"{said} goes to nobody: `{route.name}` asks the owner of its area"
            mend = f"put a route for what has no area (`when: {{no_area: true}}`) before `{route.name}`"
            yield document.problem(("routes", i, "to"), message, mend, rule="IN03")
            return
        if not route.forum.channel and not route.forum.ritual:
            message = f"{said} goes nowhere: `{route.name}` has no forum"
            mend = f"give `{route.name}` a `forum` with a channel or a ritual"
            yield document.problem(("routes", i), message, mend, rule="IN03")
            return


def _told_to_others(
    rules: InsightRules,
    document: Document,
    organisation: Organisation,
    every: Kinds,
    shares: Sequence[Kinds],
    i: int,
) -> Iterator[Problem]:
    """What a route of restricted insights says to others than their readers."""
    restricted, route = rules.restricted, rules.routes[i]
    if restricted is None:
        return
    areas = frozenset((id, more) for id, more in every["areas"] if id in restricted.areas)
    narrowed = [
        {**shares[i], "themes": shares[i]["themes"] & set(restricted.themes)},
        {**shares[i], "areas": shares[i]["areas"] & areas},
    ]
    found = next((rest for kinds in narrowed if (rest := left(kinds, shares[:i]))), None)
    if found is None:
        return
    said = _said(found, rules, organisation)
    if route.forum.channel not in (None, restricted.channel):
        message = f"{said} would be read in {route.forum.channel}, where others than its readers are"
        mend = "remove the channel, or put a route for what is restricted before this one"
        yield document.problem(("routes", i, "forum", "channel"), message, mend, rule="DA02")
    readers = group_meant(organisation, restricted.readers) | refs_meant(organisation, route.to)
    for j, word in enumerate(route.inform):
        refs = refs_meant(organisation, word)
        if word not in (*restricted.readers, route.to) and not (refs and refs <= readers):
            message = f"{said} would be told to `{word}`, who may not read it"
            mend = f"remove `{word}`, or add it to the `readers`; or put a route for what is restricted before this one"
            yield document.problem(("routes", i, "inform", j), message, mend, rule="DA02")


def _said(kinds: Kinds, rules: InsightRules, organisation: Organisation) -> str:
    """`What is said about Pricing in Billing`: one example of some kinds."""
    theme = next((each.name for each in rules.themes if each.id in kinds["themes"]), "no theme")
    areas = {id: more for id, more in sorted(kinds["areas"], reverse=True)}
    area = next((each for each in organisation.areas if each.id in areas), None)
    if area is None:
        return f"What is said about {theme} and no area"
    return f"What is said about {theme} in {area.name}{' and another area' if areas[area.id] else ''}"


def _only_some(kinds: Kinds, every: Kinds) -> str:
    """What else is so of an example, where that matters."""
    parts = ("severities", "causes", "evidence", "released_within")
    narrow = {part: kinds[part] for part in parts if kinds[part] != every[part]}
    told = [
        f"`{part}`: {' or '.join(sorted('none' if each in (NONE, NEVER) else str(each) for each in answers))}"
        for part, answers in narrow.items()
    ]
    return f" ({'; '.join(told)})" if told else ""
