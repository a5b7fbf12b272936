"""An organisation that says who decides what: Alice owns Billing, Bob is product ops, Dana is head of product."""

from dataclasses import replace
from typing import Any

from bot.db import Database
from bot.definitions import DecisionRules, Definitions, Organisation
from bot.house import House
from tests import people
from tests.decisions.log import introduce
from tests.fakes import StoppedClock, make_house
from tests.people import ALICE, BOB, CHARLIE

DANA = "U0DANA"
ERIN = "U0ERIN"
RULES: dict[str, Any] = {
    "escalation": {"after": "2"},
    "classes": [
        {
            "id": "priority",
            "name": "What comes first inside an area",
            "topics": ["priority", "what to build", "releases"],
            "responsible": ["area_owner"],
            "decider": "area_owner",
            "backup": "area_deputy",
            "consulted": ["support"],
        },
        {
            "id": "pricing",
            "name": "Prices and terms",
            "topics": ["pricing", "discounts", "announcements"],
            "responsible": ["area_owner"],
            "decider": "head_of_product",
            "backup": "area_owner",
            "consulted": ["support"],
            "informed": ["everybody"],
            "forum": {"ritual": "weekly-update"},
        },
        {
            "id": "macros",
            "name": "What support answers",
            "topics": ["macros"],
            "responsible": ["support"],
            "decider": "legal",
            "backup": "support",
        },
        {
            "id": "planning",
            "name": "When we plan",
            "topics": ["planning", "insights"],
            "responsible": ["product_ops"],
            "decider": "product_ops",
            "backup": "head_of_product",
            "forum": {"channel": "#product-ops"},
            "product": "false",
        },
    ],
}


def definitions() -> Definitions:
    """Bob is the deputy of Billing and Erin of Search, which Alice owns, too; nobody leads Legal."""
    organisation = people.organisation().model_dump(mode="json", exclude_unset=True)
    organisation["functions"].append({"id": "legal", "name": "Legal"})
    organisation["people"] += [
        {"slack": DANA, "name": "Dana", "function": "product", "roles": ["head_of_product"]},
        {"slack": ERIN, "name": "Erin", "function": "product", "roles": ["product_manager"]},
    ]
    organisation["areas"].append({"id": "search", "name": "Search", "owner": ALICE, "deputy": ERIN, "forum": "#search"})
    return replace(
        people.definitions(),
        organisation=Organisation.model_validate(organisation),
        decisions=DecisionRules.model_validate(RULES),
    )


def house_with_classes(db: Database, clock: StoppedClock) -> House:
    """Slack knows all of them."""
    house = make_house(db, definitions(), clock)
    with db.transaction() as session:
        introduce(session, house, ALICE, BOB, CHARLIE, DANA, ERIN)
    return house
