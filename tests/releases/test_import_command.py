"""`drumbeat import releases` and `drumbeat tokens`, as they are typed."""

import json
from datetime import timedelta

import pytest

from bot.api.tokens import SECRET
from bot.clock import SystemClock
from bot.db import Database
from bot.releases import model
from tests import people
from tests.fakes import make_house
from tests.people import ALICE
from tests.people_room.test_import import prepare
from tests.releases.launch import RULES, SUMMARY
from tests.test_command_line import Drumbeat, drumbeat

__all__ = ["drumbeat"]

FACTS, TIERS = RULES["facts"], RULES["tiers"]
ITEM = {"id": 1, "title": "Note", "owners": ["product"], "evidence": "link", "levels": {"high": "gate"}}


@pytest.fixture
def db(drumbeat: Drumbeat, monkeypatch: pytest.MonkeyPatch) -> Database:
    """What `drumbeat` works on: Alice's company, with release rules."""
    monkeypatch.setattr("getpass.getuser", lambda: "olga")
    drumbeat.write(releases=json.dumps({"facts": FACTS, "tiers": TIERS, "items": [ITEM]}))
    return prepare(drumbeat)


def table(drumbeat: Drumbeat, *lines: str) -> None:
    (drumbeat.folder / "plan.csv").write_text("\n".join(["name,date,summary,owner,asked", *lines]))


def registered(db: Database) -> dict[str, str]:
    return db.call(model.names, make_house(db, workspace_id=people.WORKSPACE))


def test_a_table_is_tried_then_registered_then_left_alone(drumbeat: Drumbeat, db: Database) -> None:
    table(drumbeat, f"Atlas,2020-12-10,{SUMMARY},{ALICE},yes")
    over = drumbeat("import", "releases", "plan.csv")
    assert (over.code, "date: This day is over" in over.out) == (1, True)
    assert over.out.splitlines()[-1] == "Nothing is imported: 1 wrong."

    in_a_month = (SystemClock().now() + timedelta(days=30)).date()
    table(drumbeat, f"Atlas,{in_a_month},{SUMMARY},{ALICE},yes")
    tried = drumbeat("import", "releases", "plan.csv", "--dry-run")
    assert (tried.code, tried.out.splitlines()[-1], registered(db)) == (0, "Nothing is imported: 1 new.", {})
    assert tried.out.startswith("plan.csv:2: new: Atlas, ")
    assert drumbeat("import", "releases", "plan.csv").out.splitlines()[-1] == "Done: 1 new."
    assert registered(db) == {"atlas": "Atlas"}
    assert drumbeat("import", "releases", "plan.csv").out.splitlines()[-1] == "Done: 1 there already."
    db.close()


def test_a_file_that_is_none_is_refused_by_its_name(drumbeat: Drumbeat, db: Database) -> None:
    assert "nowhere.csv cannot be read" in drumbeat("import", "releases", "nowhere.csv").err
    (drumbeat.folder / "plan.csv").write_text("name;date;summary;colour\n")
    ran = drumbeat("import", "releases", "plan.csv")
    assert (ran.code, "plan.csv: Line 1: There is no column `colour`" in ran.err) == (1, True)
    db.close()


def test_a_token_is_shown_once_listed_and_revoked(drumbeat: Drumbeat, db: Database) -> None:
    made = drumbeat("tokens", "new", "deploy pipeline", "--may", "releases")
    assert SECRET.fullmatch(made.out.strip())
    assert "not shown again" in made.err
    assert "DRUMBEAT_API=on" in made.err
    listed = drumbeat("tokens", "list").out
    assert listed.startswith("deploy pipeline: may releases; made 20")
    assert listed.endswith(", never used\n")
    assert made.out.strip() not in listed
    assert drumbeat("tokens", "revoke", "deploy pipeline").out == "“deploy pipeline” is revoked.\n"
    assert ", revoked 20" in drumbeat("tokens", "list").out
    assert drumbeat("tokens", "revoke", "deploy pipeline").code == 1
    assert "releases" in drumbeat("tokens", "new", "tracker", "--may", "everything").err
    db.close()


def test_without_tokens_the_list_says_so(drumbeat: Drumbeat, db: Database) -> None:
    assert drumbeat("tokens", "list").out == "There are no tokens.\n"
    db.close()
