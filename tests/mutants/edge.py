# ruff: noqa: E501 - lines of the code stand here as they are, indented once more
"""Promises at the edges: what arrives from Slack, what is written to a log, how a process starts and stops."""

from tests.mutants.mutant import Mutant

DISPATCH = "tests/test_dispatch.py::"
DOORS = "tests/test_doors.py::"
DATABASE = "tests/test_db.py::"
MARKUP = "tests/test_markup.py::"
BLOCKS = "tests/test_blocks.py::"
WORDS = "tests/test_words.py::"
LOGS = "tests/test_logs.py::"
NODE = "tests/test_node.py::"

MUTANTS = (
    Mutant(
        "a form is acknowledged before it is kept",
        "an acknowledgement means kept",
        "bot/updates/listeners.py",
        {
            "    try:\n        confirmation = await": "    await gesture.accept()\n    try:\n        confirmation = await"
        },
        ["tests/flows/test_weekly_update.py::test_when_the_database_fails_the_words_come_back"],
    ),
    Mutant(
        "a verb is told of success before the commit stands",
        "an acknowledgement means kept",
        "bot/writer.py",
        {
            "                job.done.set_result(job.result)\n": "                pass\n",
            "                _attempt(first, connection)\n": (
                "                _attempt(first, connection)\n                first.done.set_result(first.result)\n"
            ),
            "                        _attempt(job, connection)\n": (
                "                        _attempt(job, connection)\n"
                "                        job.done.set_result(job.result)\n"
            ),
        },
        [DATABASE + "test_success_is_told_only_after_the_commit_stands"],
    ),
    Mutant(
        "a verb that fails takes back what others wrote",
        "a failure costs nobody else their words",
        "bot/writer.py",
        {
            "        if not connection.connection.dbapi_connection.in_transaction:": (
                "        if connection.connection.dbapi_connection.in_transaction:"
            )
        },
        [DATABASE + "test_a_verb_that_fails_takes_back_only_its_own_writes"],
    ),
    Mutant(
        "the relay is woken before the commit",
        "who is woken finds what was committed",
        "bot/db.py",
        {
            "                yield session\n            self._wake_whom(session)\n": (
                "                yield session\n                self._wake_whom(session)\n"
            )
        },
        ["tests/delivery/test_outbox.py::test_a_promise_wakes_the_relay_after_the_commit"],
    ),
    Mutant(
        "a committed promise waits for the next look",
        "what is promised goes out at once",
        "bot/db.py",
        {'    session.info.setdefault("wake", set()).add(name)\n': "    return\n"},
        [DATABASE + "test_wakers_are_called_after_the_commit_of_a_verb_that_asked_for_it"],
    ),
    Mutant(
        "a commit need not reach the disk",
        "what was acknowledged survives a power cut",
        "bot/db.py",
        {'"synchronous=FULL"': '"synchronous=OFF"'},
        ["tests/test_durable.py::test_an_sqlite_commit_stands_on_disk_before_it_is_told"],
    ),
    Mutant(
        "a verb that PostgreSQL stopped is lost",
        "two people at once both succeed",
        "bot/db.py",
        {"    for _ in range(MOST_TRIES - 1):\n": "    for _ in range(0):\n"},
        [DATABASE + "test_two_verbs_that_wait_for_each_other_both_succeed"],
    ),
    Mutant(
        "typed words are lost with a form that failed",
        "what a person typed is never lost: they get it back",
        "bot/dispatch.py",
        {"handler, on_failure=_give_words_back)": "handler, on_failure=_say)"},
        [DISPATCH + "test_a_form_that_could_not_be_kept_gives_back_every_word"],
    ),
    Mutant(
        "people of other workspaces are served",
        "a workspace is for its own people",
        "bot/dispatch.py",
        {"if team is not None and team != house.workspace_id:": "if False:"},
        [DISPATCH + "test_someone_of_another_workspace_is_turned_away"],
    ),
    Mutant(
        "a bug answers nothing",
        "every gesture is answered, also when we failed",
        "bot/dispatch.py",
        {"            await on_failure(gesture, APOLOGY + typed)\n": "            pass\n"},
        [DISPATCH + "test_a_bug_is_apologised_for_with_the_words_that_were_typed"],
    ),
    Mutant(
        "an acknowledgement waits for all that is said",
        "every gesture is acknowledged within Slack's three seconds",
        "bot/doors.py",
        {
            "    asyncio.create_task(handle(replace(arrival, ack=acknowledge))).add_done_callback(ended)\n"
            "    await acknowledged\n": "    await handle(replace(arrival, ack=acknowledge))\n"
        },
        [DOORS + "test_an_acknowledgement_does_not_wait_for_what_is_said_afterwards"],
    ),
    Mutant(
        "anybody may speak in Slack's name",
        "what Slack did not sign is refused",
        "bot/doors.py",
        {"request_verification_enabled=signing_secret is not None": "request_verification_enabled=False"},
        [DOORS + "test_what_slack_did_not_sign_is_refused"],
    ),
    Mutant(
        "whatever is sent is read",
        "nobody fills the memory from outside",
        "bot/doors.py",
        {"if not length.isdigit() or int(length) > LARGEST_BODY:": "if False:"},
        [DOORS + "test_what_is_too_large_is_not_even_read"],
    ),
    Mutant(
        "people's words are markup",
        "nothing a person typed can mention, link or notify",
        "bot/markup.py",
        {'.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")': ""},
        [MARKUP + "test_typed_markup_stays_words"],
    ),
    Mutant(
        "people's words may call everybody",
        "no @channel or @here ever, not even through people's words",
        "bot/markup.py",
        {
            'return _MASS_MENTION.sub(lambda found: found[1] or "@\\u200b", text) if "@" in text else text': "return text"
        },
        [MARKUP + "test_nobody_can_call_everybody"],
    ),
    Mutant(
        "nobody looks at the finished message for mass mentions",
        "no @channel or @here ever",
        "bot/blocks/wording.py",
        {'    if "@" in value and _MASS_MENTION.search(': "    if False and _MASS_MENTION.search("},
        ["tests/test_blocks_check.py::test_a_message_is_refused_with_the_reason"],
    ),
    Mutant(
        "templates put people's words in as they are",
        "words in templates are escaped by the file's name",
        "bot/words.py",
        {
            '".mrkdwn.j2": _Environment(loader, markup.escape, aliases)': '".mrkdwn.j2": _Environment(loader, str, aliases)'
        },
        [WORDS + "test_slack_markup_escapes_what_people_typed_and_nothing_else"],
    ),
    Mutant(
        "a name that is missing in a template shows nothing",
        "a broken template is explained with its line",
        "bot/words.py",
        {"            undefined=StrictUndefined,\n": ""},
        [WORDS + "test_a_broken_template_is_explained_with_its_line"],
    ),
    Mutant(
        "a message's top-level text says nothing",
        "every message carries text that says what its blocks say",
        "bot/blocks/compose.py",
        {"said = spoken(laid_out) if text is None else": 'said = Mrkdwn("New message") if text is None else'},
        [BLOCKS + "test_a_message_says_in_words_what_its_blocks_say"],
    ),
    Mutant(
        "messages are not checked as they are built",
        "what Slack would refuse is noticed where it is written",
        "bot/blocks/compose.py",
        {"        check_message(self.payload())\n": "        pass\n"},
        [BLOCKS + "test_a_message_is_checked_when_it_is_built"],
    ),
    Mutant(
        "secrets are written into the log",
        "no credential reaches the log by any road",
        "bot/logs.py",
        {"return redact(super().format(record))": "return super().format(record)"},
        [LOGS + "test_no_credential_reaches_the_log_by_any_road"],
    ),
    Mutant(
        "people's words can pass for a line of the log",
        "a log line is one event",
        "bot/logs.py",
        {"return repr(value) if isinstance(value, str) and not value.isprintable() else value": "return value"},
        ["tests/test_log_lines.py::test_words_in_the_event_itself_stay_on_its_line"],
    ),
    Mutant(
        "settings show their secrets",
        "secrets do not show when settings are printed",
        "bot/settings.py",
        {'return "Secret(hidden)"': "return self._value"},
        ["tests/test_settings.py::test_secrets_do_not_show_when_settings_are_printed"],
    ),
    Mutant(
        "a process starts on a schema it does not know",
        "an old or newer database is refused, with the command that mends it",
        "bot/node.py",
        {"await asyncio.to_thread(migrations.require_current, self._db.engine)": "pass"},
        [NODE + "test_a_schema_that_is_behind_says_which_command_mends_it"],
    ),
    Mutant(
        "what a dead machine left behind keeps everybody from starting",
        "only a machine that lives has an SQLite file to itself",
        "bot/node.py",
        {"            if before.get(node) != (host, beat_at):\n": "            if True:\n"},
        [NODE + "test_what_a_dead_machine_left_behind_keeps_nobody_from_starting"],
    ),
    Mutant(
        "a process without its database says that it is ready",
        "whoever watches sees what is wrong",
        "bot/node.py",
        {
            'return {"database": type(error).__name__, "slack": self._connection.slack_is_lost()}': (
                'return {"database": None, "slack": self._connection.slack_is_lost()}'
            )
        },
        [NODE + "test_a_process_whose_database_is_gone_is_alive_but_not_ready"],
    ),
    Mutant(
        "a rolled-back transaction wakes the other processes",
        "processes are told of commits, and of nothing else",
        "bot/db.py",
        {
            "            with session.begin():\n                yield session\n            self._wake_whom(session)\n": (
                "            try:\n"
                "                with session.begin():\n"
                "                    yield session\n"
                "            finally:\n"
                "                self._wake_whom(session)\n"
            )
        },
        ["tests/databases/test_notify.py::test_a_transaction_that_is_rolled_back_wakes_nobody"],
    ),
    Mutant(
        "an operator's retry sends what has arrived",
        "what is past or under way cannot be moved by hand",
        "bot/operations.py",
        {"    if message.state not in (DEAD, HELD):\n": "    if False:\n"},
        ["tests/test_operations.py::test_what_is_past_or_under_way_cannot_be_moved"],
    ),
    Mutant(
        "the manifest asks for less than the rooms answer to",
        "Slack is told of every command, shortcut and event",
        "bot/manifest.yaml",
        {"/launch-ready": "/launch-redy"},
        ["tests/test_manifest.py::test_the_file_in_the_tree_is_what_the_rooms_register"],
    ),
)
