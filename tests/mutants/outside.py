"""Promises to other systems: who is answered, what is done once, what a table does."""

from tests.mutants.mutant import Mutant

CALLS = "tests/api/test_calls.py::"
RELEASES = "tests/releases/test_outside.py::"
TABLES = "tests/releases/test_imports.py::"
FLOW = "bot/api/flow.py"

MUTANTS = (
    Mutant(
        "a revoked token is still good",
        "a revoked token is good no more",
        "bot/api/model.py",
        {
            "Token.secret_hash == secret_hash, Token.revoked_at.is_(None)\n": "Token.secret_hash == secret_hash\n",
        },
        [CALLS + "test_a_revoked_token_is_good_no_more"],
    ),
    Mutant(
        "a token is good in every workspace",
        "a token is for one workspace",
        "bot/api/model.py",
        {
            "Token.workspace_id == house.workspace_id, Token.secret_hash": "Token.secret_hash",
        },
        [CALLS + "test_a_token_of_another_workspace_is_nobodys_here"],
    ),
    Mutant(
        "a token may ask for everything",
        "a token asks only for what it was made for",
        FLOW,
        {"if endpoint.may not in token.may:": "if False:"},
        [CALLS + "test_a_token_may_only_ask_for_what_it_was_made_for"],
    ),
    Mutant(
        "a program may call without end",
        "a program that calls too often waits",
        "bot/api/tokens.py",
        {"if token.calls > CALLS_A_MINUTE:": "if False:"},
        [CALLS + "test_more_calls_than_are_taken_in_a_minute_wait_for_the_next"],
    ),
    Mutant(
        "the same key acts again",
        "the same key acts once",
        FLOW,
        {"(before := model.kept(session, house, token, key))": "(before := None)"},
        [CALLS + "test_the_same_key_acts_once_and_answers_the_same"],
    ),
    Mutant(
        "a key answers another request as well",
        "a key is for one request",
        FLOW,
        {"        if before.asked != asked:": "        if False:"},
        [CALLS + "test_the_same_key_with_another_request_is_refused"],
    ),
    Mutant(
        "two calls of one program go side by side",
        "of calls at once each counts",
        "bot/api/model.py",
        {"session.scalar(query.with_for_update())": "session.scalar(query)"},
        [CALLS + "test_of_calls_at_once_each_counts"],
    ),
    Mutant(
        "what is refused stays done",
        "what is refused leaves no trace",
        FLOW,
        {"        with session.begin_nested():": "        if True:"},
        [CALLS + "test_what_was_refused_may_be_mended_and_sent_again_under_its_key"],
    ),
    Mutant(
        "a token stands in the log",
        "no secret reaches the log",
        "bot/logs.py",
        {'r"\\bdrumbeat_[0-9a-f]{16,}"': 'r"\\bnothing"'},
        ["tests/api/test_tokens.py::test_each_secret_is_another_and_is_blotted_out_of_the_log"],
    ),
    Mutant(
        "what is there already is done again",
        "a pipeline that says the same again does nothing",
        "bot/releases/outside.py",
        {"if wanted.state in (None, release.state):": "if wanted.state is None:"},
        [RELEASES + "test_with_a_go_it_is_live_and_said_once"],
    ),
    Mutant(
        "a program decides",
        "a program decides nothing",
        "bot/releases/rollout.py",
        {" and not is_program(slack_id)": ""},
        [RELEASES + "test_a_stop_needs_a_reason_and_decides_nothing_in_anybodys_name"],
    ),
    Mutant(
        "the right lines of a wrong table are registered",
        "a table is registered as a whole",
        "bot/csvfile.py",
        {"        if tried or any(result.kind == WRONG for result in results):": "        if tried:"},
        [TABLES + "test_one_wrong_line_keeps_all_others_out_and_each_says_what_is_wrong"],
    ),
    Mutant(
        "a try registers",
        "a try does nothing",
        "bot/csvfile.py",
        {"        if tried or any(": "        if any("},
        [TABLES + "test_a_try_says_the_same_and_does_nothing"],
    ),
    Mutant(
        "a table knows a release only by its ref",
        "what is there already stays as it is",
        "bot/releases/outside.py",
        {" or model.by_slug(session, house, slug(name))": ""},
        [TABLES + "test_what_was_registered_in_slack_is_known_by_its_name"],
    ),
)
