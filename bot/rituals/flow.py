"""The calendar becomes occurrences: plan the next one, open it, end it, skip it, catch up after downtime."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot import blocks, timers
from bot.audit import record
from bot.db import insert_or_ignore
from bot.definitions import Ritual
from bot.delivery import outbox
from bot.errors import UserError
from bot.house import House
from bot.people.flow import require_person
from bot.people.model import People, channel_id
from bot.prompts import flow as prompts
from bot.rituals import model
from bot.rituals.kinds import Kind, Kinds
from bot.rituals.model import DAY, NEVER, Occurrence, RitualPause
from bot.rituals.schedule import MAX_SHIFT, Slot, coming, slots
from bot.rituals.standing import as_it_stands, local_today, pause_today, pauses_of
from bot.timers import Step

OPERATOR = "operator"
"""Who ran an occurrence, when it was not somebody whom Slack knows."""
LONGEST_REASON = 300
LATE = timedelta(minutes=10)
"""An occurrence that opens later than this was missed: its ritual's catch-up rule decides."""

MISSED = "missed while Drumbeat was not running"
REMOVED = "the ritual was removed from the calendar"


class Rituals:
    """The verbs of the calendar, for the ritual kinds that this Drumbeat knows."""

    def __init__(self, kinds: Kinds) -> None:
        self._kinds = kinds

    # What the clock calls: each is a timer's handler, and `ref` is an occurrence's id.

    def on_open(self, session: Session, house: House, ref: str) -> None:
        occurrence = model.get(session, house, ref, lock=True)
        ritual = house.definitions.calendar.ritual(occurrence.ritual_id)
        if occurrence.state != model.SCHEDULED:
            return
        if ritual is None:
            # Left as it is, it would stand in the way of the next one when the ritual comes back.
            model.move(session, house, occurrence, model.SKIPPED, reason=REMOVED)
            return
        if house.clock.now() - occurrence.opens_at > LATE:
            self._catch_up(session, house, ritual, occurrence)
        else:
            self._open(session, house, ritual, occurrence)
        self._plan_after(session, house, ritual)

    def on_cutoff(self, session: Session, house: House, ref: str) -> None:
        occurrence = model.get(session, house, ref)
        house = model.house_of(session, house, occurrence)
        ritual = house.definitions.calendar.ritual(occurrence.ritual_id)
        if ritual is not None and model.move(session, house, occurrence, model.AWAITING_OUTPUT):
            self._kind(ritual).cutoff(session, house, ritual, occurrence)

    def on_publish(self, session: Session, house: House, ref: str) -> None:
        occurrence = model.get(session, house, ref)
        house = model.house_of(session, house, occurrence)
        ritual = house.definitions.calendar.ritual(occurrence.ritual_id)
        if occurrence.state not in model.RUNNING:
            return
        if ritual is None:
            model.move(session, house, occurrence, model.SKIPPED, reason=REMOVED)
            return
        self.on_cutoff(session, house, ref)
        self._kind(ritual).publish(session, house, ritual, occurrence)

    # What people call.

    # Without an actor it was an operator.

    def run_now(self, session: Session, house: House, ritual: Ritual, actor: str | None) -> Occurrence:
        """Open the next occurrence at once, with its usual time to answer; a `UserError` when one is open already."""
        if pause_today(session, house, ritual):
            raise UserError(f"{ritual.name} is paused. `/cadence resume {ritual.id}` ends that.")
        if model.running(session, house, ritual.id):
            raise UserError(f"{ritual.name} is open already. `/cadence close {ritual.id}` ends it.")
        occurrence = model.upcoming(session, house, ritual.id) or self._plan(session, house, ritual)
        if occurrence is None:
            raise UserError(f"{ritual.name} has no occurrence left in the calendar.")
        if model.get(session, house, occurrence.id, lock=True).state != model.SCHEDULED:
            raise UserError(f"{ritual.name} has just been opened by someone else.")
        if because := _held_back(session, house, ritual, occurrence):
            raise UserError(f"{ritual.name} asks nobody yet: {because}.")
        self._hold_now(house, ritual, occurrence)
        occurrence.run_by = actor or OPERATOR
        record(session, house, "occurrence.run_now", f"occurrence:{occurrence.id}", actor=actor)
        self._open(session, house, ritual, occurrence)
        self._plan_after(session, house, ritual)
        return occurrence

    def close_now(self, session: Session, house: House, ritual: Ritual, actor: str | None) -> Occurrence:
        """Take the cutoff and the publishing of the open occurrence forward to now."""
        found = model.running(session, house, ritual.id)
        # Locked, since somebody else, or the clock, may be ending it.
        occurrence = model.get(session, house, found.id, lock=True) if found else None
        if occurrence is None or occurrence.state not in model.RUNNING:
            raise UserError(f"{ritual.name} is not open. `/cadence run {ritual.id}` opens it.")
        now = house.clock.now()
        occurrence.cutoff_at = min(occurrence.cutoff_at, now)
        occurrence.publish_at = min(occurrence.publish_at, now)
        record(session, house, "occurrence.close_now", f"occurrence:{occurrence.id}", actor=actor)
        self._disarm(session, house, occurrence)
        self.on_publish(session, house, str(occurrence.id))
        return occurrence

    def skip(self, session: Session, house: House, ritual: Ritual, actor: str | None, reason: str) -> Occurrence:
        """Skip the open occurrence, or else the next; the reason is kept and shown."""
        if not reason.strip():
            raise UserError(f"Say why, so that people know: `/cadence skip {ritual.id} company retreat`.")
        occurrence = model.running(session, house, ritual.id) or model.upcoming(session, house, ritual.id)
        if occurrence is None:
            raise UserError(f"{ritual.name} has no occurrence left to skip.")
        self.skip_one(session, house, occurrence, actor, reason.strip())
        return occurrence

    def skip_one(self, session: Session, house: House, occurrence: Occurrence, actor: str | None, reason: str) -> None:
        """Skip this occurrence, open or not; a `UserError` once it has ended."""
        ritual = self._ritual(house, occurrence)
        if not model.move(session, house, occurrence, model.SKIPPED, actor=actor, reason=reason):
            raise UserError(f"{ritual.name} of {occurrence.day:%-d %B} has just ended, so there is nothing to skip.")
        self._disarm(session, house, occurrence)
        then = model.house_of(session, house, occurrence)
        self._kind(ritual).skip(session, then, then.definitions.calendar.ritual(ritual.id) or ritual, occurrence)
        self._plan_after(session, house, ritual)

    def hold_after_all(self, session: Session, house: House, occurrence: Occurrence, actor: str | None) -> None:
        """Take back that an occurrence is skipped; a `UserError` once it would have opened."""
        ritual, found = self._ritual(house, occurrence), model.get(session, house, occurrence.id, lock=True)
        if found.state != model.SKIPPED or found.opens_at <= house.clock.now():
            raise UserError(f"{ritual.name} of {found.day:%-d %B} is {found.state}, and that stays so now.")
        model.move(session, house, found, model.SCHEDULED, actor=actor)
        self._arm_open(session, house, found)

    def skip_own(self, session: Session, house: House, ritual: Ritual, actor: str, reason: str) -> Occurrence:
        """A participant skips only what is asked of them; the ritual goes on, and says so."""
        person = require_person(session, house, actor)
        found = model.running(session, house, ritual.id)
        # Locked, since their answer or the publishing may be on its way.
        occurrence = model.get(session, house, found.id, lock=True) if found else None
        if occurrence is None or occurrence.state not in model.RUNNING:
            raise UserError(f"{ritual.name} asks nothing of you now. `/cadence away` says which days you are away.")
        if not reason.strip():
            raise UserError(f"Say why, so that people know: `/cadence skip {ritual.id} on stage all week`.")
        kind = self._kind(ritual)
        then = model.house_of(session, house, occurrence)
        opened = then.definitions.calendar.ritual(ritual.id) or ritual
        if not kind.let_off(session, then, opened, occurrence, person, reason.strip()):
            raise UserError(f"{ritual.name} asks nothing of you now. Only product ops may skip it for everybody.")
        record(
            session, house, "occurrence.skipped_by", f"occurrence:{occurrence.id}", actor=actor, reason=reason.strip()
        )
        return occurrence

    def pause(
        self, session: Session, house: House, ritual: Ritual, actor: str | None, until: date | None, reason: str
    ) -> RitualPause:
        """Hold no occurrence from today to `until`, or until somebody resumes it; one that is open goes on.

        In place of what was said of its pauses before. A `UserError` without a reason or when the day is over.
        """
        if not reason.strip():
            raise UserError(f"Say why, so that people know: `/cadence pause {ritual.id} until friday company retreat`.")
        today = local_today(house, ritual)
        if until is not None and until < today:
            raise UserError(f"{until:%a %-d %B %Y} is over already. Name today or a later day.")
        self._end_pauses(session, house, ritual, actor)
        pause = RitualPause(
            workspace_id=house.workspace_id,
            ritual_id=ritual.id,
            first_day=today,
            last_day=until,
            reason=reason.strip()[:LONGEST_REASON],
            paused_by=actor,
            paused_at=house.clock.now(),
        )
        session.add(pause)
        _record(session, house, "ritual.paused", ritual, actor, until=until and str(until), reason=pause.reason)
        session.flush()
        self.plan_all(session, house)
        return pause

    def resume(self, session: Session, house: House, ritual: Ritual, actor: str | None) -> Occurrence | None:
        """End the pause; the next occurrence is the calendar's next, which is returned. A `UserError` without one."""
        if not self._end_pauses(session, house, ritual, actor):
            raise UserError(_no_pause(house, ritual))
        _record(session, house, "ritual.resumed", ritual, actor)
        session.flush()
        self.plan_all(session, house)
        return model.upcoming(session, house, ritual.id)

    def move_next(
        self,
        session: Session,
        house: House,
        ritual: Ritual,
        actor: str | None,
        day: date,
        at: time | None = None,
        reason: str = "",
    ) -> Occurrence:
        """Hold the next occurrence on another day, with all its times shifted when it is to begin `at` another.

        On the day and at the time the calendar gives it, it is moved no more. A `UserError` when that is in the
        past, or where another occurrence of the ritual is.
        """
        found = model.upcoming(session, house, ritual.id)
        if found is None or found.opens_at == NEVER:
            raise UserError(f"{ritual.name} has no occurrence planned that could be moved.")
        occurrence = model.get(session, house, found.id, lock=True)
        if occurrence.state != model.SCHEDULED:
            raise UserError(f"{ritual.name} has just been opened, so it cannot be moved any more.")
        before = occurrence.day
        _note_move(house, ritual, occurrence, actor, day, at, reason)
        session.flush()
        self._require_room(session, house, ritual, occurrence, day)
        _record(
            session, house, "occurrence.moved", ritual, actor,
            occurrence=occurrence.id, slot=occurrence.slot, before=str(before), day=str(day),
            shift_minutes=occurrence.shift_minutes, reason=occurrence.moved_because,
        )  # fmt: skip
        self.plan_all(session, house)
        return occurrence

    # What start-up, a changed calendar, people in other zones and each opening call.

    def on_other_zone(self, session: Session, house: House, slack_ids: Collection[str]) -> None:
        """What asks people at their own time opens when the first of them is asked."""
        self.plan_all(session, house)

    def plan_all(self, session: Session, house: House) -> None:
        """See to it that every ritual's open and next occurrences stand in the database as the calendar says."""
        # Locked, since another node may be opening or ending one of them now.
        for occurrence in model.followers(session, house):
            if occurrence.state == model.SCHEDULED:
                self._replan(session, house, occurrence)
            else:
                self._move_open(session, model.house_of(session, house, occurrence), occurrence)
        for ritual in house.definitions.calendar.rituals:
            # Each opening plans the next, so a ritual without one is new here, or has come back: it missed nothing.
            if model.upcoming(session, house, ritual.id) is None:
                self._write_down(session, house, ritual, self._first_slot(session, house, ritual))

    def _hold_now(self, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
        """Give an occurrence the times of today, as if today were its day; when those are over, as long as usual."""
        now = house.clock.now()
        zone = ritual.zone_for(house.definitions.organisation)
        slot = model.slot_of(house, ritual, occurrence)
        today = slot and replace(slot, day=now.astimezone(zone).date(), shift=timedelta(0))
        cutoff = today.at(ritual.schedule.cutoff, zone) if today else now
        if today is not None and cutoff > now:
            occurrence.cutoff_at, occurrence.publish_at = cutoff, today.at(ritual.schedule.publish, zone)
        else:
            early = occurrence.opens_at - now
            occurrence.cutoff_at, occurrence.publish_at = occurrence.cutoff_at - early, occurrence.publish_at - early
        occurrence.opens_at = now

    def _replan(self, session: Session, house: House, occurrence: Occurrence) -> None:
        """The calendar may have changed since: an occurrence that has not opened follows it."""
        if occurrence.opens_at <= house.clock.now():
            return
        ritual = house.definitions.calendar.ritual(occurrence.ritual_id)
        slot = self._slot_for(session, house, ritual, occurrence) if ritual else None
        if ritual is not None and slot is None and _is_paused_for_good(session, house, ritual):
            # Kept for the answers that it has already.
            occurrence.opens_at = occurrence.cutoff_at = occurrence.publish_at = NEVER
            self._disarm(session, house, occurrence)
            self._kind(ritual).planned(session, house, ritual, occurrence)
            return
        if ritual is None or slot is None:
            self._disarm(session, house, occurrence)
            session.delete(occurrence)
            session.flush()
            return
        if occurrence.moved_at is not None and not slot.moved_by_hand:
            _note_no_move(occurrence)
            _record(session, house, "occurrence.move_dropped", ritual, None, occurrence=occurrence.id, slot=slot.key)
        occurrence.slot = slot.key
        for name, value in self._times(session, house, ritual, slot).items():
            setattr(occurrence, name, value)
        session.flush()
        self._arm_open(session, house, occurrence)

    def _move_open(self, session: Session, house: House, occurrence: Occurrence) -> None:
        """An open occurrence keeps its day, and follows its calendar's times for as long as it takes answers.

        Its calendar is the one it opened under: what people change by hand moves it, a new version does not.
        One that somebody runs out of turn has times of its own.
        """
        ritual = house.definitions.calendar.ritual(occurrence.ritual_id)
        slot = model.slot_of(house, ritual, occurrence) if ritual and not occurrence.run_by else None
        if ritual is None or slot is None or slot.day != occurrence.day:
            return
        zone = ritual.zone_for(house.definitions.organisation)
        cutoff, publish = slot.at(ritual.schedule.cutoff, zone), slot.at(ritual.schedule.publish, zone)
        before = (occurrence.slot, occurrence.cutoff_at, occurrence.publish_at)
        if before == (slot.key, cutoff, publish) or min(occurrence.cutoff_at, cutoff) <= house.clock.now():
            return
        occurrence.slot, occurrence.cutoff_at, occurrence.publish_at = slot.key, cutoff, publish
        session.flush()
        timers.replan(session, house, model.plan_of(occurrence), _ending(occurrence))
        self._kind(ritual).moved(session, house, ritual, occurrence)

    def _slot_for(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> Slot | None:
        """Where an occurrence that has not opened belongs now: the first slot after all that opened or were skipped.

        Early answers belong to the occurrence and move with it. A slot whose time has passed meanwhile counts
        only on the occurrence's own day.
        """
        last = model.last_begun(session, house, ritual.id, occurrence)
        taken = model.slots_after(session, house, ritual.id, occurrence, last)
        own_day = occurrence.day if occurrence.opens_at != NEVER else None
        standing = as_it_stands(session, house, ritual)
        for slot in coming(standing, house.definitions.organisation, house.clock.now()):
            if slot.skipped_because is None and slot.key[:DAY] > last and slot.key not in taken:
                opens_at = self._kind(ritual).opens_at(session, house, ritual, slot)
                if opens_at > house.clock.now() or slot.day == own_day:
                    return slot
        return None

    def _plan_after(self, session: Session, house: House, ritual: Ritual) -> None:
        if model.upcoming(session, house, ritual.id) is None:
            self._plan(session, house, ritual)

    def _plan(self, session: Session, house: House, ritual: Ritual) -> Occurrence | None:
        """Write down the ritual's next occurrence after all that are known, and arm its opening."""
        last = model.latest(session, house, ritual.id)
        if last is None:
            return self._write_down(session, house, ritual, self._first_slot(session, house, ritual))
        later = (
            slot
            for slot in slots(as_it_stands(session, house, ritual), house.definitions.organisation, last.day)
            if slot.skipped_because is None and slot.key[:DAY] > last.slot[:DAY]
        )
        return self._write_down(session, house, ritual, next(later, None))

    def _write_down(self, session: Session, house: House, ritual: Ritual, slot: Slot | None) -> Occurrence | None:
        if slot is None:
            return None
        is_new = insert_or_ignore(
            session,
            Occurrence,
            workspace_id=house.workspace_id,
            ritual_id=ritual.id,
            slot=slot.key,
            state=model.SCHEDULED,
            **self._times(session, house, ritual, slot),
        )
        occurrence = model.find(session, house, ritual.id, slot.key)
        # Otherwise another node was quicker, and may have opened it by now.
        if occurrence is not None and is_new:
            self._arm_open(session, house, occurrence)
        return occurrence

    def _first_slot(self, session: Session, house: House, ritual: Ritual) -> Slot | None:
        """The first slot that lies ahead or has just begun, on a day that was not planned before."""
        last = model.latest(session, house, ritual.id)
        kind, now = self._kind(ritual), house.clock.now()
        coming_up = (
            slot
            for slot in coming(as_it_stands(session, house, ritual), house.definitions.organisation, now)
            if slot.skipped_because is None and (last is None or slot.key[:DAY] > last.slot[:DAY])
        )
        return next((slot for slot in coming_up if kind.opens_at(session, house, ritual, slot) >= now - LATE), None)

    def _times(self, session: Session, house: House, ritual: Ritual, slot: Slot) -> dict[str, object]:
        zone = ritual.zone_for(house.definitions.organisation)
        return {
            "day": slot.day,
            "opens_at": self._kind(ritual).opens_at(session, house, ritual, slot),
            "cutoff_at": slot.at(ritual.schedule.cutoff, zone),
            "publish_at": slot.at(ritual.schedule.publish, zone),
        }

    def _end_pauses(self, session: Session, house: House, ritual: Ritual, actor: str | None) -> bool:
        """End what people have said of pauses; false when they said nothing."""
        pauses = pauses_of(session, house, ritual)
        for pause in pauses:
            pause.ended_at, pause.ended_by = house.clock.now(), actor
        return bool(pauses)

    def _require_room(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence, day: date) -> None:
        """A `UserError` unless the calendar, asked anew, holds the occurrence where it was moved, and ahead of now."""
        standing, wanted = as_it_stands(session, house, ritual), occurrence.slot[:DAY]
        before: Slot | None = None
        around = slots(standing, house.definitions.organisation, model.slot_day(occurrence) - timedelta(days=MAX_SHIFT))
        for slot in around:
            if slot.key[:DAY] == wanted:
                break
            before = slot
        else:
            raise UserError(f"The calendar does not hold {ritual.name} of {day:%-d %B} any more.")
        if slot.day != day:
            after = next(around, None)
            between = [each.day for each in (before, after) if each is not None]
            days = " and ".join(f"{each:%a %-d %B}" for each in between)
            raise UserError(f"{ritual.name} also falls on {days}: move it to a day between, or skip it.")
        if self._kind(ritual).opens_at(session, house, ritual, slot) <= house.clock.now():
            raise UserError(f"{day:%a %-d %B} at that time is over already. `/cadence run {ritual.id}` opens it now.")

    def _open(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
        if because := _held_back(session, house, ritual, occurrence):
            if model.move(session, house, occurrence, model.SKIPPED, reason=because):
                self._kind(ritual).skip(session, house, ritual, occurrence)
            return
        if not model.move(session, house, occurrence, model.PROMPTED):
            return
        timers.replan(session, house, model.plan_of(occurrence), _ending(occurrence))
        self._kind(ritual).open(session, house, ritual, occurrence)

    def _arm_open(self, session: Session, house: House, occurrence: Occurrence) -> None:
        opening = Step("ritual.open", str(occurrence.id), occurrence.opens_at)
        ritual = self._ritual(house, occurrence)
        before = self._kind(ritual).planned(session, house, ritual, occurrence)
        timers.replan(session, house, model.plan_of(occurrence), [*before, opening])

    def _disarm(self, session: Session, house: House, occurrence: Occurrence) -> None:
        timers.replan(session, house, model.plan_of(occurrence), [])

    def _catch_up(self, session: Session, house: House, ritual: Ritual, first: Occurrence) -> None:
        """Drumbeat was down when `first` was due: open what the ritual's rule says, skip the rest, report once."""
        missed = [first]
        while (following := self._plan(session, house, ritual)) and following.opens_at <= house.clock.now():
            missed.append(following)
        still_open = [occurrence for occurrence in missed if occurrence.cutoff_at > house.clock.now()]
        chosen = {"all": still_open, "latest": still_open[-1:], "report": []}[ritual.catch_up]
        for occurrence in missed:
            if occurrence in chosen:
                self._open(session, house, ritual, occurrence)
            else:
                self._disarm(session, house, occurrence)
                model.move(session, house, occurrence, model.SKIPPED, reason=MISSED)
                self._kind(ritual).skip(session, house, ritual, occurrence)
        self._report_missed(session, house, ritual, [o for o in missed if o not in chosen], chosen)

    def _report_missed(
        self,
        session: Session,
        house: House,
        ritual: Ritual,
        missed: list[Occurrence],
        opened: list[Occurrence],
    ) -> None:
        if not missed:
            return
        owner = People(session, house).by_ref(ritual.owner)
        days = [f"{occurrence.day:%-d %B}" for occurrence in missed]
        words = {"ritual": ritual.name, "days": days, "opened": bool(opened), "id": ritual.id}
        title, text = (house.words.part("rituals/missed.txt.j2", part, **words) for part in ("title", "text"))
        key = f"missed:{missed[-1].id}"
        if owner is not None:
            prompts.tell(session, house, owner.slack_id, key, title, text)
            return
        channel = channel_id(session, house, house.definitions.organisation.channels.product_ops)
        message = blocks.message(*blocks.headed(f"{title}\n{text}"))
        outbox.post(session, house, channel, message, kind="ritual.missed", dedupe=key)

    def _ritual(self, house: House, occurrence: Occurrence) -> Ritual:
        ritual = house.definitions.calendar.ritual(occurrence.ritual_id)
        if ritual is None:
            raise UserError("That ritual is no longer in the calendar.")
        return ritual

    def _kind(self, ritual: Ritual) -> Kind:
        return self._kinds[ritual.kind]


def _held_back(session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> str:
    """Why it must not ask anybody yet; empty: it may."""
    found = (holds_back(session, house, ritual, occurrence) for holds_back in house.links.holds_back)
    return next(filter(None, found), "")


def _ending(occurrence: Occurrence) -> list[Step]:
    """What is still to happen in an open occurrence, whatever its kind."""
    ref = str(occurrence.id)
    return [Step("ritual.cutoff", ref, occurrence.cutoff_at), Step("ritual.publish", ref, occurrence.publish_at)]


def _note_move(
    house: House, ritual: Ritual, occurrence: Occurrence, actor: str | None, day: date, at: time | None, reason: str
) -> None:
    begins = datetime.combine(day, ritual.schedule.prompt.at)
    shift = datetime.combine(day, at) - begins if at is not None else timedelta(0)
    _note_no_move(occurrence)
    if (slot := model.slot_of(house, ritual, occurrence)) and slot.day == day and not shift:
        return
    occurrence.day, occurrence.shift_minutes = day, int(shift.total_seconds() // 60)
    occurrence.moved_at, occurrence.moved_by = house.clock.now(), actor
    occurrence.moved_because = reason.strip()[:LONGEST_REASON] or None


def _note_no_move(occurrence: Occurrence) -> None:
    occurrence.moved_at = occurrence.moved_by = occurrence.moved_because = None
    occurrence.shift_minutes = 0


def _is_paused_for_good(session: Session, house: House, ritual: Ritual) -> bool:
    return any(pause.last_day is None for pause in pauses_of(session, house, ritual))


def _no_pause(house: House, ritual: Ritual) -> str:
    today = local_today(house, ritual)
    if any(today in pause for pause in ritual.schedule.pauses):
        return f"{ritual.name} is paused by `pauses` in calendar.yaml: change it there."
    return f"{ritual.name} is not paused."


def _record(session: Session, house: House, kind: str, ritual: Ritual, actor: str | None, **detail: Any) -> None:
    said = {key: value for key, value in detail.items() if value}
    record(session, house, kind, f"ritual:{ritual.id}", actor=actor, **said)
