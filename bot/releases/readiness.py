"""What a release still needs, and the advice that follows from it. Pure; never stored, always computed anew."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, partial

from bot.definitions import ReadinessItem, ReleaseRules, Tier
from bot.definitions.releases import QUESTIONS, SHORTEST_ANSWER, Level
from bot.definitions.tiers import applies, effective

NOT_STARTED, IN_WORK, DONE, NOT_APPLICABLE, WAIVED = "not started", "in work", "done", "not applicable", "waived"
STATES = (NOT_STARTED, IN_WORK, DONE, NOT_APPLICABLE, WAIVED)
SETTLED = (DONE, NOT_APPLICABLE, WAIVED)
"""States in which an item is not open any more."""
SET_ASIDE = (NOT_APPLICABLE, WAIVED)
"""Those in which it is not done, and somebody has said why."""

READY, READY_WITH_RISK, NOT_READY = "ready", "ready with risk", "not ready"
SIGN_OFFS = (READY, READY_WITH_RISK, NOT_READY)

HOLD, CONDITIONS, GO = "hold", "go with conditions", "go"
ADVICE = (HOLD, CONDITIONS, GO)


@dataclass(frozen=True)
class Point:
    """One item as it stands for one release."""

    item: ReadinessItem
    level: Level
    state: str
    due: date
    overdue: bool

    @property
    def is_open(self) -> bool:
        return self.state not in SETTLED


@dataclass(frozen=True)
class Readiness:
    tier: Tier
    points: tuple[Point, ...]
    """Gates and advisory items that apply, in the order of the rules."""
    missing_answers: tuple[str, ...]
    sign_offs: Mapping[str, str]
    """What each function that is asked has said, empty when nothing; by id, in the order of the rules."""
    held_by: tuple[str, ...] = ()
    """Ids of functions whose veto nobody overrules now: they are not ready, or a gate of theirs is open."""

    @property
    def open_gates(self) -> list[Point]:
        """The first due first."""
        return self._open("gate")

    @property
    def open_advisory(self) -> list[Point]:
        """The first due first."""
        return self._open("advisory")

    @property
    def recommendation(self) -> str:
        """Hold, go with conditions, or go: the bot's advice, which a person overrules or follows."""
        said = self.sign_offs.values()
        if self.open_gates or self.missing_answers or "" in said or NOT_READY in said:
            return HOLD
        if READY_WITH_RISK in said or any(point.overdue for point in self.open_advisory):
            return CONDITIONS
        return GO

    def _open(self, level: Level) -> list[Point]:
        found = [point for point in self.points if point.level == level and point.is_open]
        return sorted(found, key=lambda point: point.due)


def assess(
    rules: ReleaseRules,
    *,
    facts: Collection[str],
    answers: Mapping[str, str],
    states: Mapping[int, str],
    sign_offs: Mapping[str, str],
    target: date,
    today: date,
    is_off: Callable[[date], bool],
    tier_set: str = "",
    hotfix: bool = False,
    computed: Mapping[str, bool] | None = None,
) -> Readiness:
    """Where a release stands on the day `today`.

    `answers` are by question, `states` by item id, `sign_offs` by function id. `is_off` knows the days nobody works.
    `tier_set` is the tier somebody gave it, if anybody did. A hotfix owes nothing but its answers, a working day later.
    `computed` says whether what other rooms compute is settled; what none of them does is open.
    """
    tier = effective(rules, facts, tier_set)
    missing = missing_answers(tier, answers)
    asking = [rule for rule in rules.sign_offs if tier in rule.tiers and applies(rule.only_if, facts) and not hotfix]
    asked = {rule.function: sign_offs.get(rule.function, "") for rule in asking}
    # Many items are due on the same few days.
    before = cache(partial(working_days_before, target, is_off=is_off))
    points = []
    for item in rules.items:
        level = item.levels.of(tier)
        if level in ("hidden", "auto") or not applies(item.only_if, facts):
            continue
        if hotfix and item.computed != "answers":
            continue
        state = states.get(item.id, NOT_STARTED)
        if item.computed == "answers":
            state = _settled_by(len(QUESTIONS) - len(missing), len(QUESTIONS))
        elif item.computed == "sign-offs":
            state = _settled_by(sum(said in (READY, READY_WITH_RISK) for said in asked.values()), len(asked))
        elif (computed or {}).get(str(item.id)) and state not in SETTLED:
            state = DONE
        elif item.computed is not None and state not in SET_ASIDE:
            state = DONE if (computed or {}).get(item.computed) else NOT_STARTED
        due = next_working_day(target, is_off) if hotfix else before(item.due.of(tier))
        points.append(Point(item, level, state, due, overdue=state not in SETTLED and due < today))
    vetoes = [rule.function for rule in asking if rule.veto]
    return Readiness(tier, tuple(points), missing, asked, _held_by(vetoes, asked, points))


def missing_answers(tier: Tier, answers: Mapping[str, str]) -> tuple[str, ...]:
    """Those of the four questions whose answer is too short to say anything, in order."""
    shortest = SHORTEST_ANSWER[tier]
    return tuple(question for question in QUESTIONS if len(answers.get(question, "").strip()) < shortest)


def working_days_before(day: date, count: int, is_off: Callable[[date], bool]) -> date:
    """The `count`-th working day before `day`; where a month holds none, the day before has to do."""
    for _ in range(count):
        nearby = (day - timedelta(days=n) for n in range(1, 32))
        day = next((each for each in nearby if not is_off(each)), day - timedelta(days=1))
    return day


def next_working_day(day: date, is_off: Callable[[date], bool]) -> date:
    """The first working day after `day`; where a month holds none, the day after has to do."""
    following = (day + timedelta(days=n) for n in range(1, 32))
    return next((each for each in following if not is_off(each)), day + timedelta(days=1))


def working_days_between(first: date, last: date, is_off: Callable[[date], bool], most: int) -> int:
    """How many working days lie after `first` up to and with `last`, counted no further than `most`."""
    count = 0
    day = first
    while day < last and count < most:
        day += timedelta(days=1)
        count += not is_off(day)
    return count


def _held_by(vetoes: Collection[str], said: Mapping[str, str], points: Collection[Point]) -> tuple[str, ...]:
    gates = [point.item for point in points if point.level == "gate" and point.is_open]
    owners = {owner for item in gates for owner in item.owners}
    return tuple(each for each in vetoes if said[each] in ("", NOT_READY) or each in owners)


def _settled_by(given: int, wanted: int) -> str:
    if given == wanted:
        return DONE
    return IN_WORK if given else NOT_STARTED
