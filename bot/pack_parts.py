"""What rooms give to the operating system pack, as plain data: headings, sentences, tables, charts; no markup."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["meets", "posts", "release", "off"]
"""What a day holds: people answer or meet, Drumbeat posts, a release goes out, or nobody works."""
Cell = str | Sequence[str]
"""What stands in one place of a table: a text, or several below each other."""


@dataclass(frozen=True)
class Table:
    """Rows of as many cells as there are names in `head`; the first cell of each names the row."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    empty: str
    """What is said in its place when it has no row."""
    marked: Sequence[int] = ()
    """Which rows to stress, from 0: in words they say it themselves."""


@dataclass(frozen=True)
class Entry:
    """Something that happens on a day."""

    says: str
    kind: Kind


@dataclass(frozen=True)
class Day:
    label: str
    """Such as `25 Nov`."""
    entries: Sequence[Entry]


@dataclass(frozen=True)
class Weeks:
    """A calendar: a row for each week, in it a day for each of the weekdays."""

    caption: str
    first: str
    """What stands above the first days of the weeks."""
    weekdays: Sequence[str]
    weeks: Sequence[Sequence[Day]]

    @property
    def table(self) -> Table:
        """The same as a table, where there is no better way to show it."""
        rows = [
            [week[0].label, *([day.label, *(entry.says for entry in day.entries)] for day in week)]
            for week in self.weeks
        ]
        return Table(self.caption, [self.first, *self.weekdays], rows, "")


@dataclass(frozen=True)
class Bar:
    label: str
    values: Sequence[float]
    """One for each series of its chart, none below 0."""
    says: str
    """The same in words, such as `10 left something, 2 did not`."""


@dataclass(frozen=True)
class Bars:
    """A chart of bars, each made of as many pieces as there are series."""

    caption: str
    series: Sequence[str]
    bars: Sequence[Bar]
    empty: str
    """What is said in its place when there is nothing to show."""

    @property
    def lines(self) -> Sequence[tuple[str, str]]:
        """The same in words: of each bar its label and what it says."""
        return [(bar.label, bar.says) for bar in self.bars]


@dataclass(frozen=True)
class Trend:
    """A chart of one measure over periods, the oldest first."""

    caption: str
    periods: Sequence[str]
    values: Sequence[float | None]
    """None where there was nothing to compute it from."""
    says: Sequence[str]
    """Each value in words, such as `85 %`; of one that is none, why."""
    empty: str
    target: float | None = None
    target_says: str = ""

    @property
    def lines(self) -> Sequence[tuple[str, str]]:
        """The same in words: of each period its name and what it says."""
        return list(zip(self.periods, self.says, strict=True))


@dataclass(frozen=True)
class Part:
    """A heading with what stands below it, in this order. Without a title it goes on with what was said before."""

    title: str = ""
    says: Sequence[str] = ()
    """Sentences, a paragraph each."""
    points: Sequence[str] = ()
    """A list."""
    tables: Sequence[Table] = ()
    charts: Sequence[Bars | Trend] = ()
    calendar: Weeks | None = None

    @property
    def speaks_for_itself(self) -> bool:
        """Whether its title says what its only table, chart or calendar shows."""
        return bool(self.title) and len(self.tables) + len(self.charts) + (self.calendar is not None) == 1


@dataclass(frozen=True)
class Register:
    """One of the lists with which every pack ends: risks, open questions, next steps."""

    name: str
    """As in *there are no risks*."""
    part: Part
    is_empty: bool
    checked: str = ""
    """Of an empty one, who has said when that there is nothing: `none, checked by Sam on Mon 3 Aug 2026`."""
    mend: str = ""
    """What to do while it is empty and nobody has said that: a sentence."""
