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
from contests.models.papers import Diploma, Feedback
from contests.models.referrals import Referral, ReferralOutcome
from contests.models.results import Override, Standing

__all__ = [
    "Award",
    "Board",
    "Conflict",
    "Contest",
    "Criterion",
    "Declaration",
    "Diploma",
    "Entry",
    "EntryMember",
    "EntryQuestion",
    "Feedback",
    "Judge",
    "LateCode",
    "Override",
    "Prize",
    "Referral",
    "ReferralOutcome",
    "Round",
    "RulesVersion",
    "Score",
    "ScoreSheet",
    "Standing",
]
