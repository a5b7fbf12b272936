"""The definitions of a small company, one slip at a time."""

from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.definitions import Calendar, Definitions, Loaded, Offset, Organisation, load
from bot.definitions.report import as_data, as_lines

SHIPPED = Path(__file__).parent.parent.parent / "cadences"

ORGANISATION = """\
name: Acme
zone: Europe/Berlin
holidays: DE-BE
channels:
  updates: "#product-updates"
  launches: "#launches"
  decisions: "#product-decisions"
  product_ops: C0PRODOPS
functions:
  - {id: product, name: Product, lead: bob@example.com}
  - {id: support, name: Support}
people:
  - {name: Alice, email: Alice@Example.com, slack: U0ALICE, function: product, roles: [product_manager]}
  - {name: Bob, email: bob@example.com, function: product, roles: [product_ops]}
  - name: Charlie
    slack: U0CHARLIE
    function: support
    roles: [support]
    zone: America/Los_Angeles
areas:
  - {id: billing, name: Billing, owner: alice@example.com, deputy: bob@example.com, forum: "#billing"}
  - id: search
    name: Search
    owner: U0CHARLIE
    deputy: U0ALICE
    forum: "#search"
"""

CALENDAR = """\
rituals:
  - id: weekly
    name: Weekly product update
    kind: weekly_update
    purpose: Everybody knows what changed.
    owner: bob@example.com
    areas: [billing, search]
    artifact: Digest
    schedule:
      repeats: FREQ=WEEKLY;BYDAY=WE
      zone: person
      prompt: 10:00
      reminder: +1 day 10:00
      cutoff: +1 day 14:00
      publish: +1 day 16:00
  - id: review
    name: Roadmap review
    kind: review
    purpose: Changes are decided.
    owner: U0ALICE
    channel: "#roadmap"
    artifact: Roadmap view
    agenda: [5 min. What moved, 15 min. Decisions]
    audience: [bob@example.com]
    holidays: earlier
    catch_up: report
    schedule:
      repeats: FREQ=WEEKLY;INTERVAL=2;BYDAY=WE
      starts: 2026-01-07
      prompt: 13:00
      cutoff: 17:00
      publish: 17:00
"""

Write = Callable[..., Loaded]


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Loads the small company from the current folder, with some of its words replaced."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cadences").mkdir()

    def write(*changes: tuple[str, str]) -> Loaded:
        organisation, calendar = ORGANISATION, CALENDAR
        for old, new in changes:
            assert (organisation + calendar).count(old) == 1, f"{old!r} must stand there once"
            organisation, calendar = organisation.replace(old, new), calendar.replace(old, new)
        (tmp_path / "cadences" / "organisation.yaml").write_text(organisation)
        (tmp_path / "cadences" / "calendar.yaml").write_text(calendar)
        return load(tmp_path / "cadences")

    return write


def definitions(loaded: Loaded) -> Definitions:
    assert loaded.problems == ()
    assert loaded.definitions is not None
    return loaded.definitions


def test_the_definitions_we_ship_are_in_order() -> None:
    shipped = definitions(load(SHIPPED))
    organisation = shipped.organisation
    assert len(organisation.with_role("product_manager")) == 8
    assert [person.name for person in organisation.with_role("product_ops")] == ["Sam Okafor"]
    kinds = [
        "weekly_update",
        "review",
        "review",
        "insights_digest",
        "insights_digest",
        *["digest"] * 3,
        "review",
        "quarter",
    ]
    assert [ritual.kind for ritual in shipped.calendar.rituals] == kinds
    assert all(ritual.agenda for ritual in shipped.calendar.rituals if ritual.kind == "review")
    everyone = {person.ref for person in organisation.people}
    assert all({area.owner, area.deputy} <= everyone for area in organisation.areas)


def test_people_are_found_by_either_of_their_names(loaded: Write) -> None:
    organisation = definitions(loaded()).organisation
    alice = organisation.person("ALICE@example.com")
    assert alice is not None and alice == organisation.person("U0ALICE")
    assert alice.ref == "alice@example.com"
    assert organisation.person("nobody@example.com") is None
    assert [area.id for area in organisation.owned_by("U0ALICE")] == ["billing"]
    assert [area.id for area in organisation.owned_by("U0CHARLIE")] == ["search"]
    assert organisation.owned_by("nobody@example.com") == ()
    search = organisation.area("search")
    assert search is not None and search.forum == "#search"
    assert organisation.area("maps") is None


def test_what_is_left_out_takes_its_usual_value(loaded: Write) -> None:
    both = definitions(loaded())
    weekly, review = both.calendar.rituals
    assert (weekly.channel, weekly.holidays, weekly.catch_up) == ("#product-updates", "later", "latest")
    assert (review.channel, review.holidays, review.catch_up) == ("#roadmap", "earlier", "report")
    assert review.schedule.zone == "workspace" and review.schedule.reminder is None
    assert both.organisation.working_hours.weekdays == {0, 1, 2, 3, 4}
    assert (both.organisation.working_hours.start, both.organisation.working_hours.end) == (time(9), time(17, 30))


def test_a_ritual_without_areas_is_for_all(loaded: Write) -> None:
    both = definitions(loaded(("areas: [billing, search]", "areas: [search]")))
    weekly, review = both.calendar.rituals
    assert [area.id for area in both.areas_of(weekly)] == ["search"]
    assert [area.id for area in both.areas_of(review)] == ["billing", "search"]


def test_times_and_days_are_read_as_people_write_them(loaded: Write) -> None:
    weekly, review = definitions(loaded(("reminder: +1 day 10:00", "reminder: +1  day  9:05"))).calendar.rituals
    assert weekly.schedule.prompt == Offset(0, time(10))
    assert weekly.schedule.reminder == Offset(1, time(9, 5))
    assert str(weekly.schedule.reminder) == "+1 day 09:05"
    assert review.schedule.starts == date(2026, 1, 7)


def test_cutoff_and_publishing_go_by_one_clock_for_all(loaded: Write) -> None:
    changed = definitions(loaded(("starts: 2026-01-07", "starts: 2026-01-07\n      zone: Asia/Tokyo")))
    weekly, review = changed.calendar.rituals
    assert weekly.zone_for(changed.organisation) == ZoneInfo("Europe/Berlin")
    assert review.zone_for(changed.organisation) == ZoneInfo("Asia/Tokyo")
    assert changed.calendar.ritual("review") == review
    assert changed.calendar.ritual("retro") is None


def test_definitions_written_out_can_be_read_again(loaded: Write) -> None:
    both = definitions(loaded())
    written = both.organisation.model_dump(mode="json"), both.calendar.model_dump(mode="json")
    assert Organisation.model_validate(written[0]) == both.organisation
    assert Calendar.model_validate(written[1]) == both.calendar
    assert written[1]["rituals"][0]["schedule"]["cutoff"] == "+1 day 14:00"
    assert written[0]["working_hours"]["start"] == "09:00"


SLIPS = [
    # In organisation.yaml
    ("zone: Europe/Berlin", "zone: Berlin", "organisation.yaml:2:7", "`Berlin` is not a time zone",
     "write `Europe/Berlin`"),
    ("zone: Europe/Berlin", "zone: Europe/Berln", "organisation.yaml:2:7", "`Europe/Berln` is not a time zone",
     "write `Europe/Berlin`"),
    ("zone: Europe/Berlin", "zone: CEST summer", "organisation.yaml:2:7", "`CEST summer` is not a time zone",
     "write a region and a city, such as Europe/Berlin"),
    ("zone: America/Los_Angeles", "zone: los angeles", "organisation.yaml:19:11",
     "`los angeles` is not a time zone", "write `America/Los_Angeles`"),
    ("holidays: DE-BE", "holidays: DE-XX", "organisation.yaml:3:11", "no holidays are known for `DE-XX`",
     "write DE, DE-Augsburg, DE-BB, DE-BE"),
    ("holidays: DE-BE", "holidays: de-be", "organisation.yaml:3:11", "no holidays are known for `de-be`",
     "write `DE-BE`"),
    ("holidays: DE-BE", "holidays: Germany", "organisation.yaml:3:11", "no holidays are known for `Germany`",
     "write a country such as DE, or a part of it such as DE-BY"),
    ('updates: "#product-updates"', "updates: #product-updates", "organisation.yaml:5:3",
     "a channel belongs here; text that begins with # needs quotes", 'write "#channel-name"'),
    ('updates: "#product-updates"', "updates: Product Updates", "organisation.yaml:5:12",
     "`Product Updates` is not a channel", 'write "#channel-name" in small letters, or its Slack id'),
    ("lead: bob@example.com", "lead: bobb@example.com", "organisation.yaml:10:40",
     "nobody in the organisation is `bobb@example.com`", "write `bob@example.com`; or add this person"),
    ("roles: [product_ops]", "roles: [product_op]", "organisation.yaml:14:68", "`roles` cannot be `product_op`",
     "write `product_ops`"),
    ("    function: support\n", "    function: suport\n", "organisation.yaml:17:15",
     "no function has the id `suport`", "write `support`"),
    ("    slack: U0CHARLIE\n", "", "organisation.yaml:15:5", "Charlie cannot be found in Slack",
     "add `email` or `slack`"),
    ("    slack: U0CHARLIE\n", "    slack: charlie\n", "organisation.yaml:16:12",
     "`charlie` is not a Slack member id", "copy it from their profile"),
    ("email: bob@example.com", "email: bob at example", "organisation.yaml:14:24",
     "`bob at example` is not an e-mail address", "write it as in Slack"),
    ("email: bob@example.com", "email: ALICE@example.com", "organisation.yaml:14:24",
     "`ALICE@example.com` stands for two people", "keep one of them"),
    ("id: support,", "id: product,", "organisation.yaml:11:10",
     "the id `product` is taken: it first stands on line 10", "give this one another id"),
    ("  - id: search", "  - id: billing", "organisation.yaml:22:9",
     "the id `billing` is taken: it first stands on line 21", "give this one another id"),
    ("  - id: search", "  - id: Search Box", "organisation.yaml:22:9", "`Search Box` is not an id",
     "write at most 40 small letters"),
    ("    owner: U0CHARLIE\n", "", "organisation.yaml:22:5", "`owner` is missing",
     "every area has one owner: write their e-mail address or Slack member id"),
    ("    owner: U0CHARLIE\n", "    owner:\n", "organisation.yaml:24:5", "a person belongs here",
     "write their e-mail address or Slack member id"),
    ("    owner: U0CHARLIE\n", "    owner: U0CHARLY\n", "organisation.yaml:24:12",
     "nobody in the organisation is `U0CHARLY`", "write `U0CHARLIE`"),
    ("deputy: U0ALICE", "deputy: U0NOBODY", "organisation.yaml:25:13",
     "nobody in the organisation is `U0NOBODY`", ""),
    ("deputy: bob@example.com", "deputy: U0ALICE", "organisation.yaml:21:68",
     "the deputy of Billing is its owner", "name somebody else, or remove `deputy`"),
    ("holidays: DE-BE\n", "holidays: DE-BE\ncompany_days: [{date: 13-01, name: Ours}]\n", "organisation.yaml:4:23",
     "`13-01` is not a day", "write 2026-12-24, or 12-24 for every year"),
    ("holidays: DE-BE\n",
     "holidays: DE-BE\ncompany_days: [{date: 12-24, name: Ours}, {date: 12-24, name: Too}]\n",
     "organisation.yaml:4:50", "12-24 stands here twice", "keep one of them"),
    ("holidays: DE-BE\n", "holidays: DE-BE\nfreezes: [{from: 2026-12-24, until: 2026-12-20, name: Rest}]\n",
     "organisation.yaml:4:37", "2026-12-20 is before 2026-12-24", "write the last day, or swap the two"),
    ("holidays: DE-BE\n", "holidays: DE-BE\nfreezes: [{frm: 2026-12-24, until: 2026-12-28, name: Rest}]\n",
     "organisation.yaml:4:12", "unknown key `frm`", "write `from`"),
    ("holidays: DE-BE\n", "holidays: DE-BE\nfiscal_year_starts: aprli\n", "organisation.yaml:4:21",
     "`fiscal_year_starts` cannot be `aprli`", "write `april`"),
    ("holidays: DE-BE\n", "holidays: DE-BE\nchannel_posts_a_day: 0\n", "organisation.yaml:4:22",
     "`0` is not a number from 1 to 100", "write 1 to 100 in digits"),
    # In calendar.yaml
    ("FREQ=WEEKLY;BYDAY=WE\n      zone", "every Wedensday\n      zone", "calendar.yaml:10:16",
     "`wedensday` is neither a weekday nor a period", "write `Wednesday`"),
    ("FREQ=WEEKLY;BYDAY=WE\n      zone", "1 day after reveiw\n      zone", "calendar.yaml:10:16",
     "no ritual has the id `reveiw`", "write `review`"),
    ("FREQ=WEEKLY;BYDAY=WE\n      zone", "1 day after weekly\n      zone", "calendar.yaml:10:16",
     "`weekly` counts from itself: `weekly` counts from `weekly`", "let one of them say its own days"),
    ("FREQ=WEEKLY;BYDAY=WE\n      zone", "24 hours before review\n      zone", "calendar.yaml:12:15",
     "24 hours before review, which begins at 13:00, is not 10:00", "write `13:00`, or count in days"),
    ("FREQ=WEEKLY;BYDAY=WE\n      zone", "24 hours before review\n      zone", "calendar.yaml:11:13",
     "hours count on one clock, but `review` goes by `workspace`", "write `zone: workspace`, or count in days"),
    ("      zone: person\n", "      zone: person\n      except: [2026-11-26]\n", "calendar.yaml:12:16",
     "Weekly product update does not fall on Thursday 2026-11-26", "write `2026-11-25` or `2026-12-02`"),
    ("      zone: person\n", "      zone: person\n      extra: [2026-11-26, 2026-11-26]\n", "calendar.yaml:12:14",
     "2026-11-26 stands here twice", "keep one of them"),
    ("      zone: person\n", "      zone: person\n      except: [2026-11-25]\n      extra: [2026-11-25]\n",
     "calendar.yaml:13:14", "2026-11-25 is both `extra` and `except`", "keep one of them"),
    ("      zone: person\n", "      zone: person\n      pauses: [{from: 2026-12-01, until: 2026-12-04}]\n",
     "calendar.yaml:12:16", "`reason` is missing", "write why, so that people know"),
    ("starts: 2026-01-07", "starts: 2026-01-07\n      ends: 2026-01-01",
     "calendar.yaml:30:13", "it ends on 2026-01-01, before it starts", "write 2026-01-07 or later"),
    ("holidays: earlier", "holidays: earlier\n    holiday_calendar: USA", "calendar.yaml:26:23",
     "no holidays are known for `USA`", "write a country such as DE"),
    ("holidays: earlier", "holidays: earlier\n    freezes: kep", "calendar.yaml:26:14",
     "`freezes` cannot be `kep`", "write `keep`"),
    ("holidays: earlier", "holidays: earlier\n    mentions: sometimes", "calendar.yaml:26:15",
     "`mentions`: yes or no belongs here", "write `true` or `false`"),
    ("holidays: earlier", "holidays: earlier\n    mention: true", "calendar.yaml:26:5",
     "unknown key `mention`", "write `mentions`"),
    ("kind: weekly_update", "kind: weekly_updates", "calendar.yaml:4:11",
     "no ritual kind is called `weekly_updates`", "write `weekly_update`"),
    ("    owner: bob@example.com\n", "    owner: bop@example.com\n", "calendar.yaml:6:12",
     "nobody in the organisation is `bop@example.com`", "write `bob@example.com`"),
    ("    owner: bob@example.com\n", "    owner: Bob\n", "calendar.yaml:6:12", "`Bob` is not a person",
     "write their e-mail address or Slack member id"),
    ("[billing, search]", "[biling, search]", "calendar.yaml:7:13", "no area has the id `biling`",
     "write `billing`"),
    ("[billing, search]", "[billing, billing]", "calendar.yaml:7:22", "`billing` stands here twice",
     "keep one of them"),
    ("    artifact: Digest\n", "", "calendar.yaml:2:5", "`artifact` is missing",
     "What will exist after this that did not before? Name it or drop it."),
    ("    artifact: Digest\n", "    artifact:\n", "calendar.yaml:8:5", "`artifact` is empty",
     "What will exist after this that did not before? Name it or drop it."),
    ("    artifact: Digest\n", "    artefact: Digest\n    artifact: Digest\n", "calendar.yaml:8:5",
     "unknown key `artefact`", "write `artifact`"),
    ("FREQ=WEEKLY;BYDAY=WE\n      zone", "FREQ=HOURLY\n      zone", "calendar.yaml:10:16",
     "a ritual happens at most once a day", "write FREQ=DAILY, WEEKLY, MONTHLY or YEARLY"),
    ("      starts: 2026-01-07\n", "", "calendar.yaml:28:16", "every 2 weeks, counted from when?",
     "add `starts` with the first day"),
    ("starts: 2026-01-07", "starts: 2026-02-30", "calendar.yaml:29:15", "`2026-02-30` is not a date",
     "write year, month and day, such as 2026-11-25"),
    ("starts: 2026-01-07", "starts: 9999-12-31", "calendar.yaml:29:15", "`9999-12-31` is not a date",
     "write year, month and day, such as 2026-11-25"),
    ("zone: person", "zone: persons", "calendar.yaml:11:13", "`persons` is not a time zone",
     "write `person`, `workspace` or a region and a city, such as Europe/Berlin"),
    ("prompt: 10:00", "prompt: 10 am", "calendar.yaml:12:15", "`10 am` is not a time after the ritual's day",
     "write `10:00` or `+1 day 10:00`"),
    ("prompt: 10:00", "prompt: 24:00", "calendar.yaml:12:15", "`24:00` is not a time of day",
     "write hours and minutes from 00:00 to 23:59"),
    ("prompt: 10:00", "prompt: +1 day 09:00", "calendar.yaml:12:15",
     "the prompt goes out on the ritual's own day", "write `09:00`"),
    ("reminder: +1 day 10:00", "reminder: +1 day 14:00", "calendar.yaml:13:17",
     "the reminder, +1 day 14:00, is not between the prompt and the cutoff",
     "write a time after 10:00 and before +1 day 14:00"),
    ("cutoff: 17:00", "cutoff: 13:00", "calendar.yaml:31:15",
     "the cutoff, 13:00, is not after the prompt, 13:00", "write a later time, or `+1 day` before it"),
    ("publish: +1 day 16:00", "publish: 16:00", "calendar.yaml:15:16",
     "publishing at 16:00 is before the cutoff at +1 day 14:00", "write +1 day 14:00 or later"),
    ("catch_up: report", "catch_up: never", "calendar.yaml:26:15", "`catch_up` cannot be `never`",
     "write one of: all, latest, report"),
    ("  - id: review", "  - id: weekly", "calendar.yaml:16:9",
     "the id `weekly` is taken: it first stands on line 2", "give this one another id"),
    ("rituals:\n", "ritual:\n", "calendar.yaml:1:1", "unknown key `ritual`", "write `rituals`"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "place", "message", "mend"), SLIPS)
def test_a_slip_is_found_where_it_stands(
    loaded: Write, old: str, new: str, place: str, message: str, mend: str
) -> None:
    result = loaded((old, new))
    assert result.definitions is None
    found = [problem for problem in result.problems if problem.message == message]
    assert len(found) == 1, as_lines(result.problems)
    assert f"{found[0].file}:{found[0].line}:{found[0].column}" == f"cadences/{place}"
    assert found[0].mend.startswith(mend)


def test_rituals_that_count_in_a_circle_are_told_the_way_round(loaded: Write) -> None:
    result = loaded(
        ("FREQ=WEEKLY;BYDAY=WE\n      zone", "1 day after review\n      zone"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE\n      starts: 2026-01-07", "1 day after weekly"),
    )
    assert [problem.message for problem in result.problems] == [
        "`weekly` counts from itself: `weekly` counts from `review` counts from `weekly`",
        "`review` counts from itself: `review` counts from `weekly` counts from `review`",
    ]


def test_a_ritual_that_would_always_be_skipped_is_noticed(loaded: Write) -> None:
    result = loaded(
        ("FREQ=WEEKLY;BYDAY=WE\n      zone", "every Sunday\n      zone"),
        ("    areas: [", "    holidays: skip\n    areas: ["),
    )
    assert [problem.message for problem in result.problems] == [
        "it would never be held: nobody works on Sunday, and it is skipped then"
    ]


def test_keys_that_are_words_of_python_are_written_out_as_they_are_read(loaded: Write) -> None:
    """Also keys that have another name in the code."""
    pause = "      pauses: [{from: 2026-12-01, until: 2026-12-04, reason: Rest}]\n      except: [2026-11-25]\n"
    both = definitions(loaded(("      zone: person\n", f"      zone: person\n{pause}")))
    written = both.calendar.model_dump(mode="json", exclude_unset=True)
    assert written["rituals"][0]["schedule"]["except"] == ["2026-11-25"]
    assert written["rituals"][0]["schedule"]["pauses"][0]["from"] == "2026-12-01"
    assert Calendar.model_validate(written) == both.calendar


def test_slips_in_both_files_come_at_once_in_order(loaded: Write) -> None:
    result = loaded(
        ("kind: weekly_update", "kind: weekly"),
        ("name: Acme", "nam: Acme"),
        ("deputy: U0ALICE", "deputy: U0NOBODY\n    colour: red"),
    )
    assert [problem.message for problem in result.problems] == [
        "no ritual kind is called `weekly`",
        "`name` is missing",
        "unknown key `nam`",
        "unknown key `colour`",
    ]


def test_an_unknown_key_does_not_hide_times_in_the_wrong_order(loaded: Write) -> None:
    result = loaded(("cutoff: 17:00", "cutoff: 12:00\n      colour: red"))
    assert [problem.message for problem in result.problems] == [
        "the cutoff, 12:00, is not after the prompt, 13:00",
        "unknown key `colour`",
    ]


def test_an_unknown_key_does_not_hide_a_wrong_reference(loaded: Write) -> None:
    result = loaded(("name: Acme", "name: Acme\nmotto: x"), ("[billing, search]", "[billing, maps]"))
    assert [problem.message for problem in result.problems] == [
        "no area has the id `maps`",
        "unknown key `motto`",
    ]


def test_a_missing_file_is_a_problem_of_its_own(loaded: Write, tmp_path: Path) -> None:
    loaded()
    (tmp_path / "cadences" / "calendar.yaml").unlink()
    assert as_lines(load(tmp_path / "cadences").problems) == [
        "cadences/calendar.yaml:1:1 error: there is no such file",
        "    create calendar.yaml in this folder",
    ]


def test_the_kinds_that_exist_are_given(loaded: Write, tmp_path: Path) -> None:
    loaded()
    assert load(tmp_path / "cadences", kinds={"weekly_update", "review", "retro"}).definitions is not None
    problems = load(tmp_path / "cadences", kinds={"review"}).problems
    assert [problem.message for problem in problems] == ["no ritual kind is called `weekly_update`"]


def test_problems_can_be_read_by_programs(loaded: Write) -> None:
    assert as_data(loaded(("catch_up: report", "catch_up: al")).problems) == [
        {
            "file": "cadences/calendar.yaml",
            "line": 26,
            "column": 15,
            "message": "`catch_up` cannot be `al`",
            "mend": "write `all`",
            "level": "error",
            "rule": "",
        }
    ]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.integers(0, len(CALENDAR)),
    st.integers(0, 12),
    st.text(alphabet="ab:- #&*[]{}'\"|>?!%@,=;\n\t0", max_size=6),
    st.booleans(),
)
def test_whatever_one_does_to_the_files_loading_explains_and_does_not_crash(
    position: int, cut: int, insert: str, in_calendar: bool
) -> None:
    def spoilt(text: str) -> str:
        return text[:position] + insert + text[position + cut :]

    with TemporaryDirectory() as folder:
        (Path(folder) / "organisation.yaml").write_text(ORGANISATION if in_calendar else spoilt(ORGANISATION))
        (Path(folder) / "calendar.yaml").write_text(spoilt(CALENDAR) if in_calendar else CALENDAR)
        result = load(Path(folder))
    assert (result.definitions is None) == bool(result.problems)
    assert all(problem.line >= 1 and problem.column >= 1 and problem.message for problem in result.problems)
