"""What people see of the charter and of who decides what. Pure: words and blocks only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot import blocks
from bot.blocks import Block, Message, View
from bot.charter import raci
from bot.charter.model import CharterEdition
from bot.charter.parts import WORDS, texts
from bot.definitions import Charter
from bot.definitions.charter import Purpose
from bot.house import House

RACI = "charter/raci.txt.j2"


@dataclass(frozen=True)
class Stands:
    """How an edition of the charter stands; people by name."""

    edition: CharterEdition
    approved_by: str
    confirmed_by: str
    """Who looked at it last, if that was after it was approved."""
    heads: Sequence[str]
    """Who may approve it."""
    review: date | None
    is_due: bool
    """Whether it waits for an approval or a review."""
    risks: Sequence[str]
    """The heaviest open risks, a line each."""
    changes: Sequence[str] = ()
    """The titles of what is not as it was in the edition before."""


def card(house: House, charter: Charter, stands: Stands) -> Message:
    """In the channel of product ops; the button is there for whoever may press it.

    It is one message, since it is changed in place whenever somebody approves or confirms: of one that is too long,
    replies with the rest would go on saying what is past.
    """
    top, parts = [*_top(house, stands), *_button(stands)], _parts(house, charter, stands)
    whole, *more = blocks.pages(*top, *parts)
    if not more:
        return whole
    return blocks.pages(*top, blocks.context(house.words.part(WORDS, "too_long")), *parts)[0]


def shown(house: House, charter: Charter, stands: Stands, unsettled: Sequence[str], may_approve: bool) -> list[Message]:
    """To somebody who asks."""
    found = [*_top(house, stands), *_parts(house, charter, stands)]
    if unsettled:
        found += blocks.headed(house.words.part(WORDS, "unsettled", lines=unsettled))
    found.append(blocks.context(house.words.part(WORDS, "more")))
    if may_approve:
        found += _button(stands)
    return blocks.pages(*found)


def none_yet(house: House) -> Message:
    return blocks.message(blocks.section(house.words.part(WORDS, "none")))


def form(house: House, charter: Charter, stands: Stands) -> View:
    """All of it to read, and to approve."""
    return blocks.modal(
        "charter.approve",
        f"Charter, v{stands.edition.number}",
        *_top(house, stands)[1:],
        *_parts(house, charter, stands),
        submit=_label(stands),
        metadata=str(stands.edition.number),
    )


def superseded(house: House, number: int, by: int) -> Message:
    return blocks.message(blocks.section(house.words.part(WORDS, "superseded", number=number, by=by)))


def on_home(house: House, problem: Purpose, label: str) -> list[Block]:
    """`label` says that it is only assumed, where it is."""
    return [blocks.context(house.words.part(WORDS, "home", problem=problem, label=label))]


def obligation(house: House, edition: CharterEdition) -> str:
    return house.words.part(WORDS, "obligation", number=edition.number, approved=edition.approved is not None)


def done(house: House, edition: CharterEdition, again: bool, review: date | None) -> str:
    return house.words.part(WORDS, "done", number=edition.number, again=again, review=review)


def not_yours(heads: Sequence[str]) -> str:
    who = " or ".join(heads)
    return f"Only the head of product approves the charter{f': {who}' if who else ', and nobody has that role yet'}."


def table(house: House, rows: Sequence[raci.Row]) -> list[Message]:
    """Every class of decision, a row each."""
    found: list[Block] = [blocks.header(house.words.part(RACI, "title"))]
    if not rows:
        return blocks.pages(*found, blocks.section(house.words.part(RACI, "none")))
    found.append(blocks.context(house.words.part(RACI, "how")))
    for part, product in (("product", True), ("other", False)):
        if of_sort := [row for row in rows if row.product is product]:
            found.append(blocks.section(house.words.part(RACI, part)))
            found += [block for row in of_sort for block in _row(house, row)]
    return blocks.pages(*found)


def of_role(house: House, name: str, stands: Mapping[str, Sequence[str]]) -> list[Message]:
    """Where one function, role or person stands."""
    return blocks.pages(*blocks.headed(house.words.part(RACI, "role", name=name, stands=stands)))


def _row(house: House, row: raci.Row) -> list[Block]:
    return blocks.headed(house.words.part(RACI, "row", row=row))


def approval(house: House, stands: Stands) -> str:
    """Who approved it and when it is looked at again, or for whom it waits."""
    edition, reviewed, zone = stands.edition, stands.edition.reviewed, house.definitions.organisation.zone
    return house.words.part(
        WORDS,
        "stands",
        zone=zone,
        approved_by=stands.approved_by,
        approved_at=edition.approved.at if edition.approved else None,
        confirmed_by=stands.confirmed_by,
        confirmed_at=reviewed.at if reviewed else None,
        heads=stands.heads,
        review=stands.review,
    )


def _top(house: House, stands: Stands) -> list[Block]:
    title = house.words.part(WORDS, "title", number=stands.edition.number)
    found = [blocks.header(title), blocks.section(approval(house, stands))]
    if stands.changes:
        found.append(blocks.section(house.words.part(WORDS, "changes", parts=stands.changes)))
    return found


def _parts(house: House, charter: Charter, stands: Stands) -> list[Block]:
    return [block for text in texts(house, charter, stands.risks).values() for block in blocks.headed(text)]


def _button(stands: Stands) -> list[Block]:
    if not stands.is_due:
        return []
    button = blocks.button(_label(stands), "charter.approve", str(stands.edition.number), style="primary")
    return [blocks.actions(button)]


def _label(stands: Stands) -> str:
    return "Confirm" if stands.approved_by else "Approve"
