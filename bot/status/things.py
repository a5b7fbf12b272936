"""Which things somebody means by their words. Nothing is guessed: when several fit, all of them are found."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from bot import blocks
from bot.decisions import model as decisions
from bot.decisions.model import Decision
from bot.errors import UserError
from bot.folding import folded
from bot.house import House
from bot.insights import model as insights
from bot.insights import rights as insight_rights
from bot.people.heard import ASIDE, near
from bot.releases.model import Release
from bot.rituals.model import is_id
from bot.roadmap import model as roadmap
from bot.roadmap.model import RoadmapItem
from bot.roadmap.places import DROPPED
from bot.search import MOST_WORDS
from bot.status import updates
from bot.status.records import AREA, DECISION, INSIGHT, ITEM, KINDS, NUMBERED, RELEASE, RITUAL, Found, Thing

LONGEST = 200
"""Characters of what somebody asks; nobody's name is longer."""
LONGEST_NAME = 75
MOST_NEAR_NAMES = 200
"""Releases, and as many items, among whose names the nearest is looked for."""
MOST_WORDS_NEAR = 4
MOST_DECISIONS = 50
SHORTEST_START = 3
"""Characters of a word that is cut short."""

PROMISES = frozenset(
    folded("promise promised promises promising commit committed commitment commitments guarantee guaranteed")
)
WHEN = frozenset(
    folded(
        "january february march april may june july august september october november december"
        " jan feb mar apr jun jul aug sep oct nov dec q1 q2 q3 q4"
        " quarter month week year next this by end early late mid"
    )
)
# What stands around the thing whose status one asks for.
AROUND = ASIDE | frozenset(
    folded(
        "status state how hows going goes doing stands standing happening news progress latest tell give need know"
        " ready live out ship ships shipped come comes coming still yet now"
    )
)
_RELEASE, _ITEM = cast(Table, Release.__table__), cast(Table, RoadmapItem.__table__)
_REF = re.compile(r"([dir])-?([1-9]\d{0,8})", re.IGNORECASE)
_SIGNS = "?!.,:;()\"'“”„«»*_~`"

Phrase = tuple[str, ...]
Named = tuple[str, Any, str, Phrase]
"""Kind, id or number, name, and the words of that or of its id."""


def find(session: Session, house: House, slack_id: str, words: str) -> Found:
    """What a person (Slack id) may be shown that they can mean by these words, the likeliest first."""
    text = words[:LONGEST]
    by_number, rest, why = _by_number(session, house, slack_id, text)
    if by_number and not _asked(rest)[1]:
        return Found(by_number)
    spoken, asked, for_a_date = _asked(text)
    named = _named(session, house)
    exact = list(dict.fromkeys(_thing(each) for each in named if each[3] and each[3] in (spoken, asked)))
    if exact or by_number:
        return Found([*by_number, *exact], unknown=() if exact else _asked(rest)[1], for_a_date=for_a_date)
    if not asked:
        return Found(why=why, for_a_date=for_a_date)
    whole = map(_thing, _standing_in(spoken, named))
    # Whatever is named and has said it, too, is one.
    things = {(thing.kind, thing.id): thing for thing in (*whole, *_having_all(session, house, asked, named))}
    if not things:
        return Found(near=_near(asked, named), why=why, for_a_date=for_a_date)
    known = {word for thing in things.values() for word in (*folded(thing.name), *thing.said)}
    unknown = [word for word in asked if not any(each.startswith(word) for each in known)]
    return Found(list(things.values()), unknown, for_a_date=for_a_date)


def get(session: Session, house: House, slack_id: str, kind: str, id: str, said: Sequence[str] = ()) -> Thing:
    """The thing a button was about; a `UserError` when it is gone, or not for this person."""
    found: Thing | None = None
    if kind in NUMBERED:
        found = _numbered(session, house, slack_id, id)
    elif kind == RELEASE and is_id(id) and house.definitions.releases is not None:
        query = select(Release.name).where(Release.workspace_id == house.workspace_id, Release.id == int(id))
        found = Thing(RELEASE, id, name) if (name := session.scalar(query)) else None
    elif kind == AREA and (area := house.definitions.organisation.area(id)):
        found = Thing(AREA, area.id, area.name, tuple(said))
    elif kind == RITUAL and (ritual := house.definitions.calendar.ritual(id)):
        found = Thing(RITUAL, ritual.id, ritual.name)
    if found is None or found.kind != kind or kind not in KINDS:
        raise UserError("That is gone. `/cadence status` and its name asks anew.")
    return found


def _by_number(session: Session, house: House, slack_id: str, text: str) -> tuple[list[Thing], str, str]:
    """What is named by its number, the other words, and what is said of a number that nothing has."""
    found, rest, why = [], [], ""
    for word in text.split():
        if not _REF.fullmatch(word.strip(_SIGNS)):
            rest.append(word)
            continue
        try:
            found.append(_numbered(session, house, slack_id, word.strip(_SIGNS)))
        except UserError as error:
            why = str(error)
    return list(dict.fromkeys(found)), " ".join(rest), why


def _numbered(session: Session, house: House, slack_id: str, ref: str) -> Thing:
    """What is called `D-42`, `I-317` or `R-3`, in any spelling; a `UserError` when there is none for this person."""
    sort = ref[:1].lower()
    if sort == "d":
        decision = decisions.get(session, house, ref)
        return Thing(DECISION, decision.ref, _shortened(f"{decision.ref} {_title(decision)}"))
    if sort == "i":
        insight = insights.get(session, house, ref)
        if not insight_rights.may_see(session, house, insight, slack_id):
            raise insights.unknown(ref)
        return Thing(INSIGHT, insight.ref, insight.ref)
    item = roadmap.get(session, house, ref)
    return Thing(ITEM, item.ref, f"{item.ref} {item.name}")


def _asked(text: str) -> tuple[Phrase, Phrase, bool]:
    """All words, those that can name something, and whether a promise is wanted."""
    spoken = tuple(folded(text))
    asked = [word for word in spoken if word not in AROUND]
    for_a_date = not PROMISES.isdisjoint(asked)
    if for_a_date:
        # Somebody who wants a day says it, too, and that names nothing.
        asked = [word for word in asked if word not in PROMISES | WHEN and not word.isdecimal()]
    return spoken, tuple(asked), for_a_date


def _named(session: Session, house: House) -> list[Named]:
    """Everything that has a name, and what it goes by: areas, rituals, releases and what is planned, newest first."""
    stated = [
        *((AREA, area.id, area.name) for area in house.definitions.organisation.areas),
        *((RITUAL, ritual.id, ritual.name) for ritual in house.definitions.calendar.rituals),
    ]
    # Their columns alone: to make records of all there are would take most of the time.
    releases = select(_RELEASE.c.id, _RELEASE.c.name).where(_RELEASE.c.workspace_id == house.workspace_id)
    released = session.execute(releases.order_by(_RELEASE.c.id.desc())) if house.definitions.releases else ()
    items = select(_ITEM.c.number, _ITEM.c.name).where(
        _ITEM.c.workspace_id == house.workspace_id, _ITEM.c.place != DROPPED
    )
    return [
        *((kind, id, name, phrase) for kind, id, name in stated for phrase in {_phrase(name), _phrase(id)}),
        *[(RELEASE, id, name, _phrase(name)) for id, name in released],
        *[(ITEM, id, name, _phrase(name)) for id, name in session.execute(items.order_by(_ITEM.c.number.desc()))],
    ]


@lru_cache(maxsize=32_768)
def _phrase(name: str) -> Phrase:
    """Kept, since all names are looked at whenever somebody asks."""
    return tuple(folded(name))


def _standing_in(spoken: Phrase, named: Sequence[Named]) -> list[Named]:
    """The things whose whole name stands in what was said, without those whose name is only a part of another's."""
    there = set(spoken)
    found = [each for each in named if each[3] and each[3][0] in there and _contains(spoken, each[3])]
    longest = {each[3] for each in found}
    return [each for each in found if not any(each[3] != other and _contains(other, each[3]) for other in longest)]


def _contains(words: Phrase, phrase: Phrase) -> bool:
    size = len(phrase)
    return any(words[at : at + size] == phrase for at in range(len(words) - size + 1))


def _having_all(session: Session, house: House, asked: Phrase, named: Sequence[Named]) -> Iterator[Thing]:
    """What has all the words: in its name, in the title of a decision, in what an area said last."""
    yield from (_thing(each) for each in named if _begins_all(asked, each[3]))
    for decision in decisions.with_words(session, house, asked[:MOST_WORDS], MOST_DECISIONS):
        if _begins_all(asked, _phrase(_title(decision))):
            yield Thing(DECISION, decision.ref, _shortened(f"{decision.ref} {_title(decision)}"))
    for area_id in updates.saying(session, house, asked):
        area = house.definitions.organisation.area(area_id)
        assert area is not None
        yield Thing(AREA, area.id, area.name, tuple(word for word in asked if word not in _phrase(area.name)))


def _begins_all(asked: Phrase, phrase: Phrase) -> bool:
    for word in asked:
        if word not in phrase and (len(word) < SHORTEST_START or not any(part.startswith(word) for part in phrase)):
            return False
    return True


def _near(asked: Phrase, named: Sequence[Named]) -> list[Thing]:
    counts: dict[str, int] = {}
    known: dict[Thing, list[str]] = {}
    for each in named:
        kind, phrase = each[0], each[3]
        counts[kind] = counts.get(kind, 0) + 1
        if counts[kind] <= MOST_NEAR_NAMES:
            known.setdefault(_thing(each), []).append(" ".join(phrase))
    return near(" ".join(asked[:MOST_WORDS_NEAR]), known)


def _thing(named: Named) -> Thing:
    kind, id, name, _ = named
    return Thing(ITEM, f"R-{id}", f"R-{id} {name}") if kind == ITEM else Thing(kind, str(id), name)


def _title(decision: Decision) -> str:
    return decision.decision or decision.question


def _shortened(name: str) -> str:
    return blocks.fit(" ".join(name.split()), LONGEST_NAME)
