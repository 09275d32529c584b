"""Contests: a module for each noun."""

from contests.models.awards import Award
from contests.models.commendations import Commendation
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
from contests.models.votes import (
    Annulment,
    Ballot,
    BallotCode,
    CodeBatch,
    Poll,
    PollOption,
    VoteCode,
)

__all__ = [
    "Annulment",
    "Award",
    "Ballot",
    "BallotCode",
    "Board",
    "CodeBatch",
    "Commendation",
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
    "Poll",
    "PollOption",
    "Prize",
    "Referral",
    "ReferralOutcome",
    "Round",
    "RulesVersion",
    "Score",
    "ScoreSheet",
    "Standing",
    "VoteCode",
]
