"""What an edit of the definitions would change: in the files' own words, in people's calendars and in their week."""

from bot.edits.planning import Fate, Plan, as_data, as_lines, plan
from bot.edits.report import version_as_data, version_lines

__all__ = ["Fate", "Plan", "as_data", "as_lines", "plan", "version_as_data", "version_lines"]
