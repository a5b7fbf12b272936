"""A triager's desk: the insight in front of them, what they do with it, and which one is next."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot.audit import Event
from bot.errors import FieldErrors, UserError
from bot.house import House
from bot.insights import merging, model, questions, queue, rights, states, telling, triage
from bot.insights.messages import Looks
from bot.insights.model import Asked, Insight, Submission
from bot.insights.suggesting import Suggested, suggested
from bot.insights.triage import Sorted
from bot.people.model import People

SORT, MERGE, ASK, OUT, LATER = "sort", "merge", "ask", "out_of_scope", "later"
"""What may be done with the one in front of them."""
NEEDS: Mapping[str, str] = {SORT: states.SORT, MERGE: states.MERGE, ASK: states.ASK, OUT: states.SCOPE_OUT}
DEEDS: Mapping[str, str] = {
    SORT: "insight.sorted", MERGE: "insight.merged", ASK: "insight.asked", OUT: "insight.out_of_scope",
    LATER: "insight.split",
}  # fmt: skip
"""By what is remembered that it was done; of what is left for later, only what was split from it changes it."""
HANDED_BACK = "insight.handed_back"
FOLLOWS = ("insight.routed", "insight.late")
"""What happens of itself, after what somebody did."""


@dataclass(frozen=True)
class Said:
    """An answer, a question or a reason, and whose it is."""

    by: str
    """A name to show."""
    words: str


@dataclass(frozen=True)
class Desk:
    """One insight, with what a triager should know of it."""

    insight: Insight
    looks: Looks
    submissions: Sequence[Submission]
    asked: Asked | None
    """What its submitter was asked last."""
    handed_back: Said | None
    """Why whoever had it last said that it is not theirs."""
    suggested: Suggested
    """What it is probably about, and which others may say the same."""
    may: Sequence[str]
    """Which of the five may be done with it as it stands."""


@dataclass(frozen=True)
class Work:
    """What a triager says in the form: what to do, and what that needs."""

    do: str
    tags: Sorted
    words: str = ""
    """What to ask, or why it is out of scope."""
    into: str = ""
    """What it is a duplicate of."""
    split: str = ""
    """Another observation that was in it."""


class Overtaken(UserError):
    """It is no longer as it was when the form was opened, or somebody else works on it."""


def take(session: Session, house: House, slack_id: str, ref: str) -> Desk:
    """One of their choice, under their lease; a `UserError` when nothing is to be triaged of it, or another has it."""
    insight = queue.take(session, house, slack_id, ref)
    states.require(insight, states.SORT)
    return _desk(session, house, slack_id, insight)


def next_for(session: Session, house: House, slack_id: str, left: Collection[str] = ()) -> Desk | None:
    """The next of the queue, under their lease, without those (refs) that they left for later."""
    insight = queue.next_for(session, house, slack_id, left)
    return _desk(session, house, slack_id, insight) if insight else None


def work(session: Session, house: House, slack_id: str, ref: str, version: int, said: Work) -> Insight:
    """Do what a form says with the insight as it was shown (`version`). Returns it, or what it was merged into.

    The same form counts once. Raises `Overtaken`, and for everything else that is wrong `FieldErrors`.
    """
    if said.do == MERGE:
        _hold_both(session, house, ref, said.into)
    insight = as_shown(session, house, slack_id, ref, version)
    if insight.version != version:
        if _deed_of(session, house, insight) != DEEDS.get(said.do):
            raise Overtaken(f"You have changed {ref} yourself since: it {states.IN_WORDS[insight.state]}.")
        return model.by_id(session, house, insight.merged_into) or insight
    try:
        if said.split:
            restricted = triage.makes_restricted(house, said.tags)
            triage.split(session, house, slack_id, ref, said.split, restricted=restricted)
        return _done(session, house, slack_id, insight, said)
    except FieldErrors as error:
        renamed = {"question": "words", "reason": "words"}
        raise FieldErrors({renamed.get(name, name): text for name, text in error.fields.items()}) from error
    except UserError as error:
        raise FieldErrors({"into" if said.do == MERGE else "do": str(error)}) from error


def as_shown(session: Session, house: House, slack_id: str, ref: str, version: int) -> Insight:
    """The insight, held; of another version only when it was this person who changed it. Raises `Overtaken`."""
    try:
        insight = rights.triageable(session, house, slack_id, ref)
        queue.require_free(session, house, insight, slack_id)
    except UserError as error:
        raise Overtaken(str(error)) from error
    if insight.version != version and (by := changed_by(session, house, insight)) != slack_id:
        who = f"{People(session, house).called(by)} was quicker" if by else "It has changed"
        raise Overtaken(f"{who}: {insight.ref} {states.IN_WORDS[insight.state]}.")
    return insight


def changed_by(session: Session, house: House, insight: Insight) -> str | None:
    """Who did something with it last, by Slack user id; none when that was Drumbeat."""
    deeds = _events(house, insight).where(Event.kind.not_in(FOLLOWS))
    return session.scalar(deeds.with_only_columns(Event.actor).limit(1))


def _deed_of(session: Session, house: House, insight: Insight) -> str | None:
    """What somebody did with it last."""
    deeds = _events(house, insight).where(Event.kind.not_in(FOLLOWS))
    return session.scalar(deeds.with_only_columns(Event.kind).limit(1))


def _hold_both(session: Session, house: House, ref: str, into: str) -> None:
    """Before one of them is held alone: two who merge the other way round would wait for each other."""
    if not into:
        raise FieldErrors({"into": "Choose or write which one, such as I-12."})
    try:
        merging.hold(session, house, (ref, into))
    except UserError as error:
        raise FieldErrors({"into": str(error)}) from error


def _done(session: Session, house: House, slack_id: str, insight: Insight, said: Work) -> Insight:
    ref = insight.ref
    if said.do == SORT:
        return triage.sort(session, house, slack_id, ref, said.tags)
    if said.do == MERGE:
        if said.tags.restricted and not insight.restricted:
            triage.restrict(session, house, slack_id, ref)
        return merging.merge(session, house, slack_id, ref, said.into)
    if said.do == ASK:
        return questions.ask(session, house, slack_id, ref, said.words)
    if said.do == OUT:
        return triage.put_out_of_scope(session, house, slack_id, ref, said.words)
    if said.do == LATER:
        queue.leave(session, house, slack_id, ref)
        return insight
    raise FieldErrors({"do": "Choose what to do with it."})


def _events(house: House, insight: Insight) -> Select[Event]:
    """What happened to it, the last first."""
    subject = f"insight:{insight.ref}"
    query = select(Event).where(Event.workspace_id == house.workspace_id, Event.subject == subject)
    return query.order_by(Event.id.desc())


def _desk(session: Session, house: House, slack_id: str, insight: Insight) -> Desk:
    asked = select(Asked).where(Asked.workspace_id == house.workspace_id, Asked.insight_id == insight.id)
    return Desk(
        insight,
        telling.looks_of(session, house, insight),
        model.submissions(session, house, insight),
        session.scalar(asked.order_by(Asked.id.desc()).limit(1)),
        _handed_back(session, house, insight),
        suggested(
            session, house, insight.what, area_id=insight.area_id, theme_id=insight.theme_id, but=insight,
            seen=model.visible(rights.is_reader(session, house, slack_id), slack_id),
        ),
        [each for each in (*NEEDS, LATER) if NEEDS.get(each, states.SORT) in states.MOVES[insight.state]],
    )  # fmt: skip


def _handed_back(session: Session, house: House, insight: Insight) -> Said | None:
    event = session.scalar(_events(house, insight).where(Event.kind == HANDED_BACK).limit(1))
    if event is None:
        return None
    return Said(People(session, house).called(event.actor or ""), str(event.detail.get("reason", "")))
