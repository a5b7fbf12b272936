"""Breakages of what insights are found, compared and masked by."""

from tests.mutants.mutant import Mutant

LIKENESS, FOUND = "tests/insights/test_likeness.py::", "tests/databases/test_insight_search.py::"
SUGGESTING, PERSONAL = "tests/insights/test_suggesting.py::", "tests/test_personal.py::"

MUTANTS = (
    Mutant(
        "whoever looks for words finds restricted insights",
        "restricted insights are seen by those who may",
        "bot/insights/model.py",
        {"        query = query.where(seen)\n    return WORDS": "        query = query.where()\n    return WORDS"},
        [FOUND + "test_what_somebody_may_not_see_they_do_not_find"],
    ),
    Mutant(
        "a restricted insight is suggested as a duplicate to everybody",
        "restricted insights are seen by those who may",
        "bot/insights/likeness.py",
        {"        query = query.where(seen)\n": "        query = query.where()\n"},
        [LIKENESS + "test_what_somebody_may_not_see_is_not_suggested_nor_speaks_for_another"],
    ),
    Mutant(
        "what is out of scope is suggested as a duplicate",
        "only what counts is suggested",
        "bot/insights/likeness.py",
        {"insight.state not in (MERGED, OUT_OF_SCOPE)": "insight.state != MERGED"},
        [LIKENESS + "test_what_is_out_of_scope_is_not_suggested"],
    ),
    Mutant(
        "what says the same as a merged insight is not suggested",
        "a merged insight speaks for the one it was merged into",
        "bot/insights/likeness.py",
        {"insight = found.get(insight.merged_into or 0)": "insight = None"},
        [LIKENESS + "test_a_merged_insight_speaks_for_the_one_it_was_merged_into"],
    ),
    Mutant(
        "what shares only common words is lost among many",
        "a duplicate is suggested however many insights there are",
        "bot/search.py",
        {'return self._ids(session, {"": ways}).get("", []) if ways else []': "return []"},
        [LIKENESS + "test_what_hides_among_many_with_the_same_common_words_is_suggested"],
    ),
    Mutant(
        "a misspelt word says nothing",
        "duplicates are suggested in spite of typos",
        "bot/insights/likeness.py",
        {"            sure[meaning] = NEARLY_SURE\n": "            pass\n"},
        [LIKENESS + "test_a_misspelt_word_is_understood"],
    ),
    Mutant(
        "common words tell as much as rare ones",
        "duplicates are suggested better than by keywords",
        "bot/insights/likeness.py",
        {"log(1 + (number + 1) / (count + 0.5))": "1.0"},
        [LIKENESS + "test_duplicates_are_suggested_better_than_by_keywords"],
    ),
    Mutant(
        "an area is suggested though what is like it disagrees",
        "what is unclear is left open",
        "bot/insights/suggesting.py",
        {"MAJORITY * sum(weights.values())": "0"},
        [SUGGESTING + "test_it_is_not_sure_when_nothing_is_like_it_or_when_they_disagree"],
    ),
    Mutant(
        "any long number is taken for a card's",
        "order numbers are no card numbers",
        "bot/personal.py",
        {"    return total % 10 == 0\n": "    return True\n"},
        [PERSONAL + "test_what_only_looks_a_little_like_it_is_left_alone"],
    ),
    Mutant(
        "order numbers are taken for phone numbers",
        "order numbers are no phone numbers",
        "bot/personal.py",
        {"return bool(_DATE.match(value) or _COUNTED.search(before))": "return bool(_DATE.match(value))"},
        [PERSONAL + "test_what_only_looks_a_little_like_it_is_left_alone"],
    ),
    Mutant(
        "what comes to light by masking stays",
        "masked text holds nothing personal",
        "bot/personal.py",
        {"    while all_found := found(text):\n": "    if all_found := found(text):\n"},
        [PERSONAL + "test_a_masked_text_holds_nothing_more"],
    ),
)
