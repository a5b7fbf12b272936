"""What people may want to begin with, by what they do here."""

from collections.abc import Mapping

from bot.definitions import Definitions

COMMANDS: Mapping[str, str] = {
    "update": "/weekly-update",
    "decision": "/decision",
    "raise": "/decision raise",
    "insight": "/insight",
    "waiting": "/insight waiting",
    "triage": "/insight triage",
    "launch": "/launch-ready",
    "launches": "/cadence launches",
    "roadmap": "/cadence roadmap",
    "calendar": "/cadence calendar",
    "yield": "/cadence yield",
    "steps": "/cadence first-steps",
    "surprised": "/launch-ready surprised",
    "who": "/cadence who",
    "away": "/cadence away",
}
BUTTONS: Mapping[str, tuple[str, str]] = {
    "raise": ("Raise a decision", "decisions.raise"),
    "insight": ("Log insight", "insights.log"),
    "waiting": ("Waiting insights", "insights.waiting"),
    "triage": ("Triage insights", "insights.triage"),
    "launches": ("Launch calendar", "comms.launches"),
    "away": ("I am away", "people.away"),
}
"""What one press can begin: the button's label and its action."""
COUNT = 5

_BY_ROLE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("product_ops", ("triage", "calendar", "yield", "steps", "who")),
    ("head_of_product", ("raise", "roadmap", "launches", "steps", "who")),
    ("product_manager", ("update", "raise", "waiting", "launch", "roadmap")),
    ("engineering", ("launch", "launches", "insight", "raise")),
    ("support", ("insight", "launches", "surprised", "who")),
    ("customer_success", ("insight", "launches", "surprised", "who")),
    ("sales", ("launches", "insight", "roadmap", "surprised")),
    ("marketing", ("launches", "roadmap", "insight", "raise")),
)
"""The first of these that somebody has counts: whoever sets up is offered that."""
_ANYBODY = ("insight", "launches", "raise", "who", "away", "roadmap", "calendar")
_INSIGHTS, _RELEASES = {"insight", "waiting", "triage"}, {"launch", "launches", "surprised"}


def ways(definitions: Definitions, roles: tuple[str, ...]) -> list[str]:
    """Five things that somebody with these roles may do here, the likeliest first."""
    own = next((offered for role, offered in _BY_ROLE if role in roles), ())
    return [way for way in dict.fromkeys((*own, *_ANYBODY)) if is_there(definitions, way)][:COUNT]


def is_there(definitions: Definitions, way: str) -> bool:
    """Whether a team with these definitions has it: not every one keeps insights or releases."""
    if way in _INSIGHTS:
        return definitions.insights is not None
    return way not in _RELEASES or definitions.releases is not None
