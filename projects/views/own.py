"""The founder's own pages after sending: the list, the story so far, the receipt, consents."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db.models import Case, Q, When
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import consent_texts
from accounts.models import Consent
from core import web
from projects import assisted, attachments, drafts, publishing, tale
from projects.forms.people_step import is_child
from projects.forms.story import GroupsForm
from projects.models import Venture, VentureGroup
from projects.models.venture import in_team
from projects.views import office
from projects.views.publishing import choices
from projects.views.whose import kept_keys
from projects.views.written import mend_of, sections_of

PUBLISHED = (Consent.Purpose.PUBLISH_VENTURE, Consent.Purpose.PUBLISH_NAME)
WAITING = set(Venture.WAITING_FOR_US)


@require_safe
def ideas(request):
    """The same address for both: officials see the queue, founders their own ideas."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if request.user.can("venture.list_queue"):
        return office.queue(request)
    return own(request)


@require_safe
def own(request):
    """What this person wrote: drafts first, then what has to be mended, then the newest."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    mine = Q(owner=request.user) | in_team(request.user)
    if keys := kept_keys(request):
        mine |= Q(owner__isnull=True, key__in=keys, status=Venture.Status.DRAFT)
    first = Case(
        When(status=Venture.Status.DRAFT, then=0),
        When(status=Venture.Status.RETURNED, then=1),
        default=2,
    )
    rows = Venture.objects.filter(mine).order_by(first, "-pk")
    return web.render_list(
        request, "projects/ideas_own.html", rows, today=timezone.localdate(), waiting=WAITING,
        to_claim=assisted.to_claim(request.user).order_by("-pk")[:5],
        may_assist=request.user.can("venture.assist"),
    )  # fmt: skip


def _load(request, code) -> Venture:
    """The sent idea behind a code of any prefix; 404 for who may not know of it."""
    found = office.load(request, code)
    if not found.is_sent:
        raise Http404(code)
    return found


def _is_canonical(code: str, found: Venture) -> bool:
    return code == found.code_as("YT")


@require_safe
def idea(request, code):
    """One idea: for its founder the story so far, for officials the desk, for others its public
    page where it has one."""
    found = _load(request, code)
    is_own = request.user.is_authenticated and request.user.can("venture.view_team", found)
    if is_own and _is_canonical(code, found):
        return _story(request, found)
    if found.get_absolute_url() != request.path:
        return redirect(found)
    return office.idea(request, found)


def _story(request, found: Venture):
    today = timezone.localdate()
    given = drafts.standing(found, today)
    waiting = found.status in WAITING
    leads = request.user.can("venture.lead", found)
    return render(
        request,
        "projects/idea_own.html",
        {
            "venture": found,
            "code": found.code_as("YT"),
            "events": tale.told(found),
            "leads": leads,
            "may_mend": request.user.can("venture.edit", found),
            "team_size": len(found.team_rights),
            "sections": sections_of(found, attachments.attached_to(found), request.user),
            "mend": mend_of(found),
            "waiting": waiting,
            "late": waiting and found.promised_on is not None and found.promised_on < today,
            "publishing": [
                {
                    "purpose": purpose.value,
                    "label": purpose.label,
                    "text": consent_texts.text(purpose),
                    "given": purpose in given,
                }
                for purpose in PUBLISHED
            ],
            "choices": choices(
                found, found.owner.is_minor(today), Consent.Purpose.PUBLISH_VENTURE in given
            ),
            "guardian": drafts.guardian_answer(found),
            "is_child": is_child(found, found.contact_birth_date, today),
            "groups": _groups(found) if leads else None,
            "has_page": found.level != Venture.Level.IDEA,
        },
    )


def _groups(found: Venture) -> dict[str, Any]:
    """The question of the groups, for the owner alone."""
    mine = VentureGroup.objects.filter(venture=found).values_list("group", flat=True)
    chosen = sorted(mine)
    return {
        "form": GroupsForm(initial={"groups": chosen}),
        "text": consent_texts.text("groups"),
        "chosen": chosen,
    }


@require_POST
def consents(request, code):
    """Publishing is agreed to and withdrawn with one button each."""
    found = _load(request, code)
    web.require(request.user, "venture.publish", found)
    purpose, wanted = request.POST.get("purpose", ""), "give" in request.POST
    if purpose not in PUBLISHED:
        messages.error(request, _("Không có lựa chọn này."))
        return redirect("projects:idea", found.code_as("YT"))
    if purpose == Consent.Purpose.PUBLISH_VENTURE:  # without a choice of items: title and field
        publishing.decide(found, by=request.user, wanted=wanted, names=(), at=timezone.now())
    else:
        drafts.publish(found, by=request.user, purpose=purpose, wanted=wanted, at=timezone.now())
    messages.success(
        request,
        _("Đã ghi: bạn đồng ý công bố.") if wanted else _("Đã rút lại. Việc này có hiệu lực ngay."),
    )
    return redirect("projects:idea", found.code_as("YT"))
