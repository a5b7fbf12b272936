"""The words in which rooms give their parts of the pack: sentences, and the captions and heads of tables and charts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.definitions import Ritual
from bot.house import House
from bot.pack_parts import Bar, Bars, Cell, Table


@dataclass(frozen=True)
class Say:
    """The blocks of one template, in the company's own words."""

    house: House
    template: str

    def text(self, block: str, **facts: Any) -> str:
        return self.house.words.part(self.template, block, **facts)

    def lines(self, block: str, **facts: Any) -> list[str]:
        """Each line of the block that is not empty."""
        return [line.strip() for line in self.text(block, **facts).splitlines() if line.strip()]

    def table(self, block: str, rows: Sequence[Sequence[Cell]], *, marked: Sequence[int] = ()) -> Table:
        """A block of three lines: the caption, the names of the columns between `|`, what is said without rows."""
        caption, head, empty = self.lines(block)
        return Table(caption, [name.strip() for name in head.split("|")], rows, empty, marked)

    def bars(self, block: str, bars: Sequence[Bar]) -> Bars:
        """The same of a chart: the second line names its series."""
        caption, series, empty = self.lines(block)
        return Bars(caption, [name.strip() for name in series.split("|")], bars, empty)


def rhythm(ritual: Ritual) -> str:
    """A ritual's rule, with the name of the one that it counts from: `2 working days before Insights review`."""
    said = ritual.schedule.rhythm()
    return said.replace(ritual.other.id, ritual.other.name) if ritual.other else said


def differing_first(say: Say, block: str, rows: Sequence[tuple[bool, Sequence[Cell]]]) -> Table:
    """A table of rows, of which those that differ stand first and are marked."""
    ordered = sorted(rows, key=lambda row: not row[0])
    return say.table(block, [row for _differs, row in ordered], marked=range(sum(differs for differs, _row in rows)))
