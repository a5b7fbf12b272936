"""A person at the forms of insights: what a form was filled in with is sent back, as Slack does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.errors import FieldErrors
from bot.gesture import Handler
from bot.house import House
from bot.insights import triage_listeners
from bot.insights.listeners import TABLES, insight
from tests.releases.launch import Keyboard, inputs, shown


@dataclass
class Person(Keyboard):
    """One person: `command` writes after `/insight`, `press` and `submit` answer what they see."""

    views: list[dict[str, Any]] = field(default_factory=list)
    """What was in front of them, in turn."""

    def command(self, house: House, text: str) -> None:
        self.does(house, insight, text=text)

    def press(self, house: House, action: str, value: str = "") -> None:
        self.does(house, TABLES.actions[action], value=value)

    def submit(self, house: House, **typed: str | Sequence[str]) -> None:
        """Submit the form they see, with what it was filled in with where they typed nothing else."""
        view = self.sees
        handler: Handler = TABLES.views[view["callback_id"]]
        self.submits(house, handler, view, **(filled(view) | typed))

    def wrong(self, house: House, **typed: str | Sequence[str]) -> Mapping[str, str]:
        """Submit it and be refused: what is said at which field, each of which the form has."""
        fields = inputs(self.sees)
        try:
            self.submit(house, **typed)
        except FieldErrors as error:
            assert error.fields.keys() <= fields.keys()
            return error.fields
        raise AssertionError("it was taken")

    @property
    def sees(self) -> dict[str, Any]:
        """The form in front of them: the last that was opened, or what stands in its place."""
        return self.views[-1]

    async def views_open(self, *, trigger_id: str, view: dict[str, Any]) -> dict[str, Any]:
        self.views.append(view)
        return await super().views_open(trigger_id=trigger_id, view=view)

    async def _ack(self, **answer: Any) -> None:
        await super()._ack(**answer)
        if "view" in answer:
            self.views.append(answer["view"])

    @property
    def reads(self) -> str:
        """All that the form in front of them says."""
        small = (block["elements"] for block in self.sees["blocks"] if block["type"] == "context")
        return "\n".join([shown(self.sees), *(each["text"] for elements in small for each in elements)])


def filled(view: Mapping[str, Any]) -> dict[str, str | list[str]]:
    found: dict[str, str | list[str]] = {}
    for name, element in inputs(view).items():
        if element["type"] == "checkboxes":
            found[name] = [each["value"] for each in element.get("initial_options", [])]
        else:
            found[name] = str(element.get("initial_value") or element.get("initial_option", {}).get("value", ""))
    return found


def triager(house: House, user: str, ref: str = "") -> Person:
    """Somebody who has opened the queue, or one of it."""
    person = Person(user)
    person.does(house, triage_listeners.open_triage, text=ref)
    return person
