"""What may be done with an insight in which state, and what it is afterwards: the whole table."""

from collections.abc import Mapping

from bot.errors import UserError
from bot.insights.model import (
    ACKNOWLEDGED,
    CLOSED,
    DECIDED,
    MERGED,
    NEEDS_INFO,
    NEW,
    OUT_OF_SCOPE,
    ROUTED,
    TRIAGED,
    Insight,
)

SORT, ROUTE, ASK, ANSWER, LAPSE = "sort", "route", "ask", "answer", "lapse"
MERGE, UNMERGE, SCOPE_OUT, REOPEN = "merge", "unmerge", "scope_out", "reopen"
ACKNOWLEDGE, HAND_BACK, DISPOSE, CLOSE, JOIN = "acknowledge", "hand_back", "dispose", "close", "join"
VERBS = (
    SORT, ROUTE, ASK, ANSWER, LAPSE, MERGE, UNMERGE, SCOPE_OUT, REOPEN, ACKNOWLEDGE, HAND_BACK, DISPOSE, CLOSE, JOIN,
)  # fmt: skip
BEFORE = "before"
"""Whatever it was before it was merged."""

MOVES: Mapping[str, Mapping[str, str]] = {
    NEW: {SORT: TRIAGED, ASK: NEEDS_INFO, MERGE: MERGED, SCOPE_OUT: OUT_OF_SCOPE},
    NEEDS_INFO: {SORT: TRIAGED, ANSWER: NEW, LAPSE: NEW, MERGE: MERGED, SCOPE_OUT: OUT_OF_SCOPE},
    TRIAGED: {SORT: TRIAGED, ROUTE: ROUTED, MERGE: MERGED, SCOPE_OUT: OUT_OF_SCOPE},
    ROUTED: {SORT: TRIAGED, ACKNOWLEDGE: ACKNOWLEDGED, HAND_BACK: NEW, DISPOSE: DECIDED, MERGE: MERGED},
    ACKNOWLEDGED: {SORT: TRIAGED, HAND_BACK: NEW, DISPOSE: DECIDED, MERGE: MERGED},
    DECIDED: {DISPOSE: DECIDED, CLOSE: CLOSED},
    # Somebody brings what was answered and told: they are to be told, too.
    CLOSED: {DISPOSE: DECIDED, JOIN: DECIDED},
    MERGED: {UNMERGE: BEFORE},
    OUT_OF_SCOPE: {REOPEN: NEW},
}

IN_WORDS: Mapping[str, str] = {
    NEW: "waits to be triaged",
    NEEDS_INFO: "waits for an answer of its submitter",
    TRIAGED: "is sorted, but nobody is found yet to answer it",
    ROUTED: "waits to be acknowledged",
    ACKNOWLEDGED: "waits for its answer",
    DECIDED: "is answered",
    CLOSED: "is answered, and everybody who brought it was told",
    MERGED: "is merged into another one",
    OUT_OF_SCOPE: "is out of scope",
}


def states_for(verb: str) -> tuple[str, ...]:
    """In which states this may be done."""
    return tuple(state for state, moves in MOVES.items() if verb in moves)


def require(insight: Insight, verb: str) -> str:
    """The state that it gets; a `UserError` that says how it stands when this cannot be done with it now."""
    try:
        return MOVES[insight.state][verb]
    except KeyError:
        raise UserError(f"{insight.ref} {IN_WORDS[insight.state]}. `/insight {insight.ref}` shows it.") from None
