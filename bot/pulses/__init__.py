"""Pulses: a few questions every month or quarter, answered without a name, shown only where enough have answered."""
