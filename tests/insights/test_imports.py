"""`drumbeat insights import`: a table of insights is taken over as a whole, once."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from bot.audit import Event
from bot.csvfile import Result, summary
from bot.db import Database
from bot.errors import UserError
from bot.house import House
from bot.insights import answering, imports, triage
from bot.insights.model import Insight, Submission
from tests.fakes import StoppedClock, make_house, promised
from tests.insights import world
from tests.insights.world import NO, TAGS, deliver, run, told
from tests.people import ALICE, BOB, WORKSPACE
from tests.people_room.test_import import prepare
from tests.releases import launch
from tests.test_command_line import Drumbeat, drumbeat

__all__ = ["drumbeat"]

HEAD = "ref,what,severity,source,area,theme,segment,evidence,cause,proof,accounts,revenue,submitter,brought_by,link"
ATLAS = (
    f'ZD-1,"Invoices, again",high,support,billing,pricing,smb,tickets,bug,12 tickets,40,EUR 120k,{ALICE},'
    "Ms Lind,https://desk.example.com/1"
)
PLAIN = "ZD-2,The export is slow,low,sales,,,,,,,,,,,"


def import_(
    house: House, *lines: str, mask: bool = False, tried: bool = False, by: str = "olga"
) -> tuple[Sequence[Result], bool]:
    parsed = imports.parse(house, "\r\n".join(lines).encode())
    return imports.run(house, parsed, by, mask=mask, tried=tried, each=lambda: None)


def kept(house: House) -> list[str]:
    with house.db.transaction() as session:
        return list(session.scalars(select(Insight.what).order_by(Insight.id)))


def test_each_line_is_kept_with_all_it_says(any_db: Database, clock: StoppedClock) -> None:
    house = world.make(any_db, clock)
    results, done = import_(house, HEAD, ATLAS, PLAIN)
    assert done
    assert results == [
        Result(2, "new", "high, Billing: Invoices, again"),
        Result(3, "new", "low, area not known: The export is slow"),
    ]
    assert summary(results, done) == "Done: 2 new."
    with any_db.transaction() as session:
        atlas, plain = session.scalars(select(Insight).order_by(Insight.id))
        assert (atlas.area_id, atlas.theme_id, atlas.segment_id, atlas.evidence_id, atlas.cause_id) == (
            "billing", "pricing", "smb", "tickets", "bug",
        )  # fmt: skip
        assert (atlas.severity, atlas.proof, atlas.source_id) == ("high", "12 tickets", "support")
        assert (plain.area_id, plain.theme_id, plain.source_id) == ("", "", "sales")
        assert atlas.due_at is not None, "somebody looks at it in time"
        first, second = session.scalars(select(Submission).order_by(Submission.id))
        assert (first.submitter, first.is_own, first.brought_by) == (ALICE, True, "Ms Lind")
        assert (first.accounts, first.revenue, first.permalink) == (40, "EUR 120k", "https://desk.example.com/1")
        assert (second.submitter, second.is_own, second.brought_by) == ("U0FRANK", False, "Sales calls")
        event = session.scalars(select(Event).where(Event.kind == "insight.imported").order_by(Event.id)).first()
        assert event is not None
        assert event.detail == {"by": "olga", "line": 2}
    assert promised(any_db) == [], "hundreds of cards would help nobody"


def test_whoever_is_named_hears_what_becomes_of_it(house: House) -> None:
    import_(house, HEAD, ATLAS)
    run(house, triage.sort, BOB, "I-1", TAGS)
    run(house, answering.dispose, ALICE, "I-1", NO)
    deliver(house)
    assert len(told(house, ALICE)) == 1


def test_the_same_file_again_changes_nothing_with_refs_and_without(house: House) -> None:
    without = PLAIN.replace("ZD-2", "")
    import_(house, HEAD, ATLAS, without)
    results, done = import_(house, HEAD, ATLAS.replace("again", "still"), without)
    assert done
    assert [(each.kind, each.says) for each in results] == [
        ("there already", "I-1: it stays as it is"),
        ("there already", "I-2: it stays as it is"),
    ]
    assert kept(house) == ["Invoices, again", "The export is slow"]
    more, _ = import_(house, HEAD, ATLAS.replace("support", "sales"))
    assert [each.kind for each in more] == ["new"], "another source may call another thing so"


def test_a_file_that_was_cut_short_goes_on_where_it_ended(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "PORTION", 1)

    def cut() -> None:
        raise KeyboardInterrupt

    lines = imports.parse(house, "\n".join((HEAD, ATLAS, PLAIN)).encode())
    with pytest.raises(KeyboardInterrupt):
        imports.run(house, lines, "olga", mask=False, tried=False, each=cut)
    assert kept(house) == ["Invoices, again"]
    results, done = import_(house, HEAD, ATLAS, PLAIN)
    assert ([each.kind for each in results], done) == (["there already", "new"], True)


def test_a_try_says_the_same_and_does_nothing(house: House) -> None:
    tried, done = import_(house, HEAD, ATLAS, PLAIN, tried=True)
    assert summary(tried, done) == "Nothing is imported: 2 new."
    assert kept(house) == []
    assert import_(house, HEAD, ATLAS, PLAIN) == (tried, True)


def test_one_wrong_line_keeps_all_others_out_and_each_says_what_is_wrong(house: House) -> None:
    results, done = import_(
        house,
        HEAD,
        PLAIN,
        "ZD-3,Slow,dreadful,support,,,,,,,many,,,,no-link",
        "ZD-4,Slow,high,support,,,,,,,,,,,",
        "ZD-5,Slow,low,rumours,marketing,fashion,,,,,,,nobody@example.com,,",
        PLAIN.replace("sales", "sales"),
        "ZD-6,,low,support,,,,,,,,,,,",
        "ZD-7,Slow,low,support,,,,,,,1000000,,,,",
    )
    assert not done
    assert kept(house) == []
    said = {each.line: each.says for each in results if each.kind == "wrong"}
    assert summary(results, done) == "Nothing is imported: 1 new, 6 wrong."
    assert "severity: Write one of 'low', 'medium', 'high' or 'critical'." in said[3]
    assert "accounts: " in said[3] and "link: " in said[3]
    assert said[4].splitlines()[1:] == ["  proof: High needs proof: a link to the ticket, or a number."]
    assert "submitter: Slack knows nobody whom `organisation.yaml` names nobody@example.com." in said[5]
    assert "area: There is no area `marketing`. There are: billing, exports, search." in said[5] or "area: " in said[5]
    assert "theme: There is no theme `fashion`" in said[5]
    assert "source: There is no source `rumours`" in said[5]
    assert said[6].splitlines()[1:] == ["  ref: The same stands in line 2."]
    assert "what: This is missing." in said[7]
    assert "accounts: Write how many accounts" in said[8]


def test_personal_data_makes_a_line_a_wrong_one_unless_it_is_masked(house: House) -> None:
    line = "ZD-1,anna@example.com cannot pay,low,support,,,,,,call +49 30 1234567,,,,bob@example.com,"
    results, done = import_(house, HEAD, line)
    assert not done
    assert results[0].says.splitlines() == [
        "line 2",
        "  what: This holds what looks like personal data (e-mail address): take it out, or say --mask.",
        "  proof: This holds what looks like personal data (phone number): take it out, or say --mask.",
        "  brought_by: This holds what looks like personal data (e-mail address): take it out, or say --mask.",
    ]
    results, done = import_(house, HEAD, line, mask=True)
    assert (done, results[0].says) == (True, "low, area not known: [e-mail address] cannot pay")
    assert kept(house) == ["[e-mail address] cannot pay"]
    with house.db.transaction() as session:
        (submission,) = session.scalars(select(Submission))
        assert (submission.what, submission.brought_by) == ("[e-mail address] cannot pay", "[e-mail address]")
        (event,) = session.scalars(select(Event).where(Event.kind == "insight.captured"))
        assert event.detail["personal"] == ["e-mail address", "phone number"]


def test_a_release_is_known_by_its_name(house: House) -> None:
    with house.db.transaction() as session:
        atlas = launch.register(session, house)
    results, _ = import_(house, "what,severity,source,release", "Slow,low,support,atlas", "Fast,low,support,boreas")
    assert results[0].kind == "new"
    assert "release: There is no release “boreas”" in results[1].says
    import_(house, "what,severity,source,release", "Slow,low,support,ATLAS")
    with house.db.transaction() as session:
        assert session.scalars(select(Insight.release_id)).one() == atlas.id


def test_what_only_some_may_see_stays_theirs(house: House) -> None:
    import_(house, "what,severity,source,theme", "They ask who reads it,low,support,trust")
    with house.db.transaction() as session:
        assert session.scalars(select(Insight.restricted)).one()


def test_each_workspace_has_its_own(house: House) -> None:
    other = replace(house, workspace_id="T0OTHER")
    with house.db.transaction() as session:
        launch.introduce(session, other)
    import_(house, HEAD, PLAIN)
    results, _ = import_(other, HEAD, PLAIN)
    assert [each.kind for each in results] == ["new"]


def test_many_lines_are_kept_in_portions(house: House) -> None:
    lines = [f"ZD-{number},Number {number} is slow,low,support,,,,,,,,,,," for number in range(250)]
    results, done = import_(house, HEAD, *lines)
    assert (summary(results, done), len(kept(house))) == ("Done: 250 new.", 250)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The column `what` is missing. The column `severity` is missing. The column `source` is missing."),
        (b"what,severity,source,colour\n", "There is no column `colour`"),
        (b"what,severity,source,personal\n", "There is no column `personal`"),
        (b"what,severity,source\n" + b"a,low,support\n" * 10_001, "at most 10000"),
        ("was,wie\nGrün".encode("latin-1"), "This is not UTF-8"),
    ],
)
def test_what_is_no_table_of_insights_is_refused(house: House, content: bytes, says: str) -> None:
    with pytest.raises(UserError, match=re.escape(says)):
        imports.parse(house, content)


def test_it_is_tried_then_done_then_left_alone_on_the_command_line(
    drumbeat: Drumbeat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "olga")
    source = {**world.RULES["sources"][0], "owner": ALICE}
    rules = world.RULES | {
        "triagers": ["product_ops"], "sources": [source], "spike": None, "restricted": None, "incident": None,
        "routes": [{"name": "Everything", "to": ALICE, "forum": {"channel": "#billing"}}],
        "severities": {
            name: {**level, "decide": "10 working days", "breach": {}}
            for name, level in world.RULES["severities"].items()
        },
    }  # fmt: skip
    drumbeat.write(insights=json.dumps({name: value for name, value in rules.items() if value is not None}))
    db = prepare(drumbeat)
    (drumbeat.folder / "desk.csv").write_text("what,severity,source\nanna@example.com waits,low,support\n")

    refused = drumbeat("insights", "import", "desk.csv")
    assert (refused.code, refused.out.splitlines()[-1]) == (1, "Nothing is imported: 1 wrong.")
    tried = drumbeat("insights", "import", "desk.csv", "--mask", "--dry-run")
    assert tried.out.splitlines() == [
        "desk.csv:2: new: low, area not known: [e-mail address] waits",
        "Nothing is imported: 1 new.",
    ]
    assert drumbeat("insights", "import", "desk.csv", "--mask").out.splitlines()[-1] == "Done: 1 new."
    assert drumbeat("insights", "import", "desk.csv", "--mask").out.splitlines()[-1] == "Done: 1 there already."
    with make_house(db, workspace_id=WORKSPACE).db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Insight)) == 1
        assert session.scalars(select(Submission.submitter)).one() == ALICE
    db.close()
