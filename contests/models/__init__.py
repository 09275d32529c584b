"""Contests: a module for each noun."""

from contests.models.awards import Award
from contests.models.contest import (
    Board,
    Contest,
    Criterion,
    EntryQuestion,
    Prize,
    Round,
    RulesVersion,
)
from contests.models.entries import Entry, EntryMember, LateCode
from contests.models.judging import Conflict, Declaration, Judge, Score, ScoreSheet
from contests.models.results import Override, Standing

__all__ = [
    "Award",
    "Board",
    "Conflict",
    "Contest",
    "Criterion",
    "Declaration",
    "Entry",
    "EntryMember",
    "EntryQuestion",
    "Judge",
    "LateCode",
    "Override",
    "Prize",
    "Round",
    "RulesVersion",
    "Score",
    "ScoreSheet",
    "Standing",
]
