"""Whether rituals are worth their time: an agenda with minutes, people who come, a friction, not too many, no doubles.

A meeting without an agenda, without minutes in it, or to which nobody comes is an error; all else may be meant so, and
is a warning or an info.
"""

from collections.abc import Collection, Iterator, Sequence
from itertools import combinations

from bot.definitions.calendar import MOST_CORE, Calendar, Ritual, minutes_of
from bot.definitions.check import doubles
from bot.definitions.organisation import Organisation
from bot.folding import folded
from bot.yamlfile import Document, Problem, nearest

SAME, FEWEST_SAME = 0.7, 2
"""The share of people that two rituals with the same inputs may not have in common, if they are so many."""


def check_rituals(calendar: Calendar, document: Document) -> Iterator[Problem]:
    yield from doubles(document, "frictions", [each.id for each in calendar.frictions])
    if not calendar.frictions:
        mend = "list what goes wrong again and again: `frictions: [{id: surprises, name: Launches surprise Support}]`"
        yield document.problem(
            (), "no frictions are listed, so nobody sees what each ritual is for", mend, level="info", rule="CA06"
        )
    for i, ritual in enumerate(calendar.rituals):
        if ritual.kind == "review":
            yield from _agenda(ritual, i, document)
        yield from _worth(ritual, i, calendar, document)
    yield from _too_many(calendar, document)


def check_people(calendar: Calendar, document: Document, organisation: Organisation) -> Iterator[Problem]:
    """Who comes, by the organisation."""
    people = {ritual.id: people_of(ritual, organisation) for ritual in calendar.rituals}
    for i, ritual in enumerate(calendar.rituals):
        if ritual.kind == "review" and (team := _only_team(people[ritual.id], organisation)):
            message = f"only {team} attends {ritual.name}"
            mend = "a ritual of one team is for that team to run: remove it here, or name whom else it is for"
            yield document.problem(("rituals", i, "audience"), message, mend, level="info", rule="CA08")
    numbered = list(enumerate(calendar.rituals))
    for (_, one), (i, other) in combinations(numbered, 2):
        common, most = overlap(people[one.id], people[other.id])
        if inputs_of(one) == inputs_of(other) and common >= FEWEST_SAME and common >= SAME * most:
            message = f"{other.name} overlaps {one.name} ({common} of {most} people)"
            mend = "merge them, or say under `inputs` what each looks at that the other does not"
            yield document.problem(("rituals", i, "name"), message, mend, level="warning", rule="CA07")


def people_of(ritual: Ritual, organisation: Organisation) -> frozenset[str]:
    """Who is asked or comes, each by one name; a user group of Slack counts as one. Nobody, of one that asks nobody."""
    if ritual.asks_nobody:
        return frozenset()
    if ritual.asks_each:
        areas = [area for area in organisation.areas if not ritual.areas or area.id in ritual.areas]
        return frozenset(_one_name(area.owner, organisation) for area in areas)
    return frozenset(_one_name(ref, organisation) for ref in (ritual.owner, *ritual.audience))


def overlap(people: Collection[str], others: Collection[str]) -> tuple[int, int]:
    """How many come to both of two rituals, and how many to the larger one."""
    return len(set(people) & set(others)), max(len(people), len(others))


def inputs_of(ritual: Ritual) -> tuple[str, frozenset[str], frozenset[str]]:
    """What a ritual looks at: its kind, its areas, and what it says itself."""
    return ritual.kind, frozenset(ritual.areas), frozenset(" ".join(folded(each)) for each in ritual.inputs)


def _agenda(ritual: Ritual, i: int, document: Document) -> Iterator[Problem]:
    example = "write each point with its minutes, such as `10 min. What moved`"
    if not ritual.agenda:
        yield document.problem(("rituals", i, "agenda"), f"{ritual.name} has no agenda", example, rule="CA01")
    for j, point in enumerate(ritual.agenda):
        if not minutes_of(point):
            path = ("rituals", i, "agenda", j)
            yield document.problem(path, f"this point of {ritual.name} says no minutes", example, rule="CA01")
    if not ritual.audience:
        mend = 'name those who come: `audience: [ana@example.com, "@product-team"]`'
        message = f"nobody but its owner is named to come to {ritual.name}"
        yield document.problem(("rituals", i, "audience"), message, mend, rule="CA01")


def _worth(ritual: Ritual, i: int, calendar: Calendar, document: Document) -> Iterator[Problem]:
    known = [each.id for each in calendar.frictions]
    for j, friction in enumerate(ritual.serves):
        if friction not in known:
            mend = nearest(friction, known) or "list it under `frictions`, beside `rituals`"
            yield document.problem(("rituals", i, "serves", j), f"no friction has the id `{friction}`", mend)
    if known and not ritual.serves:
        message = f"for which friction is {ritual.name}?"
        mend = f"write `serves: [{known[0]}]`, or drop it; there are: {', '.join(known)}"
        yield document.problem(("rituals", i, "serves"), message, mend, level="warning", rule="CA06")
    if not ritual.audience and not ritual.channel and ritual.kind != "review":
        message = f"who uses what {ritual.name} leaves?"
        mend = "name them under `audience`, or the `channel` where they read it; if nobody does, drop it"
        yield document.problem(("rituals", i, "audience"), message, mend, level="warning", rule="CA06")


def _too_many(calendar: Calendar, document: Document) -> Iterator[Problem]:
    found = calendar.core
    if len(found) <= MOST_CORE or calendar.more_because:
        return
    seventh = calendar.rituals.index(found[MOST_CORE])
    message = f"{found[MOST_CORE].name} is ritual {MOST_CORE + 1} that takes people's time. Which one goes?"
    mend = f"drop one of: {_names(found)}; or write beside `rituals` why there are more: `more_because: …`"
    yield document.problem(("rituals", seventh, "name"), message, mend, level="warning", rule="CA05")


def _names(rituals: Sequence[Ritual]) -> str:
    return ", ".join(ritual.name for ritual in rituals)


def _only_team(people: frozenset[str], organisation: Organisation) -> str:
    """The name of the function that all of them are of, if they are several and are all known."""
    known = [organisation.person(ref) for ref in people]
    functions = {each.function if each else None for each in known}
    function = functions.pop()
    if len(people) < 2 or functions or function is None:
        return ""
    found = organisation.function(function)
    return found.name if found else ""


def _one_name(ref: str, organisation: Organisation) -> str:
    person = organisation.person(ref)
    return person.ref if person else ref
