"""Every measure and each of its periods as rows of a table."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy.orm import Session

from bot.house import House
from bot.measures import messages, standing
from bot.measures.flow import owner_of

COLUMNS = (
    "measure", "name", "period_ends", "weeks", "value", "unit", "p85", "n", "beside", "status", "target", "by",
    "baseline", "owner",
)  # fmt: skip
"""`value` is a share of 1, or in `unit`; `beside` holds what is looked at with it. `status` is of the last period."""


def as_text(session: Session, house: House) -> str:
    """Every measure in a few lines, as `/cadence health` has them."""
    return "\n\n".join(messages.measure(house, each) for each in standing.of_all(session, house))


def rows(session: Session, house: House) -> list[Sequence[Any]]:
    """A row for each period, the oldest first. What too few people stand behind has no value."""
    return list(_rows(session, house))


def _rows(session: Session, house: House) -> Iterator[Sequence[Any]]:
    for each in standing.of_all(session, house):
        definition, owner = each.definition, owner_of(session, house, each)
        wanted = (definition and definition.target, definition and definition.by)
        baseline = each.baseline.value if each.baseline else None
        days = each.days or (None,)
        for day, figure in zip(days, each.figures, strict=True):
            beside = "; ".join(
                f"{name} {_rounded(part.value)} of {part.n}"
                for name, part in figure.beside.items()
                if part.value is not None
            )
            status = each.status if figure is each.now else ""
            yield (
                each.id, each.title, day, each.weeks, _rounded(figure.value), figure.unit, _rounded(figure.most),
                figure.n, beside, status, *wanted, _rounded(baseline), owner,
            )  # fmt: skip


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
