"""`drumbeat import releases`: a table of releases is registered as a whole, once."""

from collections.abc import Sequence
from datetime import date

import pytest
from sqlalchemy import func, select

from bot.audit import Event
from bot.csvfile import Result, summary
from bot.db import Database
from bot.errors import UserError
from bot.house import House
from bot.releases import imports
from bot.releases.model import Release
from tests.fakes import make_house, promised
from tests.people import ALICE
from tests.releases import launch
from tests.releases.launch import SUMMARY, definitions, introduce

HEAD = "ref,name,date,confidence,summary,owner,asked,terms,audience,link"
ATLAS = f'PROJ-12,Atlas,2026-12-09,firm,"Split, at last",{ALICE},yes,no,Support,https://example.com/PROJ-12'
BOREAS = f"PROJ-13,Boreas,2026-12-16,,{SUMMARY},{ALICE},,x,,"


def import_(house: House, *lines: str, tried: bool = False) -> tuple[Sequence[Result], bool]:
    parsed = imports.parse(house, "\r\n".join(lines).encode())
    return imports.run(house, parsed, "olga", tried=tried, each=lambda: None)


def names(house: House) -> list[str]:
    with house.db.transaction() as session:
        return list(session.scalars(select(Release.name).order_by(Release.id)))


def test_each_line_is_registered_with_all_it_says(any_db: Database) -> None:
    house = make_house(any_db, definitions=definitions())
    with any_db.transaction() as session:
        introduce(session, house)

    results, done = import_(house, HEAD, ATLAS, BOREAS)

    assert done
    assert results == [
        Result(2, "new", "Atlas, Wed 9 Dec 2026 (firm): medium, Alice"),
        Result(3, "new", "Boreas, Wed 16 Dec 2026 (likely): high, Alice"),
    ]
    assert summary(results, done) == "Done: 2 new."
    with any_db.transaction() as session:
        atlas, boreas = session.scalars(select(Release).order_by(Release.id))
        assert (atlas.ref, atlas.target, atlas.summary, atlas.facts) == (
            "PROJ-12", date(2026, 12, 9), "Split, at last", ["asked"],
        )  # fmt: skip
        assert (atlas.audience, atlas.link, atlas.registered_by) == ("Support", "https://example.com/PROJ-12", None)
        assert (boreas.facts, boreas.audience, boreas.link) == (["terms"], "", "")
        who = session.scalars(select(Event).where(Event.kind == "release.imported").order_by(Event.id)).first()
        assert who is not None
        assert who.detail == {"by": "olga", "line": 2}
    assert len(promised(any_db, kind="release.card")) == 2


def test_the_same_file_again_changes_nothing(db: Database, house: House) -> None:
    import_(house, HEAD, ATLAS, BOREAS)
    with db.transaction() as session:
        atlas = session.scalars(select(Release).where(Release.ref == "PROJ-12")).one()
        atlas.target, atlas.name, atlas.slug = date(2026, 12, 11), "Atlas 2", "atlas-2"
    before = promised(db)

    results, done = import_(house, HEAD, ATLAS, BOREAS)

    assert done
    assert [(each.kind, each.says) for each in results] == [
        ("there already", "Atlas 2, Fri 11 Dec 2026 (firm): it stays as it is"),
        ("there already", "Boreas, Wed 16 Dec 2026 (likely): it stays as it is"),
    ]
    assert promised(db) == before


def test_what_was_registered_in_slack_is_known_by_its_name(db: Database, house: House) -> None:
    with db.transaction() as session:
        launch.register(session, house)
    results, _ = import_(house, HEAD, ATLAS, BOREAS)
    assert [each.kind for each in results] == ["there already", "new"]
    assert names(house) == ["Atlas", "Boreas"]


def test_a_try_says_the_same_and_does_nothing(db: Database, house: House) -> None:
    tried, done = import_(house, HEAD, ATLAS, BOREAS, tried=True)
    assert summary(tried, done) == "Nothing is imported: 2 new."
    assert names(house) == []
    assert promised(db) == []
    assert import_(house, HEAD, ATLAS, BOREAS) == (tried, True)


def test_one_wrong_line_keeps_all_others_out_and_each_says_what_is_wrong(db: Database, house: House) -> None:
    results, done = import_(
        house,
        HEAD,
        ATLAS,
        ",,soon,,,nobody@example.com,perhaps,,,",
        "",
        f'PROJ-13,"Two\r\nlines",2026-11-01,firm,{SUMMARY},{ALICE},,,,',
        f"PROJ-12,Other,2026-12-09,firm,{SUMMARY},{ALICE},,,,",
        f",aTLAS,2026-12-09,firm,{SUMMARY},{ALICE},,,,",
    )
    assert not done
    assert [(each.line, each.kind) for each in results] == [
        (2, "new"), (3, "wrong"), (5, "wrong"), (7, "wrong"), (8, "wrong"),
    ]  # fmt: skip
    assert results[1].says.splitlines() == [
        "no name",
        "  asked: Write yes or no.",
        "  name: This is missing.",
        "  date: `soon` is not a date: write year, month and day, such as 2026-11-25.",
        "  summary: This is missing.",
    ]
    assert "date: This day is over" in results[2].says
    assert [each.says.splitlines()[1] for each in results[3:]] == [
        "  ref: The same stands in line 2.",
        "  name: The same stands in line 2.",
    ]
    assert summary(results, done) == "Nothing is imported: 1 new, 4 wrong."
    assert names(house) == []
    with db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == 0


def test_a_spreadsheets_semicolons_and_mark_are_read(db: Database, house: House) -> None:
    table = f"\ufeffName;Date;Summary;Area\r\nAtlas;2026-12-09;{SUMMARY};billing\r\n"
    results, _ = imports.run(house, imports.parse(house, table.encode()), "olga", tried=False, each=lambda: None)
    assert [each.kind for each in results] == ["new"]


REFUSED = [
    (b"", "`name` is missing"),
    (b"name,date,datum\n", "There is no column `datum`: write `date`. The column `summary` is missing."),
    (b"name,date,summary,name\n", "two columns `name`"),
    ("name,date,summary\nGröße,,\n".encode("latin-1"), "UTF-8"),
    (b"name,date,summary\na,b,c,d\n", "Line 2 has more columns than the first"),
    (b'name,date,summary\n"' + b"a" * 200_000 + b'"', "Line 2 cannot be read"),
    (b"name,date,summary\n" + b"a,b,c\n" * 201, "at most 200"),
]


@pytest.mark.parametrize(("content", "says"), REFUSED)
def test_what_is_no_table_of_releases_is_refused(house: House, content: bytes, says: str) -> None:
    with pytest.raises(UserError) as refused:
        imports.parse(house, content)
    assert says in str(refused.value)
