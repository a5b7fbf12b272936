"""What the operating system pack says of measures: how each stands against its baseline and target, and its trend."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.definitions import labelled_measure
from bot.house import House
from bot.measures import flow, messages, standing
from bot.measures.figure import Figure
from bot.measures.standing import Stands
from bot.pack_parts import Cell, Part, Trend
from bot.pack_words import Say

WORDS = "measures/pack.txt.j2"


def parts(session: Session, house: House) -> Sequence[Part]:
    """Of what the team wants something of; nothing where it has not said."""
    if house.definitions.measures is None:
        return []
    say = Say(house, WORDS)
    wanted = [each for each in standing.of_all(session, house) if each.definition is not None]
    return [
        Part(
            say.text("title"),
            says=say.lines("says"),
            tables=[say.table("measures", [_row(session, house, each) for each in wanted])],
        ),
        Part(
            say.text("trends"),
            says=say.lines("without", names=[each.title for each in wanted if not _has_figures(each)]),
            charts=[_trend(house, each) for each in wanted if _has_figures(each)],
        ),
    ]


def _row(session: Session, house: House, stands: Stands) -> Sequence[Cell]:
    owner = labelled_measure(house.definitions, flow.owner_of(session, house, stands), stands.id, "owner")
    return (
        stands.title,
        _says(house, stands.now),
        str(stands.now.n),
        messages.baseline(house, stands) or "–",
        messages.target(house, stands) or "–",
        owner or "–",
        stands.status,
    )


def _has_figures(stands: Stands) -> bool:
    return bool(stands.days) and any(each.value is not None for each in stands.figures)


def _trend(house: House, stands: Stands) -> Trend:
    say, target = Say(house, WORDS), stands.definition.target if stands.definition else None
    return Trend(
        stands.title,
        [f"{day:%-d %b}" for day in stands.days],
        [each.value for each in stands.figures],
        [_says(house, each) for each in stands.figures],
        "",
        target.value if target else None,
        say.text("aim", target=target) if target else "",
    )


def _says(house: House, figure: Figure) -> str:
    return messages.amount(figure) or Say(house, WORDS).text("none", few=figure.few)
