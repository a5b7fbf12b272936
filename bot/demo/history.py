"""The demo's last twelve weeks: the bot's own verbs and timers, run with a clock that is turned."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import app, timers
from bot.checks import flow as checks
from bot.decisions import flow as decisions
from bot.decisions.entry import EASY, HARD, Entry, Question
from bot.definitions import Ritual
from bot.delivery import outbox
from bot.delivery.model import QUEUED, OutboxMessage
from bot.demo import (
    bundles,
    company,
    ideas,
    launches,
    meetings,
    plans,
    quarters,
    questions,
    registers,
    scores,
    signals,
    voices,
)
from bot.demo.launches import LAUNCHES
from bot.demo.story import NO_CHANGE, STORIES, WEEKS, Decided, Undecided
from bot.house import House
from bot.people.absence import set_away
from bot.people.directory import keep
from bot.people.model import channel_id
from bot.prompts import model as prompts
from bot.rituals import model as occurrences
from bot.rituals.model import Occurrence
from bot.rituals.schedule import to_utc
from bot.updates import flow as updates
from bot.updates import model as update_model
from bot.updates.model import Ask

NODE = "demo"
LAST_OF = ("digests.digest", "charter.card", "rubric.scorecard", "improvements.changelog", "pulses.results")
"""Kinds of messages of which the last one is still to be read."""
A_MOMENT = timedelta(seconds=90)
"""How long after the prompt people answer."""
LOOK_AGAIN = timedelta(days=180)
TO_DECIDE = timedelta(days=5)
TOLD_BEFORE = timedelta(days=1, hours=2)
"""How long before the first day people are told of the rituals."""
ON_HOLIDAY = timedelta(days=4)
AWAY = "hugo@example.com"
"""Away right now, so that a deputy is asked."""


class TurnedClock:
    """Shows the moment it was turned to."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


def write(session: Session, house: House, prompt: datetime) -> None:
    """Live through the weeks before the weekly update that is due at `prompt`, which is still to come.

    Of what was said then only what lasts is still to be posted. `house.clock` must show the present; however long the
    writing takes, the past ends at the moment it was begun, so that the update itself is left to whoever runs the demo.
    """
    house = replace(house, clock=TurnedClock(house.clock.now()))
    keep(session, house, company.directory(house.definitions))
    # An hour is enough for the clock changes between then and now.
    first = prompt - timedelta(weeks=WEEKS, hours=1)
    clock = TurnedClock(first - TOLD_BEFORE)
    # What the checks find is told from tonight on.
    then = replace(house, clock=clock, links=replace(app.LINKS, findings=()))
    weekly = next(ritual for ritual in house.definitions.calendar.rituals if ritual.kind == updates.KIND)
    today = house.clock.now().astimezone(house.definitions.organisation.zone).date()
    scores.begin(session, then, first.date())
    clock.at = first
    app.adopt(session, then)
    scores.approve(session, then)
    for week in range(WEEKS):
        occurrence = occurrences.upcoming(session, then, weekly.id)
        assert occurrence is not None
        _live_until(session, then, clock, today, occurrence.opens_at + A_MOMENT)
        _answer(session, then, occurrence, week)
        _live_until(session, then, clock, today, occurrence.publish_at)
        meetings.follow_up(session, then)
        questions.happen(session, then, week, today, company.slack_ids(house.definitions))
        voices.happen(session, then, week, today)
        ideas.happen(session, then, week)
        for launch in LAUNCHES:
            if week == WEEKS - launch.weeks_ago:
                launches.write(session, then, launch, today)
        registers.happen(session, then, week, today)
        scores.happen(session, then, week)
        signals.happen(session, then, week, today)
        launches.go_out(session, then, clock.at.date())
        signals.reach(session, then)
        _live_until(session, then, clock, today, min(_next_noon(then), house.clock.now()))
        launches.look_back(session, then, today)
        plans.happen(session, then, week, today)
        if week == quarters.BEFORE_WEEK:
            quarters.make_the_last(session, then)
    _live_until(session, then, clock, today, prompt - timedelta(days=2))
    plans.nothing_moved(session, then)
    _live_until(session, then, clock, today, house.clock.now())
    _forget_what_was_said(session, house, weekly, today)
    launches.show(session, replace(house, links=app.LINKS))
    bundles.publish(session, replace(house, links=app.LINKS))
    signals.come_in_today(session, replace(house, links=app.LINKS))
    questions.ask_today(session, replace(house, links=app.LINKS), today, company.slack_ids(house.definitions))
    quarters.begin_the_next(session, replace(house, links=app.LINKS))
    set_away(session, house, company.slack_ids(house.definitions)[AWAY], today, today + ON_HOLIDAY)
    checks.look(session, replace(house, links=app.LINKS))


def _next_noon(house: House) -> datetime:
    """Noon of the next working day, when people have been asked what they see of a launch."""
    organisation = house.definitions.organisation
    today = house.clock.now().astimezone(organisation.zone).date()
    return to_utc(datetime.combine(organisation.work_days().nth(today, 1), time(12)), organisation.zone)


def _live_until(session: Session, house: House, clock: TurnedClock, today: date, moment: datetime) -> None:
    """Fire every timer up to `moment`, each at its own time; what people met for is closed once it is over."""
    while (due := timers.next_wake(session, house.workspace_id)) is not None and due <= moment:
        clock.at = max(clock.at, due)
        for lease in timers.claim(session, house.workspace_id, clock.at, NODE):
            timers.fire(session, lease, house, app.TIMERS, app.HOLD)
            if lease.kind == "ritual.cutoff":
                meetings.close(session, house, today)
    clock.at = moment


def _answer(session: Session, house: House, occurrence: Occurrence, week: int) -> None:
    """Everybody who answers in this week does so now."""
    slack_ids = company.slack_ids(house.definitions)
    for ask in update_model.asks(session, house, occurrence.id):
        story = STORIES.get(ask.area_id)
        if story is None or ask.asked is None:
            continue
        if decided := story.recorded.get(week):
            _record(session, house, ask, ask.asked, decided)
        if undecided := story.undecided.get(week):
            _raise(session, house, ask, ask.asked, undecided)
        if story.colours[week] == NO_CHANGE:
            updates.no_change(session, house, ask.asked, str(ask.id))
        elif answer := story.answer(week, occurrence.day, slack_ids):
            updates.submit(session, house, ask.asked, str(occurrence.id), ask.area_id, answer)


def _record(session: Session, house: House, ask: Ask, owner: str, decided: Decided) -> None:
    entry = Entry(
        decision=decided.text,
        options=decided.options,
        why=decided.why,
        door=HARD if decided.hard_to_reverse else EASY,
        revisit=decided.revisit,
        review_on=house.clock.now().date() + LOOK_AGAIN,
        decider=company.slack_ids(house.definitions).get(decided.of, owner),
        class_id=decided.class_id,
        area_id=ask.area_id,
    )
    decisions.record(session, house, owner, entry, form_key=f"demo:{ask.id}")


def _raise(session: Session, house: House, ask: Ask, owner: str, undecided: Undecided) -> None:
    question = Question(
        question=undecided.text,
        decider="",
        needed_by=house.clock.now().date() + TO_DECIDE,
        stuck=undecided.stuck,
        door=HARD if undecided.hard_to_reverse else EASY,
        options=undecided.options,
        class_id=undecided.class_id,
        area_id=ask.area_id,
    )
    decisions.raise_question(session, house, owner, question, form_key=f"demo:undecided:{ask.id}")


def _forget_what_was_said(session: Session, house: House, ritual: Ritual, today: date) -> None:
    """Slack is new: only what lasts, the last digest and what people are still asked for are said again."""
    last = occurrences.latest_published(session, house, ritual.id)
    assert last is not None
    digest = update_model.digest_posts(session, house, last.id).values()
    # To somebody it may still be the day before.
    kept = prompts.in_use(session, house, today - timedelta(days=1)).union(
        digest, signals.lasting(session, house), meetings.cards(session, house)
    )
    channels = house.definitions.organisation.channels
    lasting = [channel_id(session, house, each) for each in (channels.decisions, channels.launches)]
    queued = session.scalars(select(OutboxMessage).where(OutboxMessage.state == QUEUED)).all()
    for kind in LAST_OF:
        last_of_kind = max(message.id for message in queued if message.kind == kind and message.target is None)
        kept |= {message.id for message in queued if last_of_kind in (message.id, message.target)}
    kept |= {message.target for message in queued if message.id in kept and message.target is not None}
    for message in queued:
        if message.id not in kept and message.channel not in lasting:
            outbox.cancel(session, house, message.id)
