"""What the tests of the charter share: a charter, and the team of the classes of decision, which Dana heads."""

from dataclasses import replace
from typing import Any

from bot.definitions import Charter, Definitions
from tests.decisions.classes import definitions as with_classes

CHARTER: dict[str, Any] = {
    "problem": {"reduce": "surprises", "improve": "what Support knows", "for": "everybody"},
    "customers": ["Product managers"],
    "owns": ["The calendar"],
    "does_not_own": ["Strategy", "The roadmap", "Whether a release goes out"],
    "decision_rights": "Product managers decide; we inform.",
    "asking": {"channel": "#product-ops", "triage": "every Monday", "reply_within": "2"},
    "ranking": "The worst friction first",
    "model": {"kind": "central", "why": "One friction in many areas."},
    "measures": ["M1", "M5", "M7"],
    "interfaces": [
        {
            "id": "seam",
            "name": "Product and Support",
            "about": "What customers report",
            "sides": [{"of": "product", "owner": "product_ops"}, {"of": "support", "owner": "support"}],
            "channel": "#support",
            "reply_within": "2",
            "escalation": "head_of_product",
        }
    ],
}


def definitions(**changes: Any) -> Definitions:
    return replace(with_classes(), charter=Charter.model_validate({**CHARTER, **changes}))
