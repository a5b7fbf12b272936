"""What an edit of the definitions would change, before it is applied: put together, and as text and data."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from bot.definitions import Definitions
from bot.definitions.budget import MOST_MESSAGES, MOST_MINUTES, Load
from bot.edits import burden, outlook
from bot.edits.burden import Zones
from bot.edits.changes import ADDED, CHANGED, DROPPED, Change, compare
from bot.edits.outlook import Coming, Moved

SIGNS = {ADDED: "+", CHANGED: "~", DROPPED: "-"}


@dataclass(frozen=True)
class Fate:
    """What becomes of one occurrence that is open or planned."""

    ritual: str
    day: str
    says: str


@dataclass(frozen=True)
class Person:
    """What a person's busiest week costs, before and after."""

    ref: str
    name: str
    before: Load
    after: Load


@dataclass(frozen=True)
class Plan:
    version: int
    """In force, and compared with."""
    is_same: bool
    """Not a letter of the files differs."""
    changes: tuple[Change, ...]
    new: tuple[tuple[str, tuple[Coming, ...]], ...]
    """Rituals that are added, by name, with when they come first."""
    moved: tuple[Moved, ...]
    people: tuple[Person, ...]
    fates: tuple[Fate, ...]


def plan(
    version: int,
    before: Definitions,
    after: Definitions,
    now: datetime,
    zones: Zones,
    fates: Sequence[Fate],
    *,
    is_same: bool,
) -> Plan:
    """Compare `after` with the `version` in force. `fates` say what becomes of its occurrences."""
    known = {ritual.id for ritual in before.calendar.rituals}
    new = [ritual for ritual in after.calendar.rituals if ritual.id not in known]
    then, now_ = burden.loads(before, now, zones), burden.loads(after, now, zones)
    names = {person.ref: person.name for d in (before, after) for person in d.organisation.people}
    people = [Person(ref, name, then.get(ref, Load()), now_.get(ref, Load())) for ref, name in names.items()]
    return Plan(
        version,
        is_same,
        tuple(compare(before, after)),
        tuple((ritual.name, outlook.first(after, ritual, now, zones)) for ritual in new),
        tuple(outlook.moved(before, after, now, zones)),
        tuple(people),
        tuple(fates),
    )


def as_lines(plan: Plan) -> list[str]:
    """For a terminal. The last line sums it up."""
    if plan.is_same:
        return [f"No change: the files are those of version {plan.version}, which is in force."]
    lines = [*_change_lines(plan.changes), *_outlook_lines(plan), *_people_lines(plan.people), *_fate_lines(plan.fates)]
    return [*lines, _summary(plan)]


def as_data(plan: Plan) -> dict[str, Any]:
    """Ready for JSON; times are ISO 8601 with their offset."""
    return {
        "version": plan.version,
        "same": plan.is_same,
        "changes": [asdict(each) for each in plan.changes],
        "new": [{"ritual": name, "next": [_coming_data(each) for each in first]} for name, first in plan.new],
        "moved": [
            {
                "ritual": each.id,
                "before": [_coming_data(one) for one in each.before],
                "after": [_coming_data(one) for one in each.after],
            }
            for each in plan.moved
        ],
        "people": [asdict(each) | {"too_much": each.after.is_too_much} for each in plan.people],
        "occurrences": [asdict(each) for each in plan.fates],
    }


def _change_lines(changes: Sequence[Change]) -> Iterator[str]:
    if not changes:
        yield "Only comments, spaces or the order of keys differ."
        yield ""
        return
    by_kind: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_kind[change.what].append(change)
    for what, some in by_kind.items():
        yield f"{_plural(what)}"
        for change in some:
            called = f"  {change.name}" if change.name not in ("", change.id) else ""
            yield f"  {SIGNS[change.how]} {change.id}{called}{'' if change.how == CHANGED else f'  ({change.how})'}"
            yield from (f"      {detail}" for detail in change.details)
        yield ""


def _plural(what: str) -> str:
    words = {"person": "People", "decision class": "Decision classes"}
    title = f"{what[0].upper()}{what[1:]}"
    return words.get(what) or (title if what.endswith("rules") else f"{title}s")


def _outlook_lines(plan: Plan) -> Iterator[str]:
    if not (plan.new or plan.moved):
        return
    yield "Next occurrences"
    for name, first in plan.new:
        yield f"  {name}, new"
        yield from (f"    + {line}" for each in first for line in _coming_lines(each))
    for each in plan.moved:
        yield f"  {each.name}"
        yield from (f"    - {line}" for one in each.before for line in _coming_lines(one))
        yield from (f"    + {line}" for one in each.after for line in _coming_lines(one))
    yield ""


def _coming_lines(coming: Coming) -> Iterator[str]:
    zone = coming.cutoff.tzinfo
    yield f"{coming.day}  cutoff {coming.cutoff:%a %H:%M}, published {coming.publish:%a %H:%M} ({zone})"
    by_clock: dict[str, list[str]] = defaultdict(list)
    for place, prompt in coming.prompts:
        by_clock[f"{prompt:%a %H:%M}"].append(place)
    for clock, places in by_clock.items():
        yield f"  prompt {clock} in {', '.join(places)}"


def _people_lines(people: Sequence[Person]) -> Iterator[str]:
    shown = [each for each in people if each.before != each.after or each.after.is_too_much]
    if not shown:
        return
    width = max(len(each.name) for each in shown)
    yield f"A person's busiest week of the next {burden.WEEKS} (how it is counted: docs/definitions.md)"
    for each in shown:
        before, after = each.before, each.after
        messages = _from_to(before.messages, after.messages, "message")
        minutes = _from_to(before.minutes, after.minutes, "minute")
        much = f"  over {MOST_MESSAGES} messages or {MOST_MINUTES} minutes" if after.is_too_much else ""
        yield f"  {'!' if much else ' '} {each.name:<{width}}  {messages}, {minutes}{much}"
    yield ""


def _from_to(before: int, after: int, what: str) -> str:
    amount = f"{after} {what}{'' if after == 1 else 's'}"
    return amount if before == after else f"{before} → {amount}"


def _fate_lines(fates: Sequence[Fate]) -> Iterator[str]:
    if not fates:
        return
    yield "Occurrences"
    yield from (f"  {each.ritual} of {each.day} {each.says}" for each in fates)
    yield ""


def _summary(plan: Plan) -> str:
    counts: Mapping[str, int] = {how: sum(each.how == how for each in plan.changes) for how in SIGNS}
    too_much = sum(each.after.is_too_much for each in plan.people)
    says = ", ".join(f"{count} {how}" for how, count in counts.items() if count) or "nothing that Drumbeat acts on"
    over = f" {too_much} of {len(plan.people)} people would be over the limits of a week." if too_much else ""
    return f"Against version {plan.version}: {says}.{over}"


def _coming_data(coming: Coming) -> dict[str, Any]:
    return {
        "day": coming.day.partition(" ")[2],
        "prompts": {place: prompt.isoformat() for place, prompt in coming.prompts},
        "cutoff": coming.cutoff.isoformat(),
        "publish": coming.publish.isoformat(),
    }
