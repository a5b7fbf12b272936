"""What came of a scoring. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.rubric.scales import DIMENSIONS, Scale


@dataclass(frozen=True)
class Scorecard:
    """What the operating system was scored: of the two scores of a dimension the lower one counts."""

    number: int
    scale: Scale
    at: datetime
    by: Mapping[str, str]
    """Names by seat."""
    given: Mapping[str, Mapping[str, Mapping[str, object]]]
    """By seat and dimension: `score`, `most`, `because`, `comment`."""
    scores: Mapping[str, int]
    """What counts, by dimension."""

    @property
    def total(self) -> int:
        return sum(self.scores.values())

    @property
    def passes(self) -> bool:
        return self.scale.passes(self.scores)

    @property
    def weakest(self) -> str:
        """The dimension with the lowest score, by name."""
        return DIMENSIONS[min(self.scores, key=lambda each: self.scores[each])]
