"""The thirteen weeks of a healthy company, from a Monday on, by what the interview has proposed."""

from datetime import date, timedelta

from tests.examples import growing, happening
from tests.examples.launching import launch
from tests.examples.living import Life

LAUNCHES = {2: "Clear invoices", 8: "Second currency"}
"""By the week in which each is registered, the first of them 0."""
IDEAS = (3, 7, 11)
RETROS = (4, 8, 12)
"""At the end of these weeks, counted from 1."""
GATES = (30, 60, 88)
"""Days on which the gate of the step that runs is passed."""
GROWS_IN = 5


def plan(life: Life) -> None:
    """Put everything that happens into the calendar of this life."""
    company = life.company

    def day(week: int, weekday: int) -> date:
        return life.first + timedelta(weeks=week, days=weekday)

    for n, (week, name) in enumerate(LAUNCHES.items()):
        launch(life, name, day(week, 1), company.areas[n])
    for week in range(13):
        life.on(day(week, 0), happening.tell_who_was_not_told)
        life.on(day(week, 1), happening.hear_customers(week, company))
        if week % 2:
            life.on(day(week, 1), happening.raise_question(week, company))
    for week in IDEAS:
        life.on(day(week, 2), happening.have_an_idea(company))
    for week in RETROS:
        life.on(day(week - 1, 3), happening.look_back(week, company))
    life.on(day(0, 4), happening.judge_old_meetings)
    for days in GATES:
        life.on(life.first + timedelta(days=days), happening.pass_gate)
    life.on(day(GROWS_IN, 0), growing.take_up_the_rest(company))
