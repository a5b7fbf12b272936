"""Whoever an insight is routed to sees it, and says what becomes of it: that is told to whoever brought it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.audit import record
from bot.definitions.insights import CRITICAL
from bot.errors import FieldErrors, UserError
from bot.house import DecisionDraft, House
from bot.insights import asking, clocks, messages, model, rights, states, telling
from bot.insights.model import (
    ACCEPTED,
    ACKNOWLEDGED,
    ADDRESSED,
    DECLINED,
    DISPOSITIONS,
    PARKED,
    RESEARCHING,
    ROUTED,
    TRIAGED,
    Insight,
)
from bot.insights.queue import move, text_of
from bot.insights.routing import PRODUCT_OPS, destination, owner_now, release_of, stand_in, those_who_may_read
from bot.markup import is_linkable
from bot.people.flow import require_person
from bot.people.model import People
from bot.prompts import flow as prompts

REASON_LIMIT, FORWARD_LIMIT, LINK_LIMIT = 300, 300, 500
CANCELLED = "cancelled"
NOBODY: Mapping[str, Any] = {
    "owner": None, "asked_of": None, "route": "", "forum_ritual": "", "routed_at": None,
    "acknowledged_at": None, "acknowledged_by": None,
}  # fmt: skip
"""What is known of an insight's owner while it is with nobody."""


class Overtaken(UserError):
    """Somebody answered it while this person had the form open."""


@dataclass(frozen=True)
class Disposition:
    """What somebody says becomes of an insight, as typed; days as `YYYY-MM-DD`."""

    kind: str
    reason: str = ""
    forward: str = ""
    """A sentence for the customer; empty: a polite one of ours."""
    link: str = ""
    researcher: str = ""
    """Slack user id."""
    answer_by: str = ""
    release_id: int | None = None


def route(session: Session, house: House, insight: Insight) -> None:
    """Hand a sorted insight to whoever answers it; where nobody is found, product ops is told the same day."""
    to = destination(session, house, insight)
    if to is None or to.owner is None:
        asking.stop(session, house, insight)
        # Whoever had it before has nothing to do with it any more.
        model.set_(session, insight, **NOBODY)
        title, text = messages.nowhere(house, insight)
        product_ops = People(session, house).with_role(PRODUCT_OPS)
        for person in those_who_may_read(session, house, insight, product_ops):
            key = f"insight:{insight.id}:nowhere:{insight.version}:{person.slack_id}"
            prompts.tell(session, house, person.slack_id, key, title, text, urgent=True)
        return
    asking.stop(session, house, insight)
    move(
        session, house, insight, states.ROUTE,
        state=states.require(insight, states.ROUTE), owner=to.owner.slack_id,
        asked_of=stand_in(session, house, insight, to.owner).slack_id, route=to.route.name,
        forum_ritual=to.route.forum.ritual or "", routed_at=house.clock.now(),
        acknowledged_at=None, acknowledged_by=None,
    )  # fmt: skip
    record(session, house, "insight.routed", f"insight:{insight.ref}", to=insight.owner, route=insight.route)
    clocks.start(session, house, insight)
    asking.ask(session, house, insight, urgent=to.route.urgent or insight.severity == CRITICAL)
    for person in to.inform:
        if rights.may_see(session, house, insight, person.slack_id):
            title, text = messages.informed(house, insight, telling.looks_of(session, house, insight))
            key = f"insight:{insight.id}:routed:{insight.owner}:{person.slack_id}"
            prompts.tell(session, house, person.slack_id, key, title, text, urgent=to.route.urgent)


def keep_in_step(session: Session, house: House) -> None:
    """The definitions may have changed: what nobody was found for may have an owner now, and what is open another.

    Its new owner is asked, and no more the one before. Clocks that run go on as they were begun.
    """
    if house.definitions.insights is None:
        return
    open_states = (TRIAGED, ROUTED, ACKNOWLEDGED)
    query = select(Insight).where(Insight.workspace_id == house.workspace_id, Insight.state.in_(open_states))
    for seen in list(session.scalars(query.order_by(Insight.id))):
        # Few change: only these are held.
        if _has_moved(session, house, seen):
            follow(session, house, model.held(session, house, seen.id)[0])
    for insight in asking.forsaken(session, house):
        _find_another(session, house, insight)
    clocks.wake(session, house)


def follow(session: Session, house: House, insight: Insight) -> None:
    """Hand it on if somebody else is to answer it by now; it is held."""
    if _has_moved(session, house, insight):
        _route_anew(session, house, insight)


def on_away(session: Session, house: House, slack_id: str) -> None:
    """Somebody is away: what they are asked goes to whoever stands in. If they have left, it goes to its owner now."""
    asking.on_away(session, house, slack_id)
    if house.definitions.insights is None or People(session, house).by_slack(slack_id) is not None:
        return
    query = select(Insight.id).where(
        Insight.workspace_id == house.workspace_id,
        Insight.owner == slack_id,
        Insight.state.in_((ROUTED, ACKNOWLEDGED)),
    )
    for insight in model.held(session, house, *session.scalars(query)):
        if insight.owner == slack_id and insight.state in (ROUTED, ACKNOWLEDGED):
            _route_anew(session, house, insight)
    for insight in asking.forsaken(session, house):
        _find_another(session, house, insight)


def acknowledge(session: Session, house: House, slack_id: str, ref: str) -> Insight:
    """Its owner has seen it; its submitters see by when they answer."""
    insight = rights.theirs(session, house, slack_id, ref)
    _acknowledge(session, house, slack_id, insight)
    return insight


def acknowledge_all(session: Session, house: House, slack_id: str) -> list[Insight]:
    """The same for everything that waits for that and this person is asked for; returns what it was."""
    require_person(session, house, slack_id)
    ids = [each.id for each in asking.waiting(session, house, slack_id) if each.state == ROUTED]
    mine = [each for each in model.held(session, house, *ids) if each.state == ROUTED and each.asked_of == slack_id]
    for insight in mine:
        _acknowledge(session, house, slack_id, insight)
    return mine


def returnable(session: Session, house: House, slack_id: str, ref: str) -> Insight:
    """The insight, if this person may hand it back."""
    insight = rights.theirs(session, house, slack_id, ref)
    states.require(insight, states.HAND_BACK)
    return insight


def hand_back(session: Session, house: House, slack_id: str, ref: str, reason: str) -> Insight:
    """It is not theirs: it goes back into the queue, with a reason for whoever triages."""
    insight = returnable(session, house, slack_id, ref)
    state = states.require(insight, states.HAND_BACK)
    reason = text_of("reason", reason, REASON_LIMIT, "Say whose it may be, or why it is not yours.")
    move(session, house, insight, states.HAND_BACK, state=state, **NOBODY)
    asking.stop(session, house, insight)
    record(session, house, "insight.handed_back", f"insight:{insight.ref}", actor=slack_id, reason=reason)
    clocks.start(session, house, insight)
    telling.refresh(session, house, insight)
    return insight


def decidable(session: Session, house: House, slack_id: str, ref: str) -> Insight:
    """The insight, if this person may say what becomes of it."""
    insight = rights.answerable(session, house, slack_id, ref)
    states.require(insight, states.DISPOSE)
    return insight


def dispose(
    session: Session, house: House, slack_id: str, ref: str, said: Disposition, seen: int | None = None
) -> Insight:
    """Say what becomes of it. Every submitter is told, also when it is said anew.

    `seen` is how often it was answered when this answer was begun: `Overtaken` when it was answered meanwhile.
    """
    insight = decidable(session, house, slack_id, ref)
    state = states.require(insight, states.DISPOSE)
    values = _checked(session, house, insight, said)
    if seen is not None and insight.answers != seen:
        is_the_same = all(getattr(insight, name) == value for name, value in values.items())
        if insight.decided_by == slack_id and is_the_same:
            return insight
        by = People(session, house).called(insight.decided_by or "")
        raise Overtaken(f"While you had this form open, {by} answered {insight.ref}. Look at it, and save it again.")
    move(
        session, house, insight, states.DISPOSE,
        state=state, decided_at=house.clock.now(), decided_by=slack_id, closed_at=None,
        acknowledged_at=insight.acknowledged_at or house.clock.now(),
        acknowledged_by=insight.acknowledged_by or slack_id, answers=Insight.answers + 1, **values,
    )  # fmt: skip
    noted = {name: str(value) for name, value in values.items() if value}
    record(session, house, "insight.decided", f"insight:{insight.ref}", actor=slack_id, **noted)
    clocks.start(session, house, insight)
    asking.stop(session, house, insight)
    asking.ask_again(session, house, insight)
    _name_researcher(session, house, insight)
    telling.refresh(session, house, insight)
    telling.tell_answer(session, house, insight)
    return insight


def raise_decision(session: Session, house: House, slack_id: str, ref: str) -> str:
    """Somebody has to decide more than this answer says: ask for it in the decision log; returns its id there."""
    insight = decidable(session, house, slack_id, ref)
    if house.links.log_decision is None or insight.restricted:
        raise UserError(f"{insight.ref} cannot stand in the decision log, where everybody reads it.")
    question = f"What do we do about this: {insight.what}"
    draft = DecisionDraft(slack_id, question, False, f"insight {insight.ref}", area_id=insight.area_id)
    decision = house.links.log_decision(session, house, draft)
    record(session, house, "insight.raised", f"insight:{insight.ref}", actor=slack_id, decision=decision)
    return decision


def on_release(session: Session, house: House, release_id: int, what: str, _by: str | None) -> None:
    """Something happened to a release. When it goes live, whoever asked for what it brings is told.

    When it is cancelled, whoever accepted that is asked to answer anew; its submitters hear that answer.
    """
    if house.definitions.insights is None:
        return
    query = select(Insight.id).where(
        Insight.workspace_id == house.workspace_id,
        Insight.linked_release == release_id,
        Insight.disposition == ACCEPTED,
    )
    for insight in model.held(session, house, *session.scalars(query)):
        if insight.linked_release != release_id or insight.disposition != ACCEPTED:
            continue
        if what == CANCELLED:
            today = house.clock.now().astimezone(house.definitions.organisation.zone).date()
            model.set_(session, insight, answer_by=today)
            asking.ask_again(session, house, insight)
        telling.refresh(session, house, insight)
        if what == telling.LIVE:
            telling.tell_live(session, house, insight)


# How: in the order in which the verbs above call them.


def _has_moved(session: Session, house: House, insight: Insight) -> bool:
    """Whether somebody else is to answer it now, or somebody at last."""
    if insight.state == TRIAGED:
        to = destination(session, house, insight)
        return to is not None and to.owner is not None
    owner = owner_now(session, house, insight)
    return insight.state in (ROUTED, ACKNOWLEDGED) and (owner is None or owner.slack_id != insight.owner)


def _route_anew(session: Session, house: House, insight: Insight) -> None:
    if insight.state != TRIAGED:
        move(session, house, insight, states.SORT, state=states.require(insight, states.SORT))
        clocks.start(session, house, insight)
    route(session, house, insight)
    telling.refresh(session, house, insight)


def _find_another(session: Session, house: House, insight: Insight) -> None:
    """Whoever was to come back to it has left: its owner now does, or else the head of product."""
    owner = owner_now(session, house, insight)
    heads = those_who_may_read(session, house, insight, People(session, house).with_role("head_of_product"))
    person = owner or next(iter(heads), None)
    if person is not None:
        model.set_(session, insight, owner=person.slack_id, asked_of=person.slack_id)
        asking.ask_again(session, house, insight)


def _name_researcher(session: Session, house: House, insight: Insight) -> None:
    """Whoever looks into it hears so, unless they said it themselves."""
    if insight.researcher in (None, insight.decided_by):
        return
    title, text = messages.researched(house, insight, telling.looks_of(session, house, insight))
    key = f"insight:{insight.id}:researched:{insight.answers}:{insight.researcher}"
    prompts.tell(session, house, insight.researcher, key, title, text)


def _acknowledge(session: Session, house: House, slack_id: str, insight: Insight) -> None:
    state = states.require(insight, states.ACKNOWLEDGE)
    move(
        session, house, insight, states.ACKNOWLEDGE,
        state=state, acknowledged_at=house.clock.now(), acknowledged_by=slack_id,
    )  # fmt: skip
    record(session, house, "insight.acknowledged", f"insight:{insight.ref}", actor=slack_id)
    clocks.start(session, house, insight)
    asking.ask(session, house, insight)
    telling.refresh(session, house, insight)


def _checked(session: Session, house: House, insight: Insight, said: Disposition) -> dict[str, object]:
    """As columns; `FieldErrors` by the form's fields for what its kind needs and is not there."""
    wrong = dict[str, str]()
    if said.kind not in DISPOSITIONS:
        raise FieldErrors({"kind": "Choose what becomes of it."})
    reason, forward, link = said.reason.strip(), said.forward.strip(), said.link.strip()
    if said.kind == DECLINED and not reason:
        wrong["reason"] = "Say why in a line: whoever brought it reads it."
    if said.kind == PARKED and not reason and not said.answer_by:
        wrong["reason"] = "Say until what happens, or choose a day."
    if len(reason) > REASON_LIMIT:
        wrong["reason"] = f"Keep it under {REASON_LIMIT} characters."
    if len(forward) > FORWARD_LIMIT:
        wrong["forward"] = f"Keep it under {FORWARD_LIMIT} characters."
    if link and (not is_linkable(link) or len(link) > LINK_LIMIT):
        wrong["link"] = "Paste a whole address, such as https://example.com/PROJ-12."
    if said.kind == ADDRESSED and not link:
        wrong.setdefault("link", "Paste a link to where it was addressed, such as a help page.")
    release = release_of(session, house, said.release_id)
    if said.release_id is not None and (release is None or release.state == CANCELLED):
        wrong["release"] = "There is no such release any more. Choose another."
    if said.kind == ACCEPTED and not link and said.release_id is None:
        wrong.setdefault("link", "Paste a link to the item, or choose the release that brings it.")
    researcher = People(session, house).by_slack(said.researcher)
    if said.kind == RESEARCHING and researcher is None:
        wrong["researcher"] = "Name who looks into it: somebody whom the organisation file names."
    elif said.kind == RESEARCHING and researcher and not rights.may_see(session, house, insight, researcher.slack_id):
        wrong["researcher"] = f"{insight.ref} is restricted, and {researcher.name} may not read it. Name somebody else."
    today = house.clock.now().astimezone(house.definitions.organisation.zone).date()
    day = _day(said.answer_by)
    if said.kind == RESEARCHING and day is None:
        wrong["answer_by"] = "Choose the day by which there is more to say."
    if day is not None and day <= today and said.kind in (RESEARCHING, PARKED):
        wrong["answer_by"] = "Choose a day to come."
    if wrong:
        raise FieldErrors(wrong)
    later = said.kind in (RESEARCHING, PARKED)
    return {
        "disposition": said.kind,
        "reason": reason,
        "forward": forward,
        "link": link if said.kind in (ACCEPTED, ADDRESSED, RESEARCHING) else "",
        "researcher": researcher.slack_id if researcher and said.kind == RESEARCHING else None,
        "answer_by": day if later else None,
        "linked_release": said.release_id if said.kind == ACCEPTED else None,
    }


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
