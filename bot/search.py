"""An index of the words of a room's entries. SQLite and PostgreSQL have it each in its own way, which this file knows.

Both hold the same: an entry's words without case, accents and signs. So both find the same, and neither has to
understand a language.
"""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
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

MOST_WORDS = 12
"""Of what somebody looks for; the rest would hardly narrow it further."""
WALKED = 2_000
"""Entries."""

T = TypeVar("T")


class WordIndex:
    """The index with this name, of the entries in this table. It is made whenever the table is."""

    def __init__(self, name: str, entries: Table) -> None:
        self.name = name
        self._entries = entries.name
        self._index = table(name, column("rowid"), column("words"))
        self._entry_id: ColumnElement[int] = self._index.c.rowid
        self._keep = {
            "sqlite": text(f"INSERT OR REPLACE INTO {name} (rowid, words) VALUES (:id, :words)"),
            "postgresql": text(
                f"INSERT INTO {name} (rowid, words) VALUES (:id, array_to_tsvector(string_to_array(:words, ' ')))"
                " ON CONFLICT (rowid) DO UPDATE SET words = excluded.words"
            ),
        }
        BESIDE_MODELS.add(name)
        event.listen(entries, "after_create", self._make)

    def keep(self, session: Session, entry_id: int, texts: Iterable[str]) -> None:
        """Index what an entry says now."""
        words = " ".join(sorted({word for each in texts for word in folded(each)}))
        session.execute(self._keep[_dialect(session)], {"id": entry_id, "words": words})

    def newest(
        self, session: Session, query: Select[T], entry_id: InstrumentedAttribute[int], words: Sequence[str], limit: int
    ) -> list[T]:
        """The newest of a query's entries that have a word that begins so, for each of `looked_for`."""
        joined = query.join(self._index, entry_id == self._entry_id).where(self._matching(session, words))
        walked = joined.order_by(self._entry_id.desc()).limit(limit)
        if _dialect(session) == "sqlite":
            return list(session.scalars(walked))
        # To walk back from the newest is quick for common words, and reads the whole log for rare ones. Which are rare
        # PostgreSQL hardly knows: so it walks a little, and else takes all that the index has.
        oldest = (session.scalar(select(func.max(self._entry_id))) or 0) - WALKED
        found = list(session.scalars(walked.where(entry_id > oldest, oldest < self._entry_id)))
        if len(found) == limit:
            return found
        all_of_them = (
            query.with_only_columns(entry_id.label("entry"))
            .join(self._index, entry_id == self._entry_id)
            .where(self._matching(session, words))
            .cte("found")
            .prefix_with("MATERIALIZED")
        )
        ids = select(all_of_them.c.entry).order_by(all_of_them.c.entry.desc()).limit(limit)
        return list(session.scalars(query.where(entry_id.in_(ids)).order_by(entry_id.desc())))

    def _matching(self, session: Session, words: Sequence[str]) -> ColumnElement[bool]:
        if _dialect(session) == "sqlite":
            return literal_column(self.name).op("MATCH", is_comparison=True)(
                " AND ".join(f'"{word}" *' for word in words)
            )
        query: Any = " & ".join(f"'{word}':*" for word in words)
        # Written out, so that PostgreSQL plans for these words.
        return self._index.c.words.op("@@", is_comparison=True)(
            cast(bindparam("words", query, literal_execute=True), TSQUERY)
        )

    def _make(self, _entries: Table, connection: Connection, **_: Any) -> None:
        # Words may be cut short when they are looked for, and where in a text they stand does not count.
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(
                f"CREATE VIRTUAL TABLE {self.name} USING fts5(words, tokenize='ascii', prefix='1 2 3', detail=none)"
            )
            return
        connection.exec_driver_sql(
            f"CREATE TABLE {self.name} (rowid bigint PRIMARY KEY REFERENCES {self._entries} (id) ON DELETE CASCADE,"
            " words tsvector NOT NULL)"
        )
        connection.exec_driver_sql(f"CREATE INDEX ix_{self.name} ON {self.name} USING gin (words)")


def looked_for(words: str) -> Sequence[str]:
    """The words that count in what somebody looks for; none when there is nothing but signs."""
    return list(dict.fromkeys(folded(words)))[:MOST_WORDS]


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name
