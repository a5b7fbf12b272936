"""What becomes of a ritual that leaves nothing: its owner and the head of product choose, or it pauses by itself."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot import timers
from bot.audit import record
from bot.db import insert_for_id, swap
from bot.definitions import Ritual
from bot.definitions.working_time import to_utc
from bot.errors import UserError
from bot.house import House, Part
from bot.people.flow import require_person
from bot.people.model import People, Person
from bot.prompts import flow as prompts
from bot.reviews import messages, model, yields
from bot.reviews.model import ASYNC, CANCELLED, PAUSE, REASON, REDESIGN, RitualChoice
from bot.rituals.model import Occurrence

PROMPT = "review.choice"
"""The kind of prompt that asks for it; its ref is the choice's id."""
UNDECIDED = "review.undecided"
"""The timer of a choice that nobody makes. Its ref is `choice:` and the choice's id."""
DAYS = 5
"""Working days in which somebody must choose."""
OFFERED = (REDESIGN, ASYNC, PAUSE)


def ask_if_empty(session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
    """An occurrence has left nothing: once that are too many in a row, those who may choose are asked, once."""
    _question(session, house, ritual, occurrence.slot, yields.empty_in_a_row(session, house, [ritual.id])[ritual.id])


def ask_if_cancelled(session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
    """An occurrence was cancelled, since there was nothing to look at: the same once that are too many in a row."""
    cancelled = yields.cancelled_in_a_row(session, house, ritual, REASON)
    _question(session, house, ritual, f"{occurrence.slot}{CANCELLED}", len(cancelled))


def _question(session: Session, house: House, ritual: Ritual, slot: str, count: int) -> None:
    too_many = count >= house.definitions.calendar.most_empty(ritual)
    if not too_many or model.in_question(session, house, ritual.id) is not None:
        return
    now = house.clock.now()
    until = _days_later(house, now)
    choice_id = insert_for_id(
        session,
        RitualChoice,
        workspace_id=house.workspace_id,
        ritual_id=ritual.id,
        slot=slot,
        empty=count,
        asked_at=now,
        until=until,
        choice="",
        because="",
        version=1,
    )
    if choice_id is None:
        return
    record(session, house, "ritual.questioned", f"ritual:{ritual.id}", empty=count)
    timers.arm(session, house, f"{UNDECIDED}:{choice_id}", UNDECIDED, f"choice:{choice_id}", until)
    for person in choosers(session, house, ritual):
        prompts.ask(
            session, house, person.slack_id, _key(choice_id, person), PROMPT, str(choice_id), at=now, deadline=until
        )


def choose(session: Session, house: House, slack_id: str, choice_id: str, chosen: str) -> tuple[Ritual, RitualChoice]:
    """Redesign it, go async or pause it. A `UserError` once somebody has chosen."""
    choice = model.choice(session, house, choice_id)
    ritual = _ritual(house, choice)
    if require_person(session, house, slack_id) not in choosers(session, house, ritual):
        raise UserError(f"That is for the owner of {ritual.name} and for the head of product.")
    if chosen not in OFFERED or not _end(session, house, ritual, choice, chosen, slack_id):
        raise UserError(f"Somebody has chosen already: {choice.choice}.")
    return ritual, choice


def chosen_at_close(
    session: Session, house: House, ritual: Ritual, occurrence: Occurrence, slack_id: str, chosen: str, because: str
) -> None:
    """Whoever closed it without anything said what becomes of it; one who may choose has answered the question, too."""
    now = house.clock.now()
    asked = model.in_question(session, house, ritual.id)
    is_chooser = any(person.slack_id == slack_id for person in choosers(session, house, ritual))
    if asked is not None and is_chooser and _end(session, house, ritual, asked, chosen, slack_id):
        return
    session.add(
        RitualChoice(
            workspace_id=house.workspace_id,
            ritual_id=ritual.id,
            slot=f"{occurrence.slot} closed",
            empty=1,
            asked_at=now,
            until=now,
            choice=chosen,
            chosen_by=slack_id,
            chosen_at=now,
            because=because,
        )
    )
    session.flush()
    record(session, house, "ritual.chosen", f"ritual:{ritual.id}", actor=slack_id, choice=chosen)
    _act(session, house, ritual, chosen, slack_id, because)


def on_undecided(session: Session, house: House, ref: str) -> None:
    """A timer: nobody has chosen, so it pauses, until somebody resumes it."""
    choice = model.choice(session, house, ref.partition(":")[2])
    ritual = house.definitions.calendar.ritual(choice.ritual_id)
    if ritual is None:
        # Nothing is there to pause; should it come back, it can be put in question again.
        swap(session, RitualChoice, choice.id, choice.version, chosen_at=house.clock.now())
        return
    if not _end(session, house, ritual, choice, PAUSE, None):
        return
    title, text = messages.paused_by_itself(house, ritual, choice)
    for person in choosers(session, house, ritual):
        prompts.tell(session, house, person.slack_id, f"paused:{choice.id}:{person.slack_id}", title, text)


def prompt_part(session: Session, house: House, ref: str) -> Part | None:
    """How the question looks now."""
    choice = model.choice(session, house, ref)
    ritual = house.definitions.calendar.ritual(choice.ritual_id)
    if ritual is None:
        return None
    by = People(session, house).called(choice.chosen_by) if choice.chosen_by else ""
    return messages.choice_part(house, ritual, choice, yields.of(session, house, ritual.id), by)


def choosers(session: Session, house: House, ritual: Ritual) -> list[Person]:
    """The ritual's owner and the heads of product; product ops where Slack knows none of them."""
    people = People(session, house)
    found = {person.slack_id: person for person in people.with_role("head_of_product")}
    if (owner := people.by_ref(ritual.owner)) is not None:
        found[owner.slack_id] = owner
    return [found[id] for id in sorted(found)] or people.with_role("product_ops")


def _end(
    session: Session, house: House, ritual: Ritual, choice: RitualChoice, chosen: str, slack_id: str | None
) -> bool:
    """Keep what was chosen, by whom or by nobody, and do it; false when somebody was quicker."""
    session.refresh(choice)
    values = {"choice": chosen, "chosen_by": slack_id, "chosen_at": house.clock.now()}
    is_first = not choice.choice and swap(session, RitualChoice, choice.id, choice.version, **values)
    session.refresh(choice)
    if not is_first:
        return False
    record(session, house, "ritual.chosen", f"ritual:{ritual.id}", actor=slack_id, choice=chosen)
    timers.cancel(session, house, f"{UNDECIDED}:{choice.id}")
    because = messages.why_paused(house, choice)
    _act(session, house, ritual, chosen, slack_id, because)
    for person in choosers(session, house, ritual):
        prompts.changed(session, house, _key(choice.id, person))
    return True


def _act(session: Session, house: House, ritual: Ritual, chosen: str, slack_id: str | None, because: str) -> None:
    if chosen == PAUSE:
        assert house.links.calendar is not None
        house.links.calendar.pause(session, house, ritual, slack_id, None, because)
    elif chosen in (ASYNC, REDESIGN):
        _tell_product_ops(session, house, ritual, chosen, slack_id, because)


def _tell_product_ops(
    session: Session, house: House, ritual: Ritual, chosen: str, slack_id: str | None, because: str
) -> None:
    """Its definition is theirs to change."""
    people = People(session, house)
    by = people.called(slack_id) if slack_id else ""
    title, text = messages.to_redefine(house, ritual, chosen, by, because)
    for person in people.with_role("product_ops"):
        key = f"redefine:{ritual.id}:{house.clock.now():%Y%m%dT%H%M%S}:{person.slack_id}"
        prompts.tell(session, house, person.slack_id, key, title, text)


def _days_later(house: House, now: datetime) -> datetime:
    organisation = house.definitions.organisation
    day = organisation.work_days().nth(now.astimezone(organisation.zone).date(), DAYS)
    return to_utc(datetime.combine(day, organisation.working_hours.end), organisation.zone)


def _ritual(house: House, choice: RitualChoice) -> Ritual:
    ritual = house.definitions.calendar.ritual(choice.ritual_id)
    if ritual is None:
        raise UserError("That ritual is no longer in the calendar.")
    return ritual


def _key(choice_id: int, person: Person) -> str:
    return f"{PROMPT}:{choice_id}:{person.slack_id}"
