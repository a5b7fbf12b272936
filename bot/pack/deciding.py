"""Section 2: who decides what, who comes after them, and how decisions fare."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.charter import raci
from bot.decisions.model import PROPOSED, Decision
from bot.definitions import DecisionClass, labelled
from bot.house import House
from bot.pack_parts import Bar, Part
from bot.pack_words import Say
from bot.people.deciding import in_words, meant, paths_of

LATELY = timedelta(days=90)

WORDS = "pack/sections.txt.j2"


def parts(session: Session, house: House) -> Sequence[Part]:
    rules, say = house.definitions.decisions, Say(house, WORDS)
    if rules is None:
        return []
    rows = [_row(session, house, each) for each in rules.classes]
    return [
        Part(
            say.text("raci_title"),
            says=[*say.lines("raci"), say.text("escalation", after=rules.escalation.after)],
            tables=[say.table("raci_table", rows)],
        ),
        Part(say.text("decided_title"), charts=[say.bars("decided", _decided(session, house))]),
    ]


def _row(session: Session, house: House, each: DecisionClass) -> Sequence[str | Sequence[str]]:
    def people(part: str) -> list[str]:
        path = raci.path_of(each, part)
        return [_in_words(session, house, word, path) for word in raci.words_of(each, part)]

    ritual = house.definitions.calendar.ritual(each.forum.ritual or "")
    forum = [ritual.name] if ritual else []
    forum += [each.forum.channel] if each.forum.channel else []
    return (
        labelled(house.definitions, each.name, f"decisions.classes.{each.id}.name"),
        people(raci.RESPONSIBLE),
        *people(raci.ACCOUNTABLE),
        *people(raci.BACKUP),
        people(raci.CONSULTED) or "–",
        people(raci.INFORMED) or "–",
        forum or "–",
    )


def _in_words(session: Session, house: House, word: str, path: str) -> str:
    """`Support (Charlie)`; the words alone when they stand for several, or it depends for whom.

    It is labelled where it is assumed who that is, or at `path` that it is they.
    """
    function = house.definitions.organisation.function(word)
    words = function.name if function else in_words(house, word)
    people = meant(session, house, word, None)
    says = words if len(people) != 1 or people[0].name == words else f"{words} ({people[0].name})"
    return labelled(house.definitions, says, path, *paths_of(word))


def _decided(session: Session, house: House) -> list[Bar]:
    """What was raised or decided lately, by class: decided, and open."""
    since = house.clock.now() - LATELY
    query = (
        select(Decision.class_id, Decision.state == PROPOSED, func.count())
        .where(Decision.workspace_id == house.workspace_id, Decision.raised_at >= since)
        .group_by(Decision.class_id, Decision.state == PROPOSED)
    )
    counts: dict[str, list[int]] = {}
    for class_id, is_open, count in session.execute(query):
        counts.setdefault(class_id, [0, 0])[1 if is_open else 0] += count
    say = Say(house, WORDS)
    named = {each.id: each.name for each in house.definitions.decision_classes}
    return [
        Bar(named.get(id) or say.text("no_class"), each, say.text("decided_says", decided=each[0], open=each[1]))
        for id, each in sorted(counts.items(), key=lambda item: (-sum(item[1]), item[0]))
    ]
