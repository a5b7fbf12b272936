"""All mutants."""

from tests.mutants import definitions, delivery, edge, outside, rooms, time

MUTANTS = (*delivery.MUTANTS, *time.MUTANTS, *rooms.MUTANTS, *edge.MUTANTS, *outside.MUTANTS, *definitions.MUTANTS)
