"""What stands in the forms of the interview, and what is read of it when nobody changes it."""

from bot.setup import areas, messages
from bot.setup.questions import AREAS


def test_of_areas_that_do_not_fit_whole_lines_stand_in_the_form() -> None:
    lines = [f"Payments platform {i}, ana.{i}@example.com, ben.{i}@example.com, #payments-{i}" for i in range(10, 50)]
    found = messages._input(AREAS.field("areas"), "\n".join(lines))

    shown = found["element"]["initial_value"].splitlines()
    assert 10 < len(shown) < len(lines)
    assert [str(each) for each in areas.read("\n".join(shown))] == lines[: len(shown)]
    assert found["hint"]["text"].startswith("There are more than fit here")

    whole = messages._input(AREAS.field("areas"), "\n".join(lines[:3]))
    assert whole["element"]["initial_value"].splitlines() == lines[:3]
    assert "more than fit" not in whole["hint"]["text"]
