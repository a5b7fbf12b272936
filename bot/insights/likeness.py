"""Which insights may be duplicates of an observation: suggested with a reason, never decided."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import nlargest
from math import log, sqrt

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from bot.house import House
from bot.insights.model import MEANINGS, MERGED, OUT_OF_SCOPE, Insight, in_workspace, latest_number
from bot.insights.wording import meanings
from bot.search import COUNTED

MOST = 5
LEAST_SCORE = 0.26
"""From which on about every other one is a duplicate, in the pairs of the tests."""
NEAR = 0.15
"""From which on an insight says anything about an observation."""
MOST_LOOKED_FOR = 16
"""Meanings of an observation; what comes after them tells little more."""
COMPARED, READ = 200, 60
"""Insights that are compared closely, and of them those that are looked at."""
MOST_NAMED = 4
"""Words that are given as a reason."""
NEARLY = 0.6
"""The part of their letters, three by three, that two words share when one of them may be misspelt."""
LEAST_LETTERS = 4
"""Of a word that may be misspelt."""
NEARLY_SURE = 0.8
SAME_AREA, OTHER_AREA, SAME_THEME = 1.15, 0.85, 1.1
"""What a score is multiplied by."""
MOST_STEPS = 5
"""From one that was merged to the one it was merged into, which may be merged, too."""


@dataclass(frozen=True)
class Likely:
    """An insight that may say the same."""

    insight: Insight
    score: float
    """From 0 to 1, by which they are ranked."""
    words: tuple[str, ...]
    """What both say, in the words of the observation, the most telling first."""
    same_area: bool
    same_theme: bool

    @property
    def why(self) -> str:
        """The reason as a triager reads it, such as `both say: export, csv; same area`."""
        parts = [f"both say: {', '.join(self.words)}"]
        parts += ["same area"] if self.same_area else []
        parts += ["same theme"] if self.same_theme else []
        return "; ".join(parts)


def nearest(
    session: Session,
    house: House,
    what: str,
    *,
    area_id: str = "",
    theme_id: str = "",
    but: Insight | None = None,
    seen: ColumnElement[bool] | None,
) -> list[Likely]:
    """The insights that have something in common with an observation, the likest first.

    Of those that are `visible` to whoever is shown them, without `but`: the observation's own. One that was merged
    speaks for what it was merged into.
    """
    same = _same(session, house, what)
    near: dict[int, Likely] = {}
    for insight, each in _standing(session, house, same, seen):
        same_area = bool(area_id) and area_id in (insight.area_id, insight.also_area_id)
        same_theme = bool(theme_id) and theme_id in (insight.theme_id, *insight.also_themes)
        score = each.score * (SAME_AREA if same_area else OTHER_AREA if area_id and insight.area_id else 1)
        score = min(1.0, score * (SAME_THEME if same_theme else 1))
        known = near.get(insight.id)
        if (but is None or insight.id != but.id) and (known is None or known.score < score):
            near[insight.id] = Likely(insight, score, each.words, same_area, same_theme)
    return sorted(near.values(), key=lambda each: (-each.score, -each.insight.id))


def likeliest(near: Sequence[Likely]) -> list[Likely]:
    """Of the `nearest` those that may be duplicates; none when none is likely."""
    return [each for each in near if each.score >= LEAST_SCORE][:MOST]


def _standing(
    session: Session, house: House, same: "Mapping[int, _Same]", seen: ColumnElement[bool] | None
) -> Iterable[tuple[Insight, "_Same"]]:
    """The insight that stands for each id: itself, or the one it was merged into."""
    found = _read(session, house, same, seen)
    for _ in range(MOST_STEPS):
        into = {each.merged_into for each in found.values() if each.merged_into} - found.keys()
        if not into:
            break
        found |= _read(session, house, into, seen)
    for id, each in same.items():
        insight = found.get(id)
        for _ in range(MOST_STEPS):
            if insight and insight.state == MERGED:
                insight = found.get(insight.merged_into or 0)
        if insight and insight.state not in (MERGED, OUT_OF_SCOPE):
            yield insight, each


def _read(session: Session, house: House, ids: Iterable[int], seen: ColumnElement[bool] | None) -> dict[int, Insight]:
    query = select(Insight).where(Insight.workspace_id == house.workspace_id, Insight.id.in_(list(ids)))
    if seen is not None:
        query = query.where(seen)
    return {each.id: each for each in session.scalars(query)}


@dataclass(frozen=True)
class _Same:
    """What an insight has in common with an observation, compared with all that they say."""

    score: float
    words: tuple[str, ...]


def _same(session: Session, house: House, what: str) -> dict[int, _Same]:
    """By their ids, the insights that have something in common with an observation."""
    said = dict(list(meanings(what).items())[:MOST_LOOKED_FOR])
    weights, ids = _candidates(session, house, said)
    prefix = in_workspace(house, "")
    found = {
        id: _compared(said, weights, {word.removeprefix(prefix) for word in words})
        for id, words in MEANINGS.words_of(session, ids).items()
    }
    best = nlargest(READ, found, key=lambda id: (found[id].score, id))
    return {id: found[id] for id in best if found[id].score >= NEAR}


def _candidates(session: Session, house: House, said: Collection[str]) -> tuple[dict[str, float], list[int]]:
    """How much each meaning tells, the rarer the more; and the ids of what shares most of it."""
    indexed = {in_workspace(house, meaning): meaning for meaning in said}
    having = MEANINGS.having(session, list(indexed))
    number = latest_number(session, house)
    weights, shared = {}, Counter[int]()
    for word, meaning in indexed.items():
        count, ids = having.get(word, (0.0, []))
        weights[meaning] = log(1 + (number + 1) / (count + 0.5))
        for id in ids:
            shared[id] += weights[meaning]  # type: ignore[assignment]  # a Counter counts parts as well
    common = sorted((count, word) for word, (count, ids) in having.items() if len(ids) >= COUNTED)
    several = 3 if len(common) > 3 else 2
    for id in MEANINGS.having_several(session, [word for _, word in common], several):
        # Of a common word not all ids are known: what has several of them may have been counted for none.
        shared[id] += several * weights[indexed[common[0][1]]]  # type: ignore[assignment]  # as above
    return weights, nlargest(COMPARED, shared, key=lambda id: (shared[id], id))


def _compared(said: Mapping[str, str], weights: Mapping[str, float], others: Collection[str]) -> _Same:
    sure = {meaning: 1.0 for meaning in said if meaning in others}
    beginnings = {other[0] for other in others if other not in sure}
    for meaning in said:
        if (
            meaning not in sure
            and len(meaning) >= LEAST_LETTERS
            and meaning[0] in beginnings
            and any(_may_be_the_same(meaning, other) for other in others if other not in sure)
        ):
            sure[meaning] = NEARLY_SURE
    squares = {meaning: weight**2 for meaning, weight in weights.items()}
    # How rare the words are that only the other one has nobody has counted: as rare as these, on the whole.
    usual = (sum(weights.values()) / len(weights)) ** 2
    there = sum(squares[meaning] for meaning in sure) + usual * (len(others) - len(sure))
    shared = sum(squares[meaning] * how for meaning, how in sure.items())
    telling = sorted(sure, key=lambda meaning: -weights[meaning])
    return _Same(
        shared / (sqrt(sum(squares.values()) * there) or 1.0), tuple(said[meaning] for meaning in telling[:MOST_NAMED])
    )


def _may_be_the_same(one: str, other: str) -> bool:
    """Whether one of two words may be the other misspelt: they begin alike and share most of what stands in them."""
    if one[0] != other[0] or len(other) < LEAST_LETTERS or abs(len(one) - len(other)) > 2:
        return False
    threes, others = _threes(one), _threes(other)
    return 2 * len(threes & others) >= NEARLY * (len(threes) + len(others))


@lru_cache(maxsize=10_000)
def _threes(word: str) -> frozenset[str]:
    padded = f" {word} "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))
