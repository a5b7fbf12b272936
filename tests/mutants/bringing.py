"""Promises about how insights come in: where they go on, what is asked before they are kept, what counts once."""

from tests.mutants.mutant import Mutant

BRINGING = "tests/insights/test_bringing.py::"
OUTSIDE = "tests/insights/test_outside.py::"
TABLES = "tests/insights/test_imports.py::"

MUTANTS = (
    Mutant(
        "an insight goes on in the thread of a channel shared with another company",
        "where people of another company read, Drumbeat speaks up with nothing",
        "bot/pointing.py",
        {"and not (is_shared(found) or direct or": "and not (direct or"},
        [BRINGING + "test_where_drumbeat_must_not_speak_up_it_goes_on_in_a_direct_message"],
    ),
    Mutant(
        "an insight goes on in the thread of a channel that Drumbeat is not in",
        "a submitter hears where Drumbeat can speak",
        "bot/pointing.py",
        {'bool(found.get("is_member")) and ': ""},
        [BRINGING + "test_where_drumbeat_must_not_speak_up_it_goes_on_in_a_direct_message"],
    ),
    Mutant(
        "a restricted insight goes on where it was heard",
        "what is restricted stands in no channel",
        "bot/insights/capturing.py",
        {"if spot is not None and not insight.restricted and": "if spot is not None and"},
        [BRINGING + "test_only_readers_see_what_is_sensitive"],
    ),
    Mutant(
        "the emoji counts everywhere",
        "the emoji counts in the channels that are watched",
        "bot/insights/pointed.py",
        {"    return not watched or": "    return True or"},
        [BRINGING + "test_it_counts_only_in_the_channels_that_are_watched"],
    ),
    Mutant(
        "one of two rooms with an emoji is deaf",
        "each room answers to its emoji",
        "bot/offers.py",
        {"    mine = [room for room in rooms if": "    mine = [room for room in rooms[:1] if"},
        [BRINGING + "test_decisions_and_insights_each_answer_to_their_emoji_also_when_it_is_the_same"],
    ),
    Mutant(
        "personal data is kept unasked",
        "what looks like personal data is asked about before it is kept",
        "bot/insights/capturing.py",
        {"        raise PersonalData(found)\n": "        return bringer, captured\n"},
        [BRINGING + "test_personal_data_is_asked_about_before_anything_is_kept_and_no_word_is_lost"],
    ),
    Mutant(
        "a form that asks about personal data is empty",
        "no typed word is lost",
        "bot/insights/capture_listeners.py",
        {"_releases(session, house), typed, found=found)": "_releases(session, house), {}, found=found)"},
        [BRINGING + "test_personal_data_is_asked_about_before_anything_is_kept_and_no_word_is_lost"],
    ),
    Mutant(
        "what comes twice at once is two insights",
        "the same form counts once",
        "bot/insights/capturing.py",
        {"            savepoint.rollback()\n": "            pass\n"},
        ["tests/databases/test_capturing_at_once.py::test_a_form_that_is_sent_twice_at_once_is_one_insight"],
    ),
    Mutant(
        "programs read what is restricted",
        "a restricted insight is not there for a program",
        "bot/insights/outside.py",
        {" if not is_for_readers(session, house, each)]": "]"},
        [OUTSIDE + "test_a_restricted_one_is_not_there_for_programs_nor_in_the_channel"],
    ),
    Mutant(
        "programs are answered with what is restricted",
        "a restricted insight is not there for a program",
        "bot/insights/outside.py",
        {"    if insight.restricted:\n": "    if False:\n"},
        [OUTSIDE + "test_a_restricted_one_is_not_there_for_programs_nor_in_the_channel"],
    ),
    Mutant(
        "a ref counts once for all sources",
        "the same ref of the same source counts once, and of another source again",
        "bot/insights/outside.py",
        {'f"ref:{source}:{ref}"': 'f"ref:{ref}"'},
        [OUTSIDE + "test_the_same_ref_of_the_same_source_counts_once"],
    ),
    Mutant(
        "the right lines of a wrong table of insights are kept",
        "a table of insights is taken over as a whole",
        "bot/insights/imports.py",
        {"    if tried or any(result.kind == WRONG for result in results):": "    if tried:"},
        [TABLES + "test_one_wrong_line_keeps_all_others_out_and_each_says_what_is_wrong"],
    ),
)
