"""Texts that are labelled with the problem they tell of (pairs.yaml), and how they get into a database."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from sqlalchemy.orm import Session

from bot.house import House
from bot.insights import model


@dataclass(frozen=True)
class Text:
    problem: str
    area: str
    what: str
    is_tuned: bool
    """Whether words and weights were chosen with it in sight; the other half was only measured."""


LABELLED = YAML(typ="safe").load(Path(__file__).with_name("pairs.yaml"))
TEXTS = [
    Text(problem, area, what, number % 2 == 1)
    for number, (area, problem, texts) in enumerate(
        (area, problem, texts) for area, problems in LABELLED["problems"].items() for problem, texts in problems.items()
    )
    for what in texts
]


def logged(session: Session, house: House, each: Text, **values: Any) -> model.Insight:
    return model.add(
        session, house,
        **{
            "state": model.ROUTED, "captured_at": house.clock.now(), "what": each.what, "area_id": each.area,
            "severity": "low", **values,
        },
    )  # fmt: skip
