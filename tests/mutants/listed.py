"""All mutants."""

from tests.mutants import definitions, delivery, edge, rooms, time

MUTANTS = (*delivery.MUTANTS, *time.MUTANTS, *rooms.MUTANTS, *edge.MUTANTS, *definitions.MUTANTS)
