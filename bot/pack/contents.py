"""The sections of the pack by their ids, and the one in which what a file of the definitions says stands."""

from collections.abc import Mapping

from bot.definitions.assumptions import is_within

CONTEXT, CHARTER, MODEL, CADENCE, ARTIFACTS = "context", "charter", "model", "cadence", "artifacts"
INSIGHTS, RELEASES, PLAN, RISKS, MEASURES, DRIFT = "insights", "releases", "plan", "risks", "measures", "drift"
SECTIONS = (CONTEXT, CHARTER, MODEL, CADENCE, ARTIFACTS, INSIGHTS, RELEASES, PLAN, RISKS, MEASURES, DRIFT)
"""In the order in which they are read, from number 0."""

_STANDS_IN: Mapping[str, str] = {
    "calendar.frictions": CONTEXT,
    "calendar": CADENCE,
    "charter": CHARTER,
    "decisions": MODEL,
    "artifacts": ARTIFACTS,
    "insights": INSIGHTS,
    "releases": RELEASES,
    "pilot": PLAN,
    "measures": MEASURES,
    "pulses": MEASURES,
}


def section_of(path: str) -> str:
    """Where a value of the definitions stands, such as that at `charter.problem.reduce`; who we are is context."""
    return next((section for start, section in _STANDS_IN.items() if is_within(path, start)), CONTEXT)
