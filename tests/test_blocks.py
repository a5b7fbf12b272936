from datetime import date
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.blocks import (
    Message,
    Option,
    PayloadError,
    actions,
    button,
    channel_input,
    check_message,
    checkbox_input,
    context,
    date_input,
    divider,
    fields,
    fit,
    header,
    home,
    image,
    menu,
    message,
    modal,
    overflow,
    pages,
    radio_input,
    section,
    sections,
    select_input,
    text_input,
    user_input,
)
from bot.blocks.check import characters
from bot.blocks.text import size, split
from bot.blocks.wording import check_markup
from bot.markup import Mrkdwn, clean, escape, link, mention
from tests.people import ALICE, UPDATES

AREAS = [Option("billing", "Billing", "Invoices and dunning"), Option("search", "Search")]

AWKWARD = (
    "",
    " \n\t",
    "<!channel>",
    "@here @everyone",
    "*_~|`",
    "<@U123>",
    "<http://x|y>",
    "&amp;",
    "🎉👩‍👩‍👧‍👦🇩🇪",
    "שלום \u202eabc",
    ":smile:",
    "a" * 3000,
    "🎉" * 3001,
    "&<>" * 2000,
    "one\r\ntwo\rthree",
    "nul\0 esc\x1b",
    "half \ud83d pair",
    "word " * 4000,
)
TYPED = st.one_of(st.sampled_from(AWKWARD), st.text(st.characters(exclude_categories=())))


def test_a_string_is_shown_as_typed_and_markup_as_markup() -> None:
    assert section("*not bold* :smile:")["text"] == {
        "type": "plain_text",
        "text": "*not bold* :smile:",
        "emoji": False,
    }
    assert section(Mrkdwn("*bold*"))["text"] == {"type": "mrkdwn", "text": "*bold*", "verbatim": True}


def test_nothing_is_shown_as_a_dash_and_an_optional_nothing_is_left_out() -> None:
    assert header(" ")["text"]["text"] == "—"
    assert section(Mrkdwn(""))["text"]["text"] == "—"
    assert button("", "x")["text"]["text"] == "—"
    assert "value" not in button("Open", "x")
    assert text_input("next", "Next", hint=" ").keys() & {"hint"} == set()
    assert "initial_value" not in text_input("next", "Next")["element"]


def test_a_label_that_is_too_long_is_cut() -> None:
    assert header("x" * 151)["text"]["text"] == "x" * 149 + "…"
    assert button("x" * 76, "x")["text"]["text"] == "x" * 74 + "…"


def test_a_label_shows_what_a_reader_would_see_of_markup() -> None:
    assert button(link("https://example.com", "R&D"), "x")["text"]["text"] == "R&D"


def test_a_button_carries_what_it_is_for() -> None:
    assert button("Post", "updates.post", "7", style="primary", url="https://example.com") == {
        "type": "button",
        "action_id": "updates.post",
        "text": {"type": "plain_text", "text": "Post", "emoji": False},
        "value": "7",
        "style": "primary",
        "url": "https://example.com",
    }


def test_an_input_answers_under_its_block_id() -> None:
    asked = text_input("next", "What is next?", multiline=True, initial="Ship it", hint="One line each", max_length=500)

    assert asked["block_id"] == asked["element"]["action_id"] == "next"
    assert asked["element"]["initial_value"] == "Ship it"
    assert asked["element"]["max_length"] == 500
    assert asked["hint"]["text"] == "One line each"
    assert asked["optional"] is False


def test_a_choice_made_before_is_offered_again() -> None:
    chosen = select_input("area", "Area", AREAS, initial="billing")["element"]

    assert chosen["initial_option"] == chosen["options"][0]
    assert chosen["options"][0]["description"]["text"] == "Invoices and dunning"
    assert "description" not in chosen["options"][1]


def test_a_choice_that_is_gone_chooses_nothing() -> None:
    assert "initial_option" not in select_input("area", "Area", AREAS, initial="payments")["element"]
    assert "initial_option" not in radio_input("area", "Area", AREAS)["element"]
    assert "initial_options" not in checkbox_input("areas", "Areas", AREAS, initial=["payments"])["element"]
    assert "initial_user" not in user_input("owner", "Owner", initial="alice@example.com")["element"]
    assert "initial_conversation" not in channel_input("forum", "Forum", initial="#billing")["element"]


def test_several_choices_keep_the_order_offered() -> None:
    ticked = checkbox_input("areas", "Areas", AREAS, initial=["search", "billing"])["element"]

    assert ticked["initial_options"] == ticked["options"]


def test_days_people_and_channels_start_where_told() -> None:
    assert date_input("due", "Due", initial=date(2026, 8, 5))["element"]["initial_date"] == "2026-08-05"
    assert "initial_date" not in date_input("due", "Due")["element"]
    assert user_input("owner", "Owner", initial=ALICE)["element"]["initial_user"] == ALICE
    assert channel_input("forum", "Forum", initial=UPDATES)["element"]["initial_conversation"] == UPDATES


def test_menus_are_named_by_their_placeholder() -> None:
    assert menu("Snooze", "snooze", AREAS)["placeholder"]["text"] == "Snooze"
    assert len(overflow("more", AREAS)["options"]) == 2


def test_a_message_says_in_words_what_its_blocks_say() -> None:
    said = message(
        header("R&D week"),
        section(Mrkdwn(f"{mention(ALICE)} *shipped*"), accessory=button("Details", "d")),
        divider(),
        fields("Status", Mrkdwn("*green*")),
        context("asked", Mrkdwn("_yesterday_")),
        image("https://example.com/a.png", "Three areas are green"),
        actions(button("Open form", "o"), menu("Snooze", "s", AREAS), overflow("m", AREAS)),
    )

    assert said.text.split("\n") == [
        "R&amp;D week",
        f"<@{ALICE}> *shipped*",
        "[Details]",
        "Status",
        "*green*",
        "asked _yesterday_",
        "Three areas are green",
        "[Open form] [Snooze] […]",
    ]


def test_words_given_for_a_message_are_escaped_once() -> None:
    assert message(divider(), text="R&D <!here>").text == "R&amp;D &lt;!here&gt;"
    assert message(divider(), text=escape("R&D")).text == "R&amp;D"


def test_words_too_long_for_a_notification_become_blocks() -> None:
    typed = "word " * 1000

    posted = message(text=typed)

    assert "".join(block["text"]["text"] for block in posted.blocks) == typed
    assert posted.text.endswith("… (more in the message)")


def test_a_message_of_nothing_but_lines_needs_words() -> None:
    with pytest.raises(PayloadError, match="text: is empty"):
        message(divider())


def test_a_long_message_says_that_there_is_more() -> None:
    said = message(*[section("word " * 500)] * 4).text

    assert said.endswith("word… (more in the message)")
    assert 2900 < size(said) <= 3000
    check_message({"text": said}, for_update=True)


def test_a_message_is_words_and_blocks() -> None:
    assert message(section("Hello")).payload() == {
        "text": "Hello",
        "blocks": [{"type": "section", "text": {"type": "plain_text", "text": "Hello", "emoji": False}}],
    }
    assert message(text="Hello").payload() == {"text": "Hello", "blocks": []}


def test_a_message_is_checked_when_it_is_built() -> None:
    with pytest.raises(PayloadError, match="unknown type"):
        Message("Hello", ({"type": "banner"},))
    with pytest.raises(PayloadError, match="no mention"):
        Message("<!channel>")


def test_a_long_paragraph_is_laid_out_over_several_and_loses_nothing() -> None:
    typed = "".join(f"Line {number} of many.\n" for number in range(400))
    laid_out = message(section(typed, accessory=button("Edit", "e"), block_id="what")).blocks

    assert len(laid_out) == 3
    assert "".join(block["text"]["text"] for block in laid_out) == typed
    assert all(block["text"]["text"].endswith(".\n") for block in laid_out)
    assert [("accessory" in block, "block_id" in block) for block in laid_out] == [
        (True, True),
        (False, False),
        (False, False),
    ]


def test_sections_hold_the_whole_of_a_long_text() -> None:
    assert [len(block["text"]["text"]) for block in sections("word " * 1300)] == [3000, 3000, 500]
    assert sections("") == [section("")]


def test_long_markup_is_divided_outside_of_mentions() -> None:
    written = Mrkdwn(" ".join([link("https://example.com/x", "the long label of a link")] * 200))

    pieces = split(written)

    assert "".join(pieces) == written
    for piece in pieces:
        check_markup(piece)
        assert size(piece) <= 3000


def test_a_link_that_fits_nowhere_is_written_out() -> None:
    written = Mrkdwn(f"see <https://example.com/{'a' * 2990}|@here>" + " word" * 10)

    message(section(written))
    assert "<" not in fit(written, 2000)


def test_a_cut_is_never_inside_an_entity_a_mention_or_an_emoji() -> None:
    assert fit("R&amp;D", 4) == "R…"
    assert fit(Mrkdwn(f"by {mention(ALICE)} today"), 12) == "by…"
    assert fit("hi 👩‍👩‍👧‍👦 there", 8) == "hi…"
    assert fit("cafe\u0301s", 6) == "cafe\u0301s"
    assert fit("cafe\u0301s!", 5) == "caf…"
    assert fit("🎉🎉", 3) == "🎉…"
    assert fit("short", 5) == "short"


def test_a_cut_keeps_markup_markup() -> None:
    assert isinstance(fit(Mrkdwn("*bold* words"), 8), Mrkdwn)
    assert not isinstance(fit("plain words", 8), Mrkdwn)


def test_what_is_too_much_for_one_message_goes_on_in_its_thread() -> None:
    lines = [section(f"Update {number}: " + "word " * 100) for number in range(60)]

    posted = pages(header("Digest"), *lines)

    assert len(posted) == 3
    assert [block for page in posted for block in page.blocks] == [header("Digest"), *lines]
    assert all(page.text for page in posted)


def test_pages_keep_to_fifty_blocks() -> None:
    assert [len(page.blocks) for page in pages(*[section("x")] * 120)] == [50, 50, 20]


def test_no_page_begins_with_a_line_or_is_just_one() -> None:
    full = [section("x")] * 50

    assert [len(page.blocks) for page in pages(*full, divider())] == [50]
    assert [len(page.blocks) for page in pages(*full, divider(), section("y"))] == [50, 1]


def test_a_form_has_its_buttons_and_remembers() -> None:
    view = modal("updates.submit", "Weekly update", text_input("next", "Next"), metadata="occurrence 7").payload()

    assert view["type"] == "modal"
    assert view["callback_id"] == "updates.submit"
    assert (view["submit"]["text"], view["close"]["text"]) == ("Save", "Cancel")
    assert view["private_metadata"] == "occurrence 7"


def test_a_form_that_asks_nothing_needs_no_submit() -> None:
    assert "submit" not in modal("updates.show", "Update", section("Done"), submit="", close="Close").payload()
    with pytest.raises(PayloadError, match="submit is missing"):
        modal("updates.submit", "Update", text_input("next", "Next"), submit="")


def test_home_shows_blocks() -> None:
    assert home(header("Today"), section("Nothing waits for you")).payload()["type"] == "home"
    with pytest.raises(PayloadError, match="needs at least 1"):
        home()


@given(TYPED)
def test_any_words_fit_in_a_message(typed: str) -> None:
    option = Option(typed or "x", typed, typed)
    link_to = link(f"https://example.com/{typed}", typed)
    pages(
        header(typed),
        section(typed, accessory=overflow("more", [option])),
        section(escape(typed)),
        section(link_to),
        *sections(typed),
        fields(*[typed] * 5, *[escape(typed)] * 5),
        context(*[typed] * 5, *[escape(typed)] * 5),
        image("https://example.com/a.png", typed),
        actions(button(typed, "a", typed), menu(typed, "b", [option])),
    )
    message(divider(), text=typed or "x") if typed.strip() else None


@given(TYPED)
def test_any_words_fit_in_one_block_of_a_message(typed: str) -> None:
    message(fields(*[typed] * 10))
    message(context(*[escape(typed)] * 10))
    message(actions(*(button(typed, f"a{number}", typed) for number in range(25))))


@given(TYPED)
def test_any_words_fit_in_a_form_and_at_home(typed: str) -> None:
    options = [Option("x", typed, typed), Option(typed or "y", typed)]
    asked = (
        text_input("a", typed, initial=typed, hint=typed, placeholder=typed, multiline=True),
        text_input("b", typed, initial=typed, max_length=10),
        select_input("c", typed, options, initial=typed, hint=typed),
        radio_input("d", typed, options, initial=typed, hint=typed),
        checkbox_input("e", typed, options, initial=[typed, "x"], hint=typed),
        date_input("f", typed, hint=typed),
        user_input("g", typed, initial=typed, hint=typed),
        channel_input("h", typed, initial=typed, hint=typed),
    )
    modal("x.submit", typed, section(typed), *asked[:4], submit=typed or "Save", close=typed)
    modal("x.submit", typed, *asked[4:])
    home(header(typed), section(typed), context(typed), actions(button(typed, "a", typed)))


@given(TYPED)
def test_words_show_exactly_as_typed(typed: str) -> None:
    if not typed.strip():
        return
    shown = message(section(typed)).blocks if size(clean(typed)) <= 3000 else ()
    assert [block["text"]["text"] for block in shown] in ([clean(typed)], [])
    assert "".join(split(typed)).split() == clean(typed).split()
    if size(clean(typed)) <= 75:
        assert button(typed, "x")["text"]["text"] == clean(typed)
        assert Option("x", typed).label == typed


PARTS = st.lists(st.sampled_from(["&amp;", "<@U1>", "🎉", "\u0301", "\u200d", "a", " ", "\n", "word"]))


@given(PARTS, st.integers(6, 40))
@example(["&amp;", "\u0301", " ", " ", "&amp;"], 6)
@settings(max_examples=300)
def test_any_markup_is_cut_and_divided_within_its_limits(parts: list[str], limit: int) -> None:
    written = Mrkdwn("".join(parts))

    cut = fit(written, limit)
    pieces = split(written, limit)

    assert size(cut) <= limit
    assert all(size(piece) <= limit for piece in pieces)
    for piece in (cut, *pieces):
        check_markup(piece)
        assert "&" not in piece.replace("&amp;", "")
    shown = [piece for piece in pieces if piece != "—"]
    assert all(piece.strip() in written for piece in shown)
    assert "".join("".join(shown).split()) == "".join(written.split())


def test_only_what_is_seen_counts_towards_the_length_of_a_message() -> None:
    seen: list[tuple[dict[str, Any], int]] = [
        (section("four", accessory=button("six six", "an id", "a value")), 11),
        (fields("ab", "cd"), 4),
        (image("https://example.com", "words"), 5),
        (actions(menu("pick", "an id", AREAS)), 0),
        (divider(), 0),
    ]

    assert [characters(block) for block, _ in seen] == [length for _, length in seen]
