"""What the demo's company keeps in its three registers: risks, open questions and next steps. Data.

Each entry was written down in one week of the past (0 is the oldest); some have ended since, and two are overdue.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from bot.demo import company
from bot.house import House
from bot.registers import flow, model
from bot.registers.flow import Typed
from bot.registers.model import NEXT, QUESTION, RISK


@dataclass(frozen=True)
class Written:
    """An entry; people by e-mail address."""

    week: int
    sort: str
    by: str
    what: str
    owner: str
    days: int
    """Until it is looked at, from the day on which the demo is looked at."""
    detail: str = ""
    likelihood: str = ""
    impact: str = ""
    about: str = ""
    ended: tuple[int, str] | None = None
    """In which week it was over, and how."""


ANA, BEN, SAM, MARCUS = "ana@example.com", "ben@example.com", "sam@example.com", "marcus@example.com"
FRANK, LENA, NORA = "frank@example.com", "lena@example.com", "nora@example.com"
PRIYA, TOM, YUSUF, AMARA = "priya@example.com", "tom@example.com", "yusuf@example.com", "amara@example.com"

ENTRIES = (
    Written(1, RISK, SAM, "People take the forms for paperwork and fill them in without thinking", SAM, 9,
            "The minutes of each form are measured; one that takes more than ten loses a field", "2", "2"),
    Written(2, RISK, MARCUS, "The two who know Payments are both away over the holidays", BEN, 12,
            "Elif sits in with them until then, and has changed one route herself", "2", "2", "Payments"),
    Written(2, RISK, PRIYA, "Nobody owns single sign-on", MARCUS, -20, "Hugo answers what comes in meanwhile",
            "3", "2", ended=(6, "Hugo owns it, as a part of Admin and Roles")),
    Written(4, RISK, FRANK, "HubSpot changes its limits again without a word", FRANK, -16,
            "We read in batches; their partner desk has our number", "2", "2", "Integrations"),
    Written(8, RISK, LENA, "The migration of Atlas does not end within its night", LENA, 3,
            "Two batches, each rehearsed with a copy; Lena may stop between them", "2", "3", "Atlas"),
    Written(3, QUESTION, TOM, "May Support and Sales read the roadmap?", MARCUS, -40,
            "They promise what they have heard in the corridor", ended=(5, "Yes, all of it but what is restricted")),
    Written(9, QUESTION, NORA, "Who tells the customers of Atlas who have no account manager?", NORA, 2,
            "One in three accounts on the Team plan has none", about="Atlas"),
    Written(10, QUESTION, TOM, "Does usage pricing need another contract in Switzerland?", AMARA, 10,
            "Two offers wait for the answer", about="Billing"),
    Written(11, QUESTION, ANA, "Which of the two numbers for active teams do we go by?", YUSUF, 16,
            "Two dashboards disagree by a tenth"),
    Written(2, NEXT, SAM, "Ask everybody what the system costs and is worth, so that there is a number to begin with",
            SAM, -60, ended=(3, "The first pulse is answered")),
    Written(7, NEXT, MARCUS, "Write down who may stop a release at night, so that nobody has to look for them", LENA,
            -17),
    Written(9, NEXT, ANA, "Show Support and Sales the preview of the invoice, so that they explain it themselves", ANA,
            2, about="Atlas"),
    Written(10, NEXT, TOM, "Agree on what may be promised of the partner API, so that no offer goes beyond it", FRANK,
            6, about="Integrations"),
    Written(11, NEXT, MARCUS, "Find who takes over System health, so that product ops holds one ritual less", SAM, 13),
)  # fmt: skip


def happen(session: Session, house: House, week: int, today: date) -> None:
    """What was written down in this week, and what was over; `today` is the day on which the demo is looked at."""
    people = company.slack_ids(house.definitions)
    for each in ENTRIES:
        if each.week == week:
            due = max(today + timedelta(days=each.days), model.today(house))
            typed = Typed(
                each.what, each.detail, each.likelihood, each.impact, people[each.owner], str(due), each.about
            )
            flow.add(session, house, people[each.by], each.sort, typed)
        if each.ended is not None and each.ended[0] == week:
            entry = next(found for found in model.open_entries(session, house) if found.what == each.what)
            flow.end(session, house, entry.owner, str(entry.id), entry.version, each.ended[1])
