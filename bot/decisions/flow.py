"""What happens in the decision log: raising, recording, completing, reviewing, and what other rooms see of it."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot import audit, search
from bot.decisions import (
    announcing,
    consulting,
    copies,
    ending,
    messages,
    model,
    reviewing,
    rights,
    turns,
)
from bot.decisions.entry import TOO_FAR, Choice, Entry, Question, is_too_far, without_opening
from bot.decisions.model import DECIDED, PROPOSED, Decision
from bot.definitions.decisions import ONLY_RECORDS
from bot.errors import FieldErrors, UserError
from bot.folding import folded
from bot.house import DecisionDraft, House, Part, Section
from bot.people.flow import require_person
from bot.people.model import People, Person
from bot.rituals.schedule import to_utc

DIGEST = "decisions/digest.txt.j2"
DRAFT_DAYS = 5
"""Working days within which a need noted in another room's form is to be decided."""
LIST_LENGTH = 10
AMONG, MOST_ALIKE = 50, 3
"""Entries that are compared, and those that are shown."""
TELLING = 3
"""Letters of a word that may tell what a text is about: `SSO` does."""
COMMON = frozenset(
    folded(
        """
        all also and any are both but can does drop end few for from get has have how into its keep make may more new
        not now off one only our out over should stop than that the their them then they this two use was way what when
        who why will with yes you
        """
    )
)
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
        links=question.links, source=question.source or None,
    )  # fmt: skip
    _enter(session, house, decision, "decision.raised", slack_id)
    return decision


def record(session: Session, house: House, slack_id: str, entry: Entry, form_key: str) -> Decision:
    """Put a decision into the log. A form that arrives twice records one."""
    person = require_person(session, house, slack_id)
    if known := model.by_form(session, house, form_key):
        return known
    wrong = rights.wrong(session, house, entry) | rights.wrong_inform(session, house, entry)
    entry.check(person.today(house.clock.now()), wrong)
    now = house.clock.now()
    decision = model.add(
        session, house,
        state=DECIDED, raised_by=slack_id, raised_at=now, decided_at=now, completed_at=now, recorded_by=slack_id,
        class_id=entry.class_id, area_id=entry.area_id, source=entry.source or None,
        decider=entry.decider, form_key=form_key, **_said(entry),
    )  # fmt: skip
    _enter(session, house, decision, "decision.recorded", slack_id)
    if entry.supersedes:
        try:
            ending.supersede(session, house, slack_id, reviewable(session, house, slack_id, entry.supersedes), decision)
        except UserError as refused:
            # The form stays open with all that was typed, and nothing of it is kept.
            raise FieldErrors({"decision": str(refused)}) from refused
    announcing.announce(session, house, decision, slack_id)
    reviewing.plan(session, house, decision)
    return decision


def settle(session: Session, house: House, slack_id: str, ref: str, entry: Entry, form_key: str) -> Decision:
    """Record what was raised, or complete what was noted in passing. Of two people at once the first one does.

    Whoever was asked to decide and does so is its decider; else that stays who it was, whatever `entry` says.
    """
    person = require_person(session, house, slack_id)
    decision = model.get(session, house, ref)
    if decision.form_key == form_key:
        return decision
    _require_open(session, house, decision, person)
    class_id = decision.class_id or entry.class_id
    wrong = rights.wrong_inform(session, house, entry)
    wrong |= {} if decision.class_id else rights.wrong_class(house, class_id)
    replace(entry, decider=decision.decider).check(person.today(house.clock.now()), wrong)
    was_proposed = decision.state == PROPOSED
    asked = [turn.person for turn in turns.turns_of(session, house, decision)] if was_proposed else []
    decider = slack_id if slack_id in asked else decision.decider
    if was_proposed:
        _require_decider(session, house, decision, People(session, house).by_slack(decider), class_id)
    now = house.clock.now()
    changed = model.change(
        session, house, decision, Decision.completed_at.is_(None) & Decision.state.in_((PROPOSED, DECIDED)),
        state=DECIDED, completed_at=now, decided_at=decision.decided_at or now, recorded_by=slack_id,
        decider=decider, class_id=class_id,
        form_key=form_key, **_said(entry),
    )  # fmt: skip
    if not changed:
        if decision.form_key == form_key:
            return decision
        _require_open(session, house, decision, person)
    kind = "decision.recorded" if was_proposed else "decision.completed"
    _note(session, house, decision, kind, slack_id)
    copies.refresh(session, house, decision)
    announcing.announce(session, house, decision, slack_id)
    reviewing.plan(session, house, decision)
    return decision


def decide(session: Session, house: House, slack_id: str, ref: str, choice: Choice, form_key: str) -> Decision:
    """Whose turn it is decides in place: one of the options or another one, why, and when to look again."""
    decision = model.get(session, house, ref)
    if decision.form_key == form_key:
        return decision
    options = decision.option_lines
    if choice.decision and all(choice.decision.casefold() != option.casefold() for option in options):
        options = [*options, choice.decision]
    entry = Entry(
        decision=choice.decision, options="\n".join([*options, *choice.other_options]), why=choice.why,
        door=decision.door or choice.door, review_on=choice.review_on, decider=decision.decider, revisit=choice.revisit,
        inform=decision.inform, inform_channel=decision.inform_channel, inform_person=decision.inform_person,
        links=decision.links, class_id=choice.class_id,
    )  # fmt: skip
    return settle(session, house, slack_id, ref, entry, form_key)


def delegate(
    session: Session, house: House, slack_id: str, ref: str, colleague: str, needed_by: date | None, note: str
) -> Decision:
    """Whose turn it is names a colleague who decides until another day. Raises FieldErrors for the form's fields."""
    person, decision = require_person(session, house, slack_id), delegable(session, house, slack_id, ref)
    if turns.is_delegated(session, house, decision, slack_id, colleague) and decision.needed_by == needed_by:
        # The same form, once more.
        return decision
    to = People(session, house).by_slack(colleague)
    today = person.today(house.clock.now())
    asked = Question(decision.question, colleague, needed_by, decision.stuck, decision.door,
                     class_id=decision.class_id, area_id=decision.area_id)  # fmt: skip
    wrong = rights.wrong_decider(session, house, asked)
    if needed_by is None or needed_by < today:
        wrong["needed_by"] = "Pick today or a later day."
    elif is_too_far(needed_by, today):
        wrong["needed_by"] = TOO_FAR
    if to is None or to == person:
        wrong["decider"] = "Pick a colleague whom `organisation.yaml` names."
    elif any(turn.person == colleague for turn in turns.turns_of(session, house, decision)):
        wrong["decider"] = f"{to.name} was asked already, and can decide it."
    if wrong or to is None or needed_by is None:
        raise FieldErrors(wrong)
    before = decision.decider
    if not model.change(
        session, house, decision, (Decision.state == PROPOSED) & (Decision.decider == before),
        decider=colleague, needed_by=needed_by, unheeded_at=None,
    ):  # fmt: skip
        _require_open(session, house, decision, person)
        raise UserError(
            f"{decision.ref} has just been delegated by somebody else. `/decision {decision.ref}` shows it."
        )
    turns.delegate(session, house, decision, person, to, needed_by, note)
    _note(session, house, decision, "decision.delegated", slack_id)
    copies.refresh(session, house, decision)
    return decision


def reject(session: Session, house: House, slack_id: str, ref: str, reason: str) -> Decision:
    """Whoever may decide says that it will not be decided, and why."""
    decision = decidable(session, house, slack_id, ref)
    if decision.raised_by != slack_id:
        _require_decider(session, house, decision, require_person(session, house, slack_id))
    ending.reject(session, house, slack_id, decision, reason)
    return decision


def keep(session: Session, house: House, slack_id: str, ref: str, review_on: date | None, seen: str) -> Decision:
    """A review: the decision stands until `review_on`. `seen` is the review date (ISO) the person was shown."""
    decision = reviewable(session, house, slack_id, ref)
    reviewing.keep(session, house, slack_id, decision, review_on, seen)
    copies.refresh(session, house, decision)
    return decision


def reverse(session: Session, house: House, slack_id: str, ref: str, reason: str) -> Decision:
    """A review: the decision is taken back."""
    decision = reviewable(session, house, slack_id, ref)
    _require_decider(session, house, decision, require_person(session, house, slack_id))
    ending.reverse(session, house, slack_id, decision, reason)
    return decision


def replaces(session: Session, house: House, slack_id: str, ref: str, old: str) -> Decision:
    """An entry that is in the log takes the place of an older one that says something about the same."""
    decision = model.get(session, house, ref)
    ending.supersede(session, house, slack_id, reviewable(session, house, slack_id, old), decision)
    return decision


# What the clock and other rooms call.


def on_due(session: Session, house: House, ref: str) -> None:
    """A timer: somebody's turn has passed."""
    decision = turns.held(session, house, ref)
    if decision is not None:
        turns.pass_on(session, house, decision)
        copies.refresh(session, house, decision)


def hold(session: Session, house: House, ref: str) -> None:
    """Keep others from the entry that a timer is about."""
    turns.held(session, house, ref)


def on_away(session: Session, house: House, slack_id: str) -> None:
    """Somebody is away, or has left Slack: what waits for them and can not goes to whoever is next."""
    for decision in turns.on_away(session, house, slack_id):
        copies.refresh(session, house, decision)
    reviewing.on_away(session, house, slack_id)


def keep_in_step(session: Session, house: House) -> None:
    turns.keep_in_step(session, house)


# What the forms and the list start from.


def recordable(session: Session, house: House, slack_id: str, ref: str) -> Decision:
    """The entry, if there is still something to be recorded and this person may do it."""
    decision = model.get(session, house, ref)
    _require_open(session, house, decision, require_person(session, house, slack_id))
    return decision


def decidable(session: Session, house: House, slack_id: str, ref: str) -> Decision:
    """The open question, if this person may decide it."""
    decision = recordable(session, house, slack_id, ref)
    if decision.state != PROPOSED:
        raise UserError(f"{decision.ref} is decided already. `/decision {decision.ref}` shows it.")
    return decision


def delegable(session: Session, house: House, slack_id: str, ref: str) -> Decision:
    """The open question, if it is this person's turn or theirs to hand on."""
    decision = decidable(session, house, slack_id, ref)
    asked = [turn.person for turn in turns.turns_of(session, house, decision)]
    head = "head_of_product" in require_person(session, house, slack_id).roles
    if slack_id not in (decision.decider, *asked) and not head:
        called = People(session, house).called(decision.decider)
        raise UserError(f"Only who decides can delegate, and {decision.ref} is {called}'s to decide.")
    return decision


def reviewable(session: Session, house: House, slack_id: str, ref: str) -> Decision:
    """The entry, if it counts now and this person may say whether it still stands."""
    person = require_person(session, house, slack_id)
    decision = model.get(session, house, ref)
    _require_upkeep(session, house, decision, person)
    if decision.state in model.ENDED:
        called = People(session, house).called(decision.ended_by or decision.decider)
        raise UserError(ending.why_not(decision, called))
    if decision.state != DECIDED or decision.review_on is None:
        raise UserError(f"{decision.ref} has no review date yet. `/decision {decision.ref}` shows it.")
    return decision


def alike(session: Session, house: House, decision: Decision) -> list[Decision]:
    """What counts now about the same class and area and in some of the same words: it may say otherwise."""
    if not decision.class_id or decision.state in model.ENDED:
        return []
    words = _telling(f"{decision.question} {decision.decision}")
    found = [
        (len(words & _telling(f"{each.question} {each.decision}")), each)
        for each in model.active_alike(session, house, decision, AMONG)
    ]
    return [each for shared, each in sorted(found, key=lambda one: -one[0]) if shared][:MOST_ALIKE]


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
    """How the question to somebody whose turn it is or was looks now; `ref` is `D-42:` with their Slack id."""
    entry, _, slack_id = ref.partition(":")
    decision = model.get(session, house, entry)
    asked = turns.turns_of(session, house, decision)
    mine = next((turn for turn in asked if turn.person == slack_id), None)
    views = [each for each in consulting.opinions_of(session, house, decision) if each.said_at is not None]
    called = People(session, house).called
    if mine is None:
        return messages.ask(house, decision, called, None, None, ())
    return messages.ask(house, decision, called, mine, asked[-1], [(called(each.person), each.text) for each in views])


# What other rooms see.


def log_draft(session: Session, house: House, draft: DecisionDraft) -> str:
    """Keep what another room's form noted in passing, with what is known; returns its id, such as `D-42`.

    The same words from the same form on the same day are one entry, also when that form is sent twice.
    """
    author = require_person(session, house, draft.author)
    now = house.clock.now()
    text = (without_opening(draft.text) if draft.decided else "") or draft.text.strip()
    known = model.drafted(
        session, house, author=author.slack_id, source=draft.source, text=text, why=draft.why,
        since=now - timedelta(days=1),
    )  # fmt: skip
    if known is not None:
        return known.ref
    of_class = house.definitions.decision_class(draft.class_id)
    class_id = draft.class_id if of_class else rights.decided_in(house, draft.ritual_id)
    origin = {
        "source": draft.source, "class_id": class_id, "area_id": draft.area_id, "why": draft.why,
        "options": draft.options, "raised_by": author.slack_id, "raised_at": now,
    }  # fmt: skip
    if draft.decided:
        may_decide = rights.may_decide(house, class_id, author)
        deciders = [author] if may_decide else rights.in_line(session, house, class_id, draft.area_id)
        decision = model.add(
            session, house,
            state=DECIDED, decided_at=now, decider=next(iter(deciders), author).slack_id, recorded_by=author.slack_id,
            decision=text, **origin,
        )  # fmt: skip
        _enter(session, house, decision, "decision.noted", author.slack_id)
        announcing.announce(session, house, decision, author.slack_id)
        return decision.ref
    deciders = rights.in_line(session, house, class_id, draft.area_id) if class_id else []
    decider = next(iter([*deciders, *People(session, house).with_role("head_of_product")]), author)
    needed_by = _working_days_on(house, decider, DRAFT_DAYS)
    decision = model.add(
        session, house, state=PROPOSED, decider=decider.slack_id, question=text, needed_by=needed_by, **origin
    )
    _enter(session, house, decision, "decision.raised", author.slack_id)
    return decision.ref


def to_decide_in(session: Session, house: House, ritual_id: str) -> list[str]:
    """What is to be decided in a ritual, since it is the forum of its class; a line each, as in the digest."""
    class_ids = [each.id for each in house.definitions.decision_classes if each.forum.ritual == ritual_id]
    called, today = People(session, house).called, _today(house)
    return _at_most(
        house,
        [
            _due_line(house, decision, called, today)
            for decision in model.open_of_classes(session, house, class_ids, MOST_IN_DIGEST + 1)
        ],
    )


def digest_section(session: Session, house: House, from_day: date, to_day: date) -> Section:
    """What is to be decided by `to_day` or overdue, how much later, and what was decided in the week to `from_day`."""
    called = People(session, house).called
    zone = house.definitions.organisation.zone
    today = _today(house)
    since = to_utc(datetime.combine(from_day - WEEK + timedelta(days=1), time()), zone)
    due = [
        _due_line(house, decision, called, today) for decision in model.due(session, house, to_day, states=(PROPOSED,))
    ]
    decided = [
        house.words.part(DIGEST, "decided", decision=decision, decider=called(decision.decider))
        for decision in model.decided_since(session, house, since)
    ]
    later = model.open_after(session, house, to_day)
    open_later = [house.words.part(DIGEST, "later", count=later)] if later else []
    return Section(
        house.words.part(DIGEST, "title"),
        (*_at_most(house, due), *open_later, *_at_most(house, decided)),
        house.words.part(DIGEST, "empty"),
    )


def waiting_for(session: Session, house: House, slack_id: str) -> list[tuple[Decision, datetime]]:
    """What this person has to decide, also in somebody's place, or to look at again, each with the end of its day."""
    person = People(session, house).by_slack(slack_id)
    if person is None:
        return []
    today = person.today(house.clock.now())
    open_now = model.to_decide(session, house, slack_id)
    reviews = model.due(session, house, today, states=(DECIDED,), decider=slack_id)
    end = house.definitions.organisation.working_hours.end
    own = [
        (decision, to_utc(datetime.combine(day, end), person.zone))
        for decision in [*open_now, *reviews]
        if (day := decision.due)
    ]
    return [*own, *((decision, turn.until) for decision, turn in turns.of_others(session, house, slack_id))]


# How: in the order in which the verbs above call them.


def _enter(session: Session, house: House, decision: Decision, kind: str, actor: str) -> None:
    """A new entry: into the trail, to whoever decides it, and into the channel of the log."""
    _note(session, house, decision, kind, actor)
    if decision.state == PROPOSED:
        turns.begin(session, house, decision)
        consulting.ask(session, house, decision)
    copies.post(session, house, decision, actor)


def _note(session: Session, house: House, decision: Decision, kind: str, actor: str) -> None:
    said = {
        name: str(value) if isinstance(value, date) else value for name in NOTED if (value := getattr(decision, name))
    }
    audit.record(session, house, kind, f"decision:{decision.ref}", actor=actor, **said)


def _said(entry: Entry) -> dict[str, Any]:
    """An entry as the record's columns, less what stays when it is completed: decider, area and a class it had."""
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
        "inform_person": entry.inform_person,
        "links": entry.links,
    }


def _require_open(session: Session, house: House, decision: Decision, person: Person) -> None:
    if decision.state in model.ENDED:
        raise UserError(ending.why_not(decision, People(session, house).called(decision.ended_by or decision.decider)))
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
    if any(turn.person == person.slack_id for turn in turns.turns_of(session, house, decision)):
        return
    decider = People(session, house).called(decision.decider)
    raise UserError(f"{decision.ref} is {decider}'s to decide. Ask {decider}, or product ops to write it down.")


def _require_decider(
    session: Session, house: House, decision: Decision, person: Person | None, class_id: str = ""
) -> None:
    """Product ops writes down what others decide about the product, and decides nothing of it, nor takes it back."""
    if person is not None and not rights.may_decide(house, class_id or decision.class_id, person):
        names = [each.name for each in rights.line(session, house, decision)]
        raise UserError(f"{ONLY_RECORDS}. Ask {' or '.join(names) or 'the head of product'}.")


def _due_line(house: House, decision: Decision, called: messages.Called, today: date) -> str:
    raised_on = decision.raised_at.astimezone(house.definitions.organisation.zone).date()
    return house.words.part(
        DIGEST,
        "due",
        decision=decision,
        decider=called(decision.decider),
        overdue=messages.overdue(decision, today),
        age=(today - raised_on).days,
    )


def _telling(text: str) -> set[str]:
    """The words of a text that say what it is about."""
    return {word for word in folded(text) if len(word) >= TELLING} - COMMON


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
