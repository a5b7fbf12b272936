"""All that is known of one insight, for somebody who may see it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.audit import PROGRAM, Event, is_program
from bot.house import House, ReleaseFacts
from bot.insights import model, rights, telling
from bot.insights.messages import Looks, bringer
from bot.insights.model import Asked, Insight, Submission
from bot.insights.routing import release_of
from bot.people.flow import require_person
from bot.people.model import People, Person

MOST_EVENTS = 15
UNSEEN = "another one"
"""In the place of a ref."""


@dataclass(frozen=True)
class Happened:
    """One thing that became of it."""

    at: datetime
    kind: str
    """As the audit trail has it, without `insight.`."""
    who: str
    """Empty: Drumbeat, by the calendar."""
    detail: dict[str, Any]


@dataclass(frozen=True)
class Whole:
    insight: Insight
    looks: Looks
    brought: Sequence[tuple[str, Submission]]
    """Each with a name, in the order in which they did."""
    duplicates: Sequence[str]
    """The refs of those that were merged into it."""
    split_from: str
    questions: Sequence[tuple[str, Asked]]
    """Each with the name of who asked."""
    history: Sequence[Happened]
    """The last of it, in order."""
    release: ReleaseFacts | None
    """The release it is about."""
    asked: str = ""
    """Who is asked for it instead of its owner."""


@dataclass(frozen=True)
class Own:
    """What a submitter sees of it who may not see the rest."""

    insight: Insight
    submission: Submission
    looks: Looks
    question: Asked | None = field(default=None)


def look(session: Session, house: House, slack_id: str, ref: str) -> tuple[Person, Whole | Own]:
    """All of it; their own part of it, for a submitter of a restricted one; a `UserError` for others.

    That says the same as where there is none.
    """
    person = require_person(session, house, slack_id)
    rights.rules_of(house)
    insight = model.get(session, house, ref)
    if rights.may_see(session, house, insight, slack_id):
        return person, _whole(session, house, insight, slack_id)
    submission = model.submission_of(session, house, slack_id, insight)
    counts_for = model.by_id(session, house, submission.insight_id) if submission else None
    if submission is None or counts_for is None:
        raise model.unknown(ref)
    looks = telling.looks_of(session, house, counts_for)
    return person, Own(counts_for, submission, looks, telling.open_question(session, house, submission))


def standings(session: Session, house: House, insights: Sequence[Insight]) -> list[Looks]:
    """What a list shows of where each stands, without who brought them."""
    people, calendar = People(session, house), house.definitions.calendar
    into = _refs_by_id(session, house, [each.merged_into for each in insights if each.merged_into])
    linked = [each.linked_release for each in insights if each.linked_release]
    releases = house.links.releases(session, house, linked) if linked and house.links.releases else []
    by_id = {each.id: each for each in releases}

    def called(slack_id: str | None) -> str:
        return people.called(slack_id) if slack_id else ""

    return [
        Looks(
            names=(),
            accounts=0,
            owner=called(each.owner),
            place=ritual.name if (ritual := calendar.ritual(each.forum_ritual)) else "",
            decider=called(each.decided_by),
            researcher=called(each.researcher),
            release=by_id.get(each.linked_release or 0),
            into=into.get(each.merged_into or 0, ""),
        )
        for each in insights
    ]


def _whole(session: Session, house: House, insight: Insight, slack_id: str) -> Whole:
    people = People(session, house)
    whole = model.by_id(session, house, insight.split_from)

    return Whole(
        insight=insight,
        looks=telling.looks_of(session, house, insight),
        brought=[(bringer(each, people.called), each) for each in model.submissions(session, house, insight)],
        duplicates=[each.ref for each in model.duplicates(session, house, insight)],
        split_from=whole.ref if whole and rights.may_see(session, house, whole, slack_id) else "",
        questions=[(people.called(each.asked_by), each) for each in _questions(session, house, insight)],
        history=_history(session, house, insight, people, slack_id),
        release=release_of(session, house, insight.release_id),
        asked=people.called(insight.asked_of) if insight.asked_of and insight.asked_of != insight.owner else "",
    )


def _refs_by_id(session: Session, house: House, ids: Sequence[int]) -> dict[int, str]:
    """In their order."""
    if not ids:
        return {}
    query = select(Insight.id, Insight.number).where(Insight.workspace_id == house.workspace_id, Insight.id.in_(ids))
    return {id: f"I-{number}" for id, number in sorted(map(tuple, session.execute(query)))}


def _questions(session: Session, house: House, insight: Insight) -> list[Asked]:
    query = select(Asked).where(Asked.workspace_id == house.workspace_id, Asked.insight_id == insight.id)
    return list(session.scalars(query.order_by(Asked.id)))


def _history(session: Session, house: House, insight: Insight, people: People, slack_id: str) -> list[Happened]:
    query = select(Event).where(
        Event.workspace_id == house.workspace_id,
        Event.subject == f"insight:{insight.ref}",
        Event.kind != "insight.also",
    )
    events = session.scalars(query.order_by(Event.id.desc()).limit(MOST_EVENTS)).all()
    return [
        Happened(
            each.at, each.kind.partition(".")[2], _actor(people, each.actor),
            _named(people, each.detail) | _others(session, house, slack_id, each.detail),
        )
        for each in reversed(events)
    ]  # fmt: skip


def _named(people: People, detail: dict[str, Any]) -> dict[str, Any]:
    """With the name of whom it went to."""
    return detail | {"name": people.called(detail["to"])} if detail.get("to") else detail


def _others(session: Session, house: House, slack_id: str, detail: dict[str, Any]) -> dict[str, str]:
    """The other insights that it names, without the refs of those that this person may not see."""
    refs = {name: detail[name] for name in ("into", "out_of") if name in detail}
    return {
        name: ref if rights.may_see(session, house, model.get(session, house, ref), slack_id) else UNSEEN
        for name, ref in refs.items()
    }


def _actor(people: People, actor: str | None) -> str:
    if actor is None:
        return ""
    return actor.removeprefix(PROGRAM) if is_program(actor) else people.called(actor)
