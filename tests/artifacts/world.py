"""What the tests of the artifact library share: a library, and a team of which one area has nobody who owns it."""

from dataclasses import replace
from typing import Any

from bot.definitions import ArtifactLibrary, Definitions, Organisation
from tests.people import BOB, CHARLIE
from tests.updates import team

GONE = "U0GONE"
"""Grace, who owns Mobile, and whom Slack does not have."""

DIGEST: dict[str, Any] = {
    "id": "weekly-digest",
    "name": "Weekly digest",
    "owner": "support",
    "audience": ["everybody", "@product-team"],
    "ritual": "weekly-update",
    "sections": ["What changed", "Silent areas"],
    "done": [
        {"says": "Every area is accounted for", "test": "every-area-accounted-for"},
        {"says": "Posted by 16:00", "test": "posted-by 16:00"},
        "Somebody has read it once",
    ],
}
DECISION: dict[str, Any] = {
    "id": "decision-record",
    "name": "Decision record",
    "owner": "decider",
    "audience": "those whom it affects",
    "event": "decision-recorded",
    "sections": ["Options"],
    "done": [{"says": "At least two options", "test": "two-options"}],
}


def library(*artifacts: dict[str, Any]) -> ArtifactLibrary:
    return ArtifactLibrary.model_validate({"artifacts": artifacts or (DIGEST, DECISION)})


def definitions(*artifacts: dict[str, Any], **ritual: Any) -> Definitions:
    """The team of the weekly update, Mobile, which is Grace's, and a library; Charlie leads Support."""
    plain = team.definitions(**ritual)
    organisation = plain.organisation.model_dump(mode="json", exclude_defaults=True)
    organisation["people"].append({"slack": GONE, "name": "Grace", "function": "product"})
    organisation["areas"].append({"id": "mobile", "name": "Mobile", "owner": GONE, "forum": "#mobile"})
    for function in organisation["functions"]:
        function["lead"] = {"support": CHARLIE}.get(function["id"], BOB)
    return replace(plain, organisation=Organisation.model_validate(organisation), artifacts=library(*artifacts))
