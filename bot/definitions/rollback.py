"""Whether words say how a release is taken back: what sets it off, who does it, and how fast. Pure.

Only a person can judge such a text. What is looked for here is whether it names each of the three at all.
"""

import re

from bot.definitions.organisation import Organisation

_SETS_OFF = re.compile(r"\b(if|when|once|as soon as|above|below|over|under|more|less|any)\b|[<>]", re.IGNORECASE)
_TIME = re.compile(r"\b(second|minute|min|hour|at once|immediately)s?\b", re.IGNORECASE)
_SOMEBODY = re.compile(r"\bon[ -]call\b|\bowner\b|\bteam\b|\blead\b", re.IGNORECASE)
TRIGGER, WHO, HOW_FAST = "what sets it off", "who does it", "within how many minutes"


def lacks(organisation: Organisation, rollback: str, monitoring: str) -> list[str]:
    """Which of the three are not said. What sets it off may also stand where it is said how it is watched."""
    names = [word for each in organisation.people for word in each.name.split()[:1]]
    names += [each.name for each in organisation.functions]
    somebody = _SOMEBODY.search(rollback) or any(name.casefold() in rollback.casefold() for name in names)
    parts = {
        TRIGGER: _SETS_OFF.search(f"{rollback} {monitoring}"),
        WHO: somebody,
        HOW_FAST: _TIME.search(rollback),
    }
    return [name for name, given in parts.items() if not given]
