"""A pilot of the team whose weekly update the tests run through: Alice's areas first, Charlie's later."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.definitions import Definitions
from bot.definitions.pilot import Pilot
from tests.people import BOB
from tests.updates import team
from tests.updates.team import RITUAL


def box(id: str, days: str, gate: Sequence[Mapping[str, Any]] = (), **more: Any) -> dict[str, Any]:
    plain = {"id": id, "name": id.capitalize(), "days": days, "goal": "A goal", "scope": "A scope", "risk": "A risk"}
    return plain | {"gate": list(gate) or [{"says": "It is worth it"}]} | more


def pilot(**changes: Any) -> Pilot:
    """It begins on Monday 16 November 2026: the weekly update in Billing and Exports, then for everybody."""
    plain = {
        "begins": "2026-11-16",
        "owner": BOB,
        "areas": ["billing", "exports"],
        "why": "Three of five launches surprised Support",
        "retro_of": RITUAL,
        "boxes": [
            box(
                "try",
                "0 to 30",
                rituals=[RITUAL],
                deliverables=[{"says": "The digest", "test": f"ritual-left {RITUAL}"}],
            ),
            box("widen", "31 to 90", everybody=True),
        ],
    }
    return Pilot.model_validate(plain | changes)


def definitions(*passed: str, **changes: Any) -> Definitions:
    return replace(team.definitions(), pilot=pilot(**changes), gates_passed=passed)
