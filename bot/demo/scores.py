"""How the demo's company stands by its operating system: who was told of it, the charter approved, two scorings. Data.

All of it happens by the verbs with which product ops, the head of product and a product manager do it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from bot.charter import flow as charter
from bot.charter import model
from bot.demo import company
from bot.house import House
from bot.improvements.flow import changelog_age
from bot.pilot import notices
from bot.rubric import flow as rubric
from bot.rubric.caps import caps
from bot.rubric.facts import facts
from bot.rubric.scales import ADOPTION, CADENCE, CHARTER, INSIGHTS, MODEL

SAM, MARCUS = "sam@example.com", "marcus@example.com"
CHANGES: Mapping[str, tuple[str, str]] = {
    "weekly-product-update": ("You write one update a week, where you are asked for it", "Nobody asks you for status"),
    "roadmap-review": ("We look at what moved, and at nothing else", "Support and Sales learn of it the same day"),
    "insights-review": ("Each theme leaves with an answer and a day", "Whoever brought it hears what became of it"),
    "system-health": ("We look at the figures once a month, for ten minutes", "What does not help is dropped"),
    "quarter-plan": ("Each area says what came of its bets and what it bets on", "The plan stands where it is made"),
}
"""Of a ritual: who does what differently, and why."""


@dataclass(frozen=True)
class Scored:
    """What one of the two gave, in a week."""

    week: int
    by: str
    given: Mapping[str, int]
    comments: Mapping[str, str] = field(default_factory=dict)


SCORES = (
    Scored(2, MARCUS, {CHARTER: 4, MODEL: 3, CADENCE: 3, INSIGHTS: 3, ADOPTION: 3}),
    Scored(3, "ben@example.com", {CHARTER: 4, MODEL: 3, CADENCE: 3, INSIGHTS: 2, ADOPTION: 2}),
    Scored(10, MARCUS, {CHARTER: 5, MODEL: 4, CADENCE: 4, INSIGHTS: 5, ADOPTION: 4}),
    Scored(11, "elif@example.com", {CHARTER: 5, MODEL: 4, CADENCE: 4, INSIGHTS: 4, ADOPTION: 4}),
)


def begin(session: Session, house: House, first: date) -> None:
    """Those whom the rituals ask are told of them before the first day; nobody is asked by what they were not told."""
    people = company.slack_ids(house.definitions)
    for ritual, (what, why) in CHANGES.items():
        notices.send(session, house, people[SAM], ritual, what, why, str(first), people[SAM])


def approve(session: Session, house: House) -> None:
    """The head of product approves the charter as it stands."""
    edition = model.newest(session, house)
    assert edition is not None
    charter.approve(session, house, company.slack_ids(house.definitions)[MARCUS], str(edition.number))


def happen(session: Session, house: House, week: int) -> None:
    """Who scored the operating system in this week."""
    people = company.slack_ids(house.definitions)
    for scored in SCORES:
        if scored.week == week:
            number, _scale = rubric.to_score(session, house)
            held = caps(facts(session, house, changelog_age(session, house)))
            given = {dimension: str(score) for dimension, score in scored.given.items()}
            rubric.score(session, house, people[scored.by], number, held, given, scored.comments)
