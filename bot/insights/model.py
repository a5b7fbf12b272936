"""The records of insights: what was told, by whom, where it stands, and what was said of it to whom."""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import (
    BindParameter,
    Boolean,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.db import Base, BigId, change, insert_or_ignore, workspace_column
from bot.errors import UserError
from bot.house import House
from bot.insights.wording import meanings
from bot.search import WordIndex

NEW, NEEDS_INFO, TRIAGED, ROUTED = "new", "needs_info", "triaged", "routed"
ACKNOWLEDGED, DECIDED, CLOSED = "acknowledged", "decided", "closed"
MERGED, OUT_OF_SCOPE = "merged", "out_of_scope"
STATES = (NEW, NEEDS_INFO, TRIAGED, ROUTED, ACKNOWLEDGED, DECIDED, CLOSED, MERGED, OUT_OF_SCOPE)
WAITING = (NEW, NEEDS_INFO, TRIAGED, ROUTED, ACKNOWLEDGED)
"""Somebody still has to do something with it before its submitters can be told what becomes of it."""

ACCEPTED, RESEARCHING, ADDRESSED = "accepted", "researching", "addressed"
DECLINED, PARKED = "declined", "parked"
DISPOSITIONS = (ACCEPTED, RESEARCHING, ADDRESSED, DECLINED, PARKED)

MESSAGE, COMMAND, HOME, IMPORT, API = "message", "command", "home", "import", "api"
"""How somebody brought it."""

AT_ONCE = 500
"""Of what is looked for, in one query."""

# Literals, so that both databases see that an index is for them.
UNTOLD = text("state IN ('decided', 'out_of_scope') AND closed_at IS NULL")
"""Answered, and not everybody who brought it was told."""

_ID = re.compile(r"i-?([1-9]\d{0,8})", re.IGNORECASE)


class Insight(Base):
    """One signal: what somebody saw or heard, and how it is sorted, answered and told."""

    __tablename__ = "insight"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    # Without an index of its own: those below begin with it.
    workspace_id: Mapped[str] = mapped_column(String(32))
    number: Mapped[int]
    """Counts up in each workspace: 317 is shown as `I-317`."""
    state: Mapped[str] = mapped_column(String(12))
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    """Counts up with each change, so that a form tells whether somebody was quicker."""
    captured_at: Mapped[datetime]
    restricted: Mapped[bool] = mapped_column(default=False)
    """Whether only its readers may see it, beside its submitters and who is to answer it."""

    what: Mapped[str] = mapped_column(Text)
    """What was seen or heard: one observation."""
    area_id: Mapped[str] = mapped_column(String(40), default="")
    """Empty: not known yet, as with all that follows."""
    also_area_id: Mapped[str] = mapped_column(String(40), default="")
    """Another area that it is about."""
    theme_id: Mapped[str] = mapped_column(String(40), default="")
    also_themes: Mapped[list[str]] = mapped_column(default=list)
    """Up to two more."""
    segment_id: Mapped[str] = mapped_column(String(40), default="")
    severity: Mapped[str] = mapped_column(String(8))
    evidence_id: Mapped[str] = mapped_column(String(40), default="")
    cause_id: Mapped[str] = mapped_column(String(40), default="")
    source_id: Mapped[str] = mapped_column(String(40), default="")
    proof: Mapped[str] = mapped_column(Text, default="")
    """A link or a number that shows it."""
    release_id: Mapped[int | None] = mapped_column(default=None)
    """The release it is about."""
    split_from: Mapped[int | None] = mapped_column(default=None)
    """The id of the one of which it was a part."""

    lease_by: Mapped[str | None] = mapped_column(String(32), default=None)
    """Who triages it now (Slack user id, as all people here), up to `lease_until`."""
    lease_until: Mapped[datetime | None] = mapped_column(default=None)

    due_at: Mapped[datetime | None] = mapped_column(default=None)
    """By when the next thing is to be done with it; none while its clock stands, and when nothing is."""
    breached_at: Mapped[datetime | None] = mapped_column(default=None)
    """When the clock of the state it is in ran out."""
    paused_left: Mapped[int | None] = mapped_column(default=None)
    """Seconds of working time that were left when its clock was stopped."""
    triaged_at: Mapped[datetime | None] = mapped_column(default=None)
    triaged_by: Mapped[str | None] = mapped_column(String(32), default=None)
    triage_took: Mapped[int | None] = mapped_column(default=None)
    """Seconds of working time from when it was captured until somebody first judged it."""
    triage_late: Mapped[bool | None] = mapped_column(default=None)
    """Whether its clock had run out by then."""

    owner: Mapped[str | None] = mapped_column(String(32), default=None)
    """Who is to answer it."""
    asked_of: Mapped[str | None] = mapped_column(String(32), default=None)
    """Who is asked for it now: its owner, or who stands in."""
    asked_key: Mapped[str] = mapped_column(String(80), default="")
    """The prompt by which they are asked."""
    route: Mapped[str] = mapped_column(String(75), default="")
    """The name of the route that brought it there."""
    forum_ritual: Mapped[str] = mapped_column(String(40), default="")
    """The ritual in which it is talked about."""
    routed_at: Mapped[datetime | None] = mapped_column(default=None)
    acknowledged_at: Mapped[datetime | None] = mapped_column(default=None)
    acknowledged_by: Mapped[str | None] = mapped_column(String(32), default=None)

    disposition: Mapped[str] = mapped_column(String(12), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why, as its submitters read it; of a parked one, until what happens; also why it is out of scope."""
    forward: Mapped[str] = mapped_column(Text, default="")
    """A sentence for the customer."""
    link: Mapped[str] = mapped_column(Text, default="")
    """Where it is worked on, or where it was addressed."""
    researcher: Mapped[str | None] = mapped_column(String(32), default=None)
    answer_by: Mapped[date | None] = mapped_column(default=None)
    """By when there is more to say: of a research, or of a parked one."""
    linked_release: Mapped[int | None] = mapped_column(default=None)
    """The release that brings what was accepted."""
    answers: Mapped[int] = mapped_column(default=0)
    """How often it was answered: each answer is told."""
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    decided_by: Mapped[str | None] = mapped_column(String(32), default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    """When everybody who had brought it was told what became of it."""
    merged_into: Mapped[int | None] = mapped_column(default=None)
    """The id of the one that it is a duplicate of."""

    message_id: Mapped[int | None] = mapped_column(default=None)
    """Its card in the channel for insights; none of a restricted one."""

    __table_args__ = (
        UniqueConstraint("workspace_id", "number"),
        # The queue and what waits for its owner, worst and oldest first.
        Index("ix_insight_state", "workspace_id", "state", "due_at"),
        Index("ix_insight_owner", "workspace_id", "owner", "state"),
        Index("ix_insight_asked_of", "workspace_id", "asked_of", "state"),
        Index("ix_insight_sort", "workspace_id", "area_id", "theme_id", "captured_at"),
        Index("ix_insight_captured", "workspace_id", "captured_at"),
        Index("ix_insight_decided", "workspace_id", "decided_at"),
        Index("ix_insight_untold", "workspace_id", "decided_at", sqlite_where=UNTOLD, postgresql_where=UNTOLD),
        # Lists, the newest first.
        Index("ix_insight_area", "workspace_id", "area_id", "number"),
        Index("ix_insight_theme", "workspace_id", "theme_id", "number"),
        Index("ix_insight_severity", "workspace_id", "severity", "number"),
        Index(
            "ix_insight_linked",
            "workspace_id",
            "linked_release",
            sqlite_where=text("linked_release IS NOT NULL"),
            postgresql_where=text("linked_release IS NOT NULL"),
        ),
    )

    @property
    def ref(self) -> str:
        return f"I-{self.number}"


SEARCHED = ("what", "proof", "reason", "forward", "link")
"""The texts whose words are found."""
WORDS = WordIndex("insight_words", cast(Table, Insight.__table__))
MEANINGS = WordIndex("insight_meanings", cast(Table, Insight.__table__), cut_short=False)
"""What observations mean, by which those are found that say the same in other words."""


class Submission(Base):
    """That somebody brought an insight, or the same that another had brought."""

    __tablename__ = "insight_submission"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    insight_id: Mapped[int] = mapped_column(ForeignKey("insight.id", ondelete="CASCADE"), index=True)
    """The insight it counts for now."""
    captured_as: Mapped[int] = mapped_column(ForeignKey("insight.id", ondelete="CASCADE"))
    """The one that was made of it."""
    submitter: Mapped[str] = mapped_column(String(32))
    """Slack user id of who is told what becomes of it."""
    is_own: Mapped[bool] = mapped_column(default=True)
    """Whether they brought it themselves, and did not only answer for its source."""
    brought_by: Mapped[str | None] = mapped_column(String(120), default=None)
    """Who or what brought it, when that was somebody else: a program, or a name."""
    how: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime]
    what: Mapped[str] = mapped_column(Text)
    """In their own words."""
    accounts: Mapped[int] = mapped_column(default=1)
    """How many accounts they say it concerns."""
    revenue: Mapped[str] = mapped_column(String(40), default="")
    permalink: Mapped[str] = mapped_column(Text, default="")
    """The message it was made of."""
    form_key: Mapped[str | None] = mapped_column(String(200), default=None)
    """The form, line or call that wrote it, so that what arrives twice counts once."""
    under: Mapped[int | None] = mapped_column(default=None)
    """The message in a channel in whose thread their card stands; none: it stands in their DM."""
    card_id: Mapped[int | None] = mapped_column(default=None)
    """The message that shows them where it stands, in whose thread they are told what becomes of it."""

    __table_args__ = (
        UniqueConstraint("workspace_id", "form_key"),
        Index("ix_insight_submission_submitter", "workspace_id", "submitter", "id"),
    )


class Told(Base):
    """That what became of an insight was promised to one submitter, once."""

    __tablename__ = "insight_told"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(String(32))
    insight_id: Mapped[int] = mapped_column(ForeignKey("insight.id", ondelete="CASCADE"))
    what: Mapped[str] = mapped_column(String(40))
    """What of it, such as `answer:1` or `live:12`."""
    submitter: Mapped[str] = mapped_column(String(32))
    submission_id: Mapped[int] = mapped_column(ForeignKey("insight_submission.id", ondelete="CASCADE"))
    """In the thread of which card."""
    at: Mapped[datetime]
    message_id: Mapped[int | None] = mapped_column(default=None)
    """The message that says it; none when it is in their day message, or they have left Slack."""
    reached_at: Mapped[datetime | None] = mapped_column(default=None)
    """When they had it."""
    in_time: Mapped[bool | None] = mapped_column(default=None)
    """Whether that was within five working days; none while they have not."""

    __table_args__ = (
        UniqueConstraint("workspace_id", "insight_id", "what", "submitter"),
        Index("ix_insight_told_at", "workspace_id", "at"),
    )


class Merge(Base):
    """That somebody found an insight to be a duplicate of another; undone when it was none."""

    __tablename__ = "insight_merge"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    insight_id: Mapped[int] = mapped_column(ForeignKey("insight.id", ondelete="CASCADE"), index=True)
    into_id: Mapped[int] = mapped_column(ForeignKey("insight.id", ondelete="CASCADE"), index=True)
    by: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
    before: Mapped[dict[str, Any]]
    """How the duplicate stood: its state and clock."""
    submissions: Mapped[list[str]]
    """The ids of the submissions that went along."""
    undone_at: Mapped[datetime | None] = mapped_column(default=None)
    undone_by: Mapped[str | None] = mapped_column(String(32), default=None)


class Asked(Base):
    """One question to a submitter, and what they said."""

    __tablename__ = "insight_question"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    insight_id: Mapped[int] = mapped_column(ForeignKey("insight.id", ondelete="CASCADE"), index=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("insight_submission.id", ondelete="CASCADE"))
    question: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[str] = mapped_column(String(32))
    asked_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(Text, default="")
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    """When it was answered, or came back without an answer."""


class Spike(Base):
    """That so much was said about one theme in one area that it went on the agenda of a ritual."""

    __tablename__ = "insight_spike"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    area_id: Mapped[str] = mapped_column(String(40))
    theme_id: Mapped[str] = mapped_column(String(40))
    ritual_id: Mapped[str] = mapped_column(String(40))
    found_at: Mapped[datetime]
    accounts: Mapped[int]
    high: Mapped[int]
    insights: Mapped[list[str]]
    """The refs of the evidence, such as `I-317`."""
    until: Mapped[datetime]
    """When people will have talked about it: what comes after that may be another spike."""

    __table_args__ = (Index("ix_insight_spike_pair", "workspace_id", "area_id", "theme_id", "found_at"),)


class DigestPost(Base):
    """A digest of insights as it was posted: the next one begins where it ended."""

    __tablename__ = "insight_digest"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(String(32))
    ritual_id: Mapped[str] = mapped_column(String(80))
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id", ondelete="CASCADE"), unique=True)
    at: Mapped[datetime]
    """Up to when it looks."""
    version: Mapped[int]
    """The version of the definitions that it was made under."""
    orphans: Mapped[int]
    """How many insights nobody had."""
    message_id: Mapped[int]

    __table_args__ = (Index("ix_insight_digest_ritual", "workspace_id", "ritual_id", "at"),)


def visible(readers: bool, slack_id: str) -> ColumnElement[bool] | None:
    """What of all insights this person may see: everything for a reader of restricted ones (None), else the others."""
    if readers:
        return None
    return _visible_to(slack_id)


def _visible_to(slack_id: str | BindParameter[str]) -> ColumnElement[bool]:
    return Insight.restricted.is_(False) | (Insight.owner == slack_id) | (Insight.asked_of == slack_id)


IS_VISIBLE = or_(bindparam("is_reader", type_=Boolean), _visible_to(bindparam("slack_id")))
"""The same in a statement that is built once."""


def add(session: Session, house: House, **values: Any) -> Insight:
    """A new insight under the next number of this workspace, even when others are added at the same time."""
    while True:
        number = latest_number(session, house) + 1
        values = {"also_themes": [], **values}
        if insert_or_ignore(session, Insight, workspace_id=house.workspace_id, number=number, **values):
            insight = get(session, house, f"I-{number}")
            index(session, insight)
            return insight


def latest_number(session: Session, house: House) -> int:
    return session.scalar(select(func.max(Insight.number)).where(Insight.workspace_id == house.workspace_id)) or 0


def get(session: Session, house: House, ref: str) -> Insight:
    """The insight called `I-317`, in any spelling; a `UserError` when there is none."""
    found = session.scalar(
        select(Insight).where(Insight.workspace_id == house.workspace_id, Insight.number == number(ref))
    )
    if found is None:
        raise unknown(ref)
    return found


def number(ref: str) -> int:
    """317 for `I-317`, in any spelling; 0, which none has, for what is no id."""
    found = _ID.fullmatch(ref.strip())
    return int(found[1]) if found else 0


def unknown(ref: str) -> UserError:
    """What is said where there is none, and as well where somebody may not see it."""
    return UserError(f"There is no insight “{ref.strip()[:20]}”. `/insight find` and a few words look for one.")


def looks_like_an_id(word: str) -> bool:
    """Whether somebody who writes this means an insight, known or not."""
    return bool(re.fullmatch(r"i-\S*\d\S*|i\d+", word.strip(), re.IGNORECASE))


def by_id(session: Session, house: House, id: int | None) -> Insight | None:
    if id is None:
        return None
    return session.scalar(select(Insight).where(Insight.workspace_id == house.workspace_id, Insight.id == id))


def chain(session: Session, house: House, insight: Insight) -> list[Insight]:
    """It, what it is merged into, and so on: the last one is what it counts for."""
    found = [insight]
    while (into := by_id(session, house, found[-1].merged_into)) is not None:
        found.append(into)
    return found


def duplicates(session: Session, house: House, insight: Insight) -> list[Insight]:
    """What counts for it: what was merged into it, and into that, in the order of ids."""
    found: dict[int, Insight] = {}
    looked_at = [insight.id]
    while looked_at:
        merged = select(Merge.insight_id).where(
            Merge.workspace_id == house.workspace_id, Merge.into_id.in_(looked_at), Merge.undone_at.is_(None)
        )
        query = select(Insight).where(Insight.workspace_id == house.workspace_id, Insight.id.in_(merged))
        some = {each.id: each for each in session.scalars(query)}
        found |= some
        looked_at = list(some)
    return [found[id] for id in sorted(found)]


def held(session: Session, house: House, *ids: int) -> list[Insight]:
    """These insights as they are now, which nobody else changes until this transaction ends; in the order of ids."""
    query = select(Insight).where(Insight.workspace_id == house.workspace_id, Insight.id.in_(ids)).order_by(Insight.id)
    return list(session.scalars(query.with_for_update().execution_options(populate_existing=True)))


def move(session: Session, house: House, insight: Insight, states: Collection[str], /, **values: Any) -> bool:
    """Write `values` if it is in one of these states; false when it is not, such as when somebody was quicker."""
    session.flush()
    changed = session.execute(
        update(Insight)
        .where(Insight.id == insight.id, Insight.workspace_id == house.workspace_id, Insight.state.in_(states))
        .values({**values, "version": Insight.version + 1})
        .returning(Insight.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    session.refresh(insight)
    if changed is not None and not values.keys().isdisjoint(SEARCHED):
        index(session, insight)
    return changed is not None


def set_(session: Session, insight: Insight, **values: Any) -> None:
    """Write these values of an insight that is held."""
    session.flush()
    change(session, insight, **values)


def index(session: Session, insight: Insight) -> None:
    """Let an insight be found by the words it has now, and by what they mean."""
    WORDS.keep(session, insight.id, (getattr(insight, name) for name in SEARCHED))
    MEANINGS.keep_words(session, insight.id, [in_workspace(insight, each) for each in meanings(insight.what)])


def in_workspace(of: Insight | House, meaning: str) -> str:
    """A meaning as it is indexed: so that what other workspaces say neither counts nor takes time."""
    return f"{of.workspace_id.lower()}·{meaning}"


def with_words(
    session: Session, house: House, words: Sequence[str], limit: int, seen: ColumnElement[bool] | None
) -> list[Insight]:
    """The insights in which for each of these (`search.looked_for`) a word begins so, newest first.

    Only those that are `visible` to whoever looks, and those that stand for themselves.
    """
    query = select(Insight).where(Insight.workspace_id == house.workspace_id, Insight.state != MERGED)
    if seen is not None:
        query = query.where(seen)
    return WORDS.newest(session, query, Insight.id, words, limit)


def submissions(session: Session, house: House, insight: Insight) -> list[Submission]:
    """Who brought it, in the order in which they did."""
    query = select(Submission).where(Submission.workspace_id == house.workspace_id, Submission.insight_id == insight.id)
    return list(session.scalars(query.order_by(Submission.at, Submission.id)))


def votes(session: Session, house: House, ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """How often each of these insights was brought, and of how many accounts."""
    query = (
        select(Submission.insight_id, func.count(), func.sum(Submission.accounts))
        .where(Submission.workspace_id == house.workspace_id, Submission.insight_id.in_(list(ids)))
        .group_by(Submission.insight_id)
    )
    return {id: (count, accounts) for id, count, accounts in session.execute(query)}


def by_form(session: Session, house: House, form_key: str) -> Submission | None:
    """What a form, a line or a call has already brought."""
    return session.scalar(
        select(Submission).where(Submission.workspace_id == house.workspace_id, Submission.form_key == form_key)
    )


def refs_by_form(session: Session, house: House, form_keys: Sequence[str]) -> dict[str, str]:
    """Of these forms, lines or calls those that have brought something already, with the insight it counts for."""
    found: dict[str, str] = {}
    for start in range(0, len(form_keys), AT_ONCE):
        query = (
            select(Submission.form_key, Insight.number)
            .join(Insight, Insight.id == Submission.insight_id)
            .where(
                Submission.workspace_id == house.workspace_id,
                Submission.form_key.in_(form_keys[start : start + AT_ONCE]),
            )
        )
        found |= {str(key): f"I-{number}" for key, number in session.execute(query)}
    return found


# Built once, since Home is drawn after every press on it.
_BROUGHT = (
    select(Insight, Submission)
    .join(Insight, Submission.insight_id == Insight.id)
    .where(
        Submission.workspace_id == bindparam("workspace_id"),
        Submission.submitter == bindparam("slack_id"),
        Submission.is_own | IS_VISIBLE,
    )
    .order_by(Submission.id.desc())
    .limit(bindparam("limit"))
)


def brought_by(
    session: Session, house: House, slack_id: str, limit: int, *, is_reader: bool
) -> list[tuple[Insight, Submission]]:
    """What a person brought, or answers for and may see, newest first, with the last time they did."""
    which = {"workspace_id": house.workspace_id, "slack_id": slack_id, "limit": limit, "is_reader": is_reader}
    return [(insight, submission) for insight, submission in session.execute(_BROUGHT, which)]


def submission_of(session: Session, house: House, slack_id: str, insight: Insight) -> Submission | None:
    """What they brought themselves of an insight, also of one that counts for another by now."""
    query = select(Submission).where(
        Submission.workspace_id == house.workspace_id,
        Submission.submitter == slack_id,
        Submission.is_own,
        (Submission.insight_id == insight.id) | (Submission.captured_as == insight.id),
    )
    return session.scalars(query.order_by(Submission.id.desc())).first()
