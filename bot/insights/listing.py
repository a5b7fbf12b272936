"""Which insights somebody wants to see: with some words, of an area, about a theme, so severe, open, late, answered."""

import re
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from bot.definitions.insights import SEVERITIES
from bot.errors import UserError
from bot.house import House
from bot.insights import model, rights
from bot.insights.model import (
    CLOSED,
    DECIDED,
    DISPOSITIONS,
    MERGED,
    NEEDS_INFO,
    OUT_OF_SCOPE,
    WAITING,
    Insight,
    Submission,
)
from bot.insights.rights import rules_of
from bot.people.flow import require_person
from bot.people.heard import hear, near
from bot.search import looked_for

LIST_LENGTH = 10
AREA, THEME, SEVERITY, STATE = "area", "theme", "severity", "state"
KINDS = (AREA, THEME, SEVERITY, STATE)
OPEN, LATE, ANSWERED = "open", "late", "answered"
ALL = "all"
STATES = {
    OPEN: ["open", "waiting", "unanswered"],
    LATE: ["late", "overdue", "due"],
    ANSWERED: ["answered", "closed", "decided"],
    OUT_OF_SCOPE: ["out of scope"],
    **{each: [each] for each in DISPOSITIONS},
}
IS_TIMED = tuple(state for state in WAITING if state != NEEDS_INFO)
"""In these states a clock runs."""

_FILTER = re.compile(rf"\b({'|'.join(KINDS)}):(\S+)", re.IGNORECASE)
_KIND = re.compile(rf"\b(?:{'|'.join(KINDS)})[\s:]+(?=\S)", re.IGNORECASE)

Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Wanted:
    """Nothing said means all of them; what is said must all be true."""

    area: str = ""
    theme: str = ""
    severity: str = ""
    state: str = ""


def read(house: House, words: str) -> Wanted:
    """What the words after `/insight list` mean; a `UserError` that says what they may be."""
    known = _known(house)
    heard = hear(_KIND.sub("", words), known)
    if heard.unknown:
        said = " ".join(heard.unknown)
        names = " or ".join(f"`{known[each][0]}`" for each in near(said, known))
        offer = f" Did you mean {names}?" if names else ""
        raise UserError(
            f"I know no “{said[:80]}” to list.{offer} `/insight list` takes an area, a theme, a severity, `open`, "
            "`late`, `answered`, or what became of them, such as `declined`. `/insight find` looks for any words."
        )
    wanted = Wanted()
    for kind, id in heard.meant:
        if kind != ALL:
            wanted = _narrowed(house, wanted, kind, id)
    return wanted


def split(house: House, words: str) -> tuple[str, Wanted]:
    """What to look for, without the filters in it such as `area:billing`, and these."""
    wanted = Wanted()
    for kind, value in _FILTER.findall(words):
        known = {key: names for key, names in _known(house).items() if key[0] == kind.lower()}
        meant = hear(value, known).meant
        if len(meant) != 1:
            names = ", ".join(f"`{names[0]}`" for names in known.values())
            raise UserError(f"I know no {kind.lower()} “{value[:40]}”. There are: {names}.")
        wanted = _narrowed(house, wanted, *meant[0])
    return " ".join(_FILTER.sub(" ", words).split()), wanted


def entries(session: Session, house: House, slack_id: str, wanted: Wanted, limit: int) -> list[Insight]:
    """The first of a list, as far as this person may see them: what is late the longest, else the newest."""
    require_person(session, house, slack_id)
    rules_of(house)
    order = [Insight.due_at, Insight.id] if wanted.state == LATE else [Insight.number.desc()]
    query = select(Insight).where(Insight.workspace_id == house.workspace_id, *conditions(house, wanted))
    seen = model.visible(rights.is_reader(session, house, slack_id), slack_id)
    if seen is not None:
        query = query.where(seen)
    return list(session.scalars(query.order_by(*order).limit(limit)))


def find(session: Session, house: House, slack_id: str, words: str, wanted: Wanted, limit: int) -> list[Insight]:
    """The newest that this person may see in which for each of the words one begins so, and that are as wanted."""
    require_person(session, house, slack_id)
    seen = model.visible(rights.is_reader(session, house, slack_id), slack_id)
    narrowed = [*conditions(house, wanted), *([] if seen is None else [seen])]
    return model.with_words(session, house, looked_for(words), limit, and_(*narrowed))


def mine(session: Session, house: House, slack_id: str, limit: int) -> list[tuple[Insight, Submission]]:
    """What somebody brought, the newest first, each once and with their own words; restricted ones as well."""
    require_person(session, house, slack_id)
    rules_of(house)
    is_reader = rights.is_reader(session, house, slack_id)
    found: dict[int, tuple[Insight, Submission]] = {}
    # Somebody may have brought what counts as one by now.
    for insight, submission in model.brought_by(session, house, slack_id, limit * 3, is_reader=is_reader):
        found.setdefault(insight.id, (insight, submission))
    return list(found.values())[:limit]


def conditions(house: House, wanted: Wanted) -> list[Condition]:
    said: list[tuple[str, Condition]] = [
        (wanted.area, Insight.area_id == wanted.area),
        (wanted.theme, Insight.theme_id == wanted.theme),
        (wanted.severity, Insight.severity == wanted.severity),
    ]
    where = [condition for is_said, condition in said if is_said]
    if wanted.state == OPEN:
        where.append(Insight.state.in_(WAITING))
    elif wanted.state == LATE:
        where += [Insight.state.in_(IS_TIMED), Insight.due_at < house.clock.now()]
    elif wanted.state == ANSWERED:
        where.append(Insight.state.in_((DECIDED, CLOSED)))
    elif wanted.state == OUT_OF_SCOPE:
        where.append(Insight.state == OUT_OF_SCOPE)
    elif wanted.state:
        where += [Insight.state.in_((DECIDED, CLOSED)), Insight.disposition == wanted.state]
    else:
        # What was merged is seen in what it counts for.
        where.append(Insight.state != MERGED)
    return where


def in_words(house: House, wanted: Wanted) -> str:
    """`late, Billing`: what is listed; empty for all of it."""
    area, theme = house.definitions.organisation.area(wanted.area), rules_of(house).theme(wanted.theme)
    said = (
        wanted.state.replace("_", " "),
        wanted.severity,
        theme.name if theme else "",
        area.name if area else "",
    )
    return ", ".join(each for each in said if each)


def _narrowed(house: House, wanted: Wanted, kind: str, id: str) -> Wanted:
    before = getattr(wanted, kind)
    if before and before != id:
        known = _known(house)
        names = " or ".join(f"`{known[kind, each][0]}`" for each in (before, id))
        raise UserError(f"That may be {names}. Name one of them.")
    return replace(wanted, **{kind: id})


def _known(house: House) -> dict[tuple[str, str], list[str]]:
    """Everything one may say, with its names; the first is the one to say."""
    return {
        (ALL, ""): ["all", "everything", "insight", "insights"],
        **{(STATE, id): names for id, names in STATES.items()},
        **{(SEVERITY, each): [each] for each in SEVERITIES},
        **{(AREA, area.id): [area.name, area.id] for area in house.definitions.organisation.areas},
        **{(THEME, each.id): [each.name, each.id] for each in rules_of(house).themes},
    }
