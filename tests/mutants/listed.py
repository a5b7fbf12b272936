"""All mutants."""

from tests.mutants import (
    answering,
    bringing,
    comms,
    definitions,
    delivery,
    edge,
    insights,
    library,
    likeness,
    lookback,
    outside,
    reviews,
    rooms,
    status,
    time,
    welcome,
)

MUTANTS = (
    *delivery.MUTANTS,
    *time.MUTANTS,
    *rooms.MUTANTS,
    *comms.MUTANTS,
    *lookback.MUTANTS,
    *insights.MUTANTS,
    *answering.MUTANTS,
    *likeness.MUTANTS,
    *reviews.MUTANTS,
    *library.MUTANTS,
    *status.MUTANTS,
    *edge.MUTANTS,
    *outside.MUTANTS,
    *definitions.MUTANTS,
    *bringing.MUTANTS,
    *welcome.MUTANTS,
)
