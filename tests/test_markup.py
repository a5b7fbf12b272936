import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks.wording import check_markup
from bot.markup import (
    Mrkdwn,
    as_typed,
    channel,
    clean,
    escape,
    link,
    mention,
    plain,
    unnamed,
    when,
    with_links,
)
from tests.people import ALICE, UPDATES

TYPED = st.text(st.characters(exclude_categories=()))
"""Anything a keyboard, a paste or a broken client can bring, lone surrogates included."""


def test_what_people_type_shows_as_they_typed_it() -> None:
    assert escape("R&D <3 a > b") == "R&amp;D &lt;3 a &gt; b"
    assert escape("&amp;") == "&amp;amp;"
    assert escape("*_~| :smile: שלום 🎉") == "*_~| :smile: שלום 🎉"


@pytest.mark.parametrize("typed", ["<!channel>", "<!here|here>", "<@U123>", "<http://x|y>", "<!subteam^S1>"])
def test_typed_markup_stays_words(typed: str) -> None:
    assert "<" not in escape(typed)
    assert plain(escape(typed)) == typed


@pytest.mark.parametrize("typed", ["@here", "@Channel", "hello @EVERYONE!", "@@here", "a@here.example"])
def test_nobody_can_call_everybody(typed: str) -> None:
    assert not re.search("@(here|channel|everyone)", escape(typed), re.IGNORECASE)
    assert escape(typed).replace("\u200b", "") == typed


def test_what_is_markup_is_not_escaped_again() -> None:
    once = escape("a < b & @here")

    assert escape(once) == once
    assert escape(mention(ALICE)) == f"<@{ALICE}>"


def test_control_characters_and_half_pairs_are_replaced() -> None:
    assert clean("a\x00b\x1bc\ud83dd\x85") == "a\ufffdb\ufffdc\ufffdd\ufffd"
    assert clean("one\r\ntwo\rthree\tfour\n") == "one\ntwo\nthree\tfour\n"


def test_cleaned_markup_stays_markup() -> None:
    assert isinstance(clean(Mrkdwn("*a*")), Mrkdwn)
    assert not isinstance(clean("*a*"), Mrkdwn)


def test_people_and_channels_are_named_by_id() -> None:
    assert mention(ALICE) == f"<@{ALICE}>"
    assert channel(UPDATES) == f"<#{UPDATES}>"


@pytest.mark.parametrize("wrong", ["", "alice", "U1>", "!here", "u123", "<@U123>", "U12\n", "C0UPDATES"])
def test_what_is_no_id_is_never_mentioned(wrong: str) -> None:
    with pytest.raises(ValueError, match="not a Slack user id"):
        mention(wrong)


def test_what_is_no_channel_id_is_never_linked() -> None:
    with pytest.raises(ValueError, match="not a Slack channel id"):
        channel("#general")


def test_links_lead_where_they_say() -> None:
    assert link("https://example.com/a?b=1&c=2", "Spec") == "<https://example.com/a?b=1&amp;c=2|Spec>"
    assert link("mailto:alice@example.com", "Alice") == "<mailto:alice@example.com|Alice>"


def test_a_label_cannot_break_out_of_its_link() -> None:
    assert link("https://example.com", "a|b>\n<!here> @here") == (
        "<https://example.com|a¦b&gt; &lt;!here&gt; @\u200bhere>"
    )


def test_a_link_without_a_label_shows_its_address() -> None:
    assert link("https://example.com", " \n") == "<https://example.com>"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "slack://open",
        "//example.com",
        "https://",
        "https://a b",
        "https://x|y",
        "https://x>y",
        "https://[",
        "mailto:",
        "",
        "https://example.com/" + "a" * 3000,
    ],
)
def test_an_address_that_is_unsafe_to_click_is_only_shown(url: str) -> None:
    shown = link(url, "Spec")

    assert "<" not in shown
    assert plain(shown) == f"Spec ({url})"


def test_addresses_in_peoples_words_become_clickable() -> None:
    assert with_links("See https://example.com/a_(b)?x=1&y=2. <b>") == (
        "See <https://example.com/a_(b)?x=1&amp;y=2>. &lt;b&gt;"
    )
    assert with_links("(https://example.com)") == "(<https://example.com>)"
    assert with_links("no address: http:// here") == "no address: http:// here"


def test_a_moment_shows_in_each_readers_zone_with_words_for_the_rest() -> None:
    moment = datetime(2026, 8, 5, 15, 0, tzinfo=UTC)

    assert when(moment, ZoneInfo("Europe/Berlin")) == (
        "<!date^1785942000^{date_short_pretty} {time}|Wed 5 Aug 17:00 CEST>"
    )


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a zone"):
        when(datetime(2026, 8, 5, 15, 0), ZoneInfo("UTC"))  # naive on purpose


def test_markup_can_be_read_plainly() -> None:
    moment = when(datetime(2026, 8, 5, 15, 0, tzinfo=UTC), ZoneInfo("UTC"))

    assert plain(Mrkdwn(f"{mention(ALICE)} by {moment}")) == f"@{ALICE} by Wed 5 Aug 15:00 UTC"
    assert plain(link("https://example.com", "R&D <x>")) == "R&D <x>"
    assert plain(link("mailto:a@example.com", "")) == "a@example.com"
    assert plain("&lt;") == "&lt;"


@given(TYPED)
def test_any_words_are_safe_and_read_the_same(typed: str) -> None:
    escaped = escape(typed)

    check_markup(escaped)
    assert "<" not in escaped
    assert plain(escaped).replace("\u200b", "") == clean(typed).replace("\u200b", "")


@given(TYPED, TYPED)
def test_any_link_is_safe(url: str, label: str) -> None:
    check_markup(link(url, label))
    check_markup(link(f"https://{url}", label))
    check_markup(link(f"mailto:{url}", label))


@given(st.lists(st.sampled_from(["https://", "http://a", "&", "@here", "<", ">", "|", " ", "é", ".", "mailto:"])))
def test_any_words_with_addresses_are_safe(parts: list[str]) -> None:
    typed = "".join(parts)

    check_markup(with_links(typed))
    assert plain(with_links(typed)).replace("\u200b", "") == typed


@given(TYPED)
def test_what_slack_hands_over_of_words_is_those_words(typed: str) -> None:
    handed_over = typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert as_typed(handed_over, str) == clean(typed)
    assert unnamed(handed_over) == []


@given(st.text("<>|@#!^&;:/abU1C \n"))
def test_markup_that_is_broken_becomes_some_words(markup: str) -> None:
    assert isinstance(as_typed(markup, str), str)
    assert all(each.isalnum() for each in unnamed(markup))


def test_who_and_what_is_mentioned_without_a_name_is_asked_for_once() -> None:
    assert unnamed(f"<@{ALICE}> <#{UPDATES}|> <@U2|bob> <!here> <@{ALICE}> <#C2|named>") == [ALICE, UPDATES]
    named = {ALICE: "Alice & Co", UPDATES: "product-updates"}
    assert as_typed(f"<@{ALICE}> in <#{UPDATES}|>, <@U2|bob>", named.__getitem__) == (
        "@Alice & Co in #product-updates, @bob"
    )
