"""The two rubrics: the same five dimensions, on their own scales, with their own bars. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

CHARTER, MODEL, CADENCE, INSIGHTS, ADOPTION = "charter", "model", "cadence", "insights", "adoption"
DIMENSIONS: Mapping[str, str] = {
    CHARTER: "Charter and boundaries",
    MODEL: "Operating model",
    CADENCE: "Cadence and artifacts yield decisions",
    INSIGHTS: "Insights drive action",
    ADOPTION: "Adoption",
}


@dataclass(frozen=True)
class Scale:
    id: str
    """As charter.yaml names it."""
    says: Mapping[int, str]
    """What each score means, the lowest first."""
    least_total: int
    least_each: int
    allowed: Mapping[int, int]
    """What a score of at most so many on the scale from 1 to 5 comes to on this one.

    What keeps one from passing keeps the other from passing, too.
    """

    @property
    def highest(self) -> int:
        return max(self.says)

    @property
    def most(self) -> int:
        return self.highest * len(DIMENSIONS)

    def passes(self, scores: Mapping[str, int]) -> bool:
        """Whether scores of all dimensions reach the bar."""
        return sum(scores.values()) >= self.least_total and min(scores.values()) >= self.least_each


SCALES: Mapping[str, Scale] = {
    "R-A": Scale(
        "R-A",
        {1: "1: missing", 2: "2", 3: "3: it is there", 4: "4", 5: "5: it works well"},
        least_total=20,
        least_each=3,
        allowed={2: 2, 3: 3, 4: 4, 5: 5},
    ),
    "R-B": Scale(
        "R-B",
        {0: "0: missing", 1: "1: partial", 2: "2: clear and usable"},
        least_total=7,
        least_each=1,
        allowed={2: 0, 3: 1, 4: 1, 5: 2},
    ),
}
