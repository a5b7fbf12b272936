from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.shipped import folder
from tests.simulate.test_report import Tags

runner = CliRunner()


@pytest.fixture(autouse=True)
def somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'drumbeat.db'}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_it_prints_the_report_and_touches_no_database(somewhere: Path) -> None:
    ran = runner.invoke(cli, ["simulate", str(folder("cadences")), "--weeks", "1", "--from", "2027-04-05"])

    assert ran.exit_code == 0, ran.output
    assert ran.stdout.startswith("# Lumen Software: 1 week simulated\n")
    assert list(somewhere.iterdir()) == []


@pytest.mark.parametrize("name", ["report.md", "report.html"])
def test_it_writes_the_whole_report_to_a_file(somewhere: Path, name: str) -> None:
    options = ["--weeks", "1", "--from", "2027-04-05", "--write", str(somewhere / name)]
    ran = runner.invoke(cli, ["simulate", str(folder("cadences")), *options])

    assert ran.exit_code == 0, ran.output
    assert ran.stdout == f"{somewhere / name} is written.\n"
    page = (somewhere / name).read_text(encoding="utf-8")
    assert "Ana Duarte" in page
    if name.endswith("html"):
        assert Tags(page).tags


def test_mistakes_in_the_definitions_are_shown_where_they_are(somewhere: Path) -> None:
    (somewhere / "organisation.yaml").write_text("name: 3\n")
    ran = runner.invoke(cli, ["simulate", str(somewhere)])

    assert ran.exit_code == 1
    assert "organisation.yaml:1" in ran.output


def test_it_writes_only_what_it_can() -> None:
    ran = runner.invoke(cli, ["simulate", "--write", "report.pdf"])

    assert ran.exit_code == 1
    assert "ends in .md or .html" in str(ran.exception)
