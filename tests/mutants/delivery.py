"""Promises of delivery: nothing lost, nothing said twice, at Slack's pace."""

from tests.mutants.mutant import Mutant

PROMISE = "tests/databases/test_delivery.py::"
SPEED = "tests/delivery/test_speed.py::"
PACING = "tests/delivery/test_pacing.py::"
RELAY = "tests/delivery/test_relay.py::"
SLACK = "tests/delivery/test_slack.py::"
OUTBOX = "tests/delivery/test_outbox.py::"
REFUSAL = "tests/databases/test_refusal.py::"
MENDING = "tests/databases/test_mending.py::"
RETENTION = "tests/databases/test_retention.py::"
ROUTINE = "tests/delivery/test_routine.py::"
SHARE = "tests/delivery/test_any_share.py::test_no_channel_gets_more_than_its_share_and_all_is_said_in_order"

_ROUTINE = (
    Mutant(
        "a channel gets one routine post more than its share",
        "no channel gets more routine posts a day than the organisation wants",
        "bot/delivery/routine.py",
        {"< routine.most:": "<= routine.most:"},
        [ROUTINE + "test_what_comes_after_a_days_share_goes_into_the_thread_of_the_last", SHARE],
    ),
    Mutant(
        "routine posts are counted while another node posts",
        "the same, by however many nodes",
        "bot/delivery/outbox.py",
        {"        hold_lane(session, workspace_id, channel)\n        thread_of": "        thread_of"},
        ["tests/databases/test_routine.py::test_whoever_posts_second_waits_to_see_what_becomes_of_the_first"],
    ),
    Mutant(
        "a routine post is given up with the one in whose thread it was to stand",
        "what goes into another's thread is not lost with it",
        "bot/delivery/claim.py",
        {"(*routine.LEFT, None):": "():"},
        [ROUTINE + "test_what_was_to_stand_in_a_lost_thread_stands_in_another", SHARE],
    ),
    Mutant(
        "what waits for a lost thread is not counted",
        "the same share also when a post is lost",
        "bot/delivery/routine.py",
        {"or_(OUTBOX.c.target.is_(None), _parent.c.state": "or_(OUTBOX.c.target.is_(None), OUTBOX.c.marker"},
        [ROUTINE + "test_what_waits_for_a_lost_thread_will_have_its_place", SHARE],
    ),
    Mutant(
        "a routine post waits for a thread behind itself",
        "no post waits for one that waits for it",
        "bot/delivery/routine.py",
        {"if each.state == SENT]": "]"},
        [ROUTINE + "test_what_waits_for_a_lost_thread_will_have_its_place", SHARE],
    ),
    Mutant(
        "a deleted thread takes with it what was to stand there",
        "what somebody else deletes loses nothing",
        "bot/delivery/settle.py",
        {"reason in NO_THREAD": "False"},
        [ROUTINE + "test_when_somebody_deletes_the_thread_it_stands_in_the_channel"],
    ),
    Mutant(
        "a corrected routine post says no more why it stands in a thread",
        "a post in a thread says why",
        "bot/delivery/claim.py",
        {"_noted(payload, head.parent_note, head.parent_target)": "payload"},
        [ROUTINE + "test_corrections_find_it_there_and_keep_the_line"],
    ),
)

MUTANTS = (
    *_ROUTINE,
    Mutant(
        "Slack's client tries again by itself",
        "after a lost answer nothing is said twice",
        "bot/delivery/slack.py",
        {"session=session, retry_handlers=[])": "session=session)"},
        [PROMISE + "test_a_lost_answer_leaves_one_copy"],
    ),
    Mutant(
        "a request may take as long as it likes",
        "a request has ended, one way or the other, before its message is sent again",
        "bot/delivery/slack.py",
        {"ClientTimeout(total=REQUEST / 1_000)": "ClientTimeout(sock_read=REQUEST / 1_000)"},
        ["tests/delivery/test_client.py::test_a_request_ends_within_ten_seconds_all_in_all"],
    ),
    Mutant(
        "no quiet time before sending again",
        "what Slack takes late is not said twice",
        "bot/delivery/claim.py",
        {"SETTLED_AFTER = REQUEST + QUIET": "SETTLED_AFTER = 0"},
        [PROMISE + "test_a_lost_request_is_made_again_once_it_can_no_longer_arrive"],
    ),
    Mutant(
        "messages bear no marker",
        "whether Slack took a message can be found out",
        "bot/delivery/slack.py",
        {
            '{**blocks[0], "block_id": f"mk:{call.marker}"}': "{**blocks[0]}",
            '"event_payload": {"k": call.marker}': '"event_payload": {}',
        },
        [PROMISE + "test_a_lost_answer_leaves_one_copy"],
    ),
    Mutant(
        "the marker is in the metadata alone",
        "the marker is found also where metadata cannot be read",
        "bot/delivery/slack.py",
        {'{**blocks[0], "block_id": f"mk:{call.marker}"}': "{**blocks[0]}"},
        [SLACK + "test_a_post_carries_its_marker_twice_and_unfurls_nothing"],
    ),
    Mutant(
        "the marker is in the block alone",
        "the marker is found also in a message without blocks",
        "bot/delivery/slack.py",
        {'"event_payload": {"k": call.marker}': '"event_payload": {}'},
        [SLACK + "test_a_message_without_blocks_is_found_by_its_metadata"],
    ),
    Mutant(
        "a change brings a marker of its own",
        "a changed message is still found by its marker",
        "bot/delivery/claim.py",
        {"noted, head.parent_marker, ts=head.parent_ts": "noted, head.marker, ts=head.parent_ts"},
        ["tests/delivery/test_marker.py::test_a_changed_message_is_still_found_by_its_first_marker"],
    ),
    Mutant(
        "states are compared with bound values",
        "looking for work reads no more, however much was said before",
        "bot/delivery/model.py",
        {"return state == literal_column(\"'sending'\")": 'return state == "sending"'},
        ["tests/delivery/test_states.py::test_a_state_is_compared_as_a_literal"],
    ),
    Mutant(
        "the index of open messages is not seen",
        "looking for work reads no more, however much was said before",
        "bot/delivery/model.py",
        {
            "return and_(is_open(state), state == literal_column(\"'queued'\"))": (
                "return state == literal_column(\"'queued'\")"
            )
        },
        [SPEED + "test_looking_for_work_never_reads_what_is_done"],
    ),
    Mutant(
        "a claim is not written down before the request",
        "after a crash it is known what may have been posted",
        "bot/delivery/claim.py",
        {"        state=SENDING,\n": "        state=OUTBOX.c.state,\n"},
        [PROMISE + "test_another_node_takes_over_from_one_that_died[sqlite]"],
    ),
    Mutant(
        "a failure counts under whatever claim",
        "an old failure does not undo what another process has begun",
        "bot/delivery/settle.py",
        {"message is None or message.fence != claim.fence or": "message is None or"},
        [PROMISE + "test_an_old_failure_is_no_news_but_an_old_success_is[sqlite]"],
    ),
    Mutant(
        "a success counts only under the latest claim",
        "that Slack has it is believed from whomever, however late",
        "bot/delivery/settle.py",
        {
            "    if isinstance(outcome, Sent):\n": (
                "    claimed = session.get_one(OutboxMessage, claim.id)\n"
                "    if isinstance(outcome, Sent) and claimed.fence == claim.fence:\n"
            )
        },
        [PROMISE + "test_an_old_failure_is_no_news_but_an_old_success_is[sqlite]"],
    ),
    Mutant(
        "a claim is acted on however old it is",
        "a process that slept does not say what another has taken over",
        "bot/delivery/relay.py",
        {"        if late_by > 0:\n": "        if False:\n"},
        [RELAY + "test_a_claim_that_was_slept_over_is_not_acted_on"],
    ),
    Mutant(
        "the newest message of a channel goes first",
        "a channel hears things in their order",
        "bot/delivery/claim.py",
        {"select(func.min(_first.c.id))": "select(func.max(_first.c.id))"},
        [PROMISE + "test_a_channel_hears_things_in_order_and_one_a_second[sqlite]"],
    ),
    Mutant(
        "several messages of a channel are under way at once",
        "what comes after a message in doubt waits for it",
        "bot/delivery/claim.py",
        {"            is_open(_first.c.state),\n": "            is_queued(_first.c.state),\n"},
        [PROMISE + "test_what_comes_after_a_message_in_doubt_waits_for_it[sqlite]"],
    ),
    Mutant(
        "a channel is spoken to without a pause",
        "a channel hears one message a second",
        "bot/delivery/pacing.py",
        {"LANE_INTERVAL = 1_050": "LANE_INTERVAL = 0"},
        [PACING + "test_no_channel_hears_more_than_one_message_a_second"],
    ),
    Mutant(
        "what one process says does not count for the others",
        "all processes together keep a workspace's pace",
        "bot/delivery/claim.py",
        {"pacing.after(pace.tat, now, pace.interval, posts)": "pace.tat"},
        [PACING + "test_a_workspace_hears_a_burst_and_then_its_rate"],
    ),
    Mutant(
        "messages are changed as fast as they are posted",
        "Slack complains of nothing",
        "bot/delivery/claim.py",
        {"pacing.after(pace.change_tat, now, pacing.CHANGE_INTERVAL, changes)": "pace.change_tat"},
        [PACING + "test_slack_complains_of_nothing_however_much_there_is_to_post_to_change_and_to_look_for"],
    ),
    Mutant(
        "changes wait among what is posted in their channel",
        "changes that wait for their pace hold up no message",
        "bot/delivery/outbox.py",
        {'        lane=f"{original.lane}/changes",\n': "        lane=original.lane,\n"},
        [PACING + "test_changes_that_wait_for_their_pace_hold_up_no_message"],
    ),
    Mutant(
        "everything due goes out at once",
        "few messages of a workspace are in doubt after a crash",
        "bot/delivery/claim.py",
        {"min(free - len(heads), MOST_PER_WORKSPACE - under_way.get(pace.workspace_id, 0))": "free - len(heads)"},
        [PROMISE + "test_a_workspace_has_at_most_four_requests_under_way[sqlite]"],
    ),
    Mutant(
        "Slack's wish to be left alone is not heard",
        "after a 429 Slack is left alone for as long as it asks",
        "bot/delivery/settle.py",
        {
            'pause=wait, reason="ratelimited"': 'pause=0, reason="ratelimited"',
            "_slow_down(session, claim, now + wait, now)": "_slow_down(session, claim, now, now)",
        },
        [PROMISE + "test_slack_is_left_alone_for_as_long_as_it_asks[sqlite]"],
    ),
    Mutant(
        "a complaint does not slow the workspace down",
        "when Slack complains, all processes speak more slowly",
        "bot/delivery/settle.py",
        {"pace.interval = pacing.slower(pace.interval)": "pass"},
        [PACING + "test_a_complaint_slows_the_workspace_down_for_a_while"],
    ),
    Mutant(
        "one channel's trouble stops the workspace",
        "a bad message holds up no other channel",
        "bot/delivery/settle.py",
        {
            "            _fail(session, message, now, reason, wait)\n": (
                "            _fail(session, message, now, reason, wait)\n"
                "            _block_workspace(session, claim.workspace_id, now + 600_000)\n"
            )
        },
        ["tests/delivery/test_one_at_a_time.py::test_a_message_that_slack_takes_later_holds_up_no_other_channel"],
    ),
    Mutant(
        "the first page of a history is taken for all of it",
        "a message is not sent again because it stands on a later page",
        "bot/delivery/slack.py",
        {"return More(channel, cursor, len(messages)) if cursor else Absent(channel)": "return Absent(channel)"},
        [PROMISE + "test_a_busy_channel_is_read_page_by_page[sqlite]"],
    ),
    Mutant(
        "a history too long to read is taken for absence",
        "what cannot be known is left to a person",
        "bot/delivery/reconcile.py",
        {'_cannot_know(session, message, look, "history_too_busy", now)': "_absent(session, message, look, now)"},
        [PROMISE + "test_a_channel_too_busy_to_read_is_not_taken_for_absence[sqlite]"],
    ),
    Mutant(
        "whatever cannot be looked for is sent again",
        "each kind of message says what is worse: twice, or never",
        "bot/delivery/reconcile.py",
        {"policy = WHEN_UNREADABLE.get(message.kind)": "policy = RESEND"},
        [PROMISE + "test_each_kind_says_what_is_worse_when_nothing_tells_whether_it_arrived"],
    ),
    Mutant(
        "histories are read as often as there is something to look for",
        "histories are read only as often as Slack allows",
        "bot/delivery/reconcile.py",
        {"min(look_room(pace, now), MOST_LOOKS)": "MOST_LOOKS"},
        [PROMISE + "test_histories_are_read_less_often_once_slack_complains[sqlite]"],
    ),
    Mutant(
        "nobody looks for second copies",
        "a copy that Slack took too late is taken away",
        "bot/delivery/settle.py",
        {"        message.audit_at = now + AUDIT_AFTER\n": "        message.audit_at = None\n"},
        [PROMISE + "test_a_copy_that_slack_took_too_late_is_found_and_deleted"],
    ),
    Mutant(
        "the copy that is known is deleted",
        "of two copies the one that changes and replies belong to stays",
        "bot/delivery/doubles.py",
        {"[ts for ts in copies if ts != message.ts]": "[ts for ts in copies if ts == message.ts]"},
        [PROMISE + "test_a_copy_that_slack_took_too_late_is_found_and_deleted"],
    ),
    Mutant(
        "the only copy left is deleted",
        "when somebody deleted one copy the other one stays",
        "bot/delivery/doubles.py",
        {"    if message.ts not in copies:\n": "    if False:\n"},
        [PROMISE + "test_when_somebody_deleted_the_copy_we_know_the_other_one_stays[sqlite]"],
    ),
    Mutant(
        "second copies are looked for before lost messages",
        "histories are read for lost messages first",
        "bot/delivery/doubles.py",
        {"Pace.workspace_id.in_(doubtful), Pace.workspace_id.not_in(waiting)": "Pace.workspace_id.in_(doubtful)"},
        [PROMISE + "test_second_copies_are_looked_for_only_when_nothing_is_lost[sqlite]"],
    ),
    Mutant(
        "a person's messages are looked for under the person's id",
        "a direct message is looked for where it stands",
        "bot/delivery/slack.py",
        {'if slack_id[:1] not in ("U", "W"):': "if slack_id:"},
        [SLACK + "test_a_person_is_looked_for_in_the_direct_conversation"],
    ),
    Mutant(
        "a reply is looked for in the channel",
        "a reply is looked for in its thread",
        "bot/delivery/slack.py",
        {"        if search.thread_ts is None:\n": "        if True:\n"},
        [SLACK + "test_a_reply_is_looked_for_in_its_thread"],
    ),
    Mutant(
        "an error nobody knows is taken for a refusal",
        "what may have been posted is looked for, not given up",
        "bot/delivery/slack.py",
        {"return Unsure(answer.reason)": "return Never(answer.reason)"},
        [SLACK + "test_each_refusal_has_its_outcome"],
    ),
    Mutant(
        "the key of a message is forgotten",
        "what is promised twice under one key is said once",
        "bot/delivery/outbox.py",
        {"hex, dedupe=dedupe, **row)": "hex, dedupe=None, **row)"},
        [PROMISE + "test_one_key_is_said_once[sqlite]"],
    ),
    Mutant(
        "keys are shared by all workspaces",
        "one workspace's messages never take another's place",
        "bot/delivery/outbox.py",
        {
            'OUTBOX.c.workspace_id == bindparam("workspace_id"), OUTBOX.c.dedupe == bindparam("dedupe")': (
                'OUTBOX.c.dedupe == bindparam("dedupe")'
            )
        },
        [OUTBOX + "test_the_same_key_in_another_workspace_is_another_message"],
    ),
    Mutant(
        "a promise is kept although its transaction was rolled back",
        "a message and the fact that caused it are kept together or not at all",
        "bot/delivery/outbox.py",
        {
            '        wake(session, "relay")\n        return written\n': (
                "        session.connection().connection.dbapi_connection.commit()\n        return written\n"
            )
        },
        [OUTBOX + "test_a_promise_rolled_back_never_was"],
    ),
    Mutant(
        "a message under way can be taken back",
        "what is taken back is never said",
        "bot/delivery/outbox.py",
        {
            "            is_queued(OutboxMessage.state),\n        )\n        .values(state=CANCELLED": (
                "        )\n        .values(state=CANCELLED"
            )
        },
        [PROMISE + "test_a_message_under_way_can_no_longer_be_taken_back[sqlite]"],
    ),
    Mutant(
        "the words of a message that was tried are replaced",
        "a change is not lost to a success that comes late",
        "bot/delivery/outbox.py",
        {", OUTBOX.c.first_send.is_(None))\n": ")\n"},
        [PROMISE + "test_a_change_made_meanwhile_is_not_lost_to_a_late_success[sqlite]"],
    ),
    Mutant(
        "a lease never ends",
        "what a stuck process had under way is taken over",
        "bot/delivery/claim.py",
        {"LEASE = 12_000": "LEASE = 12_000_000_000"},
        [PROMISE + "test_a_lease_ends_also_while_its_node_lives[sqlite]"],
    ),
    Mutant(
        "nobody notices that a process died",
        "others take over within seconds",
        "bot/delivery/reconcile.py",
        {
            "or_(OutboxMessage.lease_until <= now, OutboxMessage.owner.not_in(node.alive(now)))": (
                "or_(OutboxMessage.lease_until <= now)"
            )
        },
        [PROMISE + "test_another_node_takes_over_from_one_that_died[sqlite]"],
    ),
    Mutant(
        "a process is taken for dead at once",
        "nobody takes over from a process that lives",
        "bot/delivery/node.py",
        {"DEAD_AFTER = 3_000": "DEAD_AFTER = 0"},
        [PROMISE + "test_nobody_takes_over_from_a_node_that_says_it_lives[sqlite]"],
    ),
    Mutant(
        "a process delivers for every workspace",
        "a token is used for its own workspace only",
        "bot/delivery/claim.py",
        {"_PACES_OF_ONE if only else _PACES,": "_PACES,"},
        [PROMISE + "test_a_node_of_one_workspace_leaves_the_messages_of_others_alone[sqlite]"],
    ),
    Mutant(
        "nobody hears that a message cannot be delivered",
        "who can mend it is told what could not be said",
        "bot/delivery/settle.py",
        {"    undeliverable.report(session, message.id, now)\n": ""},
        [PROMISE + "test_what_cannot_be_posted_is_reported_once[sqlite]"],
    ),
    Mutant(
        "a notice that cannot be delivered is reported without end",
        "troubles do not multiply",
        "bot/delivery/undeliverable.py",
        {
            "    if lost.kind == INSTEAD:\n        return\n": "",
            "    if lost.kind == KIND:\n": "    if lost.kind in (KIND, INSTEAD):\n",
            ", Pace.told_instead != lost.channel)": ")",
        },
        [MENDING + "test_when_product_ops_cannot_be_told_either_that_is_the_end"],
    ),
    Mutant(
        "nobody hears of people who cannot be told",
        "product ops hears of people who cannot be told",
        "bot/delivery/undeliverable.py",
        {"whom, notice, kind = _told_instead(session, lost), ": "whom, notice, kind = None, "},
        [MENDING + "test_who_cannot_be_told_is_named_to_product_ops_once_and_nothing_is_quoted"],
    ),
    Mutant(
        "each trouble is told in a message of its own",
        "what fails at the same time is told in few messages",
        "bot/delivery/undeliverable.py",
        {"    if waiting is None:\n": "    if True:\n"},
        [PROMISE + "test_what_fails_at_the_same_time_is_told_in_few_messages_and_all_of_it_is_told[sqlite]"],
    ),
    Mutant(
        "a refusal of one message stops the workspace",
        "everything stands still only when Slack refuses the whole installation",
        "bot/delivery/relay.py",
        {"return await self._confirmed(outcome) if isinstance(outcome, TokenDead) else outcome": "return outcome"},
        [REFUSAL + "test_a_refusal_that_means_one_message_holds_up_no_other"],
    ),
    Mutant(
        "a refused installation is tried again and again",
        "while Slack refuses an installation it is asked once a minute, and nothing is lost",
        "bot/delivery/refusal.py",
        {"ASK_EVERY = 60_000": "ASK_EVERY = 0"},
        [REFUSAL + "test_nothing_is_tried_while_slack_refuses_but_one_question_a_minute"],
    ),
    Mutant(
        "words are let go after a month",
        "words are kept for ninety days",
        "bot/delivery/retention.py",
        {"WORDS_ARE_KEPT = 90 * DAY": "WORDS_ARE_KEPT = 30 * DAY"},
        [RETENTION + "test_words_are_let_go_after_ninety_days_and_no_sooner"],
    ),
    Mutant(
        "words are kept for ever",
        "words are let go after ninety days",
        "bot/delivery/retention.py",
        {".values(payload={}, done_at=None)": ".values(done_at=None)"},
        [RETENTION + "test_words_are_let_go_after_ninety_days_and_no_sooner"],
    ),
    Mutant(
        "a lane in use is forgotten",
        "a promise never loses its lane",
        "bot/delivery/retention.py",
        {"        LANE.c.lane.not_in(select(OUTBOX.c.lane).where(is_to_look(OUTBOX.c.state))),\n": ""},
        [RETENTION + "test_a_lane_with_something_held_in_it_stays"],
    ),
    Mutant(
        "a relay that is stopped drops what is under way",
        "a stop loses nothing",
        "bot/delivery/relay.py",
        {"        if not self._under_way:\n": "        if True:\n"},
        [
            "tests/delivery/test_stopping.py::test_what_slack_takes_after_the_relay_was_told_to_stop_is_still_written_down"
        ],
    ),
    Mutant(
        "a database that is away ends the delivery",
        "delivery goes on once the database is back",
        "bot/delivery/relay.py",
        {
            "        except Exception as error:\n"
            '            self._complain(error, "could not claim messages; will try again")\n': (
                "        except ZeroDivisionError as error:\n"
                '            self._complain(error, "could not claim messages; will try again")\n'
            )
        },
        [RELAY + "test_a_relay_outlives_its_database_being_away"],
    ),
    Mutant(
        "the receipt of another workspace counts here",
        "nothing from outside moves a workspace's messages",
        "bot/delivery/listeners.py",
        {"            OutboxMessage.workspace_id == house.workspace_id,\n": ""},
        [PROMISE + "test_a_receipt_that_is_none_changes_nothing[sqlite]"],
    ),
)
