"""The people of the tests: Alice (product manager), Bob (product ops) and Charlie (support)."""

from bot.definitions import Calendar, Definitions, Organisation

ALICE = "U0ALICE"
BOB = "U0BOB"
CHARLIE = "U0CHARLIE"

WORKSPACE = "T0DRUM"
UPDATES = "C0UPDATES"
LAUNCHES = "C0LAUNCHES"
DECISIONS = "C0DECISIONS"
PRODUCT_OPS = "C0PRODOPS"


def definitions() -> Definitions:
    """Alice owns Billing, Bob runs product ops and stands in for her, Charlie does support."""
    return Definitions(organisation=organisation(), calendar=calendar())


def organisation() -> Organisation:
    return Organisation.model_validate(
        {
            "name": "Acme",
            "zone": "Europe/Berlin",
            "holidays": "DE-BE",
            "working_hours": {"days": ["mon", "tue", "wed", "thu", "fri"], "start": "09:00", "end": "17:30"},
            "channels": {
                "updates": UPDATES,
                "launches": LAUNCHES,
                "decisions": DECISIONS,
                "product_ops": PRODUCT_OPS,
            },
            "functions": [
                {"id": "product", "name": "Product", "lead": BOB},
                {"id": "support", "name": "Support", "lead": CHARLIE},
            ],
            "people": [
                {"slack": ALICE, "name": "Alice", "function": "product", "roles": ["product_manager"]},
                {"slack": BOB, "name": "Bob", "function": "product", "roles": ["product_ops"]},
                {"slack": CHARLIE, "name": "Charlie", "function": "support", "roles": ["support"]},
            ],
            "areas": [
                {"id": "billing", "name": "Billing", "owner": ALICE, "deputy": BOB, "forum": "#billing"},
            ],
        }
    )


def calendar() -> Calendar:
    return Calendar.model_validate(
        {
            "rituals": [
                {
                    "id": "weekly-update",
                    "name": "Weekly product update",
                    "kind": "weekly_update",
                    "purpose": "Everyone knows what changed and what is stuck.",
                    "owner": BOB,
                    "artifact": "Weekly digest",
                    "schedule": {
                        "repeats": "FREQ=WEEKLY;BYDAY=WE",
                        "zone": "person",
                        "prompt": "10:00",
                        "reminder": "+1 day 10:00",
                        "cutoff": "+1 day 14:00",
                        "publish": "+1 day 16:00",
                    },
                }
            ]
        }
    )
