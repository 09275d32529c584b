"""Entering a contest: begun, written in short steps, sent once, then followed on one page."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Case, QuerySet, When
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from contests import eligibility, phases
from contests.forms.entries import (
    EntryStep,
    QuestionStep,
    TeamStep,
    TextStep,
)
from contests.forms.entry_desk import EntryReturnForm
from contests.models import Contest, Entry
from contests.workflow import ENTRIES
from core import web
from core.web import buttons, require
from projects.models import Venture
from projects.views.desk import may, story, take

MOST_VENTURES = 20
STEPS: dict[str, tuple[Any, type[EntryStep] | None]] = {
    "bai": (gettext_lazy("Bài dự thi"), TextStep),
    "cau-hoi": (gettext_lazy("Câu hỏi và tệp"), QuestionStep),
    "doi": (gettext_lazy("Đội"), TeamStep),
    "gui": (gettext_lazy("Xem lại, nộp"), None),
}
PARTS_OF = {
    "bai": TextStep.NAMES,
    "cau-hoi": QuestionStep.NAMES,
    "doi": (*TeamStep.NAMES, "members"),
}
DONE = {
    "complete": gettext_lazy("Đã ghi: hợp lệ. Người dự thi được báo bằng thư."),
    "refuse": gettext_lazy("Đã ghi: không hợp lệ. Người dự thi được báo bằng thư."),
    "recall": gettext_lazy("Hồ sơ được xét lại."),
    "withdraw": gettext_lazy("Đã rút bài."),
}
CHIPS = {
    "submitted": "wait", "returned": "do", "complete": "ok", "refused": "none",
    "withdrawn": "none", "draft": "none",
}  # fmt: skip
NEXT = {
    "draft": gettext_lazy("Bài chưa nộp. Viết xong thì nộp trước giờ đóng."),
    "submitted": gettext_lazy("Ban tổ chức đang kiểm tra hồ sơ. Bạn chưa phải làm gì thêm."),
    "returned": gettext_lazy("Sửa những mục ban tổ chức nêu, rồi nộp lại."),
    "complete": gettext_lazy("Hồ sơ hợp lệ. Bài sẽ được chấm. Kết quả có thư báo."),
    "refused": gettext_lazy("Hồ sơ không hợp lệ. Lời của ban tổ chức ở trên."),
    "withdrawn": gettext_lazy("Bài đã rút, không chấm nữa."),
}
KINDS_TOLD_ENTRANT = {"submit", "complete", "return", "refuse", "recall", "withdraw"}


def load_contest(request, slug) -> Contest:
    return get_object_or_404(Contest.objects.visible_to(request.user), slug=slug)


def load(request, key) -> Entry:
    """The entry of its own people, or for those who organise; others find nothing."""
    rows = Entry.objects.visible_to(request.user)
    related = ("owner", "contest", "board", "venture", "unit", "late_code")
    found = get_object_or_404(rows.select_related(*related), key=key)
    if request.user.why_not("entry.view", found):
        raise Http404
    return found


# -- Beginning -----------------------------------------------------------------
def own_ventures(user) -> QuerySet[Venture]:
    """What this person leads, the newest first."""
    mine = Venture.objects.filter(owner=user).exclude(title="").order_by("-pk")
    return Venture.objects.filter(pk__in=mine.values("pk")[:MOST_VENTURES]).order_by("-pk")


def home(entry: Entry) -> str:
    """Where its owner goes on: the first step of a draft, else its page."""
    if entry.status == Entry.Status.DRAFT:
        return reverse("contests:entry_step", args=[entry.key, "bai"])
    return entry.get_absolute_url()


# -- Writing ---------------------------------------------------------------------
def steps_of(entry: Entry) -> list[str]:
    """The steps of this draft: of a returned entry only those with parts to mend."""
    mended = entry.status == Entry.Status.RETURNED
    return [
        name for name in STEPS
        if name == "gui" or not mended or set(PARTS_OF[name]) & set(entry.mend_fields)
    ]  # fmt: skip


# -- Sending ----------------------------------------------------------------------
def sections_of(found: Entry) -> list[dict[str, Any]]:
    """The entry as its people and the organiser read it, by step."""
    asked = [(q.label, q.in_words(found.answers.get(str(q.pk)))) for q in found.board.asked]
    text = [(eligibility.PARTS[n], getattr(found, n)) for n in TextStep.NAMES if n != "field"]
    people = [
        (eligibility.PARTS["applicant"], found.get_applicant_display()),
        *(
            [(eligibility.PARTS["audience"], found.get_audience_display())]
            if found.audience
            else []
        ),
        (eligibility.PARTS["school"], found.school),
        (eligibility.PARTS["unit"], str(found.unit or "")),
        (_("Người dự thi"), found.owner.full_name),
        (
            eligibility.PARTS["members"],
            "\n".join(
                f"{m.name}: {m.role}" if m.role else m.name
                for m in found.members.order_by("order", "pk")
            ),
        ),
    ]
    return [
        {
            "label": STEPS["bai"][0],
            "rows": [
                (_("Bảng thi"), found.board.name),
                (eligibility.PARTS["field"], found.get_field_display()),
                *text,
            ],
        },
        {"label": STEPS["cau-hoi"][0], "rows": asked},
        {"label": STEPS["doi"][0], "rows": people},
    ]


def files_of(found: Entry) -> list[dict[str, Any]]:
    """The entry's files for its page, those marked clean among them."""
    return [
        {
            "name": stored.name,
            "get_absolute_url": stored.get_absolute_url(),
            "is_clean": str(stored.key) in found.clean_files,
        }
        for stored in eligibility.files_of(found)
    ]


@never_cache
@require_safe
def receipt(request, key):
    """Code, time and fingerprint of what was sent; only for its own people."""
    found = load(request, key)
    if not found.number or request.user.pk not in found.people_ids:
        return redirect(found)
    context = {
        "entry": found,
        "contest": found.contest,
        "is_as_sent": eligibility.fingerprint(found) == found.fingerprint,
    }
    return render(request, "contests/entry_receipt.html", context)


def _require_open(request, found: Entry) -> None:
    """403 with a sentence while nobody but its own people may read a sealed entry."""
    if phases.is_sealed(found.contest, timezone.now()):
        raise PermissionDenied(_("Bài đang niêm phong. Hết giờ nhận, ban tổ chức mở rồi mới đọc."))


# -- One entry ---------------------------------------------------------------------
@never_cache
@require_safe
def entry(request, key):
    """Its people: state, what to do next. The organiser: everything, and the check."""
    found = load(request, key)
    own = request.user.pk in found.people_ids
    if not own:
        _require_open(request, found)
        require(request.user, "entry.read", found)
    context = {
        "entry": found,
        "contest": found.contest,
        "own": own,
        "base": "base_public.html" if own else "base_office.html",
        "chip": CHIPS[found.status],
        "next": NEXT[found.status],
        "shut": phases.no_entry(found.contest, timezone.now()) if own else "",
        "may_edit": request.user.can("entry.edit", found),
        "sections": sections_of(found),
        "files": files_of(found),
        "refusals": [] if own else eligibility.refusals(found),
        "mend": [eligibility.PARTS[n] for n in found.mend_fields if n in eligibility.PARTS],
        "events": story(ENTRIES, found, kinds=KINDS_TOLD_ENTRANT),
        "steps": [
            row for row in buttons(
                ENTRIES, found, request.user,
                lambda name: reverse("contests:entry_take", args=[found.key, name]),
            )
            if not row["url"].endswith("/submit/")
        ],
    }  # fmt: skip
    return render(request, "contests/entry.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def take_step(request, key, step):
    """The organiser's check and the entrant's withdrawal; sending has a page of its own."""
    found = load(request, key)
    if request.user.pk not in found.people_ids:
        _require_open(request, found)
    if step == "submit":
        return redirect("contests:entry_step", found.key, "gui")
    if step == "return":
        return _return(request, found)
    if request.method != "POST":
        return redirect(found)
    return take(request, ENTRIES, found, step, done=str(DONE.get(step, "")))


def _return(request, found: Entry):
    may(request, ENTRIES, found, "return")
    if reason := ENTRIES.why_not(found, "return", request.user):
        messages.error(request, reason)
        return redirect(found)
    form = EntryReturnForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return take(
            request, ENTRIES, found, "return", note=form.cleaned_data["note"],
            data={"fields": form.cleaned_data["fields_to_mend"]},
            done=_("Đã trả lại để bổ sung. Người dự thi được báo bằng thư."),
        )  # fmt: skip
    return render(
        request, "contests/entry_return.html", {"entry": found, "form": form},
        status=422 if request.method == "POST" else 200,
    )  # fmt: skip


@require_safe
def own(request):
    """The entries of this person: what has to be done first, then the newest."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    first = Case(
        When(status=Entry.Status.RETURNED, then=0), When(status=Entry.Status.DRAFT, then=1),
        default=2,
    )  # fmt: skip
    keys = Entry.objects.filter(owner=request.user).values("pk")
    keys = keys.union(Entry.objects.filter(members__user=request.user).values("pk"))
    rows = Entry.objects.filter(pk__in=keys).select_related("contest", "board")
    return web.render_list(
        request, "contests/entries_own.html", rows.order_by(first, "-pk"), chips=CHIPS
    )
