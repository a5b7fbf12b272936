"""What the demo's company had to decide in these weeks, and what became of it: decided, superseded, rejected, overdue.

Each step happens in one week of the past (0 is the oldest), by the decision log's own verbs.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy.orm import Session

from bot.decisions import consulting, model
from bot.decisions import flow as decisions
from bot.decisions.entry import EASY, HARD, Choice, Entry, Question
from bot.house import House

Ids = Mapping[str, str]
"""Slack user ids by e-mail address."""
ANA, FRANK, GRACE = "ana@example.com", "frank@example.com", "grace@example.com"
MARCUS, PRIYA, TOM = "marcus@example.com", "priya@example.com", "tom@example.com"

ONE_PRICE = Entry(
    decision="sell seats and calls in one price",
    options="One price\nSeats and calls apart\nSeats only",
    why="One number is easy to explain. Heavy users pay too little.",
    door=EASY,
    review_on=None,
    decider="",
    class_id="pricing",
    area_id="billing",
)
TWO_PRICES = replace(
    ONE_PRICE,
    decision="sell seats and calls apart",
    options="One price, as now\nSeats and calls apart",
    why="Three of ten pilots pay too little by half. Sales explains two numbers.",
    door=HARD,
    revisit="More than one in ten offers fails on the price list.",
)
CONNECTORS = Question(
    question="Do we keep the three old connectors after March?",
    decider="",
    needed_by=None,
    stuck="Support cannot tell 40 customers what to plan.",
    door=HARD,
    options="Keep them until June\nEnd them in March\nSell them as an add-on",
    class_id="area-priority",
    area_id="integrations",
)
DARK_MODE = Question(
    question="Do we build a dark mode this quarter?",
    decider="",
    needed_by=None,
    stuck="Design would begin on Monday.",
    door=EASY,
    options="Build it this quarter\nLeave it for this year",
    class_id="area-priority",
    area_id="mobile",
)
RETRIES = Question(
    question="How often do we retry a declined card?",
    decider="",
    needed_by=None,
    stuck="The dunning e-mails cannot be written.",
    door=EASY,
    options="Retry three times\nRetry five times\nRetry until the month ends",
    class_id="area-priority",
    area_id="payments",
)
DISCOUNT = Question(
    question="Do schools pay half?",
    decider="",
    needed_by=None,
    stuck="Two offers to schools wait, 180 seats in all.",
    door=EASY,
    options="Let schools pay half\nKeep one price for everybody",
    class_id="pricing",
)


def happen(session: Session, house: House, week: int, today: date, ids: Ids) -> None:
    """What happened in this week; `today` is the day on which the demo is looked at."""
    if step := STEPS.get(week):
        step(session, house, today, ids)


def ask_today(session: Session, house: House, today: date, ids: Ids) -> None:
    """What was raised just now: its decider is asked in the demo's first minute."""
    question = replace(DISCOUNT, needed_by=today + timedelta(days=3))
    decisions.raise_question(session, house, ids[TOM], question, "demo:schools")


def _one_price(session: Session, house: House, today: date, ids: Ids) -> None:
    entry = replace(ONE_PRICE, decider=ids[MARCUS], review_on=today + timedelta(days=90))
    decisions.record(session, house, ids[MARCUS], entry, "demo:one-price")


def _two_prices(session: Session, house: House, today: date, ids: Ids) -> None:
    """It takes the place of the first one, and is to be looked at again by now."""
    old = model.by_form(session, house, "demo:one-price")
    assert old is not None
    entry = replace(TWO_PRICES, decider=ids[MARCUS], review_on=today - timedelta(days=1), supersedes=old.ref)
    decisions.record(session, house, ids[MARCUS], entry, "demo:two-prices")


def _dark_mode(session: Session, house: House, _today: date, ids: Ids) -> None:
    needed_by = house.clock.now().date() + timedelta(days=5)
    raised = decisions.raise_question(
        session, house, ids[PRIYA], replace(DARK_MODE, needed_by=needed_by), "demo:dark-mode"
    )
    decisions.reject(session, house, ids[GRACE], raised.ref, "Eleven customers asked in a year. Again in spring.")


def _connectors(session: Session, house: House, today: date, ids: Ids) -> None:
    """Nobody decides it in time."""
    question = replace(CONNECTORS, needed_by=today - timedelta(days=2))
    raised = decisions.raise_question(session, house, ids[PRIYA], question, "demo:connectors")
    consulting.say(session, house, ids[TOM], raised.ref, "Two renewals in April hang on the old one for spreadsheets.")


def _retries(session: Session, house: House, today: date, ids: Ids) -> None:
    question = replace(RETRIES, needed_by=house.clock.now().date() + timedelta(days=8))
    decisions.raise_question(session, house, ids[TOM], question, "demo:retries")


def _three_retries(session: Session, house: House, today: date, ids: Ids) -> None:
    """Decided in place, by its decider, a week later."""
    raised = model.by_form(session, house, "demo:retries")
    assert raised is not None
    choice = Choice("retry three times", "The fourth try succeeds once in two hundred.", today + timedelta(days=60))
    decisions.decide(session, house, raised.decider, raised.ref, choice, "demo:retries:decided")


STEPS: Mapping[int, Callable[[Session, House, date, Ids], None]] = {
    1: _one_price,
    4: _dark_mode,
    7: _two_prices,
    8: _retries,
    9: _three_retries,
    11: _connectors,
}
