"""The public page of results: published rounds only, and nobody's single scores."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from contests import prizes, queries, ranking, rule_words
from contests.models import Board, Contest, Round, Standing
from core.web import require


@dataclass
class Told:
    """A published round as everybody reads it."""

    round: Round
    how: list[str]
    weights: list[tuple[str, str]]
    judges: int
    # Each board: how many entries were in, and those that advanced or won with a name for all.
    boards: list[tuple[Board, int, list[tuple[Standing, str]]]] = field(default_factory=list)
    overrides: list[Any] = field(default_factory=list)
    decided: list[Standing] = field(default_factory=list)
    is_last: bool = False


@require_safe
def results(request, slug):
    """Who advanced, who won, how it was decided; an entrant also sees the own means."""
    rows = Contest.objects.visible_to(request.user).select_related("organiser")
    contest = get_object_or_404(rows, slug=slug)
    require(request.user, "contest.view", contest)
    published = [found for found in contest.round_list if found.is_published]
    today = timezone.localdate()
    told = [_told(found, today) for found in published]
    context = {
        "contest": contest,
        "rounds": told,
        "mine": _mine(request.user, contest, published),
    }
    return render(request, "contests/results.html", context)


def _told(found: Round, today: date) -> Told:
    last = prizes.is_last(found)
    standings = list(
        found.standings.select_related("entry__board", "entry__owner", "prize").order_by(
            "entry__board__order", "entry__board_id", "rank", "pk"
        )
    )
    judges = ranking.sheets_that_count(found).values("judge").distinct().count()
    told = Told(found, rule_words.how(found), rule_words.weights(found), judges, is_last=last)
    told.overrides = list(found.overrides.select_related("entry__owner").order_by("pk"))
    told.decided = [s for s in standings if s.prize_reason]
    shown = [s for s in standings if (s.prize if last else s.advances)]
    names = queries.public_names([s.entry for s in shown], today)
    for board in found.contest.board_list:
        of_board = [s for s in standings if s.entry.board_id == board.pk]
        chosen = [s for s in shown if s.entry.board_id == board.pk]
        if of_board:
            chosen.sort(key=lambda s: (s.prize.rank if s.prize else 0, s.rank or 0, s.pk))
            rows = [(s, names.get(s.entry_id, "")) for s in chosen]
            told.boards.append((board, len(of_board), rows))
    return told


@dataclass
class Mine:
    """An own entry's outcome in one round, with the means that the judges gave."""

    standing: Standing
    means: list[tuple[str, Any, int]]  # criterion, mean, most


def _mine(user: Any, contest: Contest, published: list[Round]) -> list[Mine]:
    if not user.is_authenticated or not published:
        return []
    own = queries.own_entries(user, contest)
    made = []
    for found in published if own else []:
        rows = found.standings.filter(entry__in=own).select_related("entry", "prize")
        standings = list(rows.order_by("pk"))
        if not standings:
            continue
        criteria = found.criterion_list
        means = ranking.points_by_criterion(
            found, [s.entry_id for s in standings], [c.pk for c in criteria]
        )
        for standing in standings:
            mean = means.get(standing.entry_id, {})
            told = [(c.name, ranking.rounded(mean[c.pk]), c.most) for c in criteria if c.pk in mean]
            made.append(Mine(standing, told))
    return made
