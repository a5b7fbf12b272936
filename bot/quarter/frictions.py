"""What hampers the work: up to three things a person, each with an example; shown merged and counted."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.audit import record
from bot.errors import FieldErrors, UserError
from bot.folding import folded
from bot.house import House
from bot.people.flow import require_person
from bot.people.model import People, Person
from bot.quarter import model, rights
from bot.quarter.model import Friction
from bot.rituals import model as occurrences
from bot.rituals.model import CLOSED, RUNNING, Occurrence

MOST = 3
WHAT_LIMIT, EXAMPLE_LIMIT = 120, 300
ROLES = ("product_manager", "product_ops")
"""Whom is asked."""


@dataclass(frozen=True)
class Merged:
    """One friction, by however many it was named."""

    what: str
    """In the words of whoever said it first."""
    people: int
    weight: int
    """Three for each who ranks it first, two for the second, one for the third."""
    examples: tuple[str, ...]


def asked(session: Session, house: House) -> list[Person]:
    """Who is asked what hampers them: product managers and product ops."""
    people = People(session, house)
    return list(dict.fromkeys(person for role in ROLES for person in people.with_role(role)))


def merged(said: Sequence[Friction]) -> list[Merged]:
    """What was named, the heaviest first; the same words, whatever their case and signs, are one."""
    alike: dict[str, list[Friction]] = {}
    for each in said:
        if each.rank:
            alike.setdefault(" ".join(sorted(folded(each.what))) or each.what, []).append(each)
    found = [
        Merged(
            what=group[0].what,
            people=len({each.person for each in group}),
            weight=sum(MOST + 1 - each.rank for each in group),
            examples=tuple(dict.fromkeys(each.example for each in group)),
        )
        for group in alike.values()
    ]
    return sorted(found, key=lambda each: (-each.weight, -each.people, each.what))


def has_said(session: Session, house: House, occurrence_id: int, slack_id: str) -> bool:
    """Whether somebody has named theirs, or skipped it."""
    query = select(Friction.id).where(
        Friction.workspace_id == house.workspace_id, Friction.occurrence_id == occurrence_id
    )
    return session.scalar(query.where(Friction.person == slack_id).limit(1)) is not None


def require_open(occurrence: Occurrence) -> None:
    """A `UserError` once its planning has ended: what was named by then stands in its plan."""
    if occurrence.state == CLOSED:
        raise UserError("The plan is closed, with what was named by then. The next planning asks anew.")
    if occurrence.state not in RUNNING:
        raise UserError("That planning is over. `/cadence quarter` shows what is planned now.")


def say(
    session: Session, house: House, slack_id: str, occurrence: Occurrence, typed: Sequence[tuple[str, str]]
) -> None:
    """Keep what hampers somebody, the worst first, each with an example; in place of what they said before.

    Nothing at all is a skip.
    """
    require_person(session, house, slack_id)
    # Who presses twice, or on two devices, is heard twice, one after the other.
    occurrence = occurrences.get(session, house, occurrence.id, lock=True)
    rights.ritual_of(session, house, occurrence)
    require_open(occurrence)
    wrong: dict[str, str] = {}
    for number, (what, example) in enumerate(typed, 1):
        if len(what) > WHAT_LIMIT:
            wrong[f"what_{number}"] = f"Keep this under {WHAT_LIMIT} characters."
        if len(example) > EXAMPLE_LIMIT:
            wrong[f"example_{number}"] = f"Keep this under {EXAMPLE_LIMIT} characters."
        if what.strip() and not example.strip():
            wrong[f"example_{number}"] = "One example, so that others see what you mean."
        if example.strip() and not what.strip():
            wrong[f"what_{number}"] = "Name it in a few words."
    if wrong:
        raise FieldErrors(wrong)
    session.execute(
        delete(Friction).where(
            Friction.workspace_id == house.workspace_id,
            Friction.occurrence_id == occurrence.id,
            Friction.person == slack_id,
        )
    )
    named = [(what.strip(), example.strip()) for what, example in typed if what.strip()][:MOST]
    rows = [(rank, *each) for rank, each in enumerate(named, 1)] or [(0, "", "")]
    session.add_all(
        Friction(
            workspace_id=house.workspace_id, occurrence_id=occurrence.id, person=slack_id, rank=rank, what=what,
            example=example, said_at=house.clock.now(),
        )
        for rank, what, example in rows
    )  # fmt: skip
    session.flush()
    record(session, house, "quarter.frictions", f"occurrence:{occurrence.id}", actor=slack_id, named=len(named))


def of(session: Session, house: House, occurrence: Occurrence) -> list[Merged]:
    """What was named in a planning; until somebody has, what was named in the one before."""
    if found := merged(model.frictions(session, house, occurrence.id)):
        return found
    before = model.last_with_frictions(session, house, occurrence)
    return merged(model.frictions(session, house, before)) if before is not None else []
