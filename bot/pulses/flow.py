"""When a pulse is asked, of whom, and what becomes of an answer: nobody is asked twice in 30 days."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from bot import timers
from bot.audit import record
from bot.db import insert_for_id
from bot.definitions.pulses import AGREE, MINUTES, PRODUCT_MANAGERS, Pulse
from bot.definitions.working_time import to_utc
from bot.delivery import outbox
from bot.errors import FieldErrors, UserError
from bot.house import House, Obligation, Part
from bot.people.flow import require_person
from bot.people.model import People, Person, channel_id
from bot.prompts import flow as prompts
from bot.pulses import messages, model, results
from bot.pulses.messages import BANDS, LIMIT, SCALE
from bot.pulses.model import ANSWERED, OPEN, SKIPPED, Asked, PulseAnswer, Round

PROMPT = "pulse"
"""The kind of prompt that asks somebody; its ref is the round's id, `:`, and their Slack id."""
ASK, CLOSE = "pulses.ask", "pulses.close"
"""The timers: a pulse is asked (ref `pulse:` and its id), a round closes (ref `round:` and its id)."""
AGAIN = timedelta(days=30)
"""Nobody is asked twice in this time, whatever the pulse."""
MONTHS_IN_A_QUARTER = 3


def keep_in_step(session: Session, house: House) -> None:
    """See that each pulse is planned, by its definition as it is now."""
    rules = house.definitions.pulses
    for pulse in rules.pulses if rules else ():
        due = timers.due(session, house, _timer(pulse))
        # What was due while nobody ran is still to be asked.
        if due is None or due > house.clock.now():
            _arm(session, house, pulse)


def on_ask(session: Session, house: House, ref: str) -> None:
    """A timer: a pulse begins for everybody whom it is for, less whoever was asked lately; for nobody it does not."""
    pulse = _pulse(house, ref.partition(":")[2])
    if pulse is None:
        return
    today = _today(house)
    lately = model.asked_since(session, house, today - AGAIN + timedelta(days=1))
    if people := [each for each in whom(session, house, pulse) if each.slack_id not in lately]:
        _begin(session, house, pulse, today, people)
    _arm(session, house, pulse)


def _begin(session: Session, house: House, pulse: Pulse, today: date, people: Iterable[Person]) -> None:
    now, closes_at = house.clock.now(), _at(house, today + timedelta(days=pulse.open_days))
    values = {"workspace_id": house.workspace_id, "pulse_id": pulse.id, "day": today, "closes_at": closes_at}
    round_id = insert_for_id(session, Round, **values)
    if round_id is None:
        return
    for person in people:
        asked = {"round_id": round_id, "person": person.slack_id, "asked_on": today}
        session.add(Asked(workspace_id=house.workspace_id, **asked))
        session.flush()
        key, ref = _key(round_id, person.slack_id), f"{round_id}:{person.slack_id}"
        prompts.ask(session, house, person.slack_id, key, PROMPT, ref, at=now, deadline=closes_at)
    record(session, house, "pulse.asked", f"pulse:{pulse.id}", round=round_id)
    timers.arm(session, house, f"{CLOSE}:{round_id}", CLOSE, f"round:{round_id}", closes_at)


def on_close(session: Session, house: House, ref: str) -> None:
    """A timer: a round ends. Product ops' channel reads what it says, where enough have answered."""
    round_ = model.get_round(session, house, ref.partition(":")[2])
    pulse = _pulse(house, round_.pulse_id)
    if pulse is None:
        return
    found, counts = results.of_round(session, house, pulse, round_), model.counts(session, house, round_.id)
    channel = channel_id(session, house, house.definitions.organisation.channels.product_ops)
    pages, key = messages.results(house, pulse, round_, found, counts), f"pulse:{round_.id}"
    outbox.post_pages(session, house, channel, pages, kind="pulses.results", dedupe=key)


def whom(session: Session, house: House, pulse: Pulse) -> list[Person]:
    """Whom a pulse is for: product managers, or everybody who is neither that nor in product ops."""
    people = People(session, house)
    managers = people.with_role("product_manager")
    if pulse.asks == PRODUCT_MANAGERS:
        return managers
    return [each for each in people.everybody() if each not in managers and not each.is_product_ops]


def answerable(session: Session, house: House, slack_id: str, round_id: str) -> tuple[Pulse, Round]:
    """A pulse that this person was asked and can still answer; a `UserError` for any other."""
    pulse, round_, _asked = _held(session, house, slack_id, round_id)
    return pulse, round_


def answer(session: Session, house: House, slack_id: str, round_id: str, typed: Mapping[str, str], quote: bool) -> None:
    """Keep what somebody says, apart from who they are; `typed` is by question, `quote` whether words may be shown."""
    pulse, round_, asked = _held(session, house, slack_id, round_id)
    person = require_person(session, house, slack_id)
    wrong: dict[str, str] = {}
    found = []
    for question in pulse.questions:
        text = typed.get(question.id, "").strip()
        if question.kind in (AGREE, MINUTES):
            allowed = SCALE if question.kind == AGREE else BANDS
            if text not in allowed:
                wrong[question.id] = "Choose one, or skip the whole pulse in the message that asked you."
            else:
                found.append(PulseAnswer(question_id=question.id, value=int(text)))
        elif len(text) > LIMIT:
            wrong[question.id] = f"Keep this under {LIMIT} characters."
        elif text:
            found.append(PulseAnswer(question_id=question.id, words=text, may_quote=quote))
    if wrong:
        raise FieldErrors(wrong)
    function_id = _function(house, person)
    for each in found:
        each.workspace_id, each.round_id, each.function_id = house.workspace_id, round_.id, function_id
        session.add(each)
    _end(session, house, asked, ANSWERED)


def skip(session: Session, house: House, slack_id: str, round_id: str) -> None:
    """Somebody does not want to answer, or it is not theirs to."""
    *_rest, asked = _held(session, house, slack_id, round_id)
    _end(session, house, asked, SKIPPED)


def prompt_part(session: Session, house: House, ref: str) -> Part | None:
    """How a pulse looks to somebody who is asked."""
    round_id, _, slack_id = ref.partition(":")
    round_ = model.get_round(session, house, round_id)
    pulse, asked = _pulse(house, round_.pulse_id), model.asked(session, house, round_.id, slack_id)
    if pulse is None or asked is None:
        return None
    return messages.part(house, pulse, round_, asked.state, is_over=round_.closes_at <= house.clock.now())


def obligations(session: Session, house: House, slack_id: str) -> list[Obligation]:
    found = [(each, _pulse(house, each.pulse_id)) for each in model.open_of(session, house, slack_id)]
    return [messages.obligation(house, pulse, round_) for round_, pulse in found if pulse is not None]


def _pulse(house: House, id: str) -> Pulse | None:
    rules = house.definitions.pulses
    return rules.pulse(id) if rules else None


def _held(session: Session, house: House, slack_id: str, round_id: str) -> tuple[Pulse, Round, Asked]:
    require_person(session, house, slack_id)
    round_ = model.get_round(session, house, round_id)
    pulse, asked = _pulse(house, round_.pulse_id), model.asked(session, house, round_.id, slack_id, hold=True)
    if pulse is None or asked is None:
        raise UserError("That pulse does not ask you.")
    if asked.state != OPEN:
        raise UserError(f"You have {asked.state} it already. Answers have no name, so I can not change yours.")
    if round_.closes_at <= house.clock.now():
        raise UserError("That pulse is over. The next one asks anew.")
    return pulse, round_, asked


def _end(session: Session, house: House, asked: Asked, state: str) -> None:
    asked.state = state
    session.flush()
    prompts.changed(session, house, _key(asked.round_id, asked.person))


def _function(house: House, person: Person) -> str:
    definition = house.definitions.organisation.person(person.ref)
    return definition.function if definition else ""


def _key(round_id: int, slack_id: str) -> str:
    return f"{PROMPT}:{round_id}:{slack_id}"


def _arm(session: Session, house: House, pulse: Pulse) -> None:
    timers.arm(session, house, _timer(pulse), ASK, f"pulse:{pulse.id}", next_time(session, house, pulse))


def next_time(session: Session, house: House, pulse: Pulse) -> datetime:
    """The first moment after now at which a pulse is asked; later than its day where people were asked lately.

    From 8 February to 8 March are 28 days: then it begins on 10 March.
    """
    month, now, last = _today(house).replace(day=1), house.clock.now(), model.last_day(session, house, pulse.id)
    while True:
        day = month.replace(day=pulse.day)
        if (pulse.every == "month" or (month.month - 1) % MONTHS_IN_A_QUARTER == 0) and (last is None or day > last):
            at = _at(house, max(day, last + AGAIN) if last else day)
            if at > now:
                return at
        month = (month + timedelta(days=31)).replace(day=1)


def _timer(pulse: Pulse) -> str:
    return f"{ASK}:{pulse.id}"


def _today(house: House) -> date:
    return house.clock.now().astimezone(house.definitions.organisation.zone).date()


def _at(house: House, day: date) -> datetime:
    """As the working day begins."""
    organisation = house.definitions.organisation
    return to_utc(datetime.combine(day, organisation.working_hours.start), organisation.zone)
