"""The project as a whole: what is packed, what is pinned, and what must never be committed."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from bot import shipped

REPOSITORY = Path(__file__).parent.parent
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The package as it would be published, built by the pinned builder without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
    )
    (file,) = folder.glob("drumbeat-*.whl")
    return zipfile.ZipFile(file)


def test_the_wheel_holds_the_bot_and_what_ships_with_it(wheel: zipfile.ZipFile) -> None:
    packed = set(wheel.namelist())

    assert {"bot/__main__.py", "bot/_shipped/migrations/env.py"} <= packed
    for folder in ("cadences", "templates", "migrations"):
        for file in files(folder):
            assert f"bot/_shipped/{file}" in packed
    assert {name.split("/")[0] for name in packed if ".dist-info/" not in name} == {"bot"}


def test_an_unpacked_wheel_finds_what_it_ships(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path)
    found = subprocess.run(
        [sys.executable, "-c", "from bot import shipped; print(shipped.folder('cadences'))"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )

    assert found.stdout.strip() == str(tmp_path / "bot" / "_shipped" / "cadences")


def test_a_working_folders_copy_comes_before_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()

    assert shipped.folder("templates", working=tmp_path) == tmp_path / "templates"
    assert shipped.folders("templates", working=tmp_path)[1:] == (REPOSITORY / "templates",)
    assert shipped.folders("templates", working=REPOSITORY) == (REPOSITORY / "templates",)


def test_a_folder_that_does_not_ship_is_an_error() -> None:
    with pytest.raises(FileNotFoundError, match="without its folder recipes"):
        shipped.folder("recipes")


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_pinned_package_has_hashes_and_no_address(file: str) -> None:
    text = (REPOSITORY / file).read_text()

    assert "//" not in text
    assert text.startswith("aiohappyeyeballs==")
    for pin in re.split(r"\n(?=\S)", text.strip()):
        assert re.match(r"[a-z0-9.-]+==[^ ]+ ", pin)
        assert "--hash=sha256:" in pin


def test_everything_the_project_asks_for_is_pinned() -> None:
    asked = [*PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"]["postgres"]]

    assert names(asked) <= pinned("requirements.txt")
    assert names(PROJECT["dependency-groups"]["dev"]) <= pinned("requirements-dev.txt")


def test_what_runs_is_what_was_tested() -> None:
    lines = set((REPOSITORY / "requirements-dev.txt").read_text().splitlines())

    assert set((REPOSITORY / "requirements.txt").read_text().splitlines()) <= lines


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=]", one)[0].lower().replace(".", "-") for one in requirements}


def pinned(file: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9.-]+)==", (REPOSITORY / file).read_text(), re.MULTILINE))


UNWANTED = {
    "a Slack token": r"xox[bap]-\d{8,}-\d{8,}-[A-Za-z0-9]{20,}",
    "a path of somebody's machine": r"/(?:home|Users)/[a-z]\w+/|/r[o]ot/|[Cc]:\\Users",
    "a merge marker": r"^(?:<<<<<<<|>>>>>>>) ",
    "an unfinished thought": r"\b(?:TODO|FIXME|XXX)\b",
}


@pytest.mark.parametrize("what", UNWANTED)
def test_no_file_holds(what: str) -> None:
    holding = [
        file
        for file in files()
        if file != "tests/test_project.py"
        and re.search(UNWANTED[what], (REPOSITORY / file).read_text(errors="replace"), re.MULTILINE)
    ]

    assert holding == []


@pytest.mark.parametrize("script", ["tools/*.sh", ".ci/run"])
def test_scripts_may_be_run_and_can_be_read_by_their_shell(script: str) -> None:
    for path in REPOSITORY.glob(script):
        shell = path.read_text().splitlines()[0].removeprefix("#!").split()[-1].split("/")[-1]
        subprocess.run([shell, "-n", str(path)], check=True)
        assert path.stat().st_mode & 0o111


def test_make_help_names_every_target() -> None:
    makefile = (REPOSITORY / "Makefile").read_text()
    (targets,) = re.findall(r"^\.PHONY: help (.*)$", makefile, re.MULTILINE)

    assert re.findall(r'echo "make (\w+) ', makefile) == targets.split()


def test_every_variable_that_is_read_stands_in_the_example_file() -> None:
    names = r'"((?:SLACK|DATABASE|DRUMBEAT|LOG|FEED)_[A-Z_]+|(?:METRICS_)?PORT)"'
    read = re.findall(names, read_text("bot/settings.py"))
    shown = re.findall(r"^# ([A-Z_]+)=", read_text(".env.example"), re.MULTILINE)

    assert set(read) == set(shown)


def read_text(file: str) -> str:
    return (REPOSITORY / file).read_text()


def files(folder: str = ".") -> list[str]:
    """The project's own files below `folder`: not what tools leave in hidden folders and caches."""
    return [
        file
        for path in sorted((REPOSITORY / folder).rglob("*"))
        if path.is_file() and not LEFT_BY_TOOLS.search(file := path.relative_to(REPOSITORY).as_posix())
    ]


LEFT_BY_TOOLS = re.compile(
    r"(?:^|/)(?:\.(?!ci/|github/|env\.example$|gitignore$)|__pycache__/)|^(?:build|dist)/|\.(?:db|db-wal|db-shm|png)$"
)
