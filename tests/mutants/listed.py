"""All mutants."""

from tests.mutants import definitions, delivery, edge, lookback, outside, rooms, time

MUTANTS = (
    *delivery.MUTANTS,
    *time.MUTANTS,
    *rooms.MUTANTS,
    *lookback.MUTANTS,
    *edge.MUTANTS,
    *outside.MUTANTS,
    *definitions.MUTANTS,
)
