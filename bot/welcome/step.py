"""One of the first steps, as it stands."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One of the first steps, as it stands now."""

    name: str
    """Its block in `templates/welcome/home.txt.j2`."""
    done: bool
    count: int = 0
    of: int = 0
    missing: tuple[str, ...] = ()
    """What is not there yet, in words."""
