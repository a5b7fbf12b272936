"""What a call must say, given the advice: the owner decides, and says more the further it is from the advice. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.releases.readiness import CONDITIONS, GO, HOLD

CALLS = (GO, CONDITIONS, HOLD)
REASON_LIMIT = 600


@dataclass(frozen=True)
class Saying:
    """A call as its form has it. The block ids of the form are these names."""

    said: str
    reason: str = ""
    """Why, against the advice; or the condition, where none follows from the readiness."""
    risk_owner: str = ""
    """Slack user id of who answers for the risk, or sees to the condition."""
    until: date | None = None
    """By when what is late is done, or the condition is met."""


@dataclass(frozen=True)
class Facing:
    """What a call is made in the face of."""

    advice: str
    held_by: Sequence[str] = ()
    """The names of functions whose veto holds the release."""
    late: bool = False
    """Whether an advisory item is late."""


def overrules(facing: Facing, saying: Saying) -> bool:
    """Whether somebody lets a release go that should be held."""
    return facing.advice == HOLD and saying.said in (GO, CONDITIONS)


def names_a_condition(facing: Facing, saying: Saying) -> bool:
    """Whether the condition of a go stands in the form, since none follows from the readiness."""
    return saying.said == CONDITIONS and facing.advice == GO


def wrong(facing: Facing, saying: Saying, *, shortest_reason: int, today: date) -> dict[str, str]:
    """What keeps a call from being recorded, a sentence by field of the form; nothing when it may be."""
    if saying.said not in CALLS:
        return {"said": "Pick go, go with conditions or hold."}
    fields = {}
    if len(saying.reason) > REASON_LIMIT:
        fields["reason"] = f"Keep this under {REASON_LIMIT} characters; link to the rest."
    if saying.said == HOLD:
        return fields
    if facing.held_by:
        names = " and ".join(facing.held_by)
        return {"said": f"{names} can hold this release, and does. Only they can let it go; then ask for the call."}
    if facing.advice == CONDITIONS and saying.said == GO:
        fields["said"] = "There are conditions, listed above. Say: go with conditions."
    if overrules(facing, saying):
        if len(saying.reason) < shortest_reason:
            fields["reason"] = (
                f"This goes against the advice. Say why in at least {shortest_reason} characters:"
                " it stands on the card and in the decision log."
            )
        if not saying.risk_owner:
            fields["risk_owner"] = "Name the one person who answers for the risk."
    elif names_a_condition(facing, saying):
        if not saying.reason:
            fields["reason"] = "Which condition? Nothing is open by itself."
        if not saying.risk_owner:
            fields["risk_owner"] = "Name the one person who sees to the condition."
    if facing.late or names_a_condition(facing, saying):
        if saying.until is None:
            fields["until"] = "Pick the day by which it is done."
        elif saying.until < today:
            fields["until"] = "That day is over. Pick today or a later day."
    return fields
