"""What the tests of the decision log share: people Slack knows, complete forms, and a person at a keyboard."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.blocks import View
from bot.decisions import flow
from bot.decisions.entry import EASY, HARD, Entry, Question
from bot.decisions.model import Decision
from bot.gesture import Gesture, Handler
from bot.house import House
from bot.people.model import Profile
from tests.fakes import Promised, StoppedClock, promised
from tests.people import ALICE, BOB, CHARLIE
from tests.prompts.asking import turn_to

FRIDAY = date(2026, 11, 27)
SPRING = date(2027, 3, 1)
QUESTION = Question(
    question="Do we keep the free plan?",
    decider=ALICE,
    needed_by=FRIDAY,
    stuck="The pricing page waits.",
    door=HARD,
    options="Keep it\nEnd it in May",
)
ENTRY = Entry(
    decision="end the free plan in May",
    options="Keep it\nEnd it in May",
    why="It costs more than it brings; we accept fewer sign-ups.",
    door=EASY,
    review_on=SPRING,
    decider=ALICE,
)


def introduce(session: Session, house: House, *slack_ids: str) -> None:
    """Slack knows these people; without names, Alice, Bob and Charlie."""
    session.add_all(
        Profile(
            workspace_id=house.workspace_id,
            ref=slack_id.casefold() if "@" in slack_id else slack_id,
            slack_id=slack_id,
            name=slack_id.removeprefix("U0").title(),
            zone=None,
            active=True,
            refreshed_at=house.clock.now(),
        )
        for slack_id in slack_ids or (ALICE, BOB, CHARLIE)
    )


def raised(house: House, question: Question = QUESTION, by: str = CHARLIE, key: str = "raised") -> Decision:
    with house.db.transaction() as session:
        return flow.raise_question(session, house, by, question, key)


def recorded(house: House, entry: Entry = ENTRY, by: str = ALICE, key: str = "recorded") -> Decision:
    with house.db.transaction() as session:
        return flow.record(session, house, by, entry, key)


def settled(house: House, ref: str, entry: Entry = ENTRY, by: str = ALICE, key: str = "settled") -> Decision:
    with house.db.transaction() as session:
        return flow.settle(session, house, by, ref, entry, key)


def day_messages(house: House, person: str, until: datetime | None = None) -> list[Promised]:
    """What a person is asked and told until then, or until now, as it reads now while nothing is delivered."""
    clock = house.clock
    assert isinstance(clock, StoppedClock)
    turn_to(house, clock, until or clock.now())
    return [each for each in promised(house.db, channel=person) if each.kind.startswith("prompts.")]


@dataclass
class Desk:
    """One person in Slack: what they do, and all that is shown to them."""

    house: House
    user: str = ALICE
    opened: list[dict[str, Any]] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    said: list[dict[str, Any]] = field(default_factory=list)

    def does(self, handler: Handler, text: str = "", value: str = "") -> None:
        asyncio.run(self._hand(handler, self._gesture(text=text, value=value, respond=self._respond)))

    def submits(self, handler: Handler, metadata: str, answers: Mapping[str, Any]) -> None:
        fields = {name: {name: state} for name, state in answers.items()}
        asyncio.run(self._hand(handler, self._gesture(metadata=metadata, fields=fields)))

    def form(self) -> dict[str, Any]:
        """The form opened last."""
        return self.opened[-1]

    async def _hand(self, handler: Handler, gesture: Gesture) -> None:
        await handler(gesture, self.house)

    def _gesture(self, **values: Any) -> Gesture:
        client: Any = self
        return Gesture(user=self.user, ack=self._ack, client=client, trigger="1.2", **values)

    async def _ack(self, **answer: Any) -> None:
        self.answers.append(answer)

    async def _respond(self, **message: Any) -> None:
        self.said.append(message)

    async def views_open(self, *, trigger_id: str, view: dict[str, Any]) -> dict[str, Any]:
        self.opened.append(View(view).payload())
        return {"ok": True, "view": {"id": f"V{len(self.opened)}"}}


def initial(form: Mapping[str, Any], name: str) -> Any:
    """What a field of a form holds at first."""
    element = next(block["element"] for block in form["blocks"] if block.get("block_id") == name)
    for key in ("initial_value", "initial_user", "initial_option"):
        if key in element:
            return element[key]["value"] if key == "initial_option" else element[key]
    return None


def names(form: Mapping[str, Any], *, required: bool = False) -> list[str]:
    """A form's fields, or only those that must be filled in."""
    inputs = [block for block in form["blocks"] if block["type"] == "input"]
    return [block["block_id"] for block in inputs if not (required and block["optional"])]


def shown(view: Mapping[str, Any]) -> str:
    """The words of a form's sections."""
    return "\n".join(block["text"]["text"] for block in view["blocks"] if block["type"] in ("section", "header"))
