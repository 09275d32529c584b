"""The panel of a contest: judges asked by letter, their own yes or no, leaving, being replaced."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import proved_addresses
from contests import assigning
from contests.models import Board, Contest, Judge
from contests.workflow import JUDGES, SHEETS
from core import outbox, tasks
from core.models import Event
from core.words import Refused

J = Judge.Status
TOLD = ("name", "title", "expertise", "capacity", "is_chair", "is_shadow")
LETTER_AGAIN = timedelta(hours=1)
MOST = 60  # judges of a contest, those who said no among them


@dataclass(frozen=True)
class Told:
    """What the organiser says of a judge."""

    name: str
    email: str
    title: str = ""
    expertise: tuple[str, ...] = ()
    boards: tuple[Board, ...] = ()
    capacity: int = 20
    is_chair: bool = False
    is_shadow: bool = False


@transaction.atomic
def invite(contest: Contest, told: Told, *, by: Any, at: datetime) -> Judge:
    """Ask somebody by letter. The same address again: the letter again, not within an hour.

    Raises Refused.
    """
    contest = _open(contest)
    if reason := by.why_not("judge.invite", contest):
        raise Refused(reason)
    email = User.objects.normalize(told.email)
    judge = contest.judges.filter(email=email).first()
    if judge is not None and judge.status != J.INVITED:
        raise Refused(_("Người này đã có trong danh sách. Mở tên người đó để sửa hoặc mời lại."))
    if judge is None and contest.judges.count() >= MOST:
        raise Refused(_("Ban giám khảo có tối đa %(n)d người.") % {"n": MOST})
    if judge is not None and at - judge.invited_at < LETTER_AGAIN:
        raise Refused(_("Thư mời vừa gửi đến địa chỉ này. Chờ một giờ rồi mời lại."))
    if judge is None:
        judge = Judge(contest=contest, email=email)
    judge.invited_by, judge.invited_at = by, at
    _write(judge, told)
    event = _journal(judge, "invite", by, at)
    message = outbox.post(event, email, subject=judge)
    tasks.deliver.delay_on_commit(message_id=message.pk)
    return judge


@transaction.atomic
def amend(judge: Judge, told: Told, *, by: Any, at: datetime) -> Judge:
    """Change what was said of a judge; the address stays. Raises Refused."""
    _open(judge.contest)
    if reason := by.why_not("judge.invite", judge):
        raise Refused(reason)
    row = Judge.objects.select_for_update(no_key=True).get(pk=judge.pk)
    if row.is_shadow != told.is_shadow and row.sheets.exclude(status="to_do").exists():
        raise Refused(_("Người này đã chấm, nên không đổi giữa chấm tập sự và chấm tính điểm."))
    before = {name: getattr(row, name) for name in TOLD}
    _write(row, told)
    changed = {n: [v, getattr(row, n)] for n, v in before.items() if v != getattr(row, n)}
    _journal(row, "amend", by, at, changed=changed, boards=[b.code for b in told.boards])
    return row


def _open(contest: Contest) -> Contest:
    """The contest, locked: two who press at once wait for each other. Raises Refused."""
    row = Contest.objects.select_for_update(no_key=True).get(pk=contest.pk)
    if row.status in {Contest.Status.CLOSED, Contest.Status.CANCELLED}:
        raise Refused(_("Cuộc thi đã kết thúc."))
    return row


def _write(judge: Judge, told: Told) -> None:
    standing = judge.status in {J.INVITED, J.ACCEPTED}
    others = judge.contest.judges.filter(is_chair=True, status__in=[J.INVITED, J.ACCEPTED])
    if told.is_chair and standing and others.exclude(pk=judge.pk).exists():
        raise Refused(_("Cuộc thi chỉ có một trưởng ban giám khảo."))
    if told.is_chair and told.is_shadow:
        raise Refused(_("Trưởng ban giám khảo không chấm tập sự."))
    for name in TOLD:
        setattr(judge, name, getattr(told, name))
    judge.expertise = list(told.expertise)
    judge.save()
    judge.boards.set(told.boards)


# -- The judge's own answer -----------------------------------------------------------
def is_theirs(judge: Judge, user: Any) -> bool:
    """Whether this person has shown that the letter's address is theirs."""
    return user.is_authenticated and judge.email in proved_addresses(user)


@transaction.atomic
def accept(judge: Judge, *, by: Any, at: datetime) -> Judge:
    """Say yes; twice is once. Raises Refused."""
    _open(judge.contest)  # first, as everywhere: two at once wait for each other, never for ever
    rows = Judge.objects.select_for_update(of=("self",)).select_related("contest")
    row = rows.get(pk=judge.pk)
    if row.status == J.ACCEPTED and row.user_id == by.pk:
        return row
    _may_answer(row, by)
    if row.contest.judges.filter(user=by, status=J.ACCEPTED).exists():
        raise Refused(_("Bạn đã ở trong ban giám khảo này, với một địa chỉ khác."))
    try:
        with transaction.atomic():
            JUDGES.advance(row, "accept", by=by, at=at)
    except IntegrityError:
        raise Refused(_("Bạn đã ở trong ban giám khảo này.")) from None
    return row


@transaction.atomic
def decline(judge: Judge, *, note: str, by: Any, at: datetime) -> None:
    """Say no, with a sentence for the organiser. Raises Refused."""
    _may_answer(judge, by)
    JUDGES.advance(judge, "decline", by=by, at=at, note=note[:300])


def _may_answer(judge: Judge, by: Any) -> None:
    if not is_theirs(judge, by):
        raise Refused(_("Lời mời này gửi đến một địa chỉ khác. Đăng nhập bằng đúng địa chỉ đó."))


@transaction.atomic
def leave(judge: Judge, *, note: str, by: Any, at: datetime) -> None:
    """The judge, or the organiser for them, ends the work: done sheets stay, others move on.

    Raises Refused.
    """
    JUDGES.advance(judge, "leave", by=by, at=at, note=note)
    why = _("Giám khảo đã thôi chấm: %(note)s") % {"note": note}
    for sheet in assigning.sheets_to_close(judge):
        SHEETS.advance(sheet, "give_up", by=by, at=at, note=why[:300])
    assigning.refill(judge.contest_id, by=by, at=at)


@transaction.atomic
def again(judge: Judge, *, by: Any, at: datetime) -> None:
    """Ask anew somebody who said no or left. Raises Refused."""
    _open(judge.contest)
    JUDGES.advance(judge, "again", by=by, at=at)


def standing(contest: Contest) -> Iterable[Judge]:
    return contest.judges.filter(status=J.ACCEPTED).order_by("-is_chair", "name", "pk")


def link(judge: Judge) -> str:
    return settings.SITE_URL + judge.get_absolute_url()


def _journal(judge: Judge, verb: str, by: Any, at: datetime, **data: Any) -> Event:
    return Event.objects.create(
        kind=f"judge.{verb}", actor=by, subject=judge, target=judge.status,
        data={"email": judge.email, **data}, at=at, is_sample=judge.contest.is_sample,
    )  # fmt: skip
