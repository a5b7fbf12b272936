"""What becomes of an idea: brought, answered, done, told of in the weekly changelog."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from bot import timers
from bot.audit import record
from bot.db import swap
from bot.definitions.working_time import to_utc
from bot.delivery import outbox
from bot.errors import FieldErrors, UserError
from bot.house import Finding, House, Obligation, Part
from bot.improvements import messages, model
from bot.improvements.model import ANSWERS, DECLINED, DO, DONE, LIMIT, PAUSE, TRY, Improvement
from bot.people.flow import require_person, require_product_ops
from bot.people.model import People, channel_id
from bot.prompts import flow as prompts

PROMPT = "improvements"
"""The kind of prompt that asks product ops to answer ideas; its ref is the Monday of the week."""
WEEKLY = "improvements.weekly"
"""The timer of triage and changelog; its ref is `improvements:week`."""
REF = "improvements:week"
A_WEEK = timedelta(days=7)


def bring(session: Session, house: House, slack_id: str, friction: str, better: str) -> Improvement:
    """Keep an idea of anybody's; `FieldErrors` at `friction` and `better`."""
    require_person(session, house, slack_id)
    typed = {"friction": friction.strip(), "better": better.strip()}
    asks = {"friction": "Say what hampers you.", "better": "Say what would be better."}
    if wrong := {name: _wrong(text, asks[name]) for name, text in typed.items() if _wrong(text, asks[name])}:
        raise FieldErrors(wrong)
    idea = Improvement(workspace_id=house.workspace_id, author=slack_id, brought_at=house.clock.now(), **typed)
    session.add(idea)
    session.flush()
    record(session, house, "improvement.brought", f"improvement:{idea.id}", actor=slack_id)
    return idea


def answerable(session: Session, house: House, slack_id: str, words: str) -> Improvement:
    """An idea that product ops may answer, or answer otherwise."""
    require_product_ops(session, house, slack_id, "answer ideas")
    idea = model.get(session, house, words)
    if idea.state == DONE:
        raise UserError(f"{idea.ref} is done: {idea.changed}")
    return idea


def answer(
    session: Session, house: House, slack_id: str, words: str, version: int, choice: str, reason: str, owner: str
) -> Improvement:
    """Do it, try it, decline it or leave it for later. Its author hears of each answer once."""
    idea = answerable(session, house, slack_id, words)
    wrong = {} if choice in ANSWERS else {"choice": "Choose what becomes of it."}
    if choice == DECLINED and not reason.strip():
        wrong["reason"] = "Say why: whoever had the idea reads it."
    elif len(reason.strip()) > LIMIT:
        wrong["reason"] = f"Keep this under {LIMIT} characters."
    person = People(session, house).by_slack(owner)
    if choice in (DO, TRY) and person is None:
        wrong["owner"] = "Say who does it: somebody named in `organisation.yaml`."
    if wrong:
        raise FieldErrors(wrong)
    _swap(
        session,
        house,
        idea,
        version,
        state=choice,
        reason=reason.strip(),
        owner=person.slack_id if person and choice in (DO, TRY) else None,
        answered_by=slack_id,
        answered_at=house.clock.now(),
    )
    record(session, house, f"improvement.{choice}", f"improvement:{idea.id}", actor=slack_id, reason=reason)
    _tell_author(session, house, idea)
    _follow(session, house)
    return idea


def doable(session: Session, house: House, slack_id: str, words: str) -> Improvement:
    """An idea under way, for whoever does it or product ops."""
    person = require_person(session, house, slack_id)
    idea = model.get(session, house, words)
    if idea.state not in (DO, TRY):
        raise UserError(f"{idea.ref} is not under way. `/cadence improvements` shows what is.")
    if slack_id != idea.owner and not person.is_product_ops:
        raise UserError(f"That is for {People(session, house).called(idea.owner or '')}, or for product ops.")
    return idea


def done(session: Session, house: House, slack_id: str, words: str, version: int, changed: str) -> Improvement:
    """It is done, and what is otherwise now: the next changelog says so."""
    idea = doable(session, house, slack_id, words)
    if wrong := _wrong(changed.strip(), "Say what is otherwise now: the changelog says it."):
        raise FieldErrors({"changed": wrong})
    _swap(session, house, idea, version, state=DONE, changed=changed.strip(), done_at=house.clock.now())
    record(session, house, "improvement.done", f"improvement:{idea.id}", actor=slack_id, changed=changed)
    _tell_author(session, house, idea)
    return idea


def prompt_part(session: Session, house: House, _ref: str) -> Part | None:
    """To product ops: how many ideas wait for an answer."""
    return messages.part(house, model.waiting(session, house))


def obligations(session: Session, house: House, slack_id: str) -> list[Obligation]:
    person = People(session, house).by_slack(slack_id)
    if person is None or not person.is_product_ops:
        return []
    found = model.waiting(session, house)
    return [messages.obligation(house, found)] if found else []


def findings(session: Session, house: House) -> Iterator[Finding]:
    """Ideas that nobody has answered for too long."""
    late = house.clock.now() - PAUSE
    for idea in model.waiting(session, house):
        if idea.waits_since <= late:
            yield Finding(
                rule="IM08",
                about=f"improvement:{idea.id}",
                message=f"{idea.ref} has waited for an answer for {(house.clock.now() - idea.waits_since).days} days.",
                mend="`/cadence improvements` has what waits",
                action_id="improvements.answer",
                value=str(idea.id),
                label="Answer it",
            )


def changelog_age(session: Session, house: House) -> int | None:
    """How many days ago it was last told what was changed; none when it never was."""
    last = model.last_changelog(session, house)
    return None if last is None else (house.clock.now() - last).days


def keep_in_step(session: Session, house: House) -> None:
    """See that the weekly look is planned."""
    if timers.due(session, house, WEEKLY) is None:
        _arm(session, house)


def on_weekly(session: Session, house: House, _ref: str) -> None:
    """A timer: product ops is asked to answer what waits, and its channel reads what was changed, in one message."""
    monday, now = _monday(house), house.clock.now()
    if model.waiting(session, house):
        for ops in People(session, house).with_role("product_ops"):
            prompts.ask(session, house, ops.slack_id, _key(monday, ops.slack_id), PROMPT, str(monday), at=now)
    if told := model.to_tell(session, house):
        channel = channel_id(session, house, house.definitions.organisation.channels.product_ops)
        people = People(session, house)
        names = {each.author: people.called(each.author) for each in told}
        pages, key = messages.changelog(house, told, names), f"improvements:{monday}"
        outbox.post_pages(session, house, channel, pages, kind="improvements.changelog", dedupe=key)
        for idea in told:
            idea.posted_at = now
    _arm(session, house)


def _wrong(text: str, ask: str) -> str:
    """What is wrong with words that must be there; empty when nothing is."""
    if not text:
        return ask
    return f"Keep this under {LIMIT} characters." if len(text) > LIMIT else ""


def _swap(session: Session, house: House, idea: Improvement, version: int, **values: object) -> None:
    if not swap(session, Improvement, idea.id, version, **values):
        raise UserError(f"Somebody was quicker: {idea.ref} is answered. `/cadence improvements` shows how it stands.")
    session.refresh(idea)


def _tell_author(session: Session, house: House, idea: Improvement) -> None:
    if People(session, house).by_slack(idea.author) is not None:
        title, text = messages.told(house, idea)
        prompts.tell(session, house, idea.author, f"improvement:{idea.id}:{idea.state}", title, text)


def _follow(session: Session, house: House) -> None:
    """What product ops was asked this week shows what is left of it."""
    session.flush()
    for ops in People(session, house).with_role("product_ops"):
        prompts.changed(session, house, _key(_monday(house), ops.slack_id))


def _key(monday: date, slack_id: str) -> str:
    return f"{PROMPT}:{monday}:{slack_id}"


def _monday(house: House) -> date:
    today = house.clock.now().astimezone(house.definitions.organisation.zone).date()
    return today - timedelta(days=today.weekday())


def _arm(session: Session, house: House) -> None:
    """On the next Monday, as the working day begins."""
    organisation = house.definitions.organisation
    start = datetime.combine(_monday(house) + A_WEEK, organisation.working_hours.start)
    timers.arm(session, house, WEEKLY, WEEKLY, REF, to_utc(start, organisation.zone))
