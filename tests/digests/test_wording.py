"""What each digest says, filled and empty: what changed first, and short enough to be read."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.definitions import Ritual
from bot.digests import messages
from bot.digests.facts import (
    Action,
    Answered,
    Area,
    Ask,
    Decision,
    Escape,
    Facts,
    Gate,
    Happened,
    Heard,
    Move,
    Release,
)
from bot.digests.model import Issue
from bot.house import House
from bot.words import TemplateProblem, Words
from tests.digests.world import BRIEF, ENGINEERING, MARKET
from tests.fakes import ROOT

NOW = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
THURSDAY, NEXT_WEEK = date(2026, 12, 3), date(2026, 12, 9)
EMPTY = Facts(
    since=NOW - timedelta(days=7),
    until=NOW,
    zone=ZoneInfo("Europe/Berlin"),
    functions={"engineering": "Engineering"},
    areas=[],
    asks=[],
    decided=[],
    waiting=[],
    releases=[],
    happened=[],
    moves=[],
    surprises=[],
    heard=Heard(),
    escapes=[],
    actions=[],
)
GATES = [
    Gate("Alert thresholds are set", "Engineering", "Erin", date(2026, 11, 27), overdue=True),
    Gate("Support has been briefed", "Support", "Charlie", THURSDAY, overdue=False),
]
ATLAS = Release(
    "Atlas", "atlas", "Alice", THURSDAY, date(2026, 12, 4), "medium", "Hold", "likely",
    "Invoices can be split.", ["Support", "Sales"], GATES, True, "https://example.com/say",
)  # fmt: skip
BETA = replace(ATLAS, name="Beta", slug="beta", day=NEXT_WEEK, last_day=NEXT_WEEK, advice="Go", gates=[], whom=[],
               has_bundle=False, talk_track="")  # fmt: skip
MOVE = Move("R-3", "Split invoices", "Billing", "Next", "Jan–Mar 2027", "Two accounts wait", ["Sales"], "Search")
FILLED = replace(
    EMPTY,
    areas=[
        Area("Billing", "Alice", "amber", "green", "Cut the export, by Friday"),
        Area("Search", "Dana", "red", "", ""),
        Area("Help", "Charlie", because="no update"),
        Area("Admin", "Hugo", "green"),
    ],
    asks=[Ask("Billing", "The churn number", "Charlie", THURSDAY)],
    decided=[Decision("D-1", "we will end the free plan", "Alice", "Billing", None)],
    waiting=[
        Decision("D-2", "Do we keep the old export?", "Frank", "", date(2026, 11, 27), overdue=True),
        Decision("D-3", "Which bank?", "Alice", "", THURSDAY),
    ],
    releases=[ATLAS, BETA],
    happened=[
        Happened("Atlas", "moved", "Wed 25 Nov 2026", "Thu 3 Dec 2026", "a bank is late"),
        Happened("Gamma", "stopped", "", "", "errors rose"),
        Happened("Delta", "live", "", "", ""),
    ],
    moves=[MOVE, replace(MOVE, ref="R-4", name="Dark mode", before="", after="Later", functions=[], depends_on="")],
    surprises=["Gamma", "A new colour of the\nbutton"],
    heard=Heard(
        4,
        ["Spike: Pricing in Billing"],
        [("accepted", 1), ("declined", 2)],
        [Answered("I-2", "Two payers", "live", "Delta"), Answered("I-1", "Cheaper", "declined", "Few ask")],
    ),
    escapes=[Escape("Login fails", "high", "Gamma")],
    actions=[Action("Test the rollback", "Erin", THURSDAY, late=False), Action("Tell sales", "Tom", THURSDAY, True)],
)
LEADERSHIP = """\
Changed since Mon 23 Nov: 🟠 Billing, green to amber; Atlas moved from Wed 25 Nov 2026 to Thu 3 Dec 2026 (a bank is \
late); Gamma was stopped (errors rose); Delta is live; R-3 Split invoices (Billing): Next → Jan–Mar 2027; \
R-4 Dark mode (Billing): new, Later.
Red or amber: 🔴 Search is red: no path back yet; 🟠 Billing is amber: Cut the export, by Friday; no update from Help.
Waiting to be decided: D-2 Do we keep the old export? – Frank, was due Fri 27 Nov; D-3 Which bank? – Alice, by \
Thu 3 Dec.
Releases ahead: Atlas, Thu 3 Dec to Fri 4 Dec: hold, 2 gates open; Beta, Wed 9 Dec: go.
Surprises: Gamma; A new colour of the button; from customers: Spike: Pricing in Billing; 4 insights came, 1 accepted, \
2 declined."""
LEADERSHIP_EMPTY = """\
Changed since Mon 23 Nov: nothing.
Red or amber: nothing.
Waiting to be decided: nothing.
Releases ahead: nothing in three weeks.
Surprises: nothing; from customers: nothing."""
GO_TO_MARKET = """\
What changed
• Atlas moved from Wed 25 Nov 2026 to Thu 3 Dec 2026 (a bank is late)
• Gamma was stopped (errors rose)
• Delta is live

This week
• Atlas, Thu 3 Dec to Fri 4 Dec (likely): Invoices can be split. For Support and Sales. /cadence bundle atlas; \
what to say: https://example.com/say

Next two weeks: plans, no promises
• Beta, Wed 9 Dec (likely): Invoices can be split. It names nobody yet. No bundle yet

What customers asked for, and what became of it
• I-2 Two payers: live with Delta
• I-1 Cheaper: declined. Few ask

What moved on the roadmap: ranges, no promises
• R-3 Split invoices (Billing): Next → Jan–Mar 2027. Two accounts wait"""
GO_TO_MARKET_EMPTY = """\
What changed
• No release moved, went live or was stopped.

This week
• Nothing ships.

Next two weeks: plans, no promises
• Nothing ships.

What customers asked for, and what became of it
• Nothing was answered, and nothing that was asked for went live.

What moved on the roadmap: ranges, no promises
• Nothing moved that you must know."""
GO_TO_MARKET_LINES = """\
Changed: Atlas moved from Wed 25 Nov 2026 to Thu 3 Dec 2026 (a bank is late); Gamma was stopped (errors rose); \
Delta is live.
This week: Atlas, Thu 3 Dec to Fri 4 Dec.
Next two weeks: Beta, Wed 9 Dec.
Customers: 4 insights came, 1 accepted, 2 declined.
Roadmap: R-3 Split invoices (Billing): Next → Jan–Mar 2027."""
ENGINEERING_FILLED = """\
What changed
• Atlas moved from Wed 25 Nov 2026 to Thu 3 Dec 2026 (a bank is late)
• Gamma was stopped (errors rose)
• Delta is live
• 🟠 Billing, green to amber

Decided
• D-1 (Billing): we will end the free plan (Alice)

Between areas
• R-3 Split invoices (Billing) needs Search: Two accounts wait
• Billing needs from Charlie by Thu 3 Dec: The churn number

Gates open on engineering
• Atlas: Alert thresholds are set – Erin, was due Fri 27 Nov

Stopped and escaped
• Gamma was stopped (errors rose)
• Gamma: Login fails (high)

Actions due within a week
• Test the rollback – Erin, by Thu 3 Dec
• Tell sales – Tom, was due Thu 3 Dec"""
ENGINEERING_EMPTY = """\
What changed
• No release moved, went live or was stopped.

Decided
• Nothing was decided.

Between areas
• No area began to need another.
• No area asks anybody for anything.

Gates open on engineering
• None.

Stopped and escaped
• Nothing was stopped.
• Nothing escaped.

Actions due within a week
• None."""
ENGINEERING_LINES = """\
Changed: Atlas moved from Wed 25 Nov 2026 to Thu 3 Dec 2026 (a bank is late); Gamma was stopped (errors rose); \
Delta is live; 🟠 Billing, green to amber.
Decided: D-1 (Billing): we will end the free plan (Alice).
Between areas: R-3 Split invoices (Billing) needs Search: Two accounts wait; Billing needs from Charlie by Thu 3 Dec: \
The churn number.
Gates open on engineering: Atlas: Alert thresholds are set – Erin, was due Fri 27 Nov.
Stopped: Gamma; escapes: Gamma: Login fails (high); actions due: 2."""

EDITED = "Edited Mon 30 Nov 2026, 09:00, since an update was corrected after this went out: all of it is as of then."


def worded(house: House, definition: dict[str, object], facts: Facts) -> Issue:
    ritual = Ritual.model_validate(definition)
    return Issue(id=1, readers=ritual.readers, at=NOW, says=messages.worded(house, ritual, facts))


def test_leadership_reads_five_lines_and_what_changed_first(house: House) -> None:
    issue = worded(house, BRIEF, FILLED)
    assert issue.says["title"] == "Leadership brief, Mon 30 Nov 2026"
    assert issue.says["whole"] == LEADERSHIP
    assert issue.says["lines"] == LEADERSHIP.splitlines()


def test_its_five_lines_say_in_words_that_there_is_nothing(house: House) -> None:
    issue = worded(house, BRIEF, EMPTY)
    assert "\n".join(issue.says["lines"]) == issue.says["whole"] == LEADERSHIP_EMPTY


@pytest.mark.parametrize(
    "facts", [EMPTY, FILLED, replace(FILLED, areas=[*FILLED.areas] * 9, waiting=[*FILLED.waiting] * 9)]
)
def test_leadership_reads_exactly_five_lines_however_much_there_is(house: House, facts: Facts) -> None:
    assert len(worded(house, BRIEF, facts).says["lines"]) == 5
    assert len(worded(house, BRIEF, facts).says["whole"].splitlines()) == 5


def test_whoever_talks_to_customers_reads_what_ships_and_what_became_of_their_asks(house: House) -> None:
    issue = worded(house, MARKET, FILLED)
    assert issue.says["whole"] == GO_TO_MARKET
    assert issue.says["lines"] == GO_TO_MARKET_LINES.splitlines()
    assert worded(house, MARKET, EMPTY).says["whole"] == GO_TO_MARKET_EMPTY


def test_engineering_reads_what_is_decided_what_waits_and_what_went_wrong(house: House) -> None:
    issue = worded(house, ENGINEERING, FILLED)
    assert issue.says["whole"] == ENGINEERING_FILLED
    assert issue.says["lines"] == ENGINEERING_LINES.splitlines()
    assert worded(house, ENGINEERING, EMPTY).says["whole"] == ENGINEERING_EMPTY


@pytest.mark.parametrize("definition", [BRIEF, MARKET, ENGINEERING])
def test_it_is_read_in_ninety_seconds(house: House, definition: dict[str, object]) -> None:
    much = replace(
        FILLED,
        areas=[*FILLED.areas] * 5,
        waiting=[*FILLED.waiting] * 9,
        decided=[*FILLED.decided] * 9,
        releases=[ATLAS, BETA] * 9,
        moves=[MOVE] * 9,
        happened=[*FILLED.happened] * 5,
        actions=[*FILLED.actions] * 9,
    )
    words = worded(house, definition, much).says["whole"].split()
    assert len(words) < 400, len(words)


def test_in_the_day_message_each_line_has_room(house: House) -> None:
    issue = worded(house, BRIEF, replace(FILLED, areas=[replace(FILLED.areas[0], path="So it goes on. " * 20)] * 3))
    _title, text = messages.in_day_message(issue)
    lines = text.splitlines()
    assert len(lines) == 5 and len(text) <= messages.LONGEST_LINES
    assert lines[0].endswith("…") and lines[3] == LEADERSHIP.splitlines()[3]


def test_all_of_it_has_headings_and_says_that_it_was_edited(house: House) -> None:
    issue = worded(house, MARKET, EMPTY)
    (page,) = messages.pages(house, issue)
    assert page.text.startswith("Go-to-market digest, Mon 30 Nov 2026\n*What changed*\n• No release moved")
    issue.edited_at = NOW
    (page,) = messages.pages(house, issue)
    assert page.text.endswith(EDITED)


def test_a_long_one_of_a_teams_own_says_in_its_channel_where_the_rest_is(house: House, tmp_path: Path) -> None:
    own = tmp_path / "digests"
    own.mkdir()
    paragraphs = "\n\n".join(f"Part {n}\n• {'word ' * 400}" for n in range(12))
    (own / "finance.txt.j2").write_text(
        f"{{% block title %}}\nMoney\n{{% endblock %}}{{% block lines %}}\nOne\nTwo\n\n{{% endblock %}}"
        f"{{% block whole %}}\n{paragraphs}\n{{% endblock %}}"
    )
    house = replace(house, words=Words([tmp_path, ROOT / "templates"]))
    issue = worded(house, {**BRIEF, "for": "finance"}, EMPTY)
    assert issue.says["lines"] == ["One", "Two"]
    assert len(messages.pages(house, issue)) > 1
    said = messages.in_channel(house, Ritual.model_validate({**BRIEF, "for": "finance"}), issue)
    assert "The rest of it: /cadence digests finance" in str(said.blocks[-1])


def test_without_its_template_it_says_which_file_is_missing(house: House) -> None:
    with pytest.raises(TemplateProblem, match=r"there is no template digests/finance\.txt\.j2"):
        worded(house, {**BRIEF, "for": "finance"}, EMPTY)
