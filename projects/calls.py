"""Dated calls: who may still send into one, and how officials write them down."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.formats_vn import date_vn
from core.models import Event
from core.periods import LOCAL
from core.text import fold
from core.words import Refused
from projects.models import Call, CallQuestion, Venture

MOST_QUESTIONS = 20
RESERVED = {"moi"}  # addresses below /dot-nhan/ that are no call
SLUG_LENGTH = 60
S, P = Call.Status, Call.Phase


# -- May an idea go into it ---------------------------------------------------
def moment(at: datetime) -> str:
    """``17:00 ngày 30/11/2026``: an hour of a call, as its page says it."""
    local = at.astimezone(LOCAL)
    return _("%(hour)s ngày %(day)s") % {"hour": f"{local:%H:%M}", "day": date_vn(local.date())}


def refusal(venture: Venture, at: datetime) -> str:
    """Why the idea cannot be sent into its call at this moment, and what to do next; or "".

    An idea that was sent in time and came back to be mended is not late.
    """
    return not_into(venture, at) if venture.status == Venture.Status.DRAFT else ""


def not_into(venture: Venture, at: datetime) -> str:
    """As ``refusal``, of an idea that is being sent for the first time."""
    call = venture.call
    if call is None:
        return ""
    if reason := shut(call, at):
        return _("%(reason)s Bài của bạn vẫn còn: gửi vào hộp ý tưởng luôn mở.") % {
            "reason": reason
        }
    if call.applicants and venture.applicant and venture.applicant not in call.applicants:
        return _(
            "Đợt này nhận bài của: %(kinds)s. Sửa mục “Người gửi là”, hoặc gửi vào hộp ý tưởng "
            "luôn mở."
        ) % {"kinds": applicants_in_words(call)}
    return ""


def shut(call: Call, at: datetime) -> str:
    """Why nothing can be sent into this call at this moment; "" while it is open."""
    if call.status == S.DRAFT:
        return _("Đợt “%(title)s” chưa công bố.") % {"title": call.title}
    if call.status == S.WITHDRAWN:
        return _("Đợt “%(title)s” đã dừng nhận.") % {"title": call.title}
    phase = call.phase(at)
    if phase == P.COMING:
        return _("Đợt “%(title)s” mở lúc %(at)s.") % {
            "title": call.title,
            "at": moment(call.opens_at),
        }
    if phase == P.CLOSED:
        return _("Đợt “%(title)s” đã đóng lúc %(at)s.") % {
            "title": call.title,
            "at": moment(call.closes_at),
        }
    return ""


def why_withdrawn(call: Call) -> str:
    """The sentence that the official wrote for everybody, when the call was withdrawn last."""
    if call.status != S.WITHDRAWN:
        return ""
    event = Event.objects.about(call).filter(kind="call.withdraw").order_by("-at", "-pk").first()
    return event.note if event else ""


def applicants_in_words(call: Call) -> str:
    """The kinds of applicants that the call takes; "" when it takes all."""
    kinds = dict(Venture.Applicant.choices)
    return ", ".join(str(kinds[kind]).lower() for kind in call.applicants if kind in kinds)


def is_answered(venture: Venture, question: CallQuestion) -> bool:
    return venture.call_answers.get(str(question.pk)) not in (None, "")


def unanswered(venture: Venture) -> list[str]:
    """The call's questions that must be answered and are not, in words."""
    if venture.call is None:
        return []
    return [q.label for q in venture.call.asked if q.required and not is_answered(venture, q)]


def answers(venture: Venture) -> list[tuple[str, str]]:
    """The call's questions, each with its answer in words or ""."""
    if venture.call is None:
        return []
    return [
        (question.label, question.in_words(venture.call_answers.get(str(question.pk))))
        for question in venture.call.asked
    ]


def fingerprinted(venture: Venture) -> dict[str, Any]:
    """What an idea of a call adds to its fingerprint."""
    if venture.call is None:
        return {}
    return {"call": venture.call.slug, "call_answers": venture.call_answers}


def leave(venture: Venture) -> list[str]:
    """The draft goes to the box that is always open; the columns that changed.

    Answers to the call's own questions belong to the call: they do not go along.
    """
    venture.call, venture.call_answers = None, {}
    return ["call", "call_answers"]


# -- Writing a call -----------------------------------------------------------
def has_answers(call: Call) -> bool:
    """Whether an idea was sent into it or an answer of its own questions was kept."""
    sent = ~Q(status=Venture.Status.DRAFT)
    return call.ventures.filter(sent | ~Q(call_answers={})).exists()


def cannot_publish(call: Call) -> str:
    """Why the call cannot be published: a choice without anything to choose from."""
    for question in call.asked:
        if question.kind == CallQuestion.Kind.CHOICE and len(question.choices) < 2:
            return _("Câu hỏi “%(label)s” cần ít nhất hai lựa chọn.") % {"label": question.label}
    return ""


def make(values: dict[str, Any], *, key: Any, by: Any, at: datetime) -> Call:
    """A new call, still a draft. Pressed twice with one ``key``, it is one call."""
    for slug in _slugs(values["title"]):
        if earlier := Call.objects.filter(key=key).first():
            return earlier
        try:
            with transaction.atomic():
                call = Call.objects.create(
                    key=key, slug=slug, created_by=by, created_at=at, is_sample=by.is_sample,
                    **values,
                )  # fmt: skip
                _tell_journal(call, "create", by=by, at=at)
        except IntegrityError:  # the key or the address was taken a moment ago
            continue
        return call
    raise Refused(_("Đã có nhiều đợt cùng tên. Đặt tên khác."))


def _slugs(title: str) -> list[str]:
    """Addresses that are free, the plainest first."""
    plain = slugify(fold(title))[:SLUG_LENGTH].strip("-") or "dot"
    names = [plain, *(f"{plain}-{number}" for number in range(2, 50))]
    taken = set(Call.objects.filter(slug__in=names).values_list("slug", flat=True)) | RESERVED
    return [name for name in names if name not in taken]


@transaction.atomic
def amend(call: Call, values: dict[str, Any], *, by: Any, at: datetime) -> Call:
    """Correct the words or the days of a call; what stood there before goes into the journal."""
    call = _locked(call, by)
    before = {}
    for name, value in values.items():
        if getattr(call, name) != value:
            before[name] = str(getattr(call, name))
            setattr(call, name, value)
    if before:
        call.save(update_fields=list(before))
        _tell_journal(call, "edit", by=by, at=at, data={"before": before})
    return call


def _locked(call: Call, by: Any) -> Call:
    """The call as it is now, held; the right is asked again. Raises Refused."""
    call = Call.objects.select_for_update().get(pk=call.pk)
    if reason := by.why_not("call.edit", call):
        raise Refused(reason)
    return call


def _tell_journal(
    call: Call, verb: str, *, by: Any, at: datetime, data: dict[str, Any] | None = None
) -> None:
    Event.objects.create(
        kind=f"call.{verb}",
        actor=by,
        subject=call,
        source=call.status,
        target=call.status,
        data=data or {},
        at=at,
        is_sample=call.is_sample or by.is_sample,
    )


# -- Its questions ------------------------------------------------------------
def _open_to_questions(call: Call, by: Any) -> Call:
    call = _locked(call, by)
    if has_answers(call):
        raise Refused(_("Đã có người trả lời nên câu hỏi của đợt này giữ nguyên."))
    return call


@transaction.atomic
def ask(call: Call, values: dict[str, Any], *, key: Any, by: Any, at: datetime) -> CallQuestion:
    """One more question, the last. Pressed twice with one ``key``, it is one. Raises Refused."""
    call = _open_to_questions(call, by)
    if earlier := call.questions.filter(key=key).first():
        return earlier
    if len(call.asked) >= MOST_QUESTIONS:
        raise Refused(
            _("Một đợt có nhiều nhất %(n)d câu hỏi. Bỏ bớt một câu trước.") % {"n": MOST_QUESTIONS}
        )
    order = call.asked[-1].order + 1 if call.asked else 1
    question = CallQuestion.objects.create(call=call, key=key, order=order, **values)
    _tell_journal(call, "ask", by=by, at=at, data={"question": question.label})
    return question


@transaction.atomic
def reword(question: CallQuestion, values: dict[str, Any], *, by: Any, at: datetime) -> None:
    """Change a question that nobody has answered yet. Raises Refused."""
    call = _open_to_questions(question.call, by)
    current = call.questions.filter(pk=question.pk).first()
    if current is None:
        raise Refused(_("Câu hỏi này đã được bỏ."))
    before = {
        name: str(getattr(current, name))
        for name, value in values.items()
        if getattr(current, name) != value
    }
    for name in before:
        setattr(current, name, values[name])
    if before:
        current.save(update_fields=list(before))
        _tell_journal(call, "reword", by=by, at=at, data={"before": before})


@transaction.atomic
def drop(question: CallQuestion, *, by: Any, at: datetime) -> None:
    """Take a question away; gone already is fine. Raises Refused."""
    call = _open_to_questions(question.call, by)
    if call.questions.filter(pk=question.pk).delete()[0]:
        _tell_journal(call, "drop", by=by, at=at, data={"question": question.label})


@transaction.atomic
def shift(question: CallQuestion, by_places: int, *, by: Any, at: datetime) -> None:
    """Move a question up (-1) or down (+1); at the end of the list nothing happens."""
    call = _open_to_questions(question.call, by)
    rows = call.asked
    place = next((n for n, row in enumerate(rows) if row.pk == question.pk), None)
    if place is None or not 0 <= place + by_places < len(rows):
        return
    rows.insert(place + by_places, rows.pop(place))
    for order, row in enumerate(rows, start=1):
        if row.order != order:
            row.order = order
            row.save(update_fields=["order"])
    _tell_journal(call, "order", by=by, at=at, data={"question": question.label})


VERBS: dict[str, Callable[..., None]] = {
    "len": partial(shift, by_places=-1),
    "xuong": partial(shift, by_places=1),
    "bo": drop,
}
