"""The index of the log's words. SQLite and PostgreSQL have it each in its own way, which this file alone knows.

Both hold the same: an entry's words without case, accents and signs. So both find the same, and neither has to
understand a language.
"""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Table,
    bindparam,
    cast,
    column,
    event,
    func,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.db import BESIDE_MODELS
from bot.folding import folded

NAME = "decision_words"
MOST_WORDS = 12
"""Of what somebody looks for; the rest would hardly narrow it further."""
WALKED = 2_000
"""Entries."""

T = TypeVar("T")

BESIDE_MODELS.add(NAME)

INDEX: FromClause = table(NAME, column("rowid"), column("words"))
ENTRY_ID: ColumnElement[int] = INDEX.c.rowid

# Words may be cut short when they are looked for, and where in a text they stand does not count.
MAKE = {
    "sqlite": (f"CREATE VIRTUAL TABLE {NAME} USING fts5(words, tokenize='ascii', prefix='1 2 3', detail=none)",),
    "postgresql": (
        f"CREATE TABLE {NAME} (rowid bigint PRIMARY KEY REFERENCES decision (id) ON DELETE CASCADE,"
        " words tsvector NOT NULL)",
        f"CREATE INDEX ix_{NAME} ON {NAME} USING gin (words)",
    ),
}
_KEEP = {
    "sqlite": text(f"INSERT OR REPLACE INTO {NAME} (rowid, words) VALUES (:id, :words)"),
    "postgresql": text(
        f"INSERT INTO {NAME} (rowid, words) VALUES (:id, array_to_tsvector(string_to_array(:words, ' ')))"
        " ON CONFLICT (rowid) DO UPDATE SET words = excluded.words"
    ),
}


def make_with(entries: Table) -> None:
    """Whenever the table of the entries is made, make the index, too."""
    event.listen(entries, "after_create", _make)


def keep(session: Session, entry_id: int, texts: Iterable[str]) -> None:
    """Index what an entry says now."""
    words = " ".join(sorted({word for each in texts for word in folded(each)}))
    session.execute(_KEEP[_dialect(session)], {"id": entry_id, "words": words})


def looked_for(words: str) -> Sequence[str]:
    """The words that count in what somebody looks for; none when there is nothing but signs."""
    return list(dict.fromkeys(folded(words)))[:MOST_WORDS]


def newest(
    session: Session, query: Select[T], entry_id: InstrumentedAttribute[int], words: Sequence[str], limit: int
) -> list[T]:
    """The newest of a query's entries that have a word that begins so, for each of `looked_for`."""
    joined = query.join(INDEX, entry_id == ENTRY_ID).where(_matching(session, words))
    walked = joined.order_by(ENTRY_ID.desc()).limit(limit)
    if _dialect(session) == "sqlite":
        return list(session.scalars(walked))
    # To walk back from the newest is quick for common words, and reads the whole log for rare ones. Which are rare
    # PostgreSQL hardly knows: so it walks a little, and else takes all that the index has.
    oldest = (session.scalar(select(func.max(ENTRY_ID))) or 0) - WALKED
    found = list(session.scalars(walked.where(entry_id > oldest, oldest < ENTRY_ID)))
    if len(found) == limit:
        return found
    all_of_them = (
        query.with_only_columns(entry_id.label("entry"))
        .join(INDEX, entry_id == ENTRY_ID)
        .where(_matching(session, words))
        .cte("found")
        .prefix_with("MATERIALIZED")
    )
    ids = select(all_of_them.c.entry).order_by(all_of_them.c.entry.desc()).limit(limit)
    return list(session.scalars(query.where(entry_id.in_(ids)).order_by(entry_id.desc())))


def _matching(session: Session, words: Sequence[str]) -> ColumnElement[bool]:
    if _dialect(session) == "sqlite":
        return literal_column(NAME).op("MATCH", is_comparison=True)(" AND ".join(f'"{word}" *' for word in words))
    query: Any = " & ".join(f"'{word}':*" for word in words)
    # Written out, so that PostgreSQL plans for these words.
    return INDEX.c.words.op("@@", is_comparison=True)(cast(bindparam("words", query, literal_execute=True), TSQUERY))


def _make(_entries: Table, connection: Connection, **_: Any) -> None:
    for statement in MAKE[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name
