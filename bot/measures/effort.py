"""What it costs people: minutes of product managers (M12), asks saved (M13), what people say (M14), messages (M17)."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from bot import asked, fills
from bot.definitions.measures import MESSAGES, MINUTES
from bot.house import House, PulseAnswers
from bot.load import figures as load
from bot.measures.figure import FEWEST, Details, Figure, Period, share, spread, without_number
from bot.prompts import model as prompts

PRODUCT_MANAGERS, STAKEHOLDERS = "product_managers", "stakeholders"


def overhead(session: Session, house: House, period: Period) -> Figure:
    """M12: minutes a week that product managers say to spend on status and coordination.

    Beside it the minutes that filling in a form takes, each at most 30; of few people, they would be somebody's.
    """
    took = fills.took(session, house, period.begin(house), period.end(house))
    is_somebodys = took.minutes and took.people < FEWEST
    forms = without_number(len(took.minutes), MINUTES) if is_somebodys else spread(took.minutes, MINUTES)
    for each in _answers(session, house, period, PRODUCT_MANAGERS):
        if not each.minutes and each.favourable is None and 0 < each.n < FEWEST:
            return without_number(each.n, MINUTES, forms=forms)
        if each.minutes and not each.function:
            return spread(each.minutes, MINUTES, forms=forms)
    return Figure(None, 0, MINUTES, beside={"forms": forms})


def asks_saved(session: Session, house: House, period: Period) -> Figure:
    """M13: questions where something stands that the records answered, of all that were asked of Drumbeat."""
    return share(*asked.between(session, house, period.begin(house), period.end(house)))


def favourable(session: Session, house: House, period: Period) -> Figure:
    """M14: stakeholders who answered 4 or 5 to the first question of their pulse."""
    found = [each for each in _answers(session, house, period, STAKEHOLDERS) if not each.function]
    if not found:
        return Figure(None, 0)
    first = next((each for each in found if each.favourable is not None), None)
    if first is None or first.favourable is None or first.n < FEWEST:
        return without_number((first or found[0]).n)
    return share(first.favourable, first.n)


def by_question(session: Session, house: House, period: Period) -> Details:
    """The same of each question, together and by function, where five or more have answered."""
    names = {each.id: each.name for each in house.definitions.organisation.functions}
    return Details(
        [
            (f"{each.question} {names.get(each.function, each.function)}".strip(), share(each.favourable, each.n))
            for of in (STAKEHOLDERS, PRODUCT_MANAGERS)
            for each in _answers(session, house, period, of)
            if each.favourable is not None and each.n >= FEWEST
        ]
    )


def bot_load(session: Session, house: House, period: Period) -> Figure:
    """M17: messages a person gets in a week, of those who got anything in four weeks; of a longer period its last week.

    Beside it the minutes they are asked for, what was answered in time, and who wants no reminders.
    """
    monday = period.last - timedelta(days=period.last.weekday())
    team = load.team(session, house, load.by_person(session, house, monday), monday)
    mute, ever_asked = prompts.muted(session, house, period.end(house))
    if team.messages is None or team.minutes is None:
        return without_number(team.people, MESSAGES) if team.people else Figure(None, 0, MESSAGES)
    muted = share(mute, ever_asked) if ever_asked >= FEWEST else without_number(ever_asked)
    minutes = Figure(float(team.minutes.middle), team.people, MINUTES, most=float(team.minutes.most))
    answered = share(team.answered, team.asked)
    return Figure(
        float(team.messages.middle), team.people, MESSAGES, most=float(team.messages.most),
        beside={"minutes": minutes, "in_time": answered, "muted": muted},
    )  # fmt: skip


def _answers(session: Session, house: House, period: Period, of: str) -> Sequence[PulseAnswers]:
    if house.links.pulses is None:
        return []
    return [each for each in house.links.pulses(session, house, period.first, period.last) if each.of == of]
