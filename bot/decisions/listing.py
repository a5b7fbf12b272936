"""Which entries somebody wants to see listed: what is open, due or theirs, of an area, of a class."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from bot.decisions.model import DECIDED, PROPOSED, Decision
from bot.decisions.rights import AREA, CLASS, sorts
from bot.errors import UserError
from bot.folding import folded
from bot.house import House
from bot.people.heard import hear, near
from bot.people.model import Person

ALL, OPEN, DUE, MINE, STUCK = "all", "open", "due", "mine", "stuck"
WORDS = {
    ALL: ["all", "everything", "decision", "decisions"],
    OPEN: ["open", "undecided"],
    DUE: ["due", "overdue"],
    MINE: ["mine", "my"],
    STUCK: ["stuck", "exceptions"],
}

Condition = ColumnElement[bool]

_KIND = re.compile(rf"\b(?:{AREA}|{CLASS})\s+(?=\S)", re.IGNORECASE)


@dataclass(frozen=True)
class Wanted:
    """Nothing said means all of them; what is said must all be true."""

    open: bool = False
    """To be decided."""
    due: bool = False
    """To be decided or looked at again by today."""
    mine: bool = False
    """To be decided, decided or raised by the reader."""
    stuck: bool = False
    """Among the exceptions: everybody whose turn it was has let it pass."""
    area_id: str = ""
    class_id: str = ""


def is_meant(house: House, words: str) -> bool:
    """Whether these words may follow `/decision list`; else they are a decision that begins with *list*."""
    return len(folded(words)) < 2 or not hear(_without_kinds(words), _known(house)).unknown


def read(house: House, words: str) -> Wanted:
    """What the words after `/decision list` mean; a `UserError` that says what they may be."""
    known = _known(house)
    heard = hear(_without_kinds(words), known)
    said = {kind for kind, _id in heard.meant}
    ids = {kind: [id for each, id in heard.meant if each == kind] for kind in (AREA, CLASS)}
    twice = next((kind for kind in ids if len(ids[kind]) > 1), None)
    if twice:
        names = " or ".join(f"`{known[twice, id][0]}`" for id in ids[twice])
        raise UserError(f"That may be {names}. Name one of them.")
    if heard.unknown:
        names = " or ".join(f"`{known[each][0]}`" for each in near(" ".join(heard.unknown), known))
        offer = f" Did you mean {names}?" if names else ""
        raise UserError(
            f"I know no “{' '.join(heard.unknown)[:80]}” to list.{offer} `/decision list` takes `open`, `due`, `mine`, "
            "`stuck`, an area or a class of decision. `/decision find` looks for any words."
        )
    ways = (OPEN in said or STUCK in said, DUE in said, MINE in said, STUCK in said)
    return Wanted(*ways, *("".join(ids[kind]) for kind in (AREA, CLASS)))


def _without_kinds(words: str) -> str:
    """`area billing` says no more than `billing`, and does not mean a class that has the word *area* in its name."""
    return _KIND.sub("", words)


def entries(session: Session, house: House, reader: Person, today: date, wanted: Wanted, limit: int) -> list[Decision]:
    """The first entries of a list: what is to be done by its day, the earliest first; else the newest.

    Each alternative is a query of its own, for which there is an index in its order, however long the log is.
    """
    always = [Decision.workspace_id == house.workspace_id]
    if wanted.open:
        always.append(Decision.state == PROPOSED)
    if wanted.stuck:
        always.append(Decision.unheeded_at.is_not(None))
    if wanted.area_id:
        always.append(Decision.area_id == wanted.area_id)
    if wanted.class_id:
        always.append(Decision.class_id == wanted.class_id)
    by_day = wanted.due or wanted.open
    found: dict[int, Decision] = {}
    for (due, day), mine in product(_due(wanted, today), _mine(wanted, reader)):
        order: Sequence[Any] = (day, Decision.number) if by_day else (Decision.number.desc(),)
        query = select(Decision).where(*always, *due, *mine).order_by(*order).limit(limit)
        found |= {each.id: each for each in session.scalars(query)}
    first = (lambda each: (each.due or today, each.number)) if by_day else (lambda each: -each.number)
    return sorted(found.values(), key=first)[:limit]


def in_words(house: House, wanted: Wanted) -> str:
    """`open, Billing`: what is listed; empty for all of it."""
    area = house.definitions.organisation.area(wanted.area_id)
    decision_class = house.definitions.decision_class(wanted.class_id)
    said = [
        (wanted.open and not wanted.stuck, OPEN),
        (wanted.stuck, STUCK),
        (wanted.due, DUE),
        (wanted.mine, MINE),
        (area, area.name if area else ""),
        (decision_class, decision_class.name if decision_class else ""),
    ]
    return ", ".join(name for is_said, name in said if is_said)


def _due(wanted: Wanted, today: date) -> list[tuple[list[Condition], Any]]:
    """Ways to be due, each with the day that counts."""
    if not wanted.due:
        return [([], Decision.needed_by)]
    to_decide = ([Decision.state == PROPOSED, Decision.needed_by <= today], Decision.needed_by)
    to_review = ([Decision.state == DECIDED, Decision.review_on <= today], Decision.review_on)
    return [to_decide] if wanted.open else [to_decide, to_review]


def _mine(wanted: Wanted, reader: Person) -> list[list[Condition]]:
    if not wanted.mine:
        return [[]]
    return [[Decision.decider == reader.slack_id], [Decision.raised_by == reader.slack_id]]


def _known(house: House) -> dict[tuple[str, str], list[str]]:
    """Everything one may say, with its names."""
    return {(word, ""): names for word, names in WORDS.items()} | sorts(house)
