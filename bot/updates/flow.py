"""What happens in a weekly update: asking, answering, passing on, reminding, publishing, correcting."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import timers
from bot.audit import Event, record
from bot.db import change, insert_missing
from bot.definitions import Area, Ritual
from bot.delivery import outbox
from bot.errors import UserError
from bot.house import DecisionDraft, House
from bot.people.model import People, Person
from bot.people.moments import polite
from bot.prompts import flow as prompts
from bot.rituals import model as occurrences
from bot.rituals.model import Occurrence
from bot.rituals.schedule import Slot, prompt_at, to_utc
from bot.timers import Step
from bot.updates import messages, model
from bot.updates.answer import Answer
from bot.updates.asking import (
    area_of,
    as_reason,
    ask_instead,
    ask_person,
    hand_back,
    new_ask,
    own_draft,
    owners,
    pass_on,
    prompt_key,
    refresh_prompts,
    takes_answers,
    tell_owner,
    whom_to_ask,
)
from bot.updates.model import ANSWERED, AWAY, LET_OFF, NOT_MINE, WAITING, Ask, Update
from bot.updates.publishing import correct_digest, post_digest
from bot.updates.rights import answerable, asked
from bot.updates.times import Asking

KIND = model.KIND
MOST_NO_CHANGE = 2
"""How many weeks running an area may say *no change*."""
EVERYONE_AWAY = "everyone is away"
GONE = "no longer in this Slack workspace"


class WeeklyUpdate:
    """The ritual kind: each area's owner is asked, and a digest is compiled from their answers."""

    def opens_at(self, session: Session, house: House, ritual: Ritual, slot: Slot) -> datetime:
        organisation = house.definitions.organisation
        # Of hundreds of owners many share their clock and their holidays.
        alike = {(person.zone, person.holidays) for person in owners(session, house, ritual)}
        prompts = [prompt_at(slot, ritual, organisation, zone, holidays) for zone, holidays in alike]
        return min(prompts, default=slot.at(ritual.schedule.prompt, ritual.zone_for(organisation)))

    def planned(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> Sequence[Step]:
        return ()

    def open(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
        people = People(session, house)
        answered = model.submitted(session, house, occurrence.id)
        areas, asks = house.definitions.areas_of(ritual), []
        yesterday = house.clock.now().date() - timedelta(days=1)
        asking = Asking(house, ritual, occurrence)
        people.expect((each for area in areas for each in people.stand_ins(area)), yesterday)
        for area in areas:
            if early := answered.get(area.id):
                asks.append(new_ask(house, occurrence, area, early.author, ANSWERED))
                continue
            person, stands_in_for, reason = whom_to_ask(people, asking, area)
            asked, state = (person.slack_id, WAITING) if person else (None, AWAY)
            asks.append(new_ask(house, occurrence, area, asked, state, stands_in_for, reason))
        insert_missing(session, Ask, asks)
        # With nobody known to Slack the digest says so; that is no absence.
        if all(ask["asked"] is None for ask in asks) and owners(session, house, ritual):
            _leave_out(session, house, ritual, occurrence)
        _ask_who_waits(session, house, ritual, occurrence)

    def moved(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
        _ask_who_waits(session, house, ritual, occurrence)
        refresh_prompts(session, house, occurrence)

    def cutoff(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
        refresh_prompts(session, house, occurrence, only_waiting=True)

    def publish(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
        if not occurrences.move(session, house, occurrence, occurrences.CLOSED, artifact=ritual.artifact):
            return
        post_digest(session, house, ritual, occurrence)
        refresh_prompts(session, house, occurrence, only_waiting=True)

    def skip(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
        refresh_prompts(session, house, occurrence)

    def let_off(
        self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence, person: Person, reason: str
    ) -> bool:
        waiting = [a for a in model.asks_of(session, house, occurrence.id, person.slack_id) if a.state == WAITING]
        for ask in waiting:
            ask.state, ask.reason = LET_OFF, as_reason(None, f"{person.name} skips: {reason}")
        for ask in waiting:
            prompts.changed(session, house, prompt_key(ask))
        return bool(waiting)


# Answering.


def prefill(
    session: Session, house: House, slack_id: str, occurrence: Occurrence, area: Area, so_far: Update | None
) -> tuple[Answer, Sequence[str]]:
    """What the form starts with, and the lines planned last week. `so_far` is the area's update, if there is one.

    The answer so far or this person's own draft, else last week's colour, confidence and path.
    """
    previous = model.before(session, house, occurrence, area.id)
    planned = previous[0].answer.planned if previous else []
    if so_far is not None and (so_far.author == slack_id or not so_far.draft):
        return so_far.answer, planned
    if not previous:
        return Answer(), planned
    last = previous[0].answer
    return Answer(status=last.status, confidence=last.confidence, path=last.path), planned


def submit(
    session: Session,
    house: House,
    slack_id: str,
    occurrence_id: str,
    area_id: str,
    answer: Answer,
    *,
    draft: bool = False,
    no_change: bool = False,
    seen: str | None = None,
) -> Update:
    """Keep an area's answer: new, edited, early, late, or as a draft that waits. Checks who answers and what.

    `seen` is the `mark` of the update that the form was filled from; a colleague's newer one is not overwritten.
    """
    occurrence, ritual, area = answerable(session, house, slack_id, occurrence_id, area_id, lock=True)
    house = occurrences.house_of(session, house, occurrence)
    if not draft:
        answer.check()
    ask = model.ask_for(session, house, occurrence.id, area.id)
    update = _found_or_begun(session, house, slack_id, occurrence, area)
    _refuse_to_overwrite(session, house, slack_id, area, update, draft=draft, seen=seen)
    if update.draft and update.author != slack_id and update.content:
        _give_draft_back(session, house, slack_id, occurrence, area, update)
    now = house.clock.now()
    update.content = (answer if draft else answer.without_decisions()).to_json()
    update.no_change = no_change
    update.draft = draft
    update.author = slack_id
    if not draft:
        if update.submitted_at is None:
            update.submitted_at = now
            update.late = now > occurrence.cutoff_at
        elif occurrence.state == occurrences.CLOSED:
            update.edited_at = now
        if ask is not None:
            change(session, ask, state=ANSWERED)
    session.flush()
    if not draft:
        _log_decisions(session, house, ritual, area, update, answer)
        _settle(session, house, ritual, occurrence, area)
    if ask is not None and ask.asked is not None:
        prompts.changed(session, house, prompt_key(ask))
    action = "drafted" if draft else "submitted"
    record(
        session, house, f"update.{action}", f"update:{update.id}", actor=slack_id,
        area=area.id, slot=occurrence.slot, answer=answer.to_json(), no_change=no_change,
    )  # fmt: skip
    return update


def no_change(session: Session, house: House, slack_id: str, ask_id: str) -> Update:
    """Answer *no change since last week* with one click: last week's answer stands, two weeks running at most."""
    ask = model.get_ask(session, house, ask_id)
    # Locked before looking: a colleague's answer that is on its way must not be overwritten by last week's.
    occurrence, _ritual, area = answerable(session, house, slack_id, str(ask.occurrence_id), ask.area_id, lock=True)
    so_far = model.find(session, house, occurrence.id, area.id)
    if so_far is not None and not so_far.draft:
        raise UserError(f"The update for {area.name} is in already. *Edit update* changes it.")
    if own_draft(session, house, occurrence, area.id, slack_id):
        raise UserError(f"You have a draft for {area.name}. *Finish draft* opens it, so that your words are not lost.")
    earlier = model.before(session, house, occurrence, ask.area_id, limit=MOST_NO_CHANGE)
    if not earlier:
        raise UserError("There is no earlier update to stand by. Use *Write update* for the first one.")
    if len(earlier) == MOST_NO_CHANGE and all(update.no_change for update in earlier):
        raise UserError("That would be the third week running with no change. Use *Write update*: one line is enough.")
    answer = earlier[0].answer
    kept = Answer(status=answer.status, next=answer.next, confidence=answer.confidence, path=answer.path)
    return submit(session, house, slack_id, str(occurrence.id), ask.area_id, kept, no_change=True)


def not_mine(session: Session, house: House, slack_id: str, ask_id: str) -> str:
    """Somebody was asked for an area that is not theirs: pass it on, tell the ritual's owner; returns what happens."""
    ask, occurrence, ritual, person = asked(session, house, slack_id, ask_id)
    house = occurrences.house_of(session, house, occurrence)
    area = area_of(house, ask)
    record(session, house, "update.not_mine", f"ask:{ask.id}", actor=slack_id, area=area.id)
    pass_on(session, house, ritual, occurrence, ask, f"{person.name} says it is not theirs", otherwise=NOT_MINE)
    people = People(session, house)
    deputy = people.by_slack(ask.asked) if ask.state == WAITING else None
    title, text = messages.not_theirs(house, person, area, deputy)
    tell_owner(session, house, ritual, f"not-mine:{ask.id}:{slack_id}", title, text)
    return messages.passed_on(house, area, deputy, people.named(ritual.owner))


def on_away(session: Session, house: House, slack_id: str) -> None:
    """Someone is away, or has left Slack: what waits for them now goes to whoever stands in."""
    people = People(session, house)
    person = people.by_slack(slack_id)
    for ask, occurrence in model.waiting_for(session, house, slack_id):
        if occurrence.state == occurrences.AWAITING_OUTPUT:
            continue
        then = occurrences.house_of(session, house, occurrence)
        ritual = then.definitions.calendar.ritual(occurrence.ritual_id)
        if ritual is None or then.definitions.organisation.area(ask.area_id) is None:
            continue
        away = people.away_because(person, person.today(house.clock.now()), ritual.id) if person else GONE
        if away is not None:
            pass_on(session, then, ritual, occurrence, ask, away)


def on_back(session: Session, house: House, slack_id: str) -> None:
    """Someone is here again: what went to their deputies meanwhile, and is still unanswered, is theirs again.

    They are also asked for what nobody could be asked for, if they stand in there.
    """
    person = People(session, house).by_slack(slack_id)
    open_asks = session.execute(
        select(Ask, Occurrence)
        .join(Occurrence, Occurrence.id == Ask.occurrence_id)
        .where(
            Ask.workspace_id == house.workspace_id,
            Ask.state.in_((WAITING, AWAY)),
            Occurrence.state.in_((occurrences.PROMPTED, occurrences.IN_PROGRESS)),
        )
    ).all()
    for ask, occurrence in open_asks:
        then = occurrences.house_of(session, house, occurrence)
        ritual = then.definitions.calendar.ritual(occurrence.ritual_id)
        area = then.definitions.organisation.area(ask.area_id)
        if person is None or ritual is None or area is None or ask.asked == slack_id:
            continue
        if not takes_answers(occurrence, house):
            continue
        if People(session, then).by_ref(area.owner) == person:
            hand_back(session, then, ritual, occurrence, ask, person)
        elif ask.state == AWAY and person in People(session, then).stand_ins(area):
            ask_instead(session, then, ritual, occurrence, ask, person)


def on_other_zone(session: Session, house: House, slack_ids: Collection[str]) -> None:
    """People are in other time zones: what was not said to them yet is said at its hour there."""
    people = People(session, house)
    for person in filter(None, map(people.by_slack, sorted(slack_ids))):
        for ask, occurrence, _area in waiting_for(session, house, person.slack_id):
            then = occurrences.house_of(session, house, occurrence)
            ritual = then.definitions.calendar.ritual(occurrence.ritual_id)
            if ritual is not None and takes_answers(occurrence, house):
                ask_person(session, Asking(then, ritual, occurrence), ask, person, foreseen=True)


# What other rooms and the form need to know.


def waiting_for(session: Session, house: House, slack_id: str) -> list[tuple[Ask, Occurrence, Area]]:
    """The open requests for this person's updates."""
    return [
        (ask, occurrence, area)
        for ask, occurrence in model.waiting_for(session, house, slack_id)
        if (then := occurrences.house_of(session, house, occurrence).definitions).calendar.ritual(occurrence.ritual_id)
        and (area := then.organisation.area(ask.area_id))
    ]


def requests_of(session: Session, house: House, slack_id: str) -> list[tuple[Area, str, datetime | None]]:
    """What the latest updates need from this person: area, request, and the end of the day it is needed by."""
    found = []
    zone, end_of_day = house.definitions.organisation.zone, house.definitions.organisation.working_hours.end
    for ritual in house.definitions.calendar.rituals:
        latest = occurrences.latest_published(session, house, ritual.id) if ritual.kind == KIND else None
        updates = model.submitted(session, house, latest.id) if latest else {}
        for area in house.definitions.areas_of(ritual):
            answer = updates[area.id].answer if area.id in updates else None
            if answer and answer.ask and answer.ask_of == slack_id:
                by = answer.ask_day
                due = to_utc(datetime.combine(by, end_of_day), zone) if by else None
                found.append((area, answer.ask, due))
    return found


def form_for_ask(session: Session, house: House, slack_id: str, ask_id: str) -> tuple[Occurrence, Area]:
    """The occurrence and area behind a prompt's button, if this person may answer it."""
    ask = model.get_ask(session, house, ask_id)
    occurrence, _ritual, area = answerable(session, house, slack_id, str(ask.occurrence_id), ask.area_id)
    return occurrence, area


def keep_in_step(session: Session, house: House) -> None:
    """Ask whoever waits in an open occurrence and was never handed over to be prompted, as before an upgrade."""
    for ritual in house.definitions.calendar.rituals:
        occurrence = occurrences.running(session, house, ritual.id) if ritual.kind == KIND else None
        if occurrence is not None and takes_answers(occurrence, house):
            then = occurrences.house_of(session, house, occurrence)
            opened = then.definitions.calendar.ritual(ritual.id) or ritual
            _ask_who_waits(session, then, opened, occurrence, only_new=True)


# How: in the order in which the verbs above call them.


def _ask_who_waits(
    session: Session, house: House, ritual: Ritual, occurrence: Occurrence, *, only_new: bool = False
) -> None:
    people, asking = People(session, house), Asking(house, ritual, occurrence)
    for ask in model.asks(session, house, occurrence.id):
        person = people.by_slack(ask.asked) if ask.state == WAITING else None
        if person is not None and not (only_new and prompts.is_known(session, house, prompt_key(ask))):
            ask_person(session, asking, ask, person, foreseen=True)


def _leave_out(session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
    """Nobody is there to be asked, so nothing is published; the owner is told, or product ops if they are away, too."""
    if not occurrences.move(session, house, occurrence, occurrences.SKIPPED, reason=EVERYONE_AWAY):
        return
    timers.replan(session, house, occurrences.plan_of(occurrence), [])
    session.flush()
    reasons = {area_of(house, ask).name: ask.reason or "" for ask in model.asks(session, house, occurrence.id)}
    title, text = messages.everyone_away(house, ritual, occurrence, reasons)
    tell_owner(session, house, ritual, f"everyone-away:{occurrence.id}", title, text)


def _found_or_begun(session: Session, house: House, slack_id: str, occurrence: Occurrence, area: Area) -> Update:
    update = model.find(session, house, occurrence.id, area.id)
    if update is None:
        # Nobody else begins one meanwhile: the occurrence is locked.
        update = Update(
            workspace_id=house.workspace_id, occurrence_id=occurrence.id, area_id=area.id,
            author=slack_id, content={}, draft=True, no_change=False, late=False,
        )  # fmt: skip
        session.add(update)
    return update


def _refuse_to_overwrite(
    session: Session, house: House, slack_id: str, area: Area, update: Update, *, draft: bool, seen: str | None
) -> None:
    author = People(session, house).called(update.author)
    if draft and not update.draft:
        raise UserError("This update is already in. Submit the change, or close the form to leave it as it is.")
    if update.author == slack_id:
        return
    if draft:
        raise UserError(f"{author} keeps a draft for {area.name}. Submit yours instead of keeping a second one.")
    if seen is not None and not update.draft and update.mark != seen:
        raise UserError(
            f"{author} submitted an update for {area.name} while your form was open. "
            "Open it again, and add your words to theirs."
        )


def _give_draft_back(
    session: Session, house: House, slack_id: str, occurrence: Occurrence, area: Area, update: Update
) -> None:
    """Somebody else answers for the area: whoever kept a draft for it gets their words back."""
    message = messages.draft_back(house, area, People(session, house).called(slack_id), update.answer)
    dedupe = f"draft-back:{update.id}:{update.mark}"
    outbox.post(
        session, house, update.author, message,
        kind="update.draft_back", dedupe=dedupe, not_before=polite(session, house, update.author),
    )  # fmt: skip


def _log_decisions(session: Session, house: House, ritual: Ritual, area: Area, update: Update, answer: Answer) -> None:
    """Hand what was decided, or must be, to the decision log: each text once, however often it is submitted."""
    said = [
        (text.strip(), decided) for text, decided in ((answer.decided, True), (answer.undecided, False)) if text.strip()
    ]
    if house.links.log_decision is None or not said:
        return
    subject = f"update:{update.id}"
    query = select(Event.detail).where(
        Event.workspace_id == house.workspace_id, Event.subject == subject, Event.kind == "update.decision_logged"
    )
    logged = [(detail["text"], detail["decided"]) for detail in session.scalars(query)]
    for text, decided in said:
        if (text, decided) not in logged:
            source = f"{ritual.name}, {area.name}"
            house.links.log_decision(session, house, DecisionDraft(update.author, text, decided, source, area.id))
            record(session, house, "update.decision_logged", subject, actor=update.author, text=text, decided=decided)


def _settle(session: Session, house: House, ritual: Ritual, occurrence: Occurrence, area: Area) -> None:
    """An answer is in: the occurrence has begun, and a digest that is posted already shows it."""
    # Asked first, since only the first answer finds it so; nobody else moves it, since it is locked.
    if occurrence.state == occurrences.PROMPTED:
        occurrences.move(session, house, occurrence, occurrences.IN_PROGRESS)
    if occurrence.state == occurrences.CLOSED:
        correct_digest(session, house, ritual, occurrence, area.id)
        for follow in house.links.on_correction:
            follow(session, house, ritual.id)
