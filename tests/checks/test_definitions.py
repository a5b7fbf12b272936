"""What breaks each check of definitions: the shipped ones break none, and one change of them breaks just that."""

from collections.abc import Sequence

import pytest

from bot import app
from bot.definitions import load_texts
from bot.shipped import folder as shipped_folder
from bot.yamlfile import Level, Problem

Change = tuple[str, str, str]
"""A file, what stands there, and what is to stand there instead."""

EXTRA = """
  - {{id: extra-{n}, name: Extra {n}, kind: weekly_update, purpose: To know more., owner: sam@example.com,
     channel: "#product-updates", serves: [status], inputs: [extra {n}], artifact: List {n},
     schedule: {{repeats: every Monday, prompt: 09:00, cutoff: 10:00, publish: 10:00}}}}"""
TWIN = """
  - {id: twin, name: Twin, kind: review, purpose: To see it again., owner: elif@example.com,
     audience: [sam@example.com, priya@example.com, carlos@example.com, tom@example.com], channel: "#product-insights",
     serves: [feedback], inputs: [themes of the month, what was answered], artifact: List, agenda: [5 min. Look],
     schedule: {repeats: every Monday, prompt: 09:00, cutoff: 10:00, publish: 10:00}}"""
FORM = """
      - {id: more-1, label: And this?, required: true}
      - {id: more-2, label: And that?, required: true}
      - {id: more-3, label: What else?, required: true}
      - {id: more-4, label: Nothing more?, required: true}
      - {id: more-5, label: Are you sure?, required: true}
"""

ROADMAPS = """
roadmaps:
  - {area: billing, owner: product_ops, where: Here}
  - {area: billing, owner: product_ops, where: There}
"""
ENOUGH = "Ana switches it off within 5 minutes if more than 1 % of it fails"
RELEASE = """releases:
  - name: Atlas
    owner: ana@example.com
    date: 2027-02-24
    summary: Invoices can be split.
    facts: [asked-about]
    answers: {{audience: {audience}, rollback: {rollback}}}
"""

BROKEN_BY: Sequence[tuple[str, Level, Change]] = (
    ("CA01", "error", ("calendar.yaml", "    purpose: Changes", "    # Changes")),
    ("CA01", "error", ("calendar.yaml", "    owner: marcus@example.com", "    owner: nobody@example.com")),
    ("CA01", "error", ("calendar.yaml", "      - 5 min. What moved", "      - What moved")),
    ("CA01", "error", ("calendar.yaml", "frank@example.com,", "franc@example.com,")),
    ("CA01", "error", ("calendar.yaml", "    audience: [sam@example.com, priya@example.com, carlos@example.com, "
      "tom@example.com, yusuf@example.com]\n", "")),
    ("CA03", "error", ("calendar.yaml", "    artifact: Roadmap view", "    # Roadmap view")),
    ("CA05", "warning", ("calendar.yaml", "\nrituals:", "\nrituals:" + "".join(EXTRA.format(n=n) for n in range(5)))),
    ("CA06", "warning", ("calendar.yaml", "    serves: [feedback]\n", "")),
    ("CA07", "warning", ("calendar.yaml", "\nrituals:", "\nrituals:" + TWIN)),
    ("CA08", "info", ("calendar.yaml", "      grace@example.com, hugo@example.com, lena@example.com, sam@example.com]",
                      "      grace@example.com, hugo@example.com]")),
    ("AR01", "error", ("artifacts.yaml", "    audience: everybody\n", "")),
    ("AR01", "error", ("artifacts.yaml", "    owner: product_ops\n", "    owner: nobody\n")),
    ("AR04", "error", ("releases.yaml", "      - {id: gaps, label: Answers that we lacked}\n", FORM)),
    ("IN01", "error", ("insights.yaml", "    owner: priya@example.com\n", "")),
    ("IN01", "error", ("insights.yaml", "    owner: priya@example.com\n", "    owner: gone@example.com\n")),
    ("IN03", "error", ("insights.yaml", "  - name: Owner of the area\n    to: area_owner\n    forum: "
                       "{ritual: insights-review}\n", "")),
    ("IN10", "info", ("insights.yaml", "themes:\n", "themes:\n  - {id: thirteenth, name: One more}\n")),
    ("OM01", "warning", ("decisions.yaml", "consulted: [engineering, data, support, sales, customer-success]",
                         "consulted: [engineering, data, support, sales, customer-success, marketing]")),
    ("OM01", "error", ("decisions.yaml", "    responsible: [area_owner]\n", "    responsible: []\n")),
    ("OM01", "error", ("decisions.yaml", "    decider: area_owner\n", "    decider: [area_owner, sales]\n")),
    ("OM04", "error", ("decisions.yaml", "topics: [planning, timetable", "topics: [timetable")),
    ("DE02", "error", ("decisions.yaml", "    backup: area_deputy\n", "")),
    ("DE02", "error", ("decisions.yaml", "    backup: area_deputy\n", "    backup: area_owner\n")),
    ("BO01", "error", ("decisions.yaml", "    decider: area_owner\n", "    decider: product_ops\n")),
    ("DA01", "error", ("calendar.yaml", "    artifact: Roadmap view", "    artifact: As jane.roe@gmail.com asked")),
    ("DA02", "error", ("insights.yaml", "    to: security\n    forum: {ritual: insights-review}",
                       "    to: security\n    forum: {channel: \"#product-insights\"}")),
    ("CH01", "error", ("charter.yaml", "  - Specifications, and the methods of research\n  - How engineering works\n"
                       "  - Whether a release goes out\n", "")),
    ("CH02", "error", ("charter.yaml", "decision_rights:", "# decision_rights:")),
    ("CH03", "warning", ("charter.yaml", "measures: [M1, M5, M7, M12]", "measures: [M1, M5]")),
    ("OM03", "warning", ("charter.yaml", "    escalation: head_of_product\n", "")),
    ("BO04", "warning", ("charter.yaml", "\ninterfaces:", ROADMAPS + "\ninterfaces:")),
    ("IM01", "error", ("charter.yaml", "\nproblem:\n  reduce: launches that surprise Support and "
                       "Sales, and status that is asked for one by one\n  improve: what everybody knows of a change "
                       "before customers do\n  for: product managers and everybody who stands for the product\n",
                       "\n")),
    ("IM02", "warning", ("measures.yaml", "    by: 2027-02-26\n", "")),
    ("IM05", "error", ("pilot.yaml", "areas: [billing, payments]", "areas: [billing, payments, search]")),
    ("IM05", "error", ("pilot.yaml", "\nwhy: ", "\n# why: ")),
    ("RE01", "error", ("releases.yaml", "releases: []", RELEASE.format(audience="All", rollback=ENOUGH))),
    ("RE10", "warning", ("releases.yaml", "releases: []", RELEASE.format(audience=ENOUGH, rollback="We do that then"
                                                                         " and later"))),
)  # fmt: skip
"""By check: how bad it is, and what breaks it."""


@pytest.mark.proves(each="rule")
@pytest.mark.parametrize(("rule", "level", "change"), BROKEN_BY)
def test_one_change_breaks_a_check(rule: str, level: Level, change: Change) -> None:
    assert (rule, level) in {(problem.rule, problem.level) for problem in problems(change)}


def test_what_ships_breaks_no_check() -> None:
    assert problems() == []


def problems(*changes: Change) -> list[Problem]:
    folder = shipped_folder("cadences")
    texts = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.yaml")}
    for file, before, after in changes:
        assert before in texts[file], before
        # Any one measure that is whole would do.
        texts[file] = texts[file].replace(before, after, -1 if file == "measures.yaml" else 1)
    loaded = load_texts(texts, "cadences", app.KINDS)
    return [*loaded.problems, *loaded.notes]
