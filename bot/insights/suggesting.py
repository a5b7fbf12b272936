"""What an observation is probably about, from its words: suggested with a reason, and left open when unclear."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from bot.house import House
from bot.insights.likeness import Likely, likeliest, nearest
from bot.insights.model import Insight
from bot.insights.wording import says

MOST_ASKED = 7
"""Neighbours that have a say."""
MOST_NAMED = 3
"""Of them those that are given as a reason."""
LEAST_WEIGHT = 0.3
"""Of those that agree, together: less is nearly nothing in common."""
MAJORITY = 0.6


@dataclass(frozen=True)
class Guess:
    id: str
    """The area's or theme's; empty when it is not sure."""
    why: str
    """As a triager reads it, such as `it says invoice` or `as I-12 and I-40`."""


NOT_SURE = Guess("", "not sure")


@dataclass(frozen=True)
class Suggested:
    """What a triager is offered."""

    area: Guess
    theme: Guess
    duplicates: list[Likely]


def suggested(
    session: Session,
    house: House,
    what: str,
    *,
    area_id: str = "",
    theme_id: str = "",
    but: Insight | None = None,
    seen: ColumnElement[bool] | None,
) -> Suggested:
    """The area and theme whose name or words it says, else those of most of what is like it; and likely duplicates.

    Only what is `visible` to whoever is shown it has a say, without `but`: the observation's own insight. Its area and
    theme, where they are known already, make what has the same the likelier duplicates.
    """
    near = nearest(session, house, what, area_id=area_id, theme_id=theme_id, but=but, seen=seen)
    areas = {each.id: [each.name] for each in house.definitions.organisation.areas}
    rules = house.definitions.insights
    themes = {each.id: [each.name, *each.words] for each in rules.themes} if rules else {}
    return Suggested(
        area=_guess(what, areas, [(each, each.insight.area_id) for each in near]),
        theme=_guess(what, themes, [(each, each.insight.theme_id) for each in near]),
        duplicates=likeliest(near),
    )


def _guess(what: str, words: Mapping[str, Sequence[str]], near: Sequence[tuple[Likely, str]]) -> Guess:
    """One of the ids that have these words."""
    said = {id: [word for word in some if says(what, word)] for id, some in words.items()}
    most = max(map(len, said.values()), default=0)
    best = [id for id, some in said.items() if len(some) == most]
    if most and len(best) == 1:
        return Guess(best[0], f"it says {', '.join(said[best[0]])}")
    # Where the words leave several, only these are asked for.
    asked = [(each, id) for each, id in near if id in best][:MOST_ASKED]
    weights = {id: sum(each.score for each, at in asked if at == id) for _, id in asked}
    if not weights:
        return NOT_SURE
    id = max(weights, key=lambda each: weights[each])
    if weights[id] < max(LEAST_WEIGHT, MAJORITY * sum(weights.values())):
        return NOT_SURE
    alike = [each.insight.ref for each, at in asked if at == id][:MOST_NAMED]
    return Guess(id, f"as {' and '.join(alike)}")
