"""One thing done with several of the queue at once: with all of them, or with none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.errors import FieldErrors, UserError
from bot.house import House
from bot.insights import desk, merging, model, rights, triage
from bot.insights.desk import Overtaken
from bot.insights.model import Insight

OUT, TAG, MERGE, RESTRICT = desk.OUT, "tag", desk.MERGE, "restrict"
"""What may be done with several at once."""


@dataclass(frozen=True)
class Bulk:
    """What a form says is to be done, and what that needs."""

    do: str
    reason: str = ""
    area_id: str = ""
    theme_id: str = ""
    into: str = ""


@dataclass(frozen=True)
class Outcome:
    count: int
    """How many were changed."""
    lacking: Sequence[tuple[Insight, Sequence[str]]] = ()
    """Which of them are not sorted yet, and the tags that each lacks."""
    into: str = ""


def work(
    session: Session, house: House, slack_id: str, chosen: Sequence[str], versions: Mapping[str, int], said: Bulk
) -> Outcome:
    """Do it with those chosen (refs), as they were shown (`versions`, by ref).

    Raises `Overtaken` when somebody has changed one since, or works on it, and `FieldErrors`; then nothing is changed.
    """
    if not chosen:
        raise FieldErrors({"chosen": "Tick at least one."})
    try:
        # All of them before any is changed, in one order everywhere.
        merging.hold(session, house, [*chosen, *([said.into] if said.do == MERGE and said.into else [])])
    except UserError as error:
        raise FieldErrors({"into" if said.into else "chosen": str(error)}) from error
    for ref in chosen:
        insight = desk.as_shown(session, house, slack_id, ref, versions.get(ref, 0))
        if insight.version != versions.get(ref):
            raise Overtaken(f"You have changed {ref} yourself since.")
    return _done(session, house, slack_id, chosen, said)


def _done(session: Session, house: House, slack_id: str, chosen: Sequence[str], said: Bulk) -> Outcome:
    if said.do == OUT:
        for ref in chosen:
            triage.put_out_of_scope(session, house, slack_id, ref, said.reason)
        return Outcome(len(chosen))
    if said.do == TAG:
        if not said.area_id:
            raise FieldErrors({"area": "Choose an area."})
        tagged = [triage.tag(session, house, slack_id, ref, said.area_id, said.theme_id) for ref in chosen]
        return Outcome(len(chosen), [(insight, lacks) for insight, lacks in tagged if lacks])
    if said.do == RESTRICT:
        for insight in [model.get(session, house, ref) for ref in chosen]:
            triage.restrict(session, house, slack_id, insight.ref)
        return Outcome(len(chosen))
    if said.do == MERGE:
        return _merged(session, house, slack_id, chosen, said.into or chosen[0])
    raise FieldErrors({"do": "Choose what to do with them."})


def _merged(session: Session, house: House, slack_id: str, chosen: Sequence[str], into: str) -> Outcome:
    try:
        target = rights.triageable(session, house, slack_id, into).ref
    except UserError as error:
        raise FieldErrors({"into": str(error)}) from error
    others = [ref for ref in chosen if ref != target]
    if not others:
        raise FieldErrors({"chosen": "Tick another one, too, or write into which it is to be merged."})
    for ref in others:
        try:
            merging.merge(session, house, slack_id, ref, target)
        except UserError as error:
            raise FieldErrors({"chosen": str(error)}) from error
    return Outcome(len(others), into=target)
