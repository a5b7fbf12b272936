"""An index of the words of a room's entries. SQLite and PostgreSQL have it each in its own way, which this file knows.

Both hold the same: an entry's words without case, accents and signs, or what a room makes of them. So both find the
same, and neither has to understand a language.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    Text,
    bindparam,
    cast,
    column,
    event,
    func,
    literal,
    literal_column,
    select,
    table,
    text,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.db import BESIDE_MODELS
from bot.folding import folded

MOST_WORDS = 12
"""Of what somebody looks for; the rest would hardly narrow it further."""
WALKED = 2_000
"""Entries."""
COUNTED = 500
"""Entries with one word: beyond that it is a common one, of which only about so many are looked at."""
MOST_COMMON = 5
"""Common words that are looked for together."""

T = TypeVar("T")


class WordIndex:
    """The index with this name, of the entries in this table. It is made whenever the table is.

    Words may be cut short when they are looked for, unless they are never looked for so.
    """

    def __init__(self, name: str, entries: Table, *, cut_short: bool = True) -> None:
        self.name = name
        self._entries = entries.name
        self._options = ", prefix='1 2 3'" if cut_short else ""
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
        self.keep_words(session, entry_id, {word for each in texts for word in folded(each)})

    def keep_words(self, session: Session, entry_id: int, words: Collection[str]) -> None:
        """The same with words as they are to be looked for: letters and digits, or signs that ASCII does not have."""
        session.execute(self._keep[_dialect(session)], {"id": entry_id, "words": " ".join(sorted(words))})

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

    def having(self, session: Session, words: Sequence[str]) -> dict[str, tuple[float, list[int]]]:
        """Of each of these words: about how many entries have it, and the ids of those that have it.

        Of a common word only about `COUNTED` ids, the oldest or the newest. A word that no entry has is left out.
        """
        entries = session.scalar(select(func.max(self._entry_id))) or 0
        found = {}
        for word, ids in self._ids(session, {word: [[word]] for word in words}).items():
            # They come in the order of the index: from how far apart they are follows how many there are in all.
            apart = max(ids) - min(ids) + 1
            found[word] = (max(len(ids), len(ids) * entries / apart if len(ids) == COUNTED else 0.0), ids)
        return found

    def having_several(self, session: Session, words: Sequence[str], several: int) -> list[int]:
        """The ids of about `COUNTED` entries that have at least `several` of these words."""
        ways = [list(way) for way in combinations(words[:MOST_COMMON], several)]
        return self._ids(session, {"": ways}).get("", []) if ways else []

    def words_of(self, session: Session, ids: Collection[int]) -> dict[int, set[str]]:
        """The words of these entries."""
        query = select(self._entry_id, self._words(session)).where(self._entry_id.in_(ids))
        return {id: set(words.split(" ")) for id, words in session.execute(query)}

    def _words(self, session: Session) -> ColumnElement[str]:
        if _dialect(session) == "sqlite":
            return self._index.c.words
        return func.array_to_string(func.tsvector_to_array(self._index.c.words), " ")

    def _ids(self, session: Session, looked_for: Mapping[str, Sequence[Sequence[str]]]) -> dict[str, list[int]]:
        """Under each name the ids of entries that have all words of one of its ways."""
        gathered = func.json_group_array if _dialect(session) == "sqlite" else func.json_agg
        arms = []
        for name, ways in looked_for.items():
            some = select(self._entry_id).where(self._with_one_of(session, ways)).limit(COUNTED)
            if _dialect(session) == "sqlite":
                some = some.order_by(self._entry_id.desc())
            ids = some.subquery()
            arms.append(select(literal(name), cast(gathered(ids.c.rowid), Text)).select_from(ids))
        if not arms:
            return {}
        return {name: found for name, ids in session.execute(union_all(*arms)) if (found := json.loads(ids or "[]"))}

    def _with_one_of(self, session: Session, ways: Sequence[Sequence[str]]) -> ColumnElement[bool]:
        if _dialect(session) == "sqlite":
            query = " OR ".join("(" + " AND ".join(f'"{word}"' for word in way) + ")" for way in ways)
            return literal_column(self.name).op("MATCH", is_comparison=True)(query)
        return self._matches(" | ".join("(" + " & ".join(f"'{word}'" for word in way) + ")" for way in ways))

    def _matching(self, session: Session, words: Sequence[str]) -> ColumnElement[bool]:
        if _dialect(session) == "sqlite":
            return literal_column(self.name).op("MATCH", is_comparison=True)(
                " AND ".join(f'"{word}" *' for word in words)
            )
        return self._matches(" & ".join(f"'{word}':*" for word in words))

    def _matches(self, query: Any) -> ColumnElement[bool]:
        # Written out, so that PostgreSQL plans for these words.
        return self._index.c.words.op("@@", is_comparison=True)(
            cast(bindparam(None, query, literal_execute=True, unique=True), TSQUERY)
        )

    def _make(self, _entries: Table, connection: Connection, **_: Any) -> None:
        # Where in a text the words stand does not count.
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(
                f"CREATE VIRTUAL TABLE {self.name} USING fts5(words, tokenize='ascii'{self._options}, detail=none)"
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
