"""Rules in words: what they say, and what is said about words that are no rule."""

from datetime import date
from itertools import islice

import pytest

from bot.definitions.rules import Setting, check, days, describe, parse
from bot.definitions.working_days import WorkDays, Yearly

JANUARY = date(2026, 1, 1)
BERLIN = WorkDays(frozenset(range(5)), "DE-BE")


def first(count: int, words: str, since: date = JANUARY, setting: Setting | None = None) -> list[str]:
    return [str(day) for day in islice(days(parse(words), since, setting or Setting(BERLIN)), count)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("every Wednesday", "every Wednesday"),
        ("Every WED", "every Wednesday"),
        ("every mon, thu and Friday", "every Monday, Thursday and Friday"),
        ("each day", "every day"),
        ("every working day", "every working day"),
        ("every other week on Monday", "every 2 weeks on Monday"),
        ("every two weeks on Monday", "every 2 weeks on Monday"),
        ("second Thursday of the month", "2nd Thursday of the month"),
        ("on the 2nd Thursday of each month", "2nd Thursday of the month"),
        ("every month on the 2nd Thursday", "2nd Thursday of the month"),
        ("1st and 3rd Tuesday of the month", "1st and 3rd Tuesday of the month"),
        ("second last Friday of the month", "2nd last Friday of the month"),
        ("day 1 and 15 of the month", "1st and 15th day of the month"),
        ("15th of the month", "15th day of the month"),
        ("day 31 of the month, or the last day", "31st day of the month or the last day"),
        ("31st of the month or not at all", "31st day of the month or not at all"),
        ("last day of February", "last day of February"),
        ("1st Monday of March and September", "1st Monday of March and September"),
        ("every 3 months on the 1st Monday", "1st Monday of every 3 months"),
        ("every quarter on the last working day", "last working day of the quarter"),
        ("a week before the end of the quarter", "1 week before the end of the quarter"),
        ("3 working days before the end of the month", "3 working days before the end of the month"),
        ("24 hours before roadmap-review", "24 hours before roadmap-review"),
        ("1 working day after roadmap-review", "1 working day after roadmap-review"),
        ("on the same day as roadmap-review", "same day as roadmap-review"),
        ("once on 2026-12-04", "once on 2026-12-04"),
        ("FREQ=DAILY", "every day"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE,MO", "every 2 weeks on Monday and Wednesday"),
        ("FREQ=MONTHLY;BYDAY=-1TH", "last Thursday of the month"),
        ("FREQ=MONTHLY;BYMONTHDAY=31", "31st day of the month or not at all"),
        ("FREQ=YEARLY;BYWEEKNO=20", "by the calendar rule FREQ=YEARLY;BYWEEKNO=20"),
    ],
)
def test_a_rule_is_said_back_in_plain_words(words: str, said: str) -> None:
    assert describe(parse(words)) == said


@pytest.mark.parametrize(
    ("words", "message", "mend"),
    [
        ("every Wedensday", "`wedensday` is neither a weekday nor a period", "write `Wednesday` or `Tuesday`"),
        ("every Monday and Thusday", "`thusday` is not a weekday", "write `Thursday`"),
        ("evry Wednesday", "`evry Wednesday` is not a rule", "write `every` for `evry`"),
        ("Wednesdays", "`Wednesdays` does not say how often", "write `every Wednesday`"),
        ("weekly", "`weekly` does not say on which day", "write the weekday, such as `every Wednesday`"),
        ("biweekly on Monday", "`biweekly` does not say on which day", "write `every 2 weeks on Wednesday`"),
        ("every second Wednesday", "`every second Wednesday` can mean two things", "2nd Wednesday of the month"),
        ("every weekday", "`every weekday` is not known here", "write `every working day`"),
        ("every Wednesday at 10:00", "`at 10:00` makes no sense after `every Wednesday`", "write `every Wednesday`"),
        ("every Monday and Monday", "Monday stands in the rule twice", "keep one of them"),
        ("every 2 weeks", "`on` is missing in `every 2 weeks`", "write for example"),
        ("every 0 days", "0 is not a sensible number here", "write a number from 1 to 100"),
        ("2nd Thursday of the mnth", "`mnth` is not a month, quarter or year", "write `month`"),
        ("2nd Thurday of the month", "`thurday` is not a kind of day", "write `Thursday`"),
        ("6th Friday of the month", "no month has a 6th Friday", "write at most 5th, or `last`"),
        ("1st Monday of every 2 March", "`every 2 march` counts no period", "write month, quarter or year"),
        ("day 31 of the month", "not every month has a 31st day", "or the last day` or `31st day of the month or not"),
        ("day 29 of February", "not every month has a 29th day", "29th day of February or the last day"),
        ("day 15 of the month or the last day", "`or …` does not apply", "write `15th day of the month`"),
        ("day 31 of the month or never", "`or never` is not known here", "write `or the last day` or `or not at all`"),
        ("30th day of February or not at all", "the rule never falls on any day", "check its months and days"),
        ("3 workng days before the end of the month", "`workng` is not a length of time", "write `working days`"),
        ("3 days befor review", "`befor` is neither before nor after", "write `before`"),
        ("3 days before the review", "`the review` is neither the start nor the end of a period", "without `the`"),
        ("3 hours before the end of the month", "hours count from another ritual only", "write days"),
        ("24 hours before", "`24 hours before` ends too early: the id of another ritual is missing", "write for"),
        ("once on 2026-02-30", "`2026-02-30` is not a date", "write year, month and day"),
        ("once in a while", "`in` stands where `on` belongs", "write for example"),
        ("", "the rule is empty", "write for example `every Wednesday`"),
        ("now and then", "`now and then` is not a rule", "write for example `every Wednesday`"),
    ],
)
def test_words_that_are_no_rule_are_explained(words: str, message: str, mend: str) -> None:
    complaint = check(words, None)
    assert complaint is not None
    assert complaint.message.startswith(message)
    assert mend in complaint.mend


@pytest.mark.parametrize(
    "words", ["every 2 weeks on Monday", "every 3 days", "1st Monday of every 2 months", "last day of every 2 years"]
)
def test_a_rule_that_counts_needs_a_start(words: str) -> None:
    complaint = check(words, None)
    assert complaint is not None
    assert complaint.message.endswith("counted from when?")
    assert check(words, JANUARY) is None


def test_what_happens_once_needs_no_start() -> None:
    complaint = check("once on 2026-12-04", JANUARY)
    assert complaint is not None and complaint.key == "starts"


def test_a_rule_that_ends_before_it_falls_is_noticed() -> None:
    assert check("last day of the year", JANUARY, date(2026, 6, 1)) is not None


def test_weeks_are_counted_from_the_week_it_starts_in() -> None:
    setting = Setting(BERLIN, starts=date(2026, 1, 8))
    assert first(3, "every 2 weeks on Monday and Friday", JANUARY, setting) == [
        "2026-01-09", "2026-01-19", "2026-01-23",
    ]  # fmt: skip


def test_quarters_and_years_begin_with_the_fiscal_year() -> None:
    february = Setting(BERLIN, fiscal_year_starts=2)
    assert first(3, "1st day of the quarter", JANUARY, february) == ["2026-02-01", "2026-05-01", "2026-08-01"]
    assert first(2, "last day of the year", JANUARY, february) == ["2026-01-31", "2027-01-31"]
    assert first(2, "1 week before the end of the year", JANUARY, february) == ["2026-01-24", "2027-01-24"]


def test_working_days_before_the_end_do_not_count_the_last_day_itself() -> None:
    """October 2026 ends on a Saturday, so its last three working days are the 28th to the 30th."""
    assert first(1, "3 working days before the end of the month", date(2026, 10, 1)) == ["2026-10-28"]
    assert first(1, "3rd last working day of the month", date(2026, 10, 1)) == ["2026-10-28"]
    assert first(1, "3 working days before the end of the month", date(2026, 11, 1)) == ["2026-11-25"]


def test_company_days_are_no_working_days() -> None:
    ours = WorkDays(frozenset(range(5)), "DE-BE", ((Yearly(12, 31), "Ours"), (date(2026, 12, 30), "Ours, too")))
    assert first(2, "last working day of the year", JANUARY, Setting(ours)) == ["2026-12-29", "2027-12-30"]
    off = ours.why_off(date(2026, 12, 30))
    assert off is not None and (off.because, off.setting) == ("Ours, too", "`company_days`")


def test_where_nobody_ever_works_counting_still_ends() -> None:
    nobody = WorkDays(frozenset())
    assert nobody.nearest(JANUARY, 1) is None
    assert nobody.nth(JANUARY, 2) == date(2026, 1, 3)
    assert first(1, "last working day of the month", JANUARY, Setting(nobody)) == []
