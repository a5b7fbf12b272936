"""What the operating system pack says of the rubric: the last scorecard, and how it went before."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.house import House
from bot.pack_parts import Cell, Part, Trend
from bot.pack_words import Say
from bot.rubric import flow
from bot.rubric.model import HEAD, MANAGER
from bot.rubric.scales import DIMENSIONS
from bot.rubric.scorecard import Scorecard

WORDS = "rubric/pack.txt.j2"


def parts(session: Session, house: House) -> Sequence[Part]:
    """Nothing while nobody has scored."""
    cards, say = flow.scorecards(session, house), Say(house, WORDS)
    if not cards:
        return []
    card, *_ = cards
    says = say.lines("verdict", card=card, zone=house.definitions.organisation.zone)
    low = [i for i, id in enumerate(DIMENSIONS) if card.scores[id] < card.scale.least_each]
    table = say.table("scorecard", [_row(say, card, id) for id in DIMENSIONS], marked=low)
    same_scale = [each for each in reversed(cards) if each.scale.id == card.scale.id]
    return [Part(say.text("title"), says=says, tables=[table], charts=[_trend(house, say, same_scale)])]


def _row(say: Say, card: Scorecard, id: str) -> Sequence[Cell]:
    given = [card.given[seat][id] for seat in (HEAD, MANAGER)]
    because = dict.fromkeys(str(each["because"]) for each in given if each["because"])
    comments = [
        say.text("comment", name=card.by[seat], comment=each["comment"])
        for seat, each in zip((HEAD, MANAGER), given, strict=True)
        if each["comment"]
    ]
    scores = [str(each["score"]) for each in given]
    return DIMENSIONS[id], str(card.scores[id]), *scores, [*because, *comments] or "–"


def _trend(house: House, say: Say, cards: Sequence[Scorecard]) -> Trend:
    """The totals by one scale, the oldest first."""
    zone, scale = house.definitions.organisation.zone, cards[-1].scale
    return Trend(
        say.text("trend"),
        [f"{each.at.astimezone(zone):%-d %b %Y}" for each in cards],
        [each.total for each in cards],
        [say.text("total", card=each) for each in cards],
        "",
        scale.least_total,
        say.text("bar", scale=scale),
    )
