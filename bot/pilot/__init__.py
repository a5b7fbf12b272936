"""The first ninety days: where the operating system is tried first, how that goes, and when it widens."""
