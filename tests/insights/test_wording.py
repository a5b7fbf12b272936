"""What words mean: their forms, and other words for the same."""

import pytest

from bot.insights.wording import MOST_MEANINGS, meanings, says

SAME = (
    ("log in", "login", "signing in", "Sign-in", "logged in"),
    ("crash", "crashes", "crashed", "freezes", "hangs", "hung", "white screen"),
    ("slow", "slowly", "lagging", "takes ages", "took forever is slow", "TIMEOUT"),
    ("invoice", "invoices", "invoiced", "bill", "Bills"),
    ("export", "exporting", "exported", "download", "downloads"),
    ("SSO", "single sign-on", "SAML"),
    ("e-mail", "email", "mails", "inbox"),
    ("zurich", "Zürich"),
    ("pay", "payment", "payments", "paid", "paying"),
    ("dispute", "disputes", "chargeback"),
)
DIFFERENT = (
    ("import", "export"), ("card", "cart"), ("invoice", "invite"), ("log in", "log out"), ("seller", "search"),
    ("report", "port"), ("phone", "phrase"), ("test", "text"),
)  # fmt: skip


@pytest.mark.parametrize(("first", "other"), [(each[0], other) for each in SAME for other in each[1:]])
def test_forms_of_a_word_and_other_words_for_it_mean_the_same(first: str, other: str) -> None:
    assert meanings(first).keys() & meanings(other).keys()


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_words_that_only_look_alike_do_not(one: str, other: str) -> None:
    assert not meanings(one).keys() & meanings(other).keys()


@pytest.mark.parametrize(
    "text", ["", "the customer would like it", "<https://example.com/export|…>", "!!! – ?", "a b c"]
)
def test_what_says_nothing_means_nothing(text: str) -> None:
    assert meanings(text) == {}


def test_each_meaning_is_kept_with_the_word_that_says_it_first() -> None:
    assert list(meanings("Exports are slow. The download takes ages for Café Zürich!").values()) == [
        "exports", "slow", "cafe", "zurich",
    ]  # fmt: skip


def test_of_a_long_text_the_beginning_counts() -> None:
    assert len(meanings(" ".join(f"word{number}" for number in range(1_000)))) == MOST_MEANINGS


@pytest.mark.parametrize(
    ("text", "phrase", "is_said"),
    [
        ("The prices are too high", "price", True),
        ("Was charged twice", "charge", True),
        ("There is no way to do it", "no way to", True),
        ("There is no easy way to do it", "no way to", False),
        ("I want to pay", "payments", False),
        ("It is surprising", "price", False),
        ("ÜBERSICHT fehlt", "ubersicht", True),
    ],
)
def test_a_phrase_is_said_in_whatever_form(text: str, phrase: str, is_said: bool) -> None:
    assert says(text, phrase) is is_said
