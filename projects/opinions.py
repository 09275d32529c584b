"""Words between officials about an idea: remarks, and second opinions asked and given."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import outbox, tasks
from core.models import Event
from core.words import Refused
from projects.models import Opinion, Remark, Venture

MOST_SHOWN = 50


@transaction.atomic
def remark(venture: Venture, *, by: User, at: datetime, text: str) -> Remark:
    """Write a remark down, for officials only; pressing twice writes one. Raises ``Refused``."""
    venture = _locked(venture)
    if reason := by.why_not("venture.remark", venture):
        raise Refused(reason)
    if not text.strip():
        raise Refused(_("Viết nhận xét rồi mới ghi."))
    last = Remark.objects.filter(venture=venture).order_by("-pk").first()
    if last and (last.author_id, last.text) == (by.pk, text):
        return last
    row = Remark.objects.create(venture=venture, author=by, at=at, text=text)
    _journal(venture, "remark", by=by, at=at, data={"remark": row.pk})
    return row


@transaction.atomic
def ask(venture: Venture, *, by: User, of: User, question: str, at: datetime) -> Opinion:
    """Ask another official what they think: a row, and one letter. Raises ``Refused``."""
    venture = _locked(venture)
    if reason := by.why_not("venture.ask_opinion", venture):
        raise Refused(reason)
    if venture.status not in Venture.WAITING_FOR_US:
        raise Refused(_("Ý tưởng này đã được trả lời, không cần hỏi thêm ý kiến."))
    if of.pk == by.pk:
        raise Refused(_("Hỏi một người khác."))
    if reason := of.why_not("venture.screen", venture):
        raise Refused(_("Không hỏi được người này. %(reason)s") % {"reason": reason})
    try:
        with transaction.atomic():
            row = Opinion.objects.create(
                venture=venture, asked_by=by, asked_of=of, asked_at=at, question=question
            )
    except IntegrityError as error:
        raise Refused(_("Người này đã được hỏi và chưa trả lời.")) from error
    event = _journal(venture, "opinion", by=by, at=at, data={"opinion": row.pk})
    letter = outbox.post(event, of.email, subject=venture, opinion=row)
    tasks.deliver.delay_on_commit(message_id=letter.pk)
    return row


@transaction.atomic
def give(opinion: Opinion, *, by: User, verdict: str, words: str, at: datetime) -> Opinion:
    """Answer what was asked, once; it is never changed. Raises ``Refused``."""
    row = Opinion.objects.select_for_update().get(pk=opinion.pk)
    venture = Venture.objects.get(pk=row.venture_id)
    if reason := by.why_not("opinion.answer", row) or by.why_not("venture.screen", venture):
        raise Refused(reason)
    if not row.is_open:
        raise Refused(_("Bạn đã cho ý kiến rồi."))
    if verdict not in Opinion.Verdict.values:
        raise Refused(_("Chọn một ý kiến."))
    row.verdict, row.answer, row.answered_at = verdict, words, at
    row.save(update_fields=["verdict", "answer", "answered_at"])
    _journal(venture, "opinion_given", by=by, at=at, data={"opinion": row.pk})
    return row


def said(venture: Venture, user: Any) -> dict[str, Any]:
    """The remarks and opinions that ``user`` may read, the newest first: two statements."""
    if not user.can("venture.remark", venture):
        return {}
    remarks = Remark.objects.filter(venture=venture).select_related("author")
    opinions = Opinion.objects.filter(venture=venture).select_related("asked_by", "asked_of")
    return {
        "remarks": list(remarks.order_by("-at", "-pk")[:MOST_SHOWN]),
        "opinions": list(opinions.order_by("-asked_at", "-pk")[:MOST_SHOWN]),
    }


def _locked(venture: Venture) -> Venture:
    return Venture.objects.select_for_update().get(pk=venture.pk)


def _journal(venture: Venture, verb: str, *, by: User, at: datetime, data: dict) -> Event:
    """The journal says that something was said; the words stay in their rows."""
    return Event.objects.create(
        kind=f"venture.{verb}",
        actor=by,
        subject=venture,
        target=venture.status,
        data=data,
        at=at,
        is_sample=venture.is_sample or by.is_sample,
    )
