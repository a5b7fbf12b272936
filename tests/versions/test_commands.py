"""Plan, apply, go back, look back and write out, on the command line."""

import getpass
import json
import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import app, applying, migrations, versions
from bot.clock import SystemClock
from bot.db import Database
from bot.definitions import load_texts
from bot.house import House
from bot.rituals import model
from bot.rituals.model import Occurrence
from tests import people
from tests.aloud import read_aloud
from tests.fakes import Promised, make_house, promised
from tests.test_command_line import Drumbeat
from tests.test_node import CALENDAR, ORGANISATION

FILES = {"organisation.yaml": ORGANISATION, "calendar.yaml": CALENDAR}
RENAMED = CALENDAR.replace("Weekly product update", "Our week")


def test_a_plan_says_what_changes_what_moves_and_what_it_costs(drumbeat: Drumbeat, db_url: str) -> None:
    start(db_url)
    drumbeat.write(
        organisation=ORGANISATION.replace("name: Billing", "name: Bills"),
        calendar=CALENDAR.replace('prompt: "10:00"', 'prompt: "11:00"').replace("BYDAY=WE", "BYDAY=WE,TH"),
    )

    ran = drumbeat("plan")

    assert ran.code == 0
    assert "  ~ weekly-update  Weekly product update" in ran.out
    assert "      schedule.prompt: 10:00 → 11:00" in ran.out
    assert "  ~ billing  Bills\n      name: Billing → Bills" in ran.out
    assert ran.out.count("    - ") >= 3
    assert "prompt Wed 11:00 in Europe/Berlin" in ran.out
    assert "Alice  2 → 3 messages, 7 → 14 minutes" in ran.out
    assert " instead of Wed " in ran.out
    assert ran.out.splitlines()[-1] == "Against version 1: 2 changed."


def test_a_plan_changes_nothing(drumbeat: Drumbeat, db_url: str) -> None:
    start(db_url)
    before = planned(db_url)
    drumbeat.write(organisation=ORGANISATION, calendar=CALENDAR.replace('"10:00"', '"11:00"', 1))

    assert drumbeat("plan").code == 0

    assert planned(db_url) == before
    assert "only version" in drumbeat("versions", "2").err


def test_a_plan_of_what_is_in_force_says_so(drumbeat: Drumbeat, db_url: str) -> None:
    start(db_url)
    drumbeat.write(organisation=ORGANISATION, calendar=CALENDAR)

    assert drumbeat("plan").out == "No change: the files are those of version 1, which is in force.\n"
    assert drumbeat("plan", "--exit-code").code == 0
    assert drumbeat("apply", "--yes").code == 0
    assert len(json.loads(drumbeat("versions", "--format", "json").out)) == 1


def test_for_programs_a_plan_is_json_and_its_exit_code_tells_that_something_would_change(
    drumbeat: Drumbeat, db_url: str
) -> None:
    start(db_url)
    drumbeat.write(organisation=ORGANISATION, calendar=RENAMED)

    ran = drumbeat("plan", "--format", "json", "--exit-code")

    assert ran.code == 2
    (change,) = json.loads(ran.out)["changes"]
    assert (change["what"], change["id"], change["how"]) == ("ritual", "weekly-update", "changed")


def test_a_comment_is_a_version_too(drumbeat: Drumbeat, db_url: str) -> None:
    start(db_url)
    drumbeat.write(organisation=ORGANISATION + "# who is who\n", calendar=CALENDAR)

    ran = drumbeat("apply", "--yes")

    assert "Only comments, spaces or the order of keys differ." in ran.out
    assert "Version 2 is in force." in ran.out


def test_applied_it_is_planned_by_and_product_ops_hears_of_it_once(drumbeat: Drumbeat, db_url: str) -> None:
    start(db_url)
    drumbeat.write(organisation=ORGANISATION, calendar=RENAMED.replace('prompt: "10:00"', 'prompt: "11:00"'))
    (before,) = planned(db_url)

    ran = drumbeat("apply", "--yes", "--note", "Mornings are for customers.")

    assert (ran.code, ran.out.splitlines()[-1]) == (0, "Version 2 is in force.")
    assert planned(db_url) == [before + timedelta(hours=1)]
    db = Database(db_url)
    (told,) = promised(db, kind="definitions.applied")
    db.close()
    assert "Version 2 of the definitions is in force" in told.text
    assert "Mornings are for customers." in told.text
    read_aloud(written_by_sam(told))
    assert "schedule.prompt: 10:00 → 11:00" in told.text


def test_a_broken_edit_changes_nothing_and_says_where_it_is_broken(drumbeat: Drumbeat, db_url: str) -> None:
    start(db_url)
    drumbeat.write(organisation=ORGANISATION, calendar=CALENDAR.replace("weekly_update", "weekly"))

    for command in ("plan", "apply"):
        ran = drumbeat(command)
        assert ran.code == 1
        assert ran.err.startswith("cadences/calendar.yaml:5:11 error: no ritual kind is called `weekly`")
    assert len(json.loads(drumbeat("versions", "--format", "json").out)) == 1


def test_it_is_not_applied_when_nobody_can_be_asked(drumbeat: Drumbeat, db_url: str) -> None:
    start(db_url)
    drumbeat.write(organisation=ORGANISATION, calendar=RENAMED)

    ran = drumbeat("apply")

    assert ran.code == 1
    assert "warning: who uses what Our week leaves? [CA06]" in ran.err
    assert ran.err.endswith("\nNobody is there to be asked: say --yes to apply this.\n")


def test_before_the_first_start_there_is_nothing_to_compare_with(drumbeat: Drumbeat, db_url: str) -> None:
    drumbeat.write(organisation=ORGANISATION, calendar=CALENDAR)

    ran = drumbeat("plan")

    assert ran.code == 1
    assert ran.err.endswith("\nNo version is in force yet: start Drumbeat once, and your folder becomes version 1.\n")


def test_going_back_makes_a_new_version_and_going_back_twice_goes_further(drumbeat: Drumbeat, db_url: str) -> None:
    start(db_url)
    for name in ("Second", "Third"):
        drumbeat.write(organisation=ORGANISATION, calendar=CALENDAR.replace("Weekly product update", name))
        drumbeat("apply", "--yes")

    assert drumbeat("rollback", "--yes").out.splitlines()[-1] == "Version 4 is in force."
    assert drumbeat("rollback", "--yes").out.splitlines()[-1] == "Version 5 is in force."
    drumbeat("export", "back")

    assert (drumbeat.folder / "back" / "calendar.yaml").read_text() == CALENDAR
    listed = json.loads(drumbeat("versions", "--format", "json").out)
    assert [(each["version"], each["restores"]) for each in listed] == [(5, 1), (4, 2), (3, None), (2, None), (1, None)]
    assert "no version 9: there are 1 to 5" in drumbeat("rollback", "9", "--yes").err
    assert "no version 0: there are 1 to 5" in drumbeat("rollback", "0", "--yes").err


def test_an_unknown_workspace_is_told_from_one_without_a_version(drumbeat: Drumbeat, db_url: str) -> None:
    start(db_url)

    assert drumbeat("versions", "--workspace", people.WORKSPACE).code == 0
    refused = drumbeat("plan", "--workspace", "T0OTHER")
    assert (refused.code, refused.err) == (1, "No version is in force in workspace T0OTHER. Known here: T0DRUM.\n")


def test_versions_are_listed_with_author_note_and_what_they_changed(drumbeat: Drumbeat, db_url: str) -> None:
    start(db_url)
    drumbeat.write(organisation=ORGANISATION, calendar=RENAMED.replace("Weekly digest", "Digest"))
    drumbeat("apply", "--yes", "--note", "Shorter.")

    lines = drumbeat("versions").out.splitlines()

    assert lines[0].startswith("   2  ")
    assert lines[1:3] == [
        "      Shorter.",
        "      ritual weekly-update (Our week) changed: name: Weekly product update → Our week;"
        " artifact: Weekly digest → Digest",
    ]
    assert lines[3].endswith("the first start")
    assert drumbeat("versions", "2").out.splitlines() == lines[:3]


def test_an_export_is_what_was_applied_byte_for_byte_and_overwrites_nothing(drumbeat: Drumbeat, db_url: str) -> None:
    start(db_url)
    odd = "\ufeff" + ORGANISATION.replace("\n", "\r\n") + "# Grüße, 你好\r\n\r\n"
    (drumbeat.folder / "cadences").mkdir()
    (drumbeat.folder / "cadences" / "organisation.yaml").write_bytes(odd.encode())
    (drumbeat.folder / "cadences" / "calendar.yaml").write_text(CALENDAR)
    assert drumbeat("apply", "--yes").code == 0

    assert drumbeat("export", "out").code == 0

    assert (drumbeat.folder / "out" / "organisation.yaml").read_bytes() == odd.encode()
    refused = drumbeat("export", "out", "--version", "1")
    assert refused.err.startswith("out has calendar.yaml, organisation.yaml already")
    assert drumbeat("export", "out", "--version", "1", "--force").code == 0
    assert (drumbeat.folder / "out" / "organisation.yaml").read_text() == ORGANISATION


def test_of_two_who_apply_at_once_one_wins_and_the_other_is_told(any_db_url: str) -> None:
    house = start(any_db_url, keep_open=True)
    refused: list[str] = []

    def act(name: str) -> None:
        files = {**FILES, "calendar.yaml": CALENDAR.replace("Weekly product update", name)}
        definitions = load_texts(files, "there").definitions
        assert definitions is not None
        try:
            house.db.call(applying.apply, house, files, definitions, after=1, author=name)
        except versions.Overtaken as overtaken:
            refused.append(str(overtaken))

    both = [threading.Thread(target=act, args=(name,)) for name in ("Alice's", "Bob's")]
    for each in both:
        each.start()
    for each in both:
        each.join()

    assert len(refused) == 1
    assert refused[0].startswith("Version 2 has come meanwhile, so nothing was applied")
    assert house.db.call(versions.newest, people.WORKSPACE) == 2
    house.db.close()


@pytest.fixture
def db_url(drumbeat: Drumbeat) -> str:
    """The database that `drumbeat` uses when nothing names another."""
    url = f"sqlite:///{drumbeat.folder / 'drumbeat.db'}"
    migrations.upgrade(url)
    return url


def start(url: str, files: Mapping[str, str] = FILES, *, keep_open: bool = False) -> House:
    """What the first start does: `files` become version 1, and are planned by."""
    migrations.upgrade(url)
    db = Database(url)
    definitions = load_texts(files, "there").definitions
    db.call(applying.begin, people.WORKSPACE, SystemClock().now(), files)
    house = make_house(db, definitions, SystemClock())
    db.call(app.adopt, house)
    if not keep_open:
        db.close()
    return House(**{**vars(house), "version": 1})


def planned(url: str) -> list[datetime]:
    """When what is planned opens."""
    db = Database(url)

    def look(session: Session) -> list[datetime]:
        return list(session.scalars(select(Occurrence.opens_at).where(Occurrence.state == model.SCHEDULED)))

    found = db.call(look)
    db.close()
    return found


def written_by_sam(message: Promised) -> Promised:
    """The same, whoever runs the tests."""
    data = json.dumps([message.text, message.blocks]).replace(f"by {getpass.getuser()}.", "by sam.")
    text, blocks = json.loads(data)
    return replace(message, text=text, blocks=blocks)
