"""What happens in the decision log: raising, recording, completing, reviewing, and what other rooms see of it."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot import audit
from bot.decisions import messages, model, rights, search
from bot.decisions.entry import Entry, Question, without_opening
from bot.decisions.model import DECIDED, PROPOSED, Decision
from bot.delivery import outbox
from bot.errors import FieldErrors, UserError
from bot.house import DecisionDraft, House, Part, Section
from bot.people.flow import require_person
from bot.people.model import People, Person, channel_id
from bot.prompts import flow as prompts
from bot.rituals.schedule import to_utc

PROMPT = "decision"
"""The kind of prompt that asks for a decision."""
DIGEST = "decisions/digest.txt.j2"
DRAFT_DAYS = 5
"""Working days within which a need noted in another room's form is to be decided."""
LIST_LENGTH = 10
MOST_IN_DIGEST = 10
WEEK = timedelta(days=7)
NOTED = (
    "state", "class_id", "area_id", "decider", "needed_by", "question", "decision", "options", "why", "door",
    "review_on",
)  # fmt: skip
"""What of an entry is written into the trail at each step."""


def raise_question(session: Session, house: House, slack_id: str, question: Question, form_key: str) -> Decision:
    """Put a question into the log and ask its decider. A form that arrives twice raises one."""
    person = require_person(session, house, slack_id)
    if known := model.by_form(session, house, form_key):
        return known
    question = rights.with_decider(session, house, question)
    question.check(person.today(house.clock.now()), rights.wrong(session, house, question))
    decision = model.add(
        session, house,
        state=PROPOSED, raised_by=slack_id, raised_at=house.clock.now(), form_key=form_key,
        decider=question.decider, question=question.question, needed_by=question.needed_by, stuck=question.stuck,
        door=question.door, options=question.options, class_id=question.class_id, area_id=question.area_id,
    )  # fmt: skip
    _enter(session, house, decision, "decision.raised", slack_id)
    _ask(session, house, decision)
    return decision


def record(session: Session, house: House, slack_id: str, entry: Entry, form_key: str) -> Decision:
    """Put a decision into the log. A form that arrives twice records one."""
    person = require_person(session, house, slack_id)
    if known := model.by_form(session, house, form_key):
        return known
    entry.check(person.today(house.clock.now()), rights.wrong(session, house, entry))
    now = house.clock.now()
    decision = model.add(
        session, house,
        state=DECIDED, raised_by=slack_id, raised_at=now, decided_at=now, completed_at=now, recorded_by=slack_id,
        class_id=entry.class_id, area_id=entry.area_id,
        decider=entry.decider, form_key=form_key, **_said(entry),
    )  # fmt: skip
    _enter(session, house, decision, "decision.recorded", slack_id)
    _tell(session, house, decision, slack_id)
    return decision


def settle(session: Session, house: House, slack_id: str, ref: str, entry: Entry, form_key: str) -> Decision:
    """Record what was raised, or complete what was noted in passing. Of two people at once the first one does.

    Its decider stays who it was, whatever `entry` says.
    """
    person = require_person(session, house, slack_id)
    decision = model.get(session, house, ref)
    if decision.form_key == form_key:
        return decision
    _require_open(session, house, decision, person)
    replace(entry, decider=decision.decider).check(person.today(house.clock.now()))
    was_proposed = decision.state == PROPOSED
    now = house.clock.now()
    changed = model.change(
        session, house, decision, Decision.completed_at.is_(None),
        state=DECIDED, completed_at=now, decided_at=decision.decided_at or now, recorded_by=slack_id,
        form_key=form_key, **_said(entry),
    )  # fmt: skip
    if not changed:
        if decision.form_key == form_key:
            return decision
        _require_open(session, house, decision, person)
    kind = "decision.recorded" if was_proposed else "decision.completed"
    _note(session, house, decision, kind, slack_id)
    _refresh(session, house, decision)
    if was_proposed:
        _tell(session, house, decision, slack_id)
    return decision


def keep(session: Session, house: House, slack_id: str, ref: str, review_on: date | None, seen: str) -> Decision:
    """A review: the decision stands until `review_on`. `seen` is the review date (ISO) the person was shown."""
    person = require_person(session, house, slack_id)
    decision = reviewable(session, house, slack_id, ref)
    if review_on is None or review_on <= person.today(house.clock.now()):
        raise FieldErrors({"review_on": "Pick a day after today on which to look at this again."})
    if str(decision.review_on) != seen or not model.change(
        session, house, decision, Decision.review_on == decision.review_on, review_on=review_on
    ):
        raise UserError(f"Somebody was quicker: {decision.ref} was just reviewed. `/decision {decision.ref}` shows it.")
    _note(session, house, decision, "decision.reviewed", slack_id)
    _refresh(session, house, decision)
    return decision


# What the forms and the list start from.


def recordable(session: Session, house: House, slack_id: str, ref: str) -> Decision:
    """The entry, if there is still something to be recorded and this person may do it."""
    decision = model.get(session, house, ref)
    _require_open(session, house, decision, require_person(session, house, slack_id))
    return decision


def reviewable(session: Session, house: House, slack_id: str, ref: str) -> Decision:
    """The entry, if this person may say whether it still stands."""
    person = require_person(session, house, slack_id)
    decision = model.get(session, house, ref)
    if decision.state != DECIDED or decision.review_on is None:
        raise UserError(f"{decision.ref} has no review date yet. `/decision {decision.ref}` shows it.")
    _require_upkeep(session, house, decision, person)
    return decision


def listing(session: Session, house: House, today: date) -> list[Decision]:
    """The ten to show: what is due, then the latest."""
    due = model.due(session, house, today, limit=LIST_LENGTH)
    seen = {decision.id for decision in due}
    rest = [decision for decision in model.latest(session, house, LIST_LENGTH) if decision.id not in seen]
    return [*due, *rest][:LIST_LENGTH]


def find(session: Session, house: House, words: str) -> list[Decision]:
    """The newest entries that have all these words, or words that begin so; one more than are shown, if there are."""
    looked_for = search.looked_for(words)
    if not looked_for:
        raise UserError("Which words? `/decision find pricing` shows every entry that has a word that begins so.")
    return model.with_words(session, house, looked_for, LIST_LENGTH + 1)


def away_decider(session: Session, house: House, decision: Decision) -> str | None:
    """Why the decider of an open question is not there today, or nothing."""
    people = People(session, house)
    decider = people.by_slack(decision.decider)
    if decider is None or decision.state != PROPOSED:
        return None
    return people.away_because(decider, decider.today(house.clock.now()))


def prompt_part(session: Session, house: House, ref: str) -> Part:
    """How the question to its decider looks now; `ref` is the entry's, such as `D-42`."""
    decision = model.get(session, house, ref)
    return messages.ask(house, decision, People(session, house).called)


# What other rooms see.


def log_draft(session: Session, house: House, draft: DecisionDraft) -> str:
    """Keep what another room's form noted in passing, with what is known; returns its id, such as `D-42`.

    The same words from the same form on the same day are one entry, also when that form is sent twice.
    """
    author = require_person(session, house, draft.author)
    now = house.clock.now()
    text = (without_opening(draft.text) if draft.decided else "") or draft.text.strip()
    known = model.drafted(
        session, house, author=author.slack_id, source=draft.source, text=text, since=now - timedelta(days=1)
    )
    if known is not None:
        return known.ref
    origin = {"source": draft.source, "area_id": draft.area_id, "raised_by": author.slack_id, "raised_at": now}
    if draft.decided:
        decision = model.add(
            session, house,
            state=DECIDED, decided_at=now, decider=author.slack_id, recorded_by=author.slack_id,
            decision=text, **origin,
        )  # fmt: skip
        _enter(session, house, decision, "decision.noted", author.slack_id)
        return decision.ref
    decider = next(iter(People(session, house).with_role("head_of_product")), author)
    needed_by = _working_days_on(house, decider, DRAFT_DAYS)
    decision = model.add(
        session, house, state=PROPOSED, decider=decider.slack_id, question=text, needed_by=needed_by, **origin
    )
    _enter(session, house, decision, "decision.raised", author.slack_id)
    _ask(session, house, decision)
    return decision.ref


def digest_section(session: Session, house: House, from_day: date, to_day: date) -> Section:
    """What is to be decided by `to_day` or overdue, and what was decided since a week before `from_day`."""
    called = People(session, house).called
    zone = house.definitions.organisation.zone
    today = _today(house)
    since = to_utc(datetime.combine(from_day - WEEK + timedelta(days=1), time()), zone)
    due = [
        house.words.part(
            DIGEST,
            "due",
            decision=decision,
            decider=called(decision.decider),
            overdue=messages.overdue(decision, today),
            age=(today - decision.raised_at.astimezone(zone).date()).days,
        )
        for decision in model.due(session, house, to_day, states=(PROPOSED,))
    ]
    decided = [
        house.words.part(DIGEST, "decided", decision=decision, decider=called(decision.decider))
        for decision in model.decided_since(session, house, since)
    ]
    return Section(
        house.words.part(DIGEST, "title"),
        (*_at_most(house, due), *_at_most(house, decided)),
        house.words.part(DIGEST, "empty"),
    )


def waiting_for(session: Session, house: House, slack_id: str) -> list[tuple[Decision, datetime]]:
    """What this person has to decide or to look at again, each with the end of its day."""
    person = People(session, house).by_slack(slack_id)
    if person is None:
        return []
    today = person.today(house.clock.now())
    open_now = model.to_decide(session, house, slack_id)
    reviews = model.due(session, house, today, states=(DECIDED,), decider=slack_id)
    end = house.definitions.organisation.working_hours.end
    return [
        (decision, to_utc(datetime.combine(day, end), person.zone))
        for decision in [*open_now, *reviews]
        if (day := decision.due)
    ]


# How: in the order in which the verbs above call them.


def _enter(session: Session, house: House, decision: Decision, kind: str, actor: str) -> None:
    """A new entry: into the trail, and into the channel of the log."""
    _note(session, house, decision, kind, actor)
    log = channel_id(session, house, house.definitions.organisation.channels.decisions)
    decision.message_id = outbox.post(
        session,
        house,
        log,
        messages.card(house, decision, People(session, house).called),
        kind="decision.card",
        dedupe=f"decision:{decision.id}",
        report_to=actor,
    )
    _post_copy(session, house, decision, actor)


def _note(session: Session, house: House, decision: Decision, kind: str, actor: str) -> None:
    said = {
        name: str(value) if isinstance(value, date) else value for name in NOTED if (value := getattr(decision, name))
    }
    audit.record(session, house, kind, f"decision:{decision.ref}", actor=actor, **said)


def _post_copy(session: Session, house: House, decision: Decision, report_to: str) -> None:
    log = channel_id(session, house, house.definitions.organisation.channels.decisions)
    if not decision.inform_channel or decision.inform_channel == log or decision.copy_id is not None:
        return
    decision.copy_id = outbox.post(
        session,
        house,
        decision.inform_channel,
        messages.card(house, decision, People(session, house).called),
        kind="decision.copy",
        dedupe=f"decision:{decision.id}:copy",
        report_to=report_to,
    )


def _ask(session: Session, house: House, decision: Decision) -> None:
    """Ask the decider, and remind them once on the day it is needed by; not somebody who has raised it themselves."""
    decider = People(session, house).by_slack(decision.decider)
    if decider is None or decision.decider == decision.raised_by or decision.needed_by is None:
        return
    hours = house.definitions.organisation.working_hours
    begins, ends = (to_utc(datetime.combine(decision.needed_by, at), decider.zone) for at in (hours.start, hours.end))
    now = house.clock.now()
    prompts.ask(
        session,
        house,
        decider.slack_id,
        _key(decision),
        PROMPT,
        decision.ref,
        at=now,
        deadline=ends,
        remind_at=begins if begins > now else None,
        report_to=decision.raised_by,
    )


def _key(decision: Decision) -> str:
    return f"{PROMPT}:{decision.id}"


def _said(entry: Entry) -> dict[str, Any]:
    """An entry as the record's columns, less what stays when it is completed: decider, class and area."""
    return {
        "decision": without_opening(entry.decision),
        "options": entry.options,
        "why": entry.why,
        "door": entry.door,
        "revisit": entry.revisit,
        "review_on": entry.review_on,
        "confidence": entry.confidence,
        "inform": entry.inform,
        "inform_channel": entry.inform_channel,
        "links": entry.links,
    }


def _tell(session: Session, house: House, decision: Decision, actor: str) -> None:
    """Tell who raised it, and in whose name it was recorded, once; the decider's request says it by itself."""
    people = People(session, house)
    asked = prompts.is_shown(session, house, _key(decision))
    prompts.changed(session, house, _key(decision))
    for slack_id in dict.fromkeys((decision.raised_by, decision.decider)):
        person = people.by_slack(slack_id)
        if person is None or slack_id == actor or (asked and slack_id == decision.decider):
            continue
        title, text = messages.told(house, decision, people.called, to=slack_id)
        prompts.tell(session, house, slack_id, f"{_key(decision)}:told:{slack_id}", title, text)


def _require_open(session: Session, house: House, decision: Decision, person: Person) -> None:
    if not decision.is_open:
        who = People(session, house).called(decision.recorded_by or decision.decider)
        raise UserError(
            f"{who} was quicker: {decision.ref} is recorded, “We will {decision.decision}”. "
            f"`/decision {decision.ref}` shows it."
        )
    _require_upkeep(session, house, decision, person)


def _require_upkeep(session: Session, house: House, decision: Decision, person: Person) -> None:
    """Who may write down what was decided: whoever decides, whoever asked, their head, and who keeps the log."""
    if person.slack_id in (decision.decider, decision.raised_by) or person.is_product_ops:
        return
    if "head_of_product" in person.roles:
        return
    decider = People(session, house).called(decision.decider)
    raise UserError(f"{decision.ref} is {decider}'s to decide. Ask {decider}, or product ops to write it down.")


def _refresh(session: Session, house: House, decision: Decision) -> None:
    """Edit the entry wherever it stands, so that each copy shows how it is now."""
    message = messages.card(house, decision, People(session, house).called)
    for message_id in (decision.message_id, decision.copy_id):
        if message_id is not None:
            outbox.update(session, house, message_id, message)
    _post_copy(session, house, decision, decision.recorded_by or decision.decider)


def _today(house: House) -> date:
    return house.clock.now().astimezone(house.definitions.organisation.zone).date()


def _working_days_on(house: House, person: Person, count: int) -> date:
    """The `count`-th working day of this person after today."""
    work_days = house.definitions.organisation.work_days(person.holidays)
    return work_days.nth(person.today(house.clock.now()), count)


def _at_most(house: House, lines: list[str]) -> list[str]:
    if len(lines) <= MOST_IN_DIGEST:
        return lines
    return [*lines[:MOST_IN_DIGEST], house.words.part(DIGEST, "more", count=len(lines) - MOST_IN_DIGEST)]
