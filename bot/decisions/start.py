"""What a new form holds at first."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Start:
    text: str = ""
    """What somebody wrote, after the command or in a message."""
    links: str = ""
    source: str = ""
    """Where it comes from, in words, such as `a message in #area-billing`; kept with the entry."""
    note: str = ""
    """What to say about it above the form."""


NOTHING = Start()
