"""Writing an entry for a contest: its steps, kept at each, and what is checked before sending."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import Guardianship
from contests import eligibility, entries, phases
from contests.forms.entries import (
    BeginForm,
    EntryStep,
    QuestionStep,
    SendForm,
    TeamStep,
    TextStep,
    member_forms,
)
from contests.models import Entry
from contests.views.entries import (
    files_of,
    home,
    load,
    load_contest,
    own_ventures,
    sections_of,
    steps_of,
)
from core.fields import Owner, keep_for
from core.web import require
from core.words import Refused
from projects.views.whose import counted

CODES_AN_HOUR = 10  # tries of late codes by one account
STEPS: dict[str, tuple[Any, type[EntryStep] | None]] = {
    "bai": (gettext_lazy("Bài dự thi"), TextStep),
    "cau-hoi": (gettext_lazy("Câu hỏi và tệp"), QuestionStep),
    "doi": (gettext_lazy("Đội"), TeamStep),
    "gui": (gettext_lazy("Xem lại, nộp"), None),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request, slug):
    """From an own idea or project, or from nothing; a hidden key makes one entry of it."""
    contest = load_contest(request, slug)
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    require(request.user, "entry.create", contest)
    now = timezone.now()
    shut = phases.no_entry(contest, now)
    told: dict[str, Any] = {"contest": contest, "ventures": own_ventures(request.user)}
    asked = request.GET.get("tu", "")
    first = next((v for v in told["ventures"] if v.code == asked), None) if asked else None
    form = BeginForm(
        request.POST if request.method == "POST" else None,
        initial={
            "venture": first,
            "board": contest.board_list[0].pk if len(contest.board_list) == 1 else None,
        },
        **told,
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                found = entries.begin(
                    contest, form.cleaned_data["board"], key=_key(request), owner=request.user,
                    at=now, venture=form.cleaned_data.get("venture"),
                    closed_too=form.cleaned_data.get("closed_too", False),
                )  # fmt: skip
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                return redirect(home(found))
    context = {
        "contest": contest,
        "form": form,
        "key": uuid.uuid4() if request.method != "POST" else _key(request),
        "shut": shut,
        "too_late": bool(phases.no_entry(contest, now, late=True)),
        "mine": list(contest.entries.filter(owner=request.user).order_by("-pk")[:5]),
    }
    return render(request, "contests/entry_new.html", context, status=status)


def _key(request) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid.uuid4()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def step(request, key, step):
    """A step of the draft: shown, or saved and left for another."""
    if step not in STEPS:
        raise Http404(step)
    found = load(request, key)
    if not found.is_open_to_change:
        return _already_sent(request, found)
    if request.user.why_not("entry.edit", found):
        if request.method == "POST":
            require(request.user, "entry.edit", found)
        return redirect(found)
    if step not in steps_of(found):
        return redirect("contests:entry_step", found.key, steps_of(found)[0])
    if step == "gui":
        return _review(request, found)
    form, rows = _forms(request, found, step)
    if request.method == "POST":
        return _save(request, found, step, form, rows)
    return _show(request, found, step, form, rows)


def _already_sent(request, found: Entry):
    if request.method == "POST":
        messages.info(request, _("Bài này đã nộp rồi."))
    return redirect(found)


def _forms(request, found: Entry, step: str) -> tuple[EntryStep, Any]:
    """The step's form, bound when posted, and the rows of the team where the step has them."""
    posted, now = request.method == "POST", timezone.now()
    form_class = STEPS[step][1]
    today = timezone.localdate(now)
    told: dict[str, Any] = {"entry": found, "today": today}
    if step == "cau-hoi":
        told["attached"] = eligibility.files_of(found)
    if step == "doi":
        told["asks_guardian"] = _asks_guardian(request, found, today)
    if posted:
        told["complete"] = not {"luu", "ve"} & set(request.POST)
    assert form_class is not None  # "gui" has a page of its own  # noqa: S101
    form = form_class(*((request.POST, request.FILES) if posted else ()), **told)
    keep_for(form, Owner(now, request.user, request.session.session_key or ""))
    rows = None
    if step == "doi" and "members" in entries.open_names(found, ["members"]):
        rows = member_forms(
            request.POST if posted else None, list(found.members.order_by("order", "pk")), today
        )
    return form, rows


def _asks_guardian(request, found: Entry, today) -> bool:
    """Whether a pupil has to name a guardian: nobody was asked yet, and none said yes."""
    owner = found.owner
    asked = owner.guardianships.exclude(answer=Guardianship.Answer.NO)
    current = asked.filter(version__gte=eligibility.GUARDS_ENTRIES_FROM).exists()
    return owner.birth_date is not None and owner.is_minor(today) and not current


def _save(request, found: Entry, step: str, form: EntryStep, rows: Any):
    """Keep what is in order, then tell what is not, or go on."""
    form.is_valid()
    rows_fit = rows is None or rows.is_valid()
    if form.is_bound and "files" in form.fields:
        outcome = getattr(form.fields["files"], "outcome", None)
        attachment = entries.UNTOUCHED if outcome is None else outcome
    else:
        attachment = entries.UNTOUCHED
    names = [*form.open, *(["members"] if rows is not None else [])]
    try:
        found = entries.save(
            found, form.told(), names=names, seen=request.POST.get("version", ""),
            by=request.user, at=timezone.now(), attachment=attachment,
            members=rows.told() if rows is not None and rows_fit else None,
        )  # fmt: skip
        if step == "doi":
            _remember(request, found, form)
    except entries.Sent:
        return _already_sent(request, found)
    except entries.Conflict as conflict:
        form.add_error(None, str(conflict))
        return _show(request, conflict.theirs, step, form, rows, status=409)
    except Refused as refusal:
        form.add_error(None, str(refusal))
    if form.errors or not rows_fit:
        return _show(request, found, step, form, rows, status=422)
    if getattr(attachment, "added", ()) and found.contest.rounds.filter(is_blind=True).exists():
        messages.info(request, _("Đã giữ tệp. Tệp nào không lộ danh tính thì đánh dấu ở dưới."))
        return redirect("contests:entry_step", found.key, step)
    return redirect(_following(request, found, step))


def _remember(request, found: Entry, form: EntryStep) -> None:
    """What the account lacks, and the letter to the guardian of a pupil."""
    told = form.kept
    if told.get("full_name") or told.get("birth_date"):
        found.owner = entries.remember_person(
            found.owner,
            full_name=told.get("full_name", ""),
            birth_date=told.get("birth_date"),
        )
    if told.get("guardian_name") and told.get("guardian_email") and not form.errors:
        entries.ask_a_guardian(
            found.owner, name=told["guardian_name"], email=told["guardian_email"],
            at=timezone.now(),
        )  # fmt: skip
        messages.success(request, _("Đã gửi thư hỏi cha, mẹ hoặc người giám hộ."))


def _following(request, found: Entry, step: str) -> str:
    """The page of the next step, the one before, or this one."""
    steps = steps_of(found)
    at = steps.index(step)
    if "luu" in request.POST:
        messages.success(request, _("Đã lưu nháp. Bạn viết tiếp lúc nào cũng được."))
        then = step
    elif "ve" in request.POST:
        then = steps[max(0, at - 1)]
    else:  # a pupil whose age was just told names the guardian on the same step
        again = step == "doi" and _asks_guardian(request, found, timezone.localdate())
        then = step if again else steps[at + 1]
    return reverse("contests:entry_step", args=[found.key, then])


def _show(request, found: Entry, step: str, form, rows, *, status=200):
    steps = steps_of(found)
    at = steps.index(step)
    names = [*form.open, *(["members"] if rows is not None else [])]
    context = {
        "form": form,
        "rows": rows,
        "version": entries.version(found, names),
        "label": STEPS[step][0],
        "next_label": STEPS[steps[at + 1]][0],
        "waits_for_guardian": step == "doi"
        and "guardian_email" not in form.fields
        and eligibility.needs_guardian(found, timezone.now()),
        "conflict": status == 409,
    }
    return render(request, "contests/entry_step.html", context | _frame(found, step), status=status)


def _frame(found: Entry, step: str) -> dict[str, Any]:
    """What every step shows around its form."""
    steps, missing = steps_of(found), eligibility.missing(found)
    at = steps.index(step)
    done = {"bai": found.title, "cau-hoi": found.answers, "doi": found.applicant, "gui": ""}
    return {
        "entry": found,
        "contest": found.contest,
        "step": step,
        "number": at + 1,
        "count": len(steps),
        "previous": steps[at - 1] if at else "",
        "refusals": eligibility.refusals(found),
        "shut": phases.no_entry(found.contest, timezone.now()),
        "mend": [eligibility.PARTS[n] for n in found.mend_fields if n in eligibility.PARTS],
        "steps": [
            {
                "label": STEPS[name][0],
                "url": reverse("contests:entry_step", args=[found.key, name]),
                "state": "now" if name == step
                else "done" if name != "gui" and name not in missing and done[name] else "",
            }
            for name in steps
        ],
    }  # fmt: skip


def _review(request, found: Entry):
    """The last step: everything once more, what is still in the way, consent, the button."""
    now = timezone.now()
    shut = phases.no_entry(found.contest, now)
    first = found.status == Entry.Status.DRAFT
    form = SendForm(
        request.POST if request.method == "POST" else None,
        asks_code=first and bool(shut) and not phases.no_entry(found.contest, now, late=True),
        asks_consent=not eligibility.has_agreed(found),
    )
    status = 200
    if request.method == "POST":
        require(request.user, "entry.send", found)
        status = 422
        code = (request.POST.get("code") or "").strip() if "code" in form.fields else ""
        if code and counted(f"late-code:{request.user.pk}") > CODES_AN_HOUR:
            form.add_error("code", _("Bạn thử nhiều mã rồi. Chờ một giờ rồi thử lại."))
            status = 429
        elif form.is_valid():
            try:
                entries.send(
                    found, by=request.user, agreed=form.cleaned_data.get("agreed", False),
                    at=now, code=code,
                )  # fmt: skip
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                return redirect("contests:entry_receipt", found.key)
    missing = eligibility.missing(found)
    context = {
        "form": form,
        "sections": sections_of(found),
        "files": files_of(found),
        "missing": [(STEPS[name][0], name, words) for name, words in missing.items()],
        "guardian_missing": eligibility.needs_guardian(found, now),
    }
    return render(
        request, "contests/entry_send.html", context | _frame(found, "gui"), status=status
    )
