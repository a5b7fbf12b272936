"""The JSON Schemas that editors read: shipped as they are generated, and of use to whoever types."""

import json
from typing import Any

import pytest

from bot.definitions import FILES
from bot.definitions.schema import FOLDER, schema_as_text, schema_name, schemas
from tests.fakes import ROOT
from tests.test_command_line import Drumbeat, drumbeat

__all__ = ["drumbeat"]

CADENCES = ROOT / "cadences"


@pytest.mark.parametrize("name", [name for name, _model in FILES])
def test_the_shipped_schema_is_what_the_program_reads(name: str) -> None:
    """Otherwise `drumbeat schema --write cadences` writes it anew."""
    shipped = CADENCES / FOLDER / schema_name(name)

    assert shipped.read_text(encoding="utf-8") == schema_as_text(schemas()[schema_name(name)])


@pytest.mark.parametrize("name", [name for name, _model in FILES])
def test_a_shipped_file_names_its_schema_where_an_editor_looks(name: str) -> None:
    first = (CADENCES / name).read_text(encoding="utf-8").splitlines()[0]

    assert first == f"# yaml-language-server: $schema={FOLDER}/{schema_name(name)}"
    assert (CADENCES / first.partition("=")[2]).is_file()


def test_every_key_that_is_not_plain_is_explained() -> None:
    plain = {"id", "name", "title", "low", "medium", "high", "audience", "changes", "monitoring", "rollback"}

    silent = {
        f"{model}.{key}"
        for schema in schemas().values()
        for model, definition in {schema["title"]: schema, **schema["$defs"]}.items()
        for key, about in definition.get("properties", {}).items()
        if "description" not in about and not points_elsewhere(about) and key not in plain
    }

    assert silent == set()


def test_an_editor_knows_what_may_be_written() -> None:
    ritual = schemas()["calendar.schema.json"]["$defs"]["Ritual"]

    assert ritual["additionalProperties"] is False
    assert ritual["properties"]["holidays"]["enum"] == ["skip", "earlier", "later", "ignore"]
    assert "owner" in ritual["required"]
    assert ritual["properties"]["owner"]["description"].startswith("Every ritual has one owner")


def test_they_are_printed_or_written_beside_the_files(drumbeat: Drumbeat) -> None:
    assert json.loads(drumbeat("schema").out) == schemas()

    assert drumbeat("schema", "--write", "cadences").code == 0

    written = drumbeat.folder / "cadences" / FOLDER
    assert sorted(file.name for file in written.iterdir()) == sorted(schemas())


def points_elsewhere(about: dict[str, Any]) -> bool:
    return "$ref" in about or "$ref" in about.get("items", {})
