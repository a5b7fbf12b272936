"""A Slack of our own on a free port: the Web API and Socket Mode in Slack's shape.

It keeps what it was told and refuses what Slack refuses. It runs in a thread, so that tests may be plain or
asynchronous and other processes may talk to it too.

    slack.posts, slack.updates, slack.ephemerals, slack.replies, slack.views, slack.homes    what it was told
    slack.fail("chat.postMessage", cut_after(), times=3)                                     what goes wrong
    slack.mix(7, {cut_after(): 0.1, server_error(): 0.05}, "chat.postMessage")               or by chance
    slack.keep_limits(), slack.refused_calls                                                 Slack's rate limits
    slack.add_workspace("T0OTHER", token="xoxb-other")                                       more than one workspace
    await slack.command("/weekly-update", user=ALICE)                                        what people do
    await slack.shortcut("record_decision_from", message=slack.say(UPDATES, "We go"))        and do to messages
    await slack.react("scales", message, user=ALICE)
    await slack.write("help", user=ALICE)                                                    or to the bot
    await slack.invite(UPDATES)                                                              who brings it in
"""

from tests.fake_slack.faults import (
    Fault,
    commits_late,
    cut_after,
    cut_and_late,
    cut_before,
    failed_after,
    hang,
    rate_limited,
    refused,
    server_error,
)
from tests.fake_slack.server import FakeSlack
from tests.fake_slack.shapes import APP, APP_TOKEN, BOT, BOT_TOKEN, BOT_USER, Ack, Channel, Copies, Json
from tests.fake_slack.workspace import Workspace

__all__ = [
    "APP",
    "APP_TOKEN",
    "BOT",
    "BOT_TOKEN",
    "BOT_USER",
    "Ack",
    "Channel",
    "Copies",
    "FakeSlack",
    "Fault",
    "Json",
    "Workspace",
    "commits_late",
    "cut_after",
    "cut_and_late",
    "cut_before",
    "failed_after",
    "hang",
    "rate_limited",
    "refused",
    "server_error",
]
