"""The demo workspace: a company in a local Slack, with its history, in the browser."""
