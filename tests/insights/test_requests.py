"""What a customer said may read like a request: it is answered as one, and a button logs it all the same."""

import pytest

from bot import app
from bot.house import House
from tests.decisions.log import initial
from tests.people import CHARLIE
from tests.releases.launch import Keyboard


def types(house: House, words: str) -> Keyboard:
    keyboard = Keyboard(CHARLIE)
    keyboard.does(house, app.tables().commands["/insight"].handler, text=words)
    return keyboard


@pytest.mark.parametrize(
    "said", ["Please pick a better default currency", "can you write the PRD for us", "Can you approve invoices?"]
)
def test_what_reads_like_a_request_is_logged_with_a_button_as_it_was_typed(house: House, said: str) -> None:
    keyboard = types(house, said)
    (answer,) = keyboard.replies
    buttons = answer["blocks"][-1]["elements"]
    button = next(each for each in buttons if each["text"]["text"] == "Log it as an insight")
    keyboard.does(house, app.tables().actions[button["action_id"]], value=button["value"])
    (form,) = keyboard.opened
    assert (form["callback_id"], initial(form, "what")) == ("insights.captured", said)


def test_what_takes_long_to_say_is_no_request(house: House) -> None:
    keyboard = types(house, f"Please pick a better default currency. {'It cost us an hour. ' * 20}")
    assert [view["callback_id"] for view in keyboard.opened] == ["insights.captured"]
