"""Every method of the Web API that the fake knows, but the one that opens a Socket Mode connection."""

from collections.abc import Callable

from tests.fake_slack import chat, directory, histories, views
from tests.fake_slack.records import Records
from tests.fake_slack.shapes import Json

METHODS: dict[str, Callable[[Records, Json], Json]] = {
    "auth.test": directory.auth_test,
    "chat.delete": chat.delete_message,
    "chat.getPermalink": chat.permalink,
    "chat.postEphemeral": chat.post_ephemeral,
    "chat.postMessage": chat.post_message,
    "chat.update": chat.update_message,
    "conversations.history": histories.history,
    "conversations.info": directory.conversation_info,
    "conversations.join": directory.join,
    "conversations.list": directory.list_conversations,
    "conversations.members": directory.list_members,
    "conversations.open": directory.open_conversation,
    "conversations.replies": histories.replies,
    "usergroups.list": directory.list_usergroups,
    "usergroups.users.list": directory.usergroup_users,
    "users.conversations": directory.list_own_conversations,
    "users.info": directory.user_info,
    "users.list": directory.list_users,
    "users.lookupByEmail": directory.user_by_email,
    "users.profile.get": directory.user_profile,
    "views.open": views.open_view,
    "views.publish": views.publish_view,
    "views.push": views.push_view,
    "views.update": views.update_view,
}
