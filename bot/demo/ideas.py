"""What people of the demo's company wished to have otherwise, and what became of it. Data.

Each idea was brought in one week of the past (0 is the oldest), by the verbs with which anybody brings one.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.demo import company
from bot.house import House
from bot.improvements import flow, model
from bot.improvements.model import DECLINED, DO, LATER, TRY, Improvement

SAM, MARCUS, ELIF = "sam@example.com", "marcus@example.com", "elif@example.com"


@dataclass(frozen=True)
class Idea:
    """Who brought it, by e-mail address, and what became of it in which week."""

    week: int
    by: str
    friction: str
    better: str
    answered: tuple[int, str, str, str] | None = None
    """The week, the answer, the reason, and who does it."""
    done: tuple[int, str] | None = None
    """The week, and what is otherwise now."""


IDEAS = (
    Idea(1, "ana@example.com", "The weekly form asks for the same number every week, and it hardly moves",
         "Ask for it every fourth week", (2, DO, "", SAM), (4, "The weekly form asks for a number every fourth week")),
    Idea(3, "priya@example.com", "I read of small releases when customers write about them",
         "A line the day before, also for the small ones", (4, TRY, "With Payments first", "ben@example.com"),
         (9, "Whoever talks to customers reads a line the day before a release, also of small ones")),
    Idea(5, "frank@example.com", "I read the packet of the roadmap review on my way into it",
         "Post it a day earlier", (6, DO, "", MARCUS),
         (10, "The packet of the roadmap review is there a day before, so that it can be read")),
    Idea(6, "tom@example.com", "Offers wait until somebody has time to say what comes when",
         "Let Sales move things on the roadmap",
         (7, DECLINED, "Only its owner moves an area's roadmap. `/cadence status` says at once what stands there",
          "")),
    Idea(7, "grace@example.com", "Nobody sees which of our meetings cost the most",
         "Say beside each ritual how many hours a month it takes"),
    Idea(8, "yusuf@example.com", "Insights come without a number, so I count for each of them",
         "Ask for a number as soon as somebody calls one high", (9, TRY, "With what comes from Support", ELIF)),
    Idea(9, "nora@example.com", "Three digests a week say nearly the same",
         "One for all", (10, LATER, "Once we know who reads which", "")),
    Idea(11, "carlos@example.com", "The bundle is too long to read between two calls",
         "Begin it with the one sentence that I say to customers"),
)  # fmt: skip


def happen(session: Session, house: House, week: int) -> None:
    """What was brought in this week, answered, and done."""
    people = company.slack_ids(house.definitions)
    for idea in IDEAS:
        if idea.week == week:
            flow.bring(session, house, people[idea.by], idea.friction, idea.better)
        if idea.answered is not None and idea.answered[0] == week:
            _week, choice, reason, owner = idea.answered
            found = _found(session, house, idea)
            flow.answer(session, house, people[SAM], found.ref, found.version, choice, reason, people.get(owner, ""))
        if idea.done is not None and idea.done[0] == week:
            found = _found(session, house, idea)
            flow.done(session, house, found.owner or "", found.ref, found.version, idea.done[1])


def _found(session: Session, house: House, idea: Idea) -> Improvement:
    by = company.slack_ids(house.definitions)[idea.by]
    return next(each for each in model.of_author(session, house, by, len(IDEAS)) if each.friction == idea.friction)
