"""Actions: what somebody does until a day, whatever it was learned or agreed from."""
