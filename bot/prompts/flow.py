"""What is asked of people goes out in one message a day: rooms hand it over here, and say how each part looks now.

A person's day message goes out at the first moment of their working day at which anything is due, with all that is due
for them that day. What comes up later waits for their next working day, or joins the message in its place when it
cannot wait; what is urgent may be one more message. Whoever changes what a person is asked holds that person's row.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot import blocks, timers
from bot.audit import record
from bot.blocks import Message
from bot.db import change, insert_for_id, insert_or_ignore
from bot.delivery import outbox
from bot.errors import UserError
from bot.house import Ahead, House, Part
from bot.people.model import People, Person
from bot.people.moments import end_of_day, next_working_day, working_moment
from bot.prompts import messages, model
from bot.prompts.messages import MOST_NEWS, PAUSES, SNOOZES
from bot.prompts.model import AGAIN, DAY, LIGHT, NEWS, NONE, STANDARD, URGENT, DayMessage, Prompt

DUE = "prompts.due"
AWAY = "prompts.away"
"""The timers of this room; their refs are `person:<Slack id>` and `away:<Slack id>`."""

ROOM = timedelta(hours=3)
"""What waits for the next working day has at least this long then: two hours to a reminder, one from it."""
STILL_FRESH = timedelta(minutes=10)
"""What comes up so soon after the day message joins it."""
ABOUT_THEN = timedelta(minutes=15)
"""What was snoozed to within this time comes back in one message."""
AFTER_SNOOZE = timedelta(minutes=30)
"""A snooze that would leave less time than this before the deadline is refused."""
PROFILES = (STANDARD, LIGHT, NONE)


@dataclass(frozen=True)
class More:
    """The button beside something that is told: its name, the entry of some room's `ACTIONS`, and its value."""

    label: str
    action_id: str
    value: str


@dataclass(frozen=True)
class Need:
    """A prompt that is to be said, and when: its own moment within its person's working hours."""

    prompt: Prompt
    moment: datetime
    part: Part | None = None
    """How it looks, once its room was asked."""


# What rooms call.


def ask(
    session: Session,
    house: House,
    person: str,
    key: str,
    kind: str,
    ref: str,
    *,
    at: datetime,
    deadline: datetime | None = None,
    remind_at: datetime | None = None,
    urgent: bool = False,
    foreseen: bool = False,
    report_to: str | None = None,
) -> None:
    """Ask a person (Slack id) for something from `at` on; `kind` and `ref` tell its room which part to show.

    Asked again under a `key` that is known, it follows the new times; what has gone out is not said again.
    What was `foreseen` is announced by a message of that day, and joins it. `report_to` (a Slack id) is told when it
    cannot be delivered.
    """
    model.hold(session, house, person)
    times = {
        "at": at,
        "deadline": deadline,
        "remind_at": remind_at,
        "urgent": urgent,
        "foreseen": foreseen,
        "report_to": report_to,
    }
    is_new = insert_or_ignore(
        session, Prompt, workspace_id=house.workspace_id, person=person, key=key, kind=kind, ref=ref, **times
    )
    if not is_new:
        prompt = model.find(session, house, key)
        assert prompt is not None
        if prompt.person != person:
            raise ValueError(f"{key} belongs to {prompt.person}")
        for name, value in times.items():
            setattr(prompt, name, value)
        prompt.ended_at = None
        if at > house.clock.now():
            _take_back(session, house, prompt)
        _refresh(session, house, prompt.day_message_id)
    _plan(session, house, person)


def tell(
    session: Session,
    house: House,
    person: str,
    key: str,
    title: str,
    text: str,
    *,
    urgent: bool = False,
    until: datetime | None = None,
    more: More | None = None,
) -> None:
    """Tell a person (Slack id) something that asks for nothing; each `key` once, in the words it was last given.

    It comes with what they are asked for, on the same day if that has not gone out yet, or if it is `urgent`. What
    must be known before the next working day has gone on for a while (`until`) joins the message that is out. A button
    shows what there is `more`.
    """
    model.hold(session, house, person)
    news: dict[str, Any] = {"title": title, "text": text} | ({"more": asdict(more)} if more else {})
    is_new = insert_or_ignore(
        session,
        Prompt,
        workspace_id=house.workspace_id,
        person=person,
        key=key,
        kind=NEWS,
        ref="",
        at=house.clock.now(),
        deadline=until,
        urgent=urgent,
        foreseen=False,
        news=news,
    )
    if not is_new and (prompt := _held(session, house, key)) is not None and prompt.prompted_at is None:
        prompt.news, prompt.deadline, prompt.urgent, prompt.ended_at = news, until, urgent, None
    _plan(session, house, person)


def changed(session: Session, house: House, key: str) -> None:
    """Show a prompt as it is now; one that waits no more has ended."""
    if (prompt := _held(session, house, key)) is None:
        return
    part = _part(session, house, prompt)
    if part is None or not part.waiting:
        _end(session, house, prompt)
        _plan(session, house, prompt.person)
    _refresh(session, house, prompt.day_message_id, known={prompt.id: part})


def withdraw(session: Session, house: House, key: str) -> None:
    """Ask no more, whatever the room's part says."""
    if (prompt := _held(session, house, key)) is not None:
        _end(session, house, prompt)
        _plan(session, house, prompt.person)
        _refresh(session, house, prompt.day_message_id)


def is_known(session: Session, house: House, key: str) -> bool:
    """Whether anybody was ever asked under this key."""
    return model.find(session, house, key) is not None


def said(session: Session, house: House, keys: Collection[str]) -> dict[str, tuple[int, datetime]]:
    """Of what people were told or asked under these keys: the message it stands in, and when that was promised."""
    return model.said(session, house, keys)


def unsaid(session: Session, house: House, beginning: str) -> dict[str, str]:
    """The news that nobody was told yet, under keys that begin so: whom (a Slack id) each is for."""
    session.flush()
    return model.unsaid(session, house, beginning)


def is_shown(session: Session, house: House, key: str) -> bool:
    """Whether a prompt stands in a message, so that its person sees what becomes of it."""
    prompt = model.find(session, house, key)
    return prompt is not None and prompt.day_message_id is not None


def asked_of(session: Session, house: House, slack_id: str, kind: str) -> list[str]:
    """What a person is asked of one kind and has not answered: its refs, in the order of asking."""
    asked, _profile = house.once(("prompts of", slack_id), lambda: model.open_of(session, house, slack_id))
    return [prompt.ref for prompt in asked if prompt.kind == kind]


# What people do.


def snooze(session: Session, house: House, slack_id: str, key: str, choice: str) -> datetime:
    """Be quiet about one prompt for a while; returns until when. A `UserError` when its deadline is nearer."""
    prompt = _held(session, house, key)
    person = People(session, house).by_slack(slack_id)
    if prompt is None or person is None or prompt.person != slack_id or choice not in SNOOZES:
        raise UserError("This request is no longer yours, or is already answered.")
    part = _part(session, house, prompt)
    if prompt.ended_at is not None or part is None or not part.waiting:
        raise UserError("This request is no longer yours, or is already answered.")
    now = house.clock.now()
    pause = PAUSES.get(choice)
    until = working_moment(house, person, now + pause) if pause else next_working_day(house, person, now)
    if prompt.deadline is not None and until > prompt.deadline - AFTER_SNOOZE:
        due = messages.local(prompt.deadline, person.zone)
        raise UserError(f"The cutoff is {due}, so there is no time to snooze.")
    prompt.snoozed_until = until
    record(session, house, "prompt.snoozed", f"prompt:{key}", actor=slack_id, until=until.isoformat())
    _refresh(session, house, prompt.day_message_id)
    _plan(session, house, slack_id)
    return until


def choose_profile(session: Session, house: House, slack_id: str, profile: str) -> None:
    """Choose how much one is reminded; a `UserError` when there is no such profile."""
    if profile not in PROFILES:
        raise UserError(f"There is no `{profile[:40]}`. There are: {', '.join(f'`{name}`' for name in PROFILES)}.")
    model.hold(session, house, slack_id)
    model.choose(session, house, slack_id, profile)
    record(session, house, "reminders.chosen", f"person:{slack_id}", actor=slack_id, profile=profile)
    _plan(session, house, slack_id)


def explained(session: Session, house: House, slack_id: str, key: str) -> tuple[Person, Prompt, Part]:
    """A prompt of this person with how it looks now; a `UserError` when it is none of theirs."""
    prompt = model.find(session, house, key)
    person = People(session, house).by_slack(slack_id)
    part = _part(session, house, prompt) if prompt is not None and prompt.person == slack_id else None
    if prompt is None or person is None or part is None:
        raise UserError("That is gone, so I can no longer say why.")
    return person, prompt, part


def next_said(session: Session, house: House, prompt: Prompt) -> datetime | None:
    """When a prompt that waits is said next, first or as its reminder; none when it will not be."""
    person = People(session, house).by_slack(prompt.person)
    profile = model.profile_of(session, house, prompt.person)
    moments = [need.moment for need in _needs(house, person, [prompt], profile, house.clock.now())] if person else []
    if prompt.ended_at is not None or not moments:
        return None
    # What could wait for the next working day has its person's timer set to that.
    wakes = timers.due(session, house, _timer(prompt.person))
    return max([*moments, wakes] if wakes else moments)


def on_other_zone(session: Session, house: House, slack_ids: Collection[str]) -> None:
    """People are in other time zones, where their working hours begin at another moment."""
    for slack_id in sorted(slack_ids):
        model.hold(session, house, slack_id)
        _plan(session, house, slack_id)


# What the clock calls: `ref` is `person:<Slack id>`, or `away:<Slack id>`.


def hold(session: Session, house: House, ref: str) -> None:
    """Keep others from the person whom a timer is about."""
    model.hold(session, house, ref.partition(":")[2])


def on_due(session: Session, house: House, ref: str) -> None:
    """Something is due for a person, who is held: say it, with all that is due for them today, or let it wait."""
    slack_id = ref.partition(":")[2]
    # Read once, since nobody else changes them meanwhile.
    asked, profile = model.open_of(session, house, slack_id)
    people, now = People(session, house), house.clock.now()
    person = people.by_slack(slack_id)
    if person is None or people.away_because(person, person.today(now)) is not None:
        if asked:
            _pass_on(session, house, slack_id)
            _arm(session, house, slack_id, next_working_day(house, person, now) if person else now + timedelta(days=1))
        return
    _say_what_is_due(session, house, person, _needs(house, person, asked, profile, now), now)
    session.flush()
    left = _needs(house, person, [prompt for prompt in asked if prompt.ended_at is None], profile, now)
    tomorrow = next_working_day(house, person, now)
    _wake(session, house, slack_id, [tomorrow if need.moment <= now else need.moment for need in left])


def on_away(session: Session, house: House, ref: str) -> None:
    """Somebody who is to be asked is away, or has left: whoever knows who stands in asks them."""
    for pass_on in house.links.on_away:
        pass_on(session, house, ref.partition(":")[2])


# How: in the order in which the verbs above call them.


def _take_back(session: Session, house: House, prompt: Prompt) -> None:
    """The message is still queued, and is to go out later: what stands in it was never said."""
    if prompt.day_message_id is None:
        return
    day_message, prompts = model.get_message(session, house, prompt.day_message_id)
    if day_message.what not in (DAY, URGENT) or not outbox.cancel(session, house, day_message.message_id):
        return
    for each in prompts:
        each.day_message_id = None
        if each.reminded_at == day_message.sent_at:
            each.reminded_at = None
        if each.prompted_at == day_message.sent_at:
            each.prompted_at = None
    session.flush()
    session.delete(day_message)
    session.flush()


def _held(session: Session, house: House, key: str) -> Prompt | None:
    """The prompt, which nobody else changes until this transaction ends."""
    session.flush()
    return model.held(session, house, key)


def _part(session: Session, house: House, prompt: Prompt) -> Part | None:
    if prompt.news is not None:
        more = More(**prompt.news["more"]) if "more" in prompt.news else None
        buttons = (blocks.button(more.label, more.action_id, more.value),) if more else ()
        return Part(prompt.news["title"], prompt.news["text"], buttons, waiting=False)
    return house.links.parts[prompt.kind](session, house, prompt.ref)


def _end(session: Session, house: House, prompt: Prompt) -> None:
    if prompt.ended_at is None or prompt.snoozed_until is not None:
        change(session, prompt, ended_at=prompt.ended_at or house.clock.now(), snoozed_until=None)


def _refresh(
    session: Session, house: House, *day_message_ids: int | None, known: Mapping[int, Part | None] | None = None
) -> None:
    """Edit messages in place, so that each shows how its parts stand now; `known` are some of them, by prompt."""
    session.flush()
    for id in sorted({each for each in day_message_ids if each is not None}):
        day_message, prompts = model.get_message(session, house, id)
        person = People(session, house).by_slack(day_message.person)
        if person is not None:
            looks = _looks(session, house, prompts, known or {})
            message = _day_message(session, house, person, day_message.day, day_message.what, looks)
            outbox.update(session, house, day_message.message_id, message)


def _day_message(
    session: Session, house: House, person: Person, day: date, what: str, looks: Sequence[tuple[Prompt, Part]]
) -> Message:
    """The message with its parts as they stand, and, while it is that day, with what comes later on it."""
    now = house.clock.now()
    ahead: list[Ahead] = []
    if what == DAY and day == person.today(now):
        evening = end_of_day(house, person, now)
        ahead = [each for look in house.links.ahead for each in look(session, house, person.slack_id, evening)]
    return messages.day_message(house, person, looks, sorted(ahead, key=lambda each: each.at))


def _looks(
    session: Session, house: House, prompts: Iterable[Prompt], known: Mapping[int, Part | None]
) -> list[tuple[Prompt, Part]]:
    looks = ((each, known[each.id] if each.id in known else _part(session, house, each)) for each in prompts)
    return [(prompt, part) for prompt, part in looks if part is not None]


def _plan(session: Session, house: House, slack_id: str) -> None:
    """Wake up when the next thing is due for a person."""
    person, now = People(session, house).by_slack(slack_id), house.clock.now()
    session.flush()
    asked, profile = model.open_of(session, house, slack_id)
    if person is None:
        moments = [each.at for each in asked if each.prompted_at is None]
    else:
        moments = [need.moment for need in _needs(house, person, asked, profile, now)]
    _wake(session, house, slack_id, moments)


def _wake(session: Session, house: House, slack_id: str, moments: Sequence[datetime]) -> None:
    if moments:
        _arm(session, house, slack_id, min(moments))
    else:
        timers.cancel(session, house, _timer(slack_id))


def _arm(session: Session, house: House, slack_id: str, at: datetime) -> None:
    timers.arm(session, house, _timer(slack_id), DUE, f"person:{slack_id}", max(at, house.clock.now()))


def _timer(slack_id: str) -> str:
    return f"{DUE}:{slack_id}"


def _needs(house: House, person: Person, asked: Iterable[Prompt], profile: str, now: datetime) -> list[Need]:
    """What of all that a person is asked is still to be said; what is due by `now` has that as its moment."""
    return [
        Need(prompt, working_moment(house, person, max(at, now)))
        for prompt in asked
        if (at := _wanted(prompt, profile)) is not None
    ]


def _wanted(prompt: Prompt, profile: str) -> datetime | None:
    """When a prompt is to be said next: first, as its one reminder, or after a snooze."""
    if prompt.snoozed_until is not None:
        return prompt.snoozed_until
    if prompt.prompted_at is None:
        return prompt.at if profile != NONE or prompt.urgent or prompt.kind == NEWS else None
    reminds = profile == STANDARD or prompt.urgent
    return prompt.remind_at if reminds and prompt.reminded_at is None else None


def _pass_on(session: Session, house: House, slack_id: str) -> None:
    # In a transaction of its own: rooms hold their records before they hold a person, and here it is held already.
    timers.arm(session, house, f"{AWAY}:{slack_id}", AWAY, f"away:{slack_id}", house.clock.now())


def _say_what_is_due(session: Session, house: House, person: Person, needs: Sequence[Need], now: datetime) -> None:
    evening = max(end_of_day(house, person, now), now)
    needs = [need for need in needs if need.moment <= evening]
    today = _not_too_many_news(_still_waiting(session, house, person, needs))
    due = [need for need in today if need.moment <= now]
    if not due:
        return
    day_message = model.message_on(session, house, person.slack_id, person.today(now), DAY)
    if day_message is None:
        _post(session, house, person, DAY, [need for need in today if _is_for_now(need.prompt, now)])
        return
    _say_besides(session, house, person, day_message, due, today)


def _still_waiting(session: Session, house: House, person: Person, needs: Sequence[Need]) -> list[Need]:
    """Those to be said: not what is answered, nor what the person is away from today."""
    kept, away = [], False
    for each in needs:
        part = _part(session, house, each.prompt)
        need = replace(each, part=part)
        if need.prompt.kind == NEWS:
            kept.append(need)
        elif part is None or not part.waiting:
            _end(session, house, need.prompt)
        elif part.away:
            away = True
        else:
            kept.append(need)
    if away:
        _pass_on(session, house, person.slack_id)
    return kept


def _not_too_many_news(needs: Sequence[Need]) -> list[Need]:
    """As many as a message holds, the oldest first; the others are for the next day."""
    news = [need for need in needs if need.prompt.kind == NEWS]
    return [need for need in needs if need not in news[MOST_NEWS:]]


def _is_for_now(prompt: Prompt, now: datetime) -> bool:
    return prompt.snoozed_until is None or prompt.snoozed_until <= now + ABOUT_THEN


def _say_besides(
    session: Session,
    house: House,
    person: Person,
    day_message: DayMessage,
    due: Sequence[Need],
    today: Sequence[Need],
) -> None:
    """The day message is out already: what was snoozed comes back, what is urgent may come, the rest joins or waits."""
    now = house.clock.now()
    fresh = [need for need in due if need.prompt.snoozed_until is None]
    if len(fresh) < len(due):
        back = [need for need in today if need.prompt.snoozed_until and _is_for_now(need.prompt, now)]
        _post(session, house, person, f"{AGAIN} {now:%H:%M:%S}", back)
    urgent = [need for need in fresh if need.prompt.urgent]
    extra = model.message_on(session, house, person.slack_id, day_message.day, URGENT)
    if urgent and extra is None:
        _post(session, house, person, URGENT, urgent)
    elif urgent and extra is not None:
        _join(session, house, extra, urgent)
    others = [need for need in fresh if not need.prompt.urgent]
    joining = [need for need in others if not _can_wait(house, person, day_message, need.prompt)]
    if joining:
        _join(session, house, day_message, joining)


def _can_wait(house: House, person: Person, day_message: DayMessage, prompt: Prompt) -> bool:
    """Whether the next working day is early enough."""
    now = house.clock.now()
    is_new = prompt.prompted_at is None
    if is_new and (prompt.foreseen or now - day_message.sent_at <= STILL_FRESH):
        return False
    return prompt.deadline is None or next_working_day(house, person, now) + ROOM <= prompt.deadline


def _post(session: Session, house: House, person: Person, what: str, needs: Sequence[Need]) -> None:
    now, prompts = house.clock.now(), [need.prompt for need in needs]
    before = [prompt.day_message_id for prompt in prompts]
    for prompt in prompts:
        change(session, prompt, **_said(prompt, now))
    _note_minutes(session, needs)
    day = person.today(now)
    message_id = outbox.post(
        session,
        house,
        person.slack_id,
        _day_message(session, house, person, day, what, [(need.prompt, need.part) for need in needs if need.part]),
        kind=f"prompts.{what.split()[0]}",
        dedupe=f"prompts:{person.slack_id}:{day}:{what}",
        report_to=next((prompt.report_to for prompt in prompts if prompt.report_to), None),
    )
    day_message_id = insert_for_id(
        session,
        DayMessage,
        workspace_id=house.workspace_id,
        person=person.slack_id,
        day=day,
        what=what,
        message_id=message_id,
        sent_at=now,
    )
    assert day_message_id is not None
    for prompt in prompts:
        change(session, prompt, day_message_id=day_message_id)
    _refresh(session, house, *before)


def _join(session: Session, house: House, day_message: DayMessage, needs: Sequence[Need]) -> None:
    """Say it in a message that is out, by editing it."""
    prompts = [need.prompt for need in needs]
    before = [prompt.day_message_id for prompt in prompts]
    for prompt in prompts:
        change(session, prompt, day_message_id=day_message.id, **_said(prompt, house.clock.now()))
    _note_minutes(session, needs)
    _refresh(session, house, day_message.id, *before)


def _note_minutes(session: Session, needs: Sequence[Need]) -> None:
    """Keep how long each takes, since nobody knows that any more once it is answered."""
    for need in needs:
        if need.part is not None and need.prompt.kind != NEWS and need.prompt.minutes is None:
            change(session, need.prompt, minutes=need.part.minutes)


def _said(prompt: Prompt, now: datetime) -> dict[str, datetime | None]:
    """What is written down of a prompt that is said now."""
    noted: dict[str, datetime | None] = {"snoozed_until": None}
    if prompt.kind == NEWS:
        return noted | {"prompted_at": now, "ended_at": now}
    if prompt.prompted_at is None:
        return noted | {"prompted_at": now}
    if prompt.snoozed_until is None or (prompt.remind_at is not None and prompt.remind_at <= now):
        # What comes back after the time of its reminder has been reminded of by that.
        return noted | {"reminded_at": prompt.reminded_at or now}
    return noted
