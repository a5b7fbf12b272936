"""What each person owes each release now: answers, items, a sign-off, the call, a nod to it, a condition."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from bot.definitions import PersonDefinition
from bot.house import House
from bot.people.model import People, Person
from bot.releases import readiness, standing
from bot.releases.calls import Call
from bot.releases.model import LIVE, PLANNED, STOPPED, Release
from bot.releases.readiness import NOT_READY, Point, Readiness
from bot.releases.standing import Kept

ANSWERS, GATE, ADVISORY, SIGN_OFF = "answers", "gate", "advisory", "sign-off"
CALL, ACKNOWLEDGE, CONDITION, WAIVER = "call", "acknowledge", "condition", "waiver"
"""Sorts of things. `WAIVER`: an item of others' that is open again, to whoever had waived it."""
PRESSING = (ANSWERS, GATE, SIGN_OFF, CALL)
"""What holds a release up while it is owed."""
MOST_ASKED = 3
"""People who are asked for one item; where a function has more and nobody leads it, its release's owner is."""


@dataclass(frozen=True)
class Thing:
    """One thing that one person owes one release. `title` is ours or the definitions', or a condition's own words."""

    kind: str
    title: str
    due: date
    id: int = 0
    """Of the item or the condition it is about."""
    waived: bool = False
    """Whether who owes it had waived it until now."""


def owed(session: Session, house: House, release: Release, kept: Kept) -> dict[str, list[Thing]]:
    """Everything, by the Slack id of who owes it, the first due first."""
    people, found = People(session, house), dict[str, list[Thing]]()
    for person, thing in _all(house, people, release, kept):
        if person is not None and thing not in found.setdefault(person.slack_id, []):
            found[person.slack_id].append(thing)
    return {slack_id: sorted(things, key=lambda each: each.due) for slack_id, things in found.items()}


def _all(house: House, people: People, release: Release, kept: Kept) -> Iterator[tuple[Person | None, Thing]]:
    stands = standing.assess(house, release, kept)
    if release.state in (PLANNED, STOPPED):
        yield from _for_the_call(house, people, release, kept, stands)
    elif release.state == LIVE:
        yield from _after(people, release, kept, stands, house)
    if release.state in (PLANNED, LIVE):
        yield from _under_the_call(house, people, release, kept, stands)


def _for_the_call(
    house: House, people: People, release: Release, kept: Kept, stands: Readiness
) -> Iterator[tuple[Person | None, Thing]]:
    owner, lets_go = people.by_ref(release.owner), _lets_go(release, kept, stands)
    if stands.missing_answers:
        yield owner, Thing(ANSWERS, "", _due_of(stands, "answers") or release.target)
    if stands.tier == "low":
        return
    for point in stands.points:
        if point.is_open and _is_somebodys(point, stands):
            yield from _open_item(house, people, release, kept, point)
    for function, said in stands.sign_offs.items():
        if said in ("", NOT_READY):
            for definition in _asked(house, release, standing.in_charge(house, release, [function])):
                signer = people.by_ref(definition.ref)
                if signer is not None and signer.ref != release.owner and not signer.is_product_ops:
                    name = standing.function_name(house.definitions.organisation, function)
                    yield signer, Thing(SIGN_OFF, name, _due_of(stands, "sign-offs") or release.target)
    if not lets_go and standing.today(house) >= last_working_day(house, release):
        yield owner, Thing(CALL, "", release.target)


def _is_somebodys(point: Point, stands: Readiness) -> bool:
    """Whether it is asked for; what other rooms compute only once they know who needs to know."""
    if point.item.is_found_out:
        return "audience" not in stands.missing_answers
    return point.item.computed is None


def _after(
    people: People, release: Release, kept: Kept, stands: Readiness, house: House
) -> Iterator[tuple[Person | None, Thing]]:
    """Of what is live: a hotfix owes its answers, and what was waived until now is open again."""
    if release.hotfix and stands.missing_answers:
        yield people.by_ref(release.owner), Thing(ANSWERS, "", _due_of(stands, "answers") or release.target)
    for point in stands.points:
        state = kept.states[release.id].get(point.item.id)
        if point.is_open and state is not None and state.until is not None:
            yield from _open_item(house, people, release, kept, point)


def _open_item(
    house: House, people: People, release: Release, kept: Kept, point: Point
) -> Iterator[tuple[Person | None, Thing]]:
    """To who has it and, where its waiver has ended, to who had waived it; once to who is both."""
    state, given = kept.states[release.id].get(point.item.id), kept.given[release.id]
    waived_by = people.by_slack(state.changed_by) if state is not None and state.until is not None else None
    having = [
        people.by_ref(each.ref) for each in _asked(house, release, standing.who_has(house, release, point.item, given))
    ]
    for person in having:
        yield person, _item(point, waived=person is not None and person == waived_by)
    if waived_by is not None and waived_by not in having:
        yield waived_by, Thing(WAIVER, _title(point), point.due, point.item.id, waived=True)


def _under_the_call(
    house: House, people: People, release: Release, kept: Kept, stands: Readiness
) -> Iterator[tuple[Person | None, Thing]]:
    call = kept.calls.get(release.id)
    if call is None or not call.lets_go(release, stands.tier):
        return
    for head in heads(people, release, stands, call):
        yield head, Thing(ACKNOWLEDGE, "", release.target)
    late = {point.item.id for point in stands.points if point.is_open}
    for condition in kept.conditions.get(call.id, ()):
        # What is late is an item of its owner's anyway, until it is live.
        open_item = condition.item_id in late and release.state == LIVE
        if condition.met_at is None and (condition.item_id is None or open_item):
            yield people.by_slack(condition.owner), Thing(CONDITION, condition.text, condition.until, condition.id)


def heads(people: People, release: Release, stands: Readiness, call: Call) -> list[Person]:
    """The heads of product who are asked to acknowledge a call; nobody once one has, or where none is needed."""
    if stands.tier != "high" or call.acknowledged_by is not None or call.by is None:
        return []
    return [head for head in people.with_role("head_of_product") if head.ref != release.owner]


def last_working_day(house: House, release: Release) -> date:
    """The last working day before it goes out."""
    return readiness.working_days_before(release.target, 1, house.definitions.organisation.work_days().off)


def _asked(house: House, release: Release, persons: Sequence[PersonDefinition]) -> Sequence[PersonDefinition]:
    if len(persons) <= MOST_ASKED:
        return persons
    owner = house.definitions.organisation.person(release.owner)
    return [owner] if owner else []


def _item(point: Point, *, waived: bool) -> Thing:
    return Thing(GATE if point.level == "gate" else ADVISORY, _title(point), point.due, point.item.id, waived)


def _title(point: Point) -> str:
    return f"{point.item.id} {point.item.title}"


def _due_of(stands: Readiness, computed: str) -> date | None:
    return next((point.due for point in stands.points if point.item.computed == computed), None)


def _lets_go(release: Release, kept: Kept, stands: Readiness) -> bool:
    call = kept.calls.get(release.id)
    return call is not None and call.lets_go(release, stands.tier)
