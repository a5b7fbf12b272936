"""What is taken for personal or secret data, and what is not."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.personal import CARD, EMAIL, KEY, PHONE, found, hinted, masked

EMAILS = (
    "anna@example.com", "anna.lind+billing@mail.example.co.uk", "o'neill@example.org", "ANNA@EXAMPLE.COM",
    "a_b-c@sub.domain.example", "jörg@müller.example", "anna(at)example.com", "anna [at] example.com",
    "<mailto:anna@example.com|anna@example.com>", "1234@example.com",
)  # fmt: skip
PHONES = (
    "+49 30 1234567", "+493012345678", "+1 (555) 234-5678", "+1-555-234-5678", "+44 (0)20 7946 0958",
    "(+44) 20 7946 0958",
    "+33 6 12 34 56 78", "+44 7911 123456", "0044 20 7946 0958", "0049 (0)30 123456",
    "(555) 234-5678", "555-234-5678", "555.234.5678", "1-800-234-5678", "555 234 5678",
    "020 7946 0958", "030/1234567", "(030) 1234567", "0151 23456789", "07911 123456", "07911123456", "0176-12345678",
    "06 12 34 56 78", "06.12.34.56.78", "0800 123 4567", "01632 960 001", "<tel:+493012345678|030 12345678>",
)  # fmt: skip
CARDS = (
    "4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111", "5555 5555 5555 4444", "2223003122003222",
    "378282246310005", "3782 822463 10005", "6011111111111117", "3530111333300000", "30569309025904", "4222222222222",
    "4111 1111 1111 1111",
)  # fmt: skip
KEYS = (
    "AKIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE", "xoxb-123456789012-abcdefABCDEF", "xoxe.xoxp-1-Mi0yLTEyMzQ1Njc4",
    "xapp-1-A0123456789-1234567890-abcdef", "hooks.slack.com/services/T0000/B0000/abcdefghijkl",
    "ghp_" + "a1B2" * 9, "github_pat_" + "11ABCDEFG0_" * 4, "glpat-abcdefghij0123456789", "sk_live_51Habcdefgh12345",
    "rk_test_abcdefgh", "whsec_abcdefghijklmnop1234", "sk-ant-api03-abcdefghij0123456789", "AIza" + "Sy0_-" * 7,
    "drumbeat_" + "0a" * 32, "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nabc\n-----END RSA PRIVATE KEY-----",
    "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1r",
)  # fmt: skip
STATED = {
    "password=hunter": "hunter",
    "password = hunter2": "hunter2",
    "DB_PASSWORD='s3cr3t!'": "s3cr3t!",
    "Passwort: Sommer2026": "Sommer2026",
    "the password is Winter2026!": "Winter2026!",
    "api_key: 9f8e7d6c5b": "9f8e7d6c5b",
    "API key=abcdef": "abcdef",
    '"token": "a1b2c3d4e5"': "a1b2c3d4e5",
    "https://example.com/?access_token=abc123def": "abc123def",
    "Authorization: Bearer abcdef0123456789abcdef": "abcdef0123456789abcdef",
    "https://anna:geheim@example.com/x": "anna:geheim@example.com",
}
HARMLESS = (
    "", "Nothing to see here.", "order 4711", "order #1234567890123", "Order no. 0712345678", "invoice 0301234567",
    "ticket 0151-2345678", "ref: 0800 123 4567", "#0712345678", "INV-2026-000123456", "ORD-555-234-5678",
    "version 10.4.2.1887", "v2.14.0", "build 20261126.4", "192.168.100.200", "2026-11-26", "26.11.2026",
    "01/02/2026 10:30", "05-11-2026 14:00", "2026-11-26T10:00:00+00:00", "10:30-11:45", "09:00 - 17:30",
    "1,234,567.89",
    "EUR 1.234.567,89", "$2000000", "€ 120 000", "$555-234-5678", "12 500 000 rows",
    "100%", "0.123456789",
    "1764154800", "1764154800000100", "https://acme.slack.com/archives/C0123ABCD/p1764154800000100",
    "https://desk.example.com/tickets/482133", "4111111111111112", "4111 1111 1111 1112", "1234567812345670",
    "353918056470157", "9999999999999999", "id 555-234-5678", "I-317", "D-42", "CVE-2026-12345", "RFC 5321",
    "123e4567-e89b-12d3-a456-426614174000", "d41d8cd98f00b204e9800998ecf8427e", "from 2000 to 3000 users",
    "@anna", "<@U0123ABCD>", "<#C0123ABCD|billing>", "meet @ 10.30", "a@b", "git@github.com:acme/app.git",
    "user@localhost", "look at example.com", "2 @ 3.50",
    "password reset does not arrive", "The password is required.", "password: missing",
    "forgot their password; asked twice",
    "token expired after 10 minutes", "token: expired", "secret sharing", "password=***", "password=<hidden>",
    "password=$DB_PASSWORD",
    "password=", "the api key page is slow", "API keys: 3 per workspace", "the token is invalid",
    "bearer of bad news", "[e-mail address] and [phone number] and [card number] and [key]", "password=[key]",
    "ghost_writer", "eyJ", "sk_line", "AKIA",
    "-----BEGIN CERTIFICATE-----", "5 of 10", "16 Gb, 3200 MHz, 2x8",
    "SKU 0815-4711-2342", "24/7", "9-5", "Q3 2026", "401k", "1080p", "H100 80GB", "2026/27",
)  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "text"),
    [(kind, text) for kind, texts in ((EMAIL, EMAILS), (PHONE, PHONES), (CARD, CARDS), (KEY, KEYS)) for text in texts],
)
@pytest.mark.parametrize("around", ["{}", "Ask {}, please", "from:{}", "({})", "see:\n{}\nthanks"])
def test_what_looks_like_somebodys_is_found(kind: str, text: str, around: str) -> None:
    said = around.format(text)
    (one,) = found(said)
    assert one.kind == kind
    assert one.text == said[one.start : one.end]
    if not text.startswith("-----BEGIN OPENSSH"):
        assert masked(said) == around.format(f"[{kind}]")


@pytest.mark.parametrize(("text", "secret"), STATED.items())
def test_what_is_called_a_secret_is_found_and_its_name_stays(text: str, secret: str) -> None:
    assert [(each.kind, each.text) for each in found(text)] == [(KEY, secret)]
    assert masked(text) == text.replace(secret, "[key]")


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_looks_a_little_like_it_is_left_alone(text: str) -> None:
    assert found(text) == []
    assert masked(text) == text


def test_each_is_found_where_it_stands() -> None:
    text = "anna@example.com (+49 30 1234567) paid with 4111 1111 1111 1111, password=hunter2"
    assert [each.kind for each in found(text)] == [EMAIL, PHONE, CARD, KEY]
    assert masked(text) == "[e-mail address] ([phone number]) paid with [card number], password=[key]"


PIECES = st.one_of(
    st.sampled_from([*EMAILS, *PHONES, *CARDS, *KEYS, *STATED, *HARMLESS]),
    st.text(alphabet="0123456789 +-./()@:=[]<>", max_size=25),
    st.text(max_size=10),
)


@given(st.lists(PIECES, max_size=8).map("".join) | st.lists(PIECES, max_size=8).map(" ".join))
@example("5555-234-5678+49 30 1234567")
@example(KEYS[6] + "(030) 1234567")
def test_a_masked_text_holds_nothing_more(text: str) -> None:
    assert found(masked(text)) == []


@given(st.text(alphabet=st.characters(exclude_categories=["N"], exclude_characters="@=:-"), max_size=200))
def test_a_text_without_signs_and_digits_stays_as_it_is(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize(
    "piece", ["1 ", "0", "a", "a.", "a@", "+1", "password:", "-", "-----BEGIN PRIVATE KEY-----", "12-", "eyJ"]
)
def test_a_long_text_is_looked_through_in_no_time(piece: str) -> None:
    assert len(masked(piece * (20_000 // len(piece)))) > 0


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("anna@example.com", "an…@…"),
        ("a@example.com", "a…@…"),
        ("<mailto:anna@example.com|anna@example.com>", "an…@…"),
        ("+49 30 1234567", "+4…67"),
        ("4111 1111 1111 1111", "41…11"),
        ("AKIAIOSFODNN7EXAMPLE", "AK…"),
        ("password=hunter2", "hu…"),
    ],
)
def test_a_hint_says_what_is_meant_and_no_more(text: str, hint: str) -> None:
    assert [hinted(each) for each in found(text)] == [hint]
