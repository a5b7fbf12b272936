"""No form asks for more than people give it: six answers at most, each of them short. What is longer is linked to."""

from pathlib import Path

import pytest

from bot.blocks import text_input
from tests.fakes import ROOT

READ = sorted((ROOT / "tests" / "samples" / "views").glob("*.txt"))
"""Every form, as it is read aloud."""


@pytest.mark.proves("R13", "R44", "AR04")
@pytest.mark.parametrize("form", READ, ids=[each.stem for each in READ])
def test_six_fields_at_most_must_be_answered(form: Path) -> None:
    assert form.read_text("utf-8").count(", must be answered") <= 6


@pytest.mark.proves("R13", "AR04")
def test_no_field_takes_a_specification() -> None:
    roomy = text_input("spec", "What is to be built?", multiline=True, initial="x" * 3000, max_length=3000)

    assert roomy["element"]["max_length"] == 1500
    assert len(roomy["element"]["initial_value"]) == 1500
    assert text_input("name", "Name", max_length=80)["element"]["max_length"] == 80
