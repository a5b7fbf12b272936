"""The calendar lived through beforehand: the real rooms in a time that does not pass, and what came of it."""

from bot.simulate.findings import Findings, find
from bot.simulate.habits import Assumptions
from bot.simulate.life import Life, live
from bot.simulate.report import as_html, as_markdown

__all__ = ["Assumptions", "Findings", "Life", "as_html", "as_markdown", "find", "live"]
