"""What happens in a weekly update: asking, answering, passing on, reminding, publishing, correcting."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import timers
from bot.audit import record
from bot.blocks import Message
from bot.db import insert_or_ignore
from bot.definitions import Area, Ritual
from bot.definitions.holidays import is_holiday
from bot.delivery import outbox
from bot.errors import UserError
from bot.house import DecisionDraft, House
from bot.people.flow import nearest, require_person
from bot.people.model import People, Person, channel_id
from bot.rituals import model as occurrences
from bot.rituals.model import Occurrence
from bot.rituals.schedule import Slot, next_working_moment, reminder_at, times, to_utc
from bot.updates import digest, messages, model
from bot.updates.answer import Answer
from bot.updates.model import ANSWERED, AWAY, NOT_MINE, WAITING, Ask, DigestPost, Update

KIND = "weekly_update"
SNOOZE = timedelta(hours=2)
LAST_CALL = timedelta(hours=1)
"""Nobody is asked or reminded later than this before the cutoff."""
STILL_CURRENT = timedelta(days=2)
"""How long after the digest an area that was silent in it is still asked for that one."""
MOST_NO_CHANGE = 2
"""How many weeks running an area may say *no change*."""


class WeeklyUpdate:
    """The ritual kind: each area's owner is asked, and a digest is compiled from their answers."""

    def opens_at(self, session: Session, house: House, ritual: Ritual, slot: Slot) -> datetime:
        organisation = house.definitions.organisation
        prompts = [
            times(slot, ritual, organisation, person.zone, person.holidays).prompt
            for person in _owners(session, house, ritual)
        ]
        return min(prompts, default=slot.at(ritual.schedule.prompt, ritual.zone_for(organisation)))

    def open(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
        people = People(session, house)
        answered = model.submitted(session, house, occurrence.id)
        for area in house.definitions.areas_of(ritual):
            if early := answered.get(area.id):
                _add_ask(session, house, occurrence, area, asked=early.author, state=ANSWERED)
                continue
            person, stands_in_for, reason = _whom_to_ask(people, house, occurrence, area)
            _add_ask(
                session,
                house,
                occurrence,
                area,
                asked=person.slack_id if person else None,
                stands_in_for=stands_in_for,
                state=WAITING if person else AWAY,
                reason=reason,
            )
            if person:
                _arm_prompt(session, house, ritual, occurrence, person)

    def cutoff(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
        _refresh_prompts(session, house, ritual, occurrence)

    def publish(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
        if not occurrences.move(session, house, occurrence, occurrences.CLOSED, artifact=ritual.artifact):
            return
        compiled = digest.compile(session, house, ritual, occurrence)
        _post_digest(session, house, ritual, occurrence, compiled)
        _refresh_prompts(session, house, ritual, occurrence)

    def skip(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
        for slack_id in {ask.asked for ask in model.asks(session, house, occurrence.id) if ask.asked}:
            _disarm(session, house, occurrence, slack_id)
        _refresh_prompts(session, house, ritual, occurrence)


# Asking. Each `on_…` is a timer's handler; `ref` is `occurrence:slack id`.


def on_prompt(session: Session, house: House, ref: str) -> None:
    occurrence, ritual, person = _from_ref(session, house, ref)
    if ritual is None or person is None or not _takes_answers(occurrence, house):
        return
    waiting = [
        ask
        for ask in model.asks_of(session, house, occurrence.id, person.slack_id)
        if ask.state == WAITING and ask.message_id is None
    ]
    away = People(session, house).away_because(person, person.today(house.clock.now()))
    if away:
        for ask in waiting:
            _pass_on(session, house, ritual, occurrence, ask, away)
        return
    if waiting:
        _send_prompt(session, house, ritual, occurrence, person, waiting, f"prompt:{ref}:{waiting[0].id}")
        _arm_reminder(session, house, ritual, occurrence, person)


def on_snooze(session: Session, house: House, ref: str) -> None:
    """The snooze is over: ask once more, for what is still unanswered."""
    occurrence, ritual, person = _from_ref(session, house, ref)
    if ritual is None or person is None or not _takes_answers(occurrence, house):
        return
    waiting = [
        ask
        for ask in model.asks_of(session, house, occurrence.id, person.slack_id)
        if ask.state == WAITING and ask.snoozed_until is not None
    ]
    if not waiting:
        return
    dedupe = f"snooze:{ref}:{waiting[0].snoozed_until:%Y%m%dT%H%M%S}"
    for ask in waiting:
        ask.snoozed_until = None
    previous = {ask.message_id for ask in waiting if ask.message_id}
    _send_prompt(session, house, ritual, occurrence, person, waiting, dedupe)
    for message_id in previous:
        outbox.update(session, house, message_id, messages.asked_again(house))


def on_remind(session: Session, house: House, ref: str) -> None:
    """One reminder, only for what is unanswered, only to someone who is there."""
    occurrence, ritual, person = _from_ref(session, house, ref)
    if ritual is None or person is None or not _takes_answers(occurrence, house):
        return
    now = house.clock.now()
    missing = [
        ask
        for ask in model.asks_of(session, house, occurrence.id, person.slack_id)
        if ask.state == WAITING and ask.prompted_at and not ask.reminded_at and not ask.snoozed_until
    ]
    if not missing or People(session, house).away_because(person, person.today(now)):
        return
    for ask in missing:
        ask.reminded_at = now
    drafts = {area_id for area_id in (ask.area_id for ask in missing) if _is_draft(session, house, occurrence, area_id)}
    message = messages.reminder(
        house, ritual, occurrence, person, [_area(house, ask) for ask in missing], missing, drafts
    )
    outbox.post(
        session, house, person.slack_id, message, kind="update.reminder", dedupe=f"remind:{ref}",
        report_to=_owner_id(session, house, ritual),
    )  # fmt: skip


# Answering.


def target(session: Session, house: House, slack_id: str, words: str) -> tuple[Occurrence, Area]:
    """Which occurrence and area `/weekly-update [area]` means for this person; a `UserError` when none."""
    person = require_person(session, house, slack_id)
    rituals = [ritual for ritual in house.definitions.calendar.rituals if ritual.kind == KIND]
    if not rituals:
        raise UserError("The calendar has no weekly update. Add a ritual of kind `weekly_update` to `calendar.yaml`.")
    chosen = _named_area(house, words) if words.strip() else None
    for ritual in rituals:
        areas = [chosen] if chosen else _areas_for(session, house, ritual, person)
        for occurrence in _open_for_answers(session, house, ritual):
            answered = model.submitted(session, house, occurrence.id)
            wanted = [area for area in areas if area in house.definitions.areas_of(ritual)]
            silent = [area for area in wanted if area.id not in answered]
            if occurrence.state == occurrences.CLOSED:
                wanted = silent
            if wanted:
                return occurrence, (silent or wanted)[0]
    if chosen:
        raise UserError(f"{chosen.name} is in no weekly update of the calendar.")
    raise UserError("You own no area, so no update waits for you. `/weekly-update <area>` writes one as a stand-in.")


def prefill(session: Session, house: House, occurrence: Occurrence, area: Area) -> tuple[Answer, Sequence[str]]:
    """What the form starts with, and the lines planned last week: the draft or answer so far, else last week's."""
    previous = model.before(session, house, occurrence, area.id)
    planned = previous[0].answer.planned if previous else []
    so_far = model.find(session, house, occurrence.id, area.id)
    if so_far is not None:
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
) -> Update:
    """Keep an area's answer: new, edited, early, late, or as a draft that waits. Checks who answers and what."""
    occurrence, ritual, area = _answerable(session, house, slack_id, occurrence_id, area_id)
    if not draft:
        answer.check()
    update = model.find(session, house, occurrence.id, area.id)
    if update is None:
        insert_or_ignore(
            session, Update, workspace_id=house.workspace_id, occurrence_id=occurrence.id, area_id=area.id,
            author=slack_id, content={}, draft=True, no_change=False, late=False,
        )  # fmt: skip
        update = model.find(session, house, occurrence.id, area.id)
        assert update is not None
    if draft and not update.draft:
        raise UserError("This update is already in. Submit the change, or close the form to leave it as it is.")
    now = house.clock.now()
    update.content = answer.without_decisions().to_json()
    update.no_change = no_change
    update.draft = draft
    update.author = slack_id
    if not draft:
        if update.submitted_at is None:
            update.submitted_at = now
            update.late = now > occurrence.cutoff_at
        elif occurrence.state == occurrences.CLOSED:
            update.edited_at = now
        _settle(session, house, ritual, occurrence, area, answer, slack_id)
    action = "drafted" if draft else "submitted"
    record(
        session, house, f"update.{action}", f"update:{update.id}", actor=slack_id,
        area=area.id, slot=occurrence.slot, answer=answer.to_json(), no_change=no_change,
    )  # fmt: skip
    return update


def no_change(session: Session, house: House, slack_id: str, ask_id: str) -> Update:
    """Answer *no change since last week* with one click: last week's answer stands, two weeks running at most."""
    ask = model.get_ask(session, house, ask_id)
    occurrence = occurrences.get(session, house, ask.occurrence_id)
    earlier = model.before(session, house, occurrence, ask.area_id, limit=MOST_NO_CHANGE)
    if not earlier:
        raise UserError("There is no earlier update to stand by. Use *Write update* for the first one.")
    if len(earlier) == MOST_NO_CHANGE and all(update.no_change for update in earlier):
        raise UserError(
            f"That would be the {MOST_NO_CHANGE + 1}rd week with no change. Use *Write update*: one line is enough."
        )
    answer = earlier[0].answer
    kept = Answer(status=answer.status, next=answer.next, confidence=answer.confidence, path=answer.path)
    return submit(session, house, slack_id, str(occurrence.id), ask.area_id, kept, no_change=True)


def snooze(session: Session, house: House, slack_id: str, ask_id: str) -> datetime:
    """Be quiet for two hours; returns until when. A `UserError` when the cutoff comes first."""
    ask, occurrence, ritual, person = _asked(session, house, slack_id, ask_id)
    until = house.clock.now() + SNOOZE
    if until > occurrence.cutoff_at - timedelta(minutes=30):
        raise UserError(
            f"The cutoff is {messages.local(occurrence.cutoff_at, person.zone)}, so there is no time to snooze."
        )
    for waiting in model.asks_of(session, house, occurrence.id, slack_id):
        if waiting.state == WAITING:
            waiting.snoozed_until = until
    ref = f"{occurrence.id}:{slack_id}"
    timers.arm(session, house, f"update.snooze:{ref}", "update.snooze", ref, until)
    record(session, house, "update.snoozed", f"ask:{ask.id}", actor=slack_id)
    _refresh_prompts(session, house, ritual, occurrence)
    return until


def not_mine(session: Session, house: House, slack_id: str, ask_id: str) -> str:
    """Somebody was asked for an area that is not theirs: pass it on, tell the ritual's owner; returns what happens."""
    ask, occurrence, ritual, person = _asked(session, house, slack_id, ask_id)
    area = _area(house, ask)
    record(session, house, "update.not_mine", f"ask:{ask.id}", actor=slack_id, area=area.id)
    _pass_on(session, house, ritual, occurrence, ask, f"{person.name} says it is not theirs", otherwise=NOT_MINE)
    deputy = People(session, house).by_slack(ask.asked) if ask.state == WAITING else None
    owner = People(session, house).by_ref(ritual.owner)
    if owner is not None:
        outbox.post(
            session, house, owner.slack_id, messages.not_theirs(house, person, area, deputy),
            kind="update.not_mine", dedupe=f"not-mine:{ask.id}:{slack_id}",
        )  # fmt: skip
    return messages.passed_on(house, area, deputy, People(session, house).named(ritual.owner))


def on_away(session: Session, house: House, slack_id: str) -> None:
    """Someone has said that they are away: what waits for them now goes to the deputies."""
    people = People(session, house)
    person = people.by_slack(slack_id)
    away = people.away_because(person, person.today(house.clock.now())) if person else None
    if away is None:
        return
    for ask in session.scalars(
        select(Ask)
        .join(Occurrence, Occurrence.id == Ask.occurrence_id)
        .where(
            Ask.workspace_id == house.workspace_id,
            Ask.asked == slack_id,
            Ask.state == WAITING,
            Occurrence.state.in_((occurrences.PROMPTED, occurrences.IN_PROGRESS)),
        )
    ).all():
        occurrence = occurrences.get(session, house, ask.occurrence_id)
        ritual = house.definitions.calendar.ritual(occurrence.ritual_id)
        if ritual is not None:
            _pass_on(session, house, ritual, occurrence, ask, away)


# What other rooms and the form need to know.


def waiting_for(session: Session, house: House, slack_id: str) -> list[tuple[Ask, Occurrence, Area]]:
    """The open requests for this person's updates."""
    rows = session.execute(
        select(Ask, Occurrence)
        .join(Occurrence, Occurrence.id == Ask.occurrence_id)
        .where(
            Ask.workspace_id == house.workspace_id,
            Ask.asked == slack_id,
            Ask.state == WAITING,
            Occurrence.state.in_(occurrences.RUNNING),
        )
        .order_by(Occurrence.cutoff_at, Ask.id)
    ).all()
    return [(ask, occurrence, _area(house, ask)) for ask, occurrence in rows]


def requests_of(session: Session, house: House, slack_id: str) -> list[tuple[Area, str, datetime | None]]:
    """What the latest updates need from this person: area, request, and the end of the day it is needed by."""
    found = []
    for ritual in house.definitions.calendar.rituals:
        latest = occurrences.latest_published(session, house, ritual.id) if ritual.kind == KIND else None
        updates = model.submitted(session, house, latest.id) if latest else {}
        for area in house.definitions.areas_of(ritual):
            answer = updates[area.id].answer if area.id in updates else None
            if answer and answer.ask and answer.ask_of == slack_id:
                by = date.fromisoformat(answer.ask_by) if answer.ask_by else None
                zone = house.definitions.organisation.zone
                due = to_utc(datetime.combine(by, time(17, 30)), zone) if by else None
                found.append((area, answer.ask, due))
    return found


def form_for_ask(session: Session, house: House, slack_id: str, ask_id: str) -> tuple[Occurrence, Area]:
    """The occurrence and area behind a prompt's button, if this person may answer it."""
    ask = model.get_ask(session, house, ask_id)
    occurrence, _ritual, area = _answerable(session, house, slack_id, str(ask.occurrence_id), ask.area_id)
    return occurrence, area


# How: in the order in which the verbs above call them.


def _owners(session: Session, house: House, ritual: Ritual) -> list[Person]:
    people = People(session, house)
    owners = (people.by_ref(area.owner) for area in house.definitions.areas_of(ritual))
    return [person for person in owners if person is not None]


def _add_ask(session: Session, house: House, occurrence: Occurrence, area: Area, **values: Any) -> None:
    insert_or_ignore(
        session,
        Ask,
        workspace_id=house.workspace_id,
        occurrence_id=occurrence.id,
        area_id=area.id,
        **values,
    )


def _whom_to_ask(
    people: People, house: House, occurrence: Occurrence, area: Area
) -> tuple[Person | None, str | None, str | None]:
    """The owner, or the deputy in their place, or nobody; with whom the deputy stands in for, and why."""
    owner = people.by_ref(area.owner)
    day = occurrence.day
    why = (
        people.away_because(owner, max(day, owner.today(house.clock.now()))) if owner else "not in this Slack workspace"
    )
    if owner and why is None:
        return owner, None, None
    reason = f"{people.named(area.owner)}: {why}"
    deputy = people.by_ref(area.deputy)
    if deputy is not None and people.away_because(deputy, day) is None:
        return deputy, people.named(area.owner), reason
    return None, None, reason


def _arm_prompt(session: Session, house: House, ritual: Ritual, occurrence: Occurrence, person: Person) -> None:
    ref = f"{occurrence.id}:{person.slack_id}"
    at = _prompt_time(house, ritual, occurrence, person)
    timers.arm(session, house, f"update.prompt:{ref}", "update.prompt", ref, at)


def _prompt_time(house: House, ritual: Ritual, occurrence: Occurrence, person: Person) -> datetime:
    """The ritual's time in the person's zone, and in working hours unless the cutoff would pass meanwhile."""
    now = house.clock.now()
    organisation = house.definitions.organisation
    slot = occurrences.slot_of(house, ritual, occurrence)
    planned = times(slot, ritual, organisation, person.zone, person.holidays).prompt if slot else now
    if planned < now or planned >= occurrence.cutoff_at:
        planned = now
    polite = next_working_moment(
        planned,
        person.zone,
        organisation.working_hours,
        lambda day: is_holiday(person.holidays, day),
    )
    return polite if polite < occurrence.cutoff_at - LAST_CALL else planned


def _arm_reminder(session: Session, house: House, ritual: Ritual, occurrence: Occurrence, person: Person) -> None:
    if ritual.schedule.reminder is None:
        return
    at = reminder_at(
        occurrence.day,
        ritual.schedule.reminder,
        prompted=house.clock.now(),
        cutoff=occurrence.cutoff_at,
        zone=person.zone if ritual.schedule.zone == "person" else ritual.zone_for(house.definitions.organisation),
        hours=house.definitions.organisation.working_hours,
        is_off=lambda day: is_holiday(person.holidays, day),
    )
    if at is not None:
        ref = f"{occurrence.id}:{person.slack_id}"
        timers.arm(session, house, f"update.remind:{ref}", "update.remind", ref, at)


def _send_prompt(
    session: Session,
    house: House,
    ritual: Ritual,
    occurrence: Occurrence,
    person: Person,
    waiting: Sequence[Ask],
    dedupe: str,
) -> None:
    message_id = outbox.post(
        session,
        house,
        person.slack_id,
        _prompt_message(session, house, ritual, occurrence, person, waiting),
        kind="update.prompt",
        dedupe=dedupe,
        report_to=_owner_id(session, house, ritual),
    )
    for ask in waiting:
        ask.message_id = message_id
        ask.prompted_at = ask.prompted_at or house.clock.now()


def _prompt_message(
    session: Session,
    house: House,
    ritual: Ritual,
    occurrence: Occurrence,
    person: Person,
    asks: Sequence[Ask],
) -> Message:
    updates = {ask.area_id: model.find(session, house, occurrence.id, ask.area_id) for ask in asks}
    lines = [(_area(house, ask), ask, updates[ask.area_id]) for ask in asks]
    return messages.prompt(house, ritual, occurrence, person, lines)


def _refresh_prompts(
    session: Session, house: House, ritual: Ritual, occurrence: Occurrence, only: Iterable[int] | None = None
) -> None:
    """Edit the prompts in place, so that each shows how its areas stand now."""
    session.flush()
    people = People(session, house)
    by_message: dict[int, list[Ask]] = {}
    for ask in model.asks(session, house, occurrence.id):
        if ask.message_id is not None and (only is None or ask.message_id in only):
            by_message.setdefault(ask.message_id, []).append(ask)
    for message_id, asks in by_message.items():
        person = people.by_slack(asks[0].asked)
        if person is not None:
            message = _prompt_message(session, house, ritual, occurrence, person, asks)
            outbox.update(session, house, message_id, message)


def _pass_on(
    session: Session,
    house: House,
    ritual: Ritual,
    occurrence: Occurrence,
    ask: Ask,
    reason: str,
    *,
    otherwise: str = AWAY,
) -> None:
    """Ask the deputy in place of whoever was asked; with no deputy there, the ask ends in state `otherwise`."""
    people = People(session, house)
    area = _area(house, ask)
    before, old_message = people.by_slack(ask.asked), ask.message_id
    name = before.name if before else people.named(area.owner)
    ask.reason = reason if name in reason else f"{name}: {reason}"
    ask.message_id = ask.snoozed_until = ask.prompted_at = ask.reminded_at = None
    deputy = people.by_ref(area.deputy)
    there = deputy is not None and people.away_because(deputy, deputy.today(house.clock.now())) is None
    if deputy is not None and there and before is not None and deputy.slack_id != before.slack_id:
        ask.asked, ask.stands_in_for, ask.state = deputy.slack_id, name, WAITING
        ref = f"{occurrence.id}:{deputy.slack_id}"
        timers.arm(session, house, f"update.prompt:{ref}", "update.prompt", ref, house.clock.now())
    else:
        ask.asked, ask.state = None, otherwise
    session.flush()
    if old_message is not None and before is not None:
        left = [other for other in model.asks(session, house, occurrence.id) if other.message_id == old_message]
        message = (
            _prompt_message(session, house, ritual, occurrence, before, left)
            if left
            else messages.handed_over(house, area, deputy if ask.state == WAITING else None)
        )
        outbox.update(session, house, old_message, message)


def _settle(
    session: Session,
    house: House,
    ritual: Ritual,
    occurrence: Occurrence,
    area: Area,
    answer: Answer,
    author: str,
) -> None:
    """An answer is in: log its decisions, move the occurrence on, and show it wherever the area is shown."""
    for text, decided in ((answer.decided, True), (answer.undecided, False)):
        if text.strip() and house.links.log_decision:
            source = f"{ritual.name}, {area.name}"
            house.links.log_decision(session, house, DecisionDraft(author, text.strip(), decided, source))
    occurrences.move(session, house, occurrence, occurrences.IN_PROGRESS)
    session.flush()
    ask = session.scalar(select(Ask).where(Ask.occurrence_id == occurrence.id, Ask.area_id == area.id))
    if ask is not None:
        ask.state, ask.snoozed_until = ANSWERED, None
        if ask.message_id is not None:
            _refresh_prompts(session, house, ritual, occurrence, only=[ask.message_id])
    if occurrence.state == occurrences.CLOSED:
        compiled = digest.compile(session, house, ritual, occurrence)
        _post_digest(session, house, ritual, occurrence, compiled)


def _post_digest(
    session: Session, house: House, ritual: Ritual, occurrence: Occurrence, compiled: digest.Digest
) -> None:
    """Post the digest and its thread once; when they stand already, edit whatever reads otherwise now."""
    posted = model.digest_posts(session, house, occurrence.id)
    parts = {"digest": messages.digest(house, compiled)} | {
        line.area_id: messages.area_details(house, compiled, line) for line in compiled.answered
    }
    for part, message in parts.items():
        if part in posted:
            outbox.update(session, house, posted[part], message)
            continue
        posted[part] = outbox.post(
            session,
            house,
            channel_id(session, house, ritual.channel),
            message,
            kind="update.digest",
            dedupe=f"digest:{occurrence.id}:{part}",
            thread_of=None if part == "digest" else posted["digest"],
            report_to=_owner_id(session, house, ritual),
        )
        session.add(
            DigestPost(
                workspace_id=house.workspace_id,
                occurrence_id=occurrence.id,
                part=part,
                message_id=posted[part],
            )
        )


def _disarm(session: Session, house: House, occurrence: Occurrence, slack_id: str) -> None:
    for step in ("prompt", "remind", "snooze"):
        timers.cancel(session, house, f"update.{step}:{occurrence.id}:{slack_id}")


def _from_ref(session: Session, house: House, ref: str) -> tuple[Occurrence, Ritual | None, Person | None]:
    occurrence_id, slack_id = ref.split(":")
    occurrence = occurrences.get(session, house, occurrence_id)
    ritual = house.definitions.calendar.ritual(occurrence.ritual_id)
    return occurrence, ritual, People(session, house).by_slack(slack_id)


def _takes_answers(occurrence: Occurrence, house: House) -> bool:
    """Whether people may still be asked: it is open, and its cutoff has not passed."""
    return occurrence.state in occurrences.RUNNING and house.clock.now() < occurrence.cutoff_at


def _is_draft(session: Session, house: House, occurrence: Occurrence, area_id: str) -> bool:
    update = model.find(session, house, occurrence.id, area_id)
    return update is not None and update.draft


def _area(house: House, ask: Ask) -> Area:
    area = house.definitions.organisation.area(ask.area_id)
    if area is None:
        raise UserError(f"The area `{ask.area_id}` is no longer in `organisation.yaml`.")
    return area


def _owner_id(session: Session, house: House, ritual: Ritual) -> str | None:
    owner = People(session, house).by_ref(ritual.owner)
    return owner.slack_id if owner else None


def _named_area(house: House, words: str) -> Area:
    areas = {area.id: area.name for area in house.definitions.organisation.areas}
    area = house.definitions.organisation.area(nearest(words, areas, "area", "`/cadence areas` lists them all."))
    assert area is not None
    return area


def _areas_for(session: Session, house: House, ritual: Ritual, person: Person) -> list[Area]:
    """The areas this person is asked for right now, then those they own."""
    asked: list[Area] = []
    if occurrence := occurrences.running(session, house, ritual.id):
        asked = [_area(house, ask) for ask in model.asks_of(session, house, occurrence.id, person.slack_id)]
    owned = [area for area in house.definitions.areas_of(ritual) if area.owner == person.ref]
    return list({area.id: area for area in [*asked, *owned]}.values())


def _open_for_answers(session: Session, house: House, ritual: Ritual) -> list[Occurrence]:
    """Where an unprompted answer may go, best first: the open occurrence, a digest just posted, the next one."""
    published = occurrences.latest_published(session, house, ritual.id)
    if published is not None and (published.ended_at or house.clock.now()) < house.clock.now() - STILL_CURRENT:
        published = None
    candidates = (
        occurrences.running(session, house, ritual.id),
        published,
        occurrences.upcoming(session, house, ritual.id),
    )
    return [occurrence for occurrence in candidates if occurrence is not None]


def _answerable(
    session: Session, house: House, slack_id: str, occurrence_id: str, area_id: str
) -> tuple[Occurrence, Ritual, Area]:
    """Check again, at the moment of the act, that this person may answer for this area."""
    occurrence = occurrences.get(session, house, occurrence_id)
    ritual = house.definitions.calendar.ritual(occurrence.ritual_id)
    area = house.definitions.organisation.area(area_id)
    if ritual is None or area is None or area not in house.definitions.areas_of(ritual):
        raise UserError("This area or its ritual is no longer in the definitions, so there is nothing to answer.")
    if occurrence.state in (occurrences.SKIPPED, occurrences.CLOSED_WITHOUT_OUTPUT):
        raise UserError(f"{ritual.name} of {occurrence.day:%-d %B} was skipped: {occurrence.reason}.")
    people = People(session, house)
    person = require_person(session, house, slack_id)
    asked = {ask.asked for ask in model.asks(session, house, occurrence.id) if ask.area_id == area.id}
    if not (person.ref in (area.owner, area.deputy) or slack_id in asked or person.is_product_ops):
        deputy = f" or {people.named(area.deputy)}" if area.deputy else ""
        raise UserError(f"{area.name} is answered for by {people.named(area.owner)}{deputy}.")
    return occurrence, ritual, area


def _asked(session: Session, house: House, slack_id: str, ask_id: str) -> tuple[Ask, Occurrence, Ritual, Person]:
    """The request behind a button, checked to be this person's and still open."""
    ask = model.get_ask(session, house, ask_id)
    occurrence = occurrences.get(session, house, ask.occurrence_id)
    ritual = house.definitions.calendar.ritual(occurrence.ritual_id)
    person = require_person(session, house, slack_id)
    if ask.asked != slack_id or ask.state != WAITING:
        raise UserError("This request is no longer yours, or is already answered.")
    if ritual is None or not _takes_answers(occurrence, house):
        raise UserError("The cutoff has passed. *Write update* still takes your answer and marks it late.")
    return ask, occurrence, ritual, person
