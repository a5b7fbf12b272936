"""The decision log's records."""

import re
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Index, String, Table, Text, UniqueConstraint, bindparam, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.db import Base, BigId, insert_or_ignore, workspace_column
from bot.decisions.entry import LEAST_OPTIONS, lines, urls
from bot.errors import UserError
from bot.house import House
from bot.search import WordIndex

PROPOSED, DECIDED = "proposed", "decided"
REJECTED, SUPERSEDED, REVERSED = "rejected", "superseded", "reversed"
ENDED = (REJECTED, SUPERSEDED, REVERSED)
"""An entry that counts no more: never decided, decided anew by another one, or taken back."""

_ID = re.compile(r"d-?([1-9]\d{0,8})", re.IGNORECASE)


_ASKED_FOR = ("area_id", "class_id", "decider", "raised_by")


class Decision(Base):
    """One entry of the log: a question that waits for its decider, or what was decided."""

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    number: Mapped[int]
    """Counts up in each workspace: 42 is shown as `D-42`."""
    state: Mapped[str] = mapped_column(String(12))
    source: Mapped[str | None] = mapped_column(Text, default=None)
    """Where it came from, in words; none when it was written straight into the log."""
    raised_by: Mapped[str] = mapped_column(String(32))
    """Slack user id, as all people here."""
    raised_at: Mapped[datetime]
    decider: Mapped[str] = mapped_column(String(32))
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    recorded_by: Mapped[str | None] = mapped_column(String(32), default=None)
    completed_at: Mapped[datetime | None] = mapped_column(default=None)
    """When everything a decision needs was given: at once, or later when it was noted in passing."""
    form_key: Mapped[str | None] = mapped_column(String(40), default=None)
    """The form that wrote it last, so that a submission that arrives twice counts once."""

    class_id: Mapped[str] = mapped_column(String(40), default="", server_default="")
    """The class of decision, by its id in decisions.yaml; empty when nobody said."""
    area_id: Mapped[str] = mapped_column(String(40), default="", server_default="")
    """The area it is about; empty when it is about none, or nobody said."""
    question: Mapped[str] = mapped_column(Text, default="")
    needed_by: Mapped[date | None] = mapped_column(default=None)
    stuck: Mapped[str] = mapped_column(Text, default="")
    decision: Mapped[str] = mapped_column(Text, default="")
    """What follows *We will*."""
    options: Mapped[str] = mapped_column(Text, default="")
    why: Mapped[str] = mapped_column(Text, default="")
    door: Mapped[str] = mapped_column(String(8), default="")
    revisit: Mapped[str] = mapped_column(Text, default="")
    review_on: Mapped[date | None] = mapped_column(default=None)
    confidence: Mapped[int | None] = mapped_column(default=None)
    inform: Mapped[str] = mapped_column(Text, default="")
    inform_channel: Mapped[str] = mapped_column(String(32), default="")
    inform_person: Mapped[str] = mapped_column(String(32), default="", server_default="")
    links: Mapped[str] = mapped_column(Text, default="")

    unheeded_at: Mapped[datetime | None] = mapped_column(default=None)
    """Since when everybody whose turn it was has let it pass."""
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    """When it was rejected, superseded or reversed."""
    ended_by: Mapped[str | None] = mapped_column(String(32), default=None)
    ended_because: Mapped[str] = mapped_column(Text, default="", server_default="")
    superseded_by: Mapped[int | None] = mapped_column(default=None)
    """The number of the entry that took its place."""

    message_id: Mapped[int | None] = mapped_column(default=None)
    """The entry's message in the channel of the log."""
    copy_id: Mapped[int | None] = mapped_column(default=None)
    """The same in the channel that must know."""

    __table_args__ = (
        UniqueConstraint("workspace_id", "number"),
        UniqueConstraint("workspace_id", "form_key"),
        # What lists begin with, each in its order; where many are due, also what else a list may ask for.
        Index("ix_decision_needed_by", "workspace_id", "state", "needed_by", *_ASKED_FOR),
        Index("ix_decision_review_on", "workspace_id", "state", "review_on", *_ASKED_FOR),
        Index("ix_decision_decider", "workspace_id", "decider", "number"),
        Index("ix_decision_raised_by", "workspace_id", "raised_by", "number"),
        Index("ix_decision_class", "workspace_id", "class_id", "number"),
        Index("ix_decision_area", "workspace_id", "area_id", "number"),
    )

    @property
    def ref(self) -> str:
        return f"D-{self.number}"

    @property
    def is_open(self) -> bool:
        """Whether there is still something to be recorded."""
        return self.completed_at is None and self.state not in ENDED

    @property
    def option_lines(self) -> list[str]:
        return lines(self.options)

    @property
    def urls(self) -> list[str]:
        return urls(self.links)

    @property
    def missing(self) -> list[str]:
        """What a decision still lacks, in words."""
        parts = {
            "options": len(self.option_lines) >= LEAST_OPTIONS,
            "reason": self.why,
            "reversibility": self.door,
            "review date": self.review_on,
        }
        return [name for name, given in parts.items() if not given]

    @property
    def due(self) -> date | None:
        """The day by which it is to be decided, or on which it is looked at again."""
        return self.needed_by if self.state == PROPOSED else self.review_on


SEARCHED = ("question", "stuck", "decision", "options", "why", "revisit", "inform", "links", "source", "ended_because")
"""The texts whose words are found."""
WORDS = WordIndex("decision_words", cast(Table, Decision.__table__))


def add(session: Session, house: House, **values: Any) -> Decision:
    """A new entry under the next number of this workspace, even when others are added at the same time."""
    while True:
        number = latest_number(session, house) + 1
        if insert_or_ignore(session, Decision, workspace_id=house.workspace_id, number=number, **values):
            decision = get(session, house, f"D-{number}")
            index(session, decision)
            return decision
        if known := by_form(session, house, values.get("form_key")):
            return known


def change(session: Session, house: House, decision: Decision, condition: Any, /, **values: Any) -> bool:
    """Write `values` if `condition` still holds; false when somebody else was quicker."""
    changed = session.execute(
        update(Decision)
        .where(Decision.id == decision.id, Decision.workspace_id == house.workspace_id, condition)
        .values(values)
        .returning(Decision.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    session.refresh(decision)
    if changed is not None:
        index(session, decision)
    return changed is not None


def hold(session: Session, house: House, *decisions: Decision) -> None:
    """Read entries as they are now, and keep others from them until this transaction ends."""
    query = select(Decision).where(
        Decision.workspace_id == house.workspace_id, Decision.id.in_([each.id for each in decisions])
    )
    # In one order, so that nobody waits for one of them while keeping another.
    session.scalars(query.order_by(Decision.id).with_for_update().execution_options(populate_existing=True)).all()


def index(session: Session, decision: Decision) -> None:
    """Let an entry be found by the words it has now."""
    WORDS.keep(session, decision.id, (getattr(decision, name) or "" for name in SEARCHED))


def get(session: Session, house: House, ref: str) -> Decision:
    """The entry called `D-42`, in any spelling; a `UserError` that names the latest ones when there is none."""
    number = _ID.fullmatch(ref.strip())
    found = number and session.scalar(
        select(Decision).where(Decision.workspace_id == house.workspace_id, Decision.number == int(number[1]))
    )
    if found is None:
        raise UserError(f"There is no decision “{ref.strip()[:20]}”. {_latest_in_words(session, house)}")
    return found


def latest_number(session: Session, house: House) -> int:
    """The highest number so far; 0 in an empty log."""
    return session.scalar(select(func.max(Decision.number)).where(Decision.workspace_id == house.workspace_id)) or 0


def by_form(session: Session, house: House, form_key: str | None) -> Decision | None:
    """What a form has already written."""
    if form_key is None:
        return None
    return session.scalar(
        select(Decision).where(Decision.workspace_id == house.workspace_id, Decision.form_key == form_key)
    )


def latest(session: Session, house: House, limit: int) -> list[Decision]:
    query = select(Decision).where(Decision.workspace_id == house.workspace_id)
    return list(session.scalars(query.order_by(Decision.number.desc()).limit(limit)))


def with_words(session: Session, house: House, words: Sequence[str], limit: int) -> list[Decision]:
    """The entries in which for each of these (`search.looked_for`) a word begins so, newest first."""
    query = select(Decision).where(Decision.workspace_id == house.workspace_id)
    return WORDS.newest(session, query, Decision.id, words, limit)


# Built once, since Home is drawn after every press on it.
_OF_WORKSPACE = select(Decision).where(Decision.workspace_id == bindparam("workspace_id"))
_DUE = {
    state: _OF_WORKSPACE.where(Decision.state == state, day <= bindparam("until")).order_by(day, Decision.number)
    for state, day in ((PROPOSED, Decision.needed_by), (DECIDED, Decision.review_on))
}
_DUE_OF = {state: query.where(Decision.decider == bindparam("decider")) for state, query in _DUE.items()}
_TO_DECIDE = _OF_WORKSPACE.where(Decision.state == PROPOSED, Decision.decider == bindparam("decider")).order_by(
    Decision.needed_by, Decision.number
)
_UNHEEDED = _OF_WORKSPACE.where(Decision.state == PROPOSED, Decision.unheeded_at.is_not(None)).order_by(
    Decision.unheeded_at, Decision.number
)


def due(
    session: Session,
    house: House,
    until: date,
    *,
    states: Collection[str] = (PROPOSED, DECIDED),
    decider: str | None = None,
    limit: int | None = None,
) -> list[Decision]:
    """What is to be decided or looked at again by `until`, the oldest date first; of one decider when given."""
    which = {"workspace_id": house.workspace_id, "until": until, "decider": decider}
    found: list[Decision] = []
    for state in states:
        query = (_DUE if decider is None else _DUE_OF)[state]
        found += session.scalars(query if limit is None else query.limit(limit), which)
    return sorted(found, key=lambda each: (each.due or until, each.number))[:limit]


def to_decide(session: Session, house: House, decider: str) -> list[Decision]:
    """What waits for this person's decision, the earliest date first."""
    return list(session.scalars(_TO_DECIDE, {"workspace_id": house.workspace_id, "decider": decider}))


def open_of_classes(session: Session, house: House, class_ids: Collection[str], limit: int) -> list[Decision]:
    """What is to be decided of these classes, the earliest day first."""
    query = select(Decision).where(
        Decision.workspace_id == house.workspace_id, Decision.state == PROPOSED, Decision.class_id.in_(class_ids)
    )
    return list(session.scalars(query.order_by(Decision.needed_by, Decision.number).limit(limit)))


def open_after(session: Session, house: House, day: date) -> int:
    """How many questions are to be decided only after a day."""
    query = select(func.count()).where(
        Decision.workspace_id == house.workspace_id, Decision.state == PROPOSED, Decision.needed_by > day
    )
    return session.scalar(query) or 0


def unheeded(session: Session, house: House) -> list[Decision]:
    """The exceptions: what everybody whose turn it was has let pass, the oldest first."""
    return list(session.scalars(_UNHEEDED, {"workspace_id": house.workspace_id}))


def active_alike(session: Session, house: House, decision: Decision, limit: int) -> list[Decision]:
    """What counts now about the same class and area as `decision`, newest first."""
    query = select(Decision).where(
        Decision.workspace_id == house.workspace_id,
        Decision.state == DECIDED,
        Decision.class_id == decision.class_id,
        Decision.area_id == decision.area_id,
        Decision.id != decision.id,
    )
    return list(session.scalars(query.order_by(Decision.number.desc()).limit(limit)))


def replaced_by(session: Session, house: House, first: int, last: int) -> dict[int, list[str]]:
    """Of the entries from number `first` to `last` those that have taken the place of others, such as `D-12`."""
    query = select(Decision.superseded_by, Decision.number).where(
        Decision.workspace_id == house.workspace_id,
        Decision.state == SUPERSEDED,
        Decision.superseded_by.between(first, last),
    )
    found: dict[int, list[str]] = {}
    for by, number in session.execute(query.order_by(Decision.number)):
        if by is not None:
            found.setdefault(by, []).append(f"D-{number}")
    return found


def decided_since(session: Session, house: House, moment: datetime) -> list[Decision]:
    query = select(Decision).where(
        Decision.workspace_id == house.workspace_id, Decision.state == DECIDED, Decision.decided_at >= moment
    )
    return list(session.scalars(query.order_by(Decision.number)))


def drafted(
    session: Session, house: House, *, author: str, source: str, text: str, why: str, since: datetime
) -> Decision | None:
    """What the same person has noted in the same words and place since then, for the same reason if there was one."""
    query = select(Decision).where(
        Decision.workspace_id == house.workspace_id,
        Decision.raised_by == author,
        Decision.source == source,
        or_(Decision.question == text, Decision.decision == text),
        Decision.raised_at >= since,
    )
    return session.scalar(query.where(Decision.why == why) if why else query)


def looks_like_an_id(word: str) -> bool:
    """Whether somebody who writes this means an entry of the log, known or not."""
    return bool(re.fullmatch(r"d-\S*\d\S*|d\d+", word.strip(), re.IGNORECASE))


def _latest_in_words(session: Session, house: House) -> str:
    refs = [f"`{decision.ref}`" for decision in latest(session, house, 3)]
    if not refs:
        return "The log is still empty; `/decision` records the first one."
    return f"The latest: {', '.join(refs)}. `/decision list` shows more."
