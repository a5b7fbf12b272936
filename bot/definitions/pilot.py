"""The pilot: where the operating system is tried first, in which steps it widens, and what must hold before it does."""

import re
from collections.abc import Collection
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from bot.definitions.values import Day, Definition, Id, Name, Ref, Text, number
from bot.yamlfile import nearest, wrong

TESTS: dict[str, str] = {
    "owner-named": "",
    "baseline": r"[1-9]",
    "updates-on-time": r"\d{1,3} ?%",
    "readiness-review": r"[1-9]",
    "retro": r"\d{1,2}",
    "triage-in-time": r"\d{1,3} ?%",
    "overhead-not-up": "",
    "target-met": r"[1-9]",
    "ritual-left": r"[a-z0-9][a-z0-9_-]*",
    "decision-classes": "",
}
"""What Drumbeat can find out for itself, by name, and how what stands behind the name looks."""
RITUAL_LEFT = "ritual-left"
DAYS = r"(-?\d{1,3}) to (-?\d{1,3})"
FEWEST_CYCLES, MOST_CYCLES = 2, 4


def _test(value: Any) -> Any:
    """`owner-named`, `updates-on-time 80%`, `retro 4` or `ritual-left roadmap-review`."""
    name, _, rest = " ".join(str(value or "").split()).partition(" ")
    if name not in TESTS:
        raise wrong(f"Drumbeat knows no test `{name}`", f"{nearest(name, TESTS)}; or leave `test` out")
    if not TESTS[name] and rest:
        raise wrong(f"`{rest}` means nothing after `{name}`", f"write `{name}` alone")
    if TESTS[name] and not re.fullmatch(TESTS[name], rest):
        examples = {"updates-on-time": "80%", "triage-in-time": "80%", "retro": "4", RITUAL_LEFT: "roadmap-review"}
        raise wrong(f"`{value}` does not say how much or what", f"write `{name} {examples.get(name, '1')}`")
    return f"{name} {rest}".strip()


def _days(value: Any) -> Any:
    """`-5 to 0` as the first and the last day."""
    if isinstance(value, tuple):
        return value
    found = re.fullmatch(DAYS, " ".join(str(value).split()))
    if not found or int(found[1]) > int(found[2]):
        raise wrong(f"`{value}` does not say from which day to which", "write `0 to 30`, counted from `begins`")
    return int(found[1]), int(found[2])


class Condition(Definition):
    """Something that is to be there or to hold; with `test`, Drumbeat finds it out from its records."""

    says: Text = Field(description="write it as a sentence that is true once it is so")
    test: Annotated[str, BeforeValidator(_test)] | None = None
    """How Drumbeat finds it out, such as `updates-on-time 80%`; without it people say whether it is so."""

    @property
    def test_name(self) -> str:
        return (self.test or "").partition(" ")[0]

    @property
    def test_value(self) -> str:
        return (self.test or "").partition(" ")[2]


class Passed(Definition):
    """A gate that was passed without Drumbeat, such as before it came."""

    day: Day
    because: Text = Field(description="write what showed that it could be passed")


class Box(Definition):
    """A step of the pilot: what it is for, what it adds, and the gate at its end."""

    id: Id
    name: Name
    days: Annotated[
        tuple[int, int],
        BeforeValidator(_days),
        PlainSerializer(lambda days: f"{days[0]} to {days[1]}"),
        WithJsonSchema({"type": "string", "pattern": f"^{DAYS}$"}),
    ]
    """From which day to which, counted from `begins`."""
    goal: Text = Field(description="write what is to be reached by its end")
    scope: Text = Field(description="write what is tried, and with whom")
    deliverables: tuple[Condition, ...] = ()
    """What it leaves."""
    rituals: tuple[Id, ...] = ()
    """The rituals that begin with it; they are not held before."""
    everybody: bool = False
    """Whether all areas take part from here on, and not those of the pilot alone."""
    gate: tuple[Condition, ...] = Field(min_length=1, description="write what must hold before the next step begins")
    risk: Text = Field(description="write what typically goes wrong in it, and what to do then")
    passed: Passed | None = None
    """That its gate was passed without Drumbeat. In Slack a button passes it."""


class Pilot(Definition):
    """Where it is tried first, and the steps in which it widens."""

    begins: Day
    """Day 0."""
    owner: Ref = Field(description="one person with real time for it: write their e-mail address or Slack member id")
    areas: tuple[Id, ...] = ()
    """The one or two areas in which it is tried."""
    why: Text | Literal[""] = ""
    """Why there."""
    cycles: Annotated[int, number(FEWEST_CYCLES, MOST_CYCLES)] = MOST_CYCLES
    """How often each ritual is tried in the pilot; people say how it goes after the second and the last."""
    retro_of: Id
    """The id of the ritual of which the pilot's retros are."""
    retros: tuple[Annotated[int, number(1, 52)], ...] = (4, 8, 12)
    """The weeks at whose end people look back."""
    boxes: tuple[Box, ...] = Field(min_length=1)
    """The steps, one after the other."""

    @model_validator(mode="after")
    def _in_order(self) -> "Pilot":
        for before, after in zip(self.boxes, self.boxes[1:], strict=False):
            if after.days[0] < before.days[1]:
                message = f"{after.name} begins on day {after.days[0]}, before {before.name} ends"
                raise wrong(message, f"write day {before.days[1]} or later", at="boxes")
            if after.passed and not before.passed:
                raise wrong(f"{after.name} is passed, and {before.name} before it is not", "say both", at="boxes")
        return self

    @property
    def ends(self) -> date:
        return self.begins + timedelta(days=self.boxes[-1].days[1])

    def day(self, today: date) -> int:
        """Which day of it today is; 0 is the first."""
        return (today - self.begins).days

    def current(self, passed: Collection[str]) -> Box | None:
        """The box that runs: the first whose gate is not passed. None once all are: the pilot is over."""
        return next((box for box in self.boxes if not box.passed and box.id not in passed), None)

    def is_for_everybody(self, passed: Collection[str]) -> bool:
        """Whether all areas take part by now."""
        running = self.current(passed)
        return running is None or any(box.everybody for box in self.boxes[: self.boxes.index(running) + 1])

    def begins_with(self, ritual_id: str, passed: Collection[str]) -> Box | None:
        """The later box with which a ritual begins; None when it has begun, or belongs to no box."""
        running = self.current(passed)
        later = self.boxes[self.boxes.index(running) + 1 :] if running else ()
        return next((box for box in later if ritual_id in box.rituals), None)

    def box(self, id: str) -> Box | None:
        return next((box for box in self.boxes if box.id == id), None)
