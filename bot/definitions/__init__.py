"""What a team decides and writes down in `cadences/`: who is who, and what happens when."""

from bot.definitions.artifacts import Artifact, ArtifactLibrary
from bot.definitions.assumptions import Assumption, Assumptions, assumed, labelled, labelled_measure
from bot.definitions.calendar import Calendar, CatchUp, HolidayRule, Ritual, Schedule
from bot.definitions.charter import Charter, Interface
from bot.definitions.decisions import DecisionClass, DecisionRules
from bot.definitions.holidays import holiday_name, is_holiday
from bot.definitions.insights import InsightRules
from bot.definitions.loading import FILES, KINDS, Definitions, Loaded, load, load_texts
from bot.definitions.organisation import (
    Area,
    Channels,
    FunctionDefinition,
    Organisation,
    PersonDefinition,
    Role,
    WorkingHours,
)
from bot.definitions.releases import ReadinessItem, ReleaseDefinition, ReleaseRules, Tier
from bot.definitions.values import Offset
from bot.definitions.working_days import WorkDays

__all__ = [
    "FILES",
    "KINDS",
    "Area",
    "Artifact",
    "ArtifactLibrary",
    "Assumption",
    "Assumptions",
    "Calendar",
    "CatchUp",
    "Channels",
    "Charter",
    "DecisionClass",
    "DecisionRules",
    "Definitions",
    "FunctionDefinition",
    "HolidayRule",
    "InsightRules",
    "Interface",
    "Loaded",
    "Offset",
    "Organisation",
    "PersonDefinition",
    "ReadinessItem",
    "ReleaseDefinition",
    "ReleaseRules",
    "Ritual",
    "Role",
    "Schedule",
    "Tier",
    "WorkDays",
    "WorkingHours",
    "assumed",
    "holiday_name",
    "is_holiday",
    "labelled",
    "labelled_measure",
    "load",
    "load_texts",
]
