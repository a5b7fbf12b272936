"""What the tests of releases share: small rules, people Slack knows, a registered release, a person at a keyboard."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.orm import Session

from bot.blocks import View
from bot.definitions import Definitions, Organisation, ReleaseRules
from bot.gesture import Gesture, Handler
from bot.house import House
from bot.people.model import Profile
from bot.releases import calling, flow, items, report, signing
from bot.releases import register as registering
from bot.releases.items import Standing
from bot.releases.model import Release
from bot.releases.report import Report
from bot.releases.rule import Saying
from bot.releases.signing import Answer
from tests import people
from tests.people import ALICE, BOB, CHARLIE

DANA = "U0DANA"
"""Support, too."""
ERIN = "U0ERIN"
"""Leads engineering."""
FRANK = "U0FRANK"
"""Head of product."""
GRACE = "U0GRACE"
"""Leads security."""
EVERYBODY = (ALICE, BOB, CHARLIE, DANA, ERIN, FRANK, GRACE)
TARGET = "2026-12-09"
"""Ten working days after the stopped clock's day."""
SUMMARY = "Invoices can be split between several payers."
ANSWERS = {
    "audience": "Support, Sales and everybody who pays by invoice",
    "changes": "A second payer can be added to an invoice",
    "monitoring": "Failed invoices on the dashboard; above 1 % Alice is called",
    "rollback": "Alice switches the flag off within five minutes",
}

RULES: dict[str, Any] = {
    "facts": [
        {"id": "asked", "question": "Will Support be asked about it?"},
        {"id": "terms", "question": "Does the price change?"},
        {"id": "many", "question": "Does it reach many at once?"},
        {"id": "promised", "question": "Is it promised?"},
    ],
    "tiers": {
        "high": {"when": ["terms", "many and promised"], "lead_time": 10, "look_back": [1, 7]},
        "medium": {"when": ["asked", "many", "promised"], "lead_time": 5},
        "low": {"lead_time": 0},
    },
    "items": [
        {
            "id": 1,
            "title": "The four questions are answered",
            "owners": ["release-owner"],
            "evidence": "the answers",
            "levels": {"low": "gate", "medium": "gate", "high": "gate"},
            "due": {"medium": 5, "high": 10},
            "computed": "answers",
        },
        {
            "id": 2,
            "title": "Support has been briefed",
            "owners": ["support"],
            "evidence": "who was there",
            "levels": {"medium": "gate", "high": "gate"},
            "due": {"medium": 3, "high": 5},
        },
        {
            "id": 3,
            "title": "Release note",
            "owners": ["product"],
            "evidence": "link to the note",
            "levels": {"low": "advisory", "medium": "advisory", "high": "gate"},
            "due": {"medium": 2, "high": 3},
        },
        {
            "id": 4,
            "title": "Contracts are changed",
            "owners": ["release-owner"],
            "evidence": "link to the contract",
            "levels": {"high": "gate"},
            "only_if": ["terms"],
        },
        {
            "id": 5,
            "title": "Everybody asked has signed off",
            "owners": ["release-owner"],
            "evidence": "the sign-offs",
            "levels": {"medium": "gate", "high": "gate"},
            "due": {"medium": 1, "high": 2},
            "computed": "sign-offs",
        },
        {
            "id": 6,
            "title": "The days to look back are set",
            "owners": ["product"],
            "evidence": "the card",
            "levels": {"high": "auto"},
        },
    ],
    "sign_offs": [{"function": "support", "tiers": ["medium", "high"]}],
}


def rules(**changes: Any) -> ReleaseRules:
    return ReleaseRules.model_validate(RULES | changes)


def definitions(**changes: Any) -> Definitions:
    """The organisation of the tests with some people more, and the small rules."""
    stated = people.organisation().model_dump(mode="python", exclude_unset=True)
    stated["functions"] += (
        {"id": "engineering", "name": "Engineering", "lead": ERIN},
        {"id": "security", "name": "Security", "lead": GRACE},
    )
    stated["people"] += (
        {"slack": DANA, "name": "Dana", "function": "support", "roles": ["support"]},
        {"slack": ERIN, "name": "Erin", "function": "engineering", "roles": ["engineering"]},
        {"slack": FRANK, "name": "Frank", "function": "product", "roles": ["head_of_product"]},
        {"slack": GRACE, "name": "Grace", "function": "security", "roles": ["security"]},
    )
    organisation = Organisation.model_validate(stated)
    return replace(people.definitions(), organisation=organisation, releases=rules(**changes))


def introduce(session: Session, house: House) -> None:
    """Slack knows all of them."""
    session.add_all(
        Profile(
            workspace_id=house.workspace_id,
            ref=slack_id,
            slack_id=slack_id,
            name=slack_id,
            zone=None,
            active=True,
            refreshed_at=house.clock.now(),
        )
        for slack_id in EVERYBODY
    )


def brief(**changes: Any) -> registering.Brief:
    """Alice's brief of Atlas, a medium release."""
    usual = registering.Brief("Atlas", ALICE, TARGET, "likely", SUMMARY, ("asked",))
    return replace(usual, **changes)


def register(session: Session, house: House, **changes: Any) -> Release:
    return registering.register(session, house, ALICE, brief(**changes))


def settle_everything(session: Session, house: House, release: Release) -> None:
    """Answers, the gate and the sign-off of a medium release."""
    flow.answer(session, house, ALICE, str(release.id), release.version, ANSWERS)
    done(session, house, release, 2)
    sign(session, house, release)


def done(session: Session, house: House, release: Release, item: int, by: str = CHARLIE) -> None:
    stands = Standing("done", "https://example.com/notes")
    items.update(session, house, by, str(release.id), str(item), 0, stands)


def sign(
    session: Session,
    house: House,
    release: Release,
    said: str = "ready",
    risk: str = "",
    version: int = 0,
    risk_owner: str = DANA,
    risk_until: str = "2026-12-15",
) -> None:
    answer = Answer(said, risk, risk_owner, risk_until)
    signing.sign_off(session, house, CHARLIE, str(release.id), "support", version, answer)


def call(session: Session, house: House, release: Release, saying: Saying, by: str = ALICE) -> Report:
    """Make the call on a release as it stands now."""
    advice = report.compile(session, house, release).recommendation
    return calling.call(session, house, by, str(release.id), release.version, advice, saying)


@dataclass
class Keyboard:
    """One person's gestures, and what came back."""

    user: str = ALICE
    opened: list[dict[str, Any]] = field(default_factory=list)
    acks: list[dict[str, Any]] = field(default_factory=list)
    replies: list[dict[str, Any]] = field(default_factory=list)
    closed: dict[str, list[str]] = field(default_factory=dict)
    """The members of each private channel."""

    def does(self, house: House, handler: Handler, **gesture: Any) -> None:
        async def run() -> None:
            client: Any = self
            await handler(Gesture(self.user, self._ack, client, **{"respond": self._respond, **gesture}), house)

        asyncio.run(run())

    def submits(self, house: House, handler: Handler, view: Mapping[str, Any], **typed: str | Sequence[str]) -> None:
        fields = {name: {name: _state(value)} for name, value in typed.items()}
        self.does(house, handler, metadata=str(view["private_metadata"]), fields=fields)

    async def views_open(self, *, trigger_id: str, view: dict[str, Any]) -> dict[str, Any]:
        self.opened.append(view)
        return {"ok": True, "view": {"id": f"V{len(self.opened)}"}}

    async def conversations_info(self, *, channel: str) -> dict[str, Any]:
        return {"channel": {"id": channel, "name": channel.lower(), "is_private": channel in self.closed}}

    async def conversations_members(self, *, channel: str, limit: int, cursor: str | None) -> dict[str, Any]:
        return {"members": self.closed[channel]}

    async def _ack(self, **answer: Any) -> None:
        self.acks.append(answer)

    async def _respond(self, **message: Any) -> bool:
        self.replies.append(message)
        return True


def shown(view: View | Mapping[str, Any]) -> str:
    """Everything a form says, in one text."""
    content = view.payload() if isinstance(view, View) else view
    return "\n".join(block["text"]["text"] for block in content["blocks"] if "text" in block)


def inputs(view: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """A form's input elements by block id."""
    return {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}


def _state(value: str | Sequence[str]) -> dict[str, Any]:
    if isinstance(value, str):
        return {"value": value}
    return {"selected_options": [{"value": each} for each in value]}
