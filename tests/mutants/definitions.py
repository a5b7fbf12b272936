"""Promises about definitions, the command line and the demo: bad input gets a clear error, and nothing else."""

from tests.mutants.mutant import Mutant

LOADING = "tests/definitions/test_loading.py::"
RECURRENCE = "tests/definitions/test_recurrence.py::"
RULES = "tests/definitions/test_releases.py::"
CLASSES = "tests/definitions/test_decisions.py::"
INSIGHTS = "tests/definitions/test_insights.py::"
YAML = "tests/test_yamlfile.py::"
COMMAND_LINE = "tests/test_command_line.py::"
DEMO = "tests/demo/test_company.py::"
RITUALS = "tests/definitions/test_check_rituals.py::"

MUTANTS = (
    Mutant(
        "definitions with mistakes are taken on",
        "a bad definition never takes down a running bot",
        "bot/definitions/loading.py",
        {"    if errors:\n        return Loaded(None": "    if False:\n        return Loaded(None"},
        [LOADING + "test_a_slip_is_found_where_it_stands"],
    ),
    Mutant(
        "a mistake is shown a line below its place",
        "a mistake is shown with its line and column",
        "bot/yamlfile.py",
        {
            "return Problem(self.file, *places[path], message, mend, level, rule)": (
                "return Problem(self.file, places[path][0] + 1, places[path][1], message, mend, level, rule)"
            )
        },
        [LOADING + "test_a_slip_is_found_where_it_stands"],
    ),
    Mutant(
        "an area's owner may be nobody",
        "every area has an owner whom the organisation names",
        "bot/definitions/check.py",
        {'        yield from unknown(("areas", i, "owner"), area.owner)\n': ""},
        [LOADING + "test_a_slip_is_found_where_it_stands"],
    ),
    Mutant(
        "a deputy may be the owner",
        "somebody else stands in for an owner",
        "bot/definitions/check.py",
        {"        if area.deputy and _same(organisation, area.owner, area.deputy):\n": "        if False:\n"},
        [LOADING + "test_a_slip_is_found_where_it_stands"],
    ),
    Mutant(
        "an unknown kind of ritual is accepted",
        "what a ritual does is known when the calendar is checked",
        "bot/definitions/check.py",
        {"        if ritual.kind not in kinds:\n": "        if False:\n"},
        [LOADING + "test_the_kinds_that_exist_are_given"],
    ),
    Mutant(
        "a review needs no minutes in its agenda",
        "every review has an agenda with minutes",
        "bot/definitions/check_rituals.py",
        {"        if not minutes_of(point):\n": "        if False:\n"},
        [RITUALS + "test_a_ritual_that_cannot_be_run_or_judged_is_told_where_it_stands"],
    ),
    Mutant(
        "what asks nobody counts among the rituals that take time",
        "a seventh ritual that takes people's time is asked about",
        "bot/definitions/calendar.py",
        {"        return not self.asks_nobody and not isinstance": "        return not isinstance"},
        [RITUALS + "test_any_calendar_is_told_of_its_seventh_and_only_of_that"],
    ),
    Mutant(
        "rituals overlap when half of their people are the same",
        "a ritual with most of another's people and the same inputs is told of",
        "bot/definitions/check_rituals.py",
        {"SAME, FEWEST_SAME = 0.7, 2": "SAME, FEWEST_SAME = 0.5, 2"},
        [RITUALS + "test_any_two_reviews_overlap_when_most_of_their_people_are_the_same"],
    ),
    Mutant(
        "a warning keeps definitions from being used",
        "what may be meant so is a warning, and no mistake",
        "bot/definitions/loading.py",
        {'errors = tuple(each for each in found if each.level == "error")': "errors = tuple(found)"},
        [RITUALS + "test_only_a_mistake_keeps_definitions_from_being_used"],
    ),
    Mutant(
        "a rule that never falls is accepted",
        "a senseless rule is explained",
        "bot/definitions/recurrence.py",
        {
            'return None if falls else Complaint("the rule never falls on any day", "check its months and days")': (
                "return None"
            )
        },
        [RECURRENCE + "test_a_senseless_rule_is_explained"],
    ),
    Mutant(
        "every second week is counted from wherever one looks",
        "a rule falls on the same days wherever one starts to look",
        "bot/definitions/recurrence.py",
        {
            "recurrence = _recurrence(rule, starts or date(first.year - 1, 1, 1))": (
                "recurrence = _recurrence(rule, date(first.year - 1, 1, 1))"
            )
        },
        [RECURRENCE + "test_every_second_week_counts_from_its_start_in_whatever_year_one_looks"],
    ),
    Mutant(
        "an item may be due before anybody knows of it",
        "an item is due within its tier's lead time",
        "bot/definitions/check.py",
        {"            if days > lead_time:\n": "            if False:\n"},
        [RULES + "test_a_mistake_is_shown_at_its_place_with_what_to_write"],
    ),
    Mutant(
        "product ops may decide about the product",
        "product ops informs, and product managers keep the decision rights",
        "bot/definitions/check_decisions.py",
        {"        if decision_class.product:\n": "        if False:\n"},
        [CLASSES + "test_a_mistake_is_shown_at_its_place_with_what_to_write"],
    ),
    Mutant(
        "the lead of a function is their own backup",
        "every decider has a backup who is somebody else",
        "bot/definitions/check_decisions.py",
        {"        if decider is not None and decider == backup and": "        if False and"},
        [CLASSES + "test_a_mistake_is_shown_at_its_place_with_what_to_write"],
    ),
    Mutant(
        "what is said about some theme goes nowhere",
        "each area and theme has a forum or a route",
        "bot/definitions/check_routes.py",
        {"    if rest := left(every, shares):\n": "    if (rest := left(every, shares)) and False:\n"},
        [INSIGHTS + "test_a_mistake_is_shown_at_its_place_with_what_to_write"],
    ),
    Mutant(
        "a route tells everybody what is restricted",
        "restricted insights never appear in a wider channel",
        "bot/definitions/check_routes.py",
        {"    if route.forum.channel not in (None, restricted.channel):\n": "    if False:\n"},
        [INSIGHTS + "test_a_mistake_is_shown_at_its_place_with_what_to_write"],
    ),
    Mutant(
        "a source that nobody vouches for is taken on",
        "each source has an owner",
        "bot/definitions/check_insights.py",
        {" or list(_gone(source, path, organisation, document))": ""},
        [INSIGHTS + "test_a_mistake_is_shown_at_its_place_with_what_to_write"],
    ),
    Mutant(
        "an alias bomb is written out",
        "no file whatsoever takes down the reader",
        "bot/yamlfile.py",
        {"MAX_VALUES = 50_000": "MAX_VALUES = 50_000_000"},
        [YAML + "test_aliases_that_multiply_are_refused"],
    ),
    Mutant(
        "a check with mistakes ends well",
        "exit codes tell programs that there are mistakes",
        "bot/terminal/definitions.py",
        {"    if loaded.problems:\n        raise typer.Exit(1)\n": ""},
        [COMMAND_LINE + "test_mistakes_are_shown_where_they_are_and_exit_1"],
    ),
    Mutant(
        "the demo's update is due at its usual time",
        "the demo's weekly update is due in a minute, for everybody",
        "bot/demo/company.py",
        {"      prompt: {prompt:%H:%M}\n": "      prompt: 10:00\n"},
        [DEMO + "test_the_weekly_update_is_due_at_that_minute_for_everybody"],
    ),
    Mutant(
        "the demo's past is left out",
        "the demo has three months of history",
        "bot/demo/story.py",
        {"WEEKS = 12": "WEEKS = 1"},
        ["tests/demo/test_history.py::test_every_story_is_about_an_area_of_the_company"],
    ),
)
