"""The page of a project or an enterprise: for the public what was agreed to, for its people all."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Consent
from core import web
from core.facts import Fact
from projects import publishing
from projects.models import Venture
from projects.tale import told
from projects.team import shown_publicly
from projects.views.desk import story, take
from projects.views.office import answers, files_of, load
from projects.views.products_part import products_part
from projects.views.publishing import public_picture
from projects.workflow import RECOGNITIONS, VENTURES

PREFIXES = {"YT", "DA", "DN"}


@require_safe
def venture(request, code):
    """``/du-an/<code>/`` and ``/doanh-nghiep/<code>/``; any other address of it leads here."""
    if not code.upper().startswith(tuple(PREFIXES)):
        raise Http404(code)
    found = load(request, code)
    if found.get_absolute_url() != request.path:
        return redirect(found)
    user = request.user
    private = user.can("venture.view_private", found)
    staff = user.can("venture.list_queue") and user.pk not in found.people_ids
    supports = found.supports.select_related("evidence", "recorded_by").order_by(
        "-happened_on", "-pk"
    )
    formations = found.formations.select_related("evidence").order_by("happened_on", "pk")
    if not private:
        supports = supports.filter(status=Fact.Status.VERIFIED)
        formations = formations.filter(status=Fact.Status.VERIFIED)
    formations = list(formations)
    context = {
        "venture": found,
        "base": "base_office.html" if private else "base_public.html",
        "private": private,
        "picture": None if private else public_picture(found),
        "shown": frozenset() if private else found.public_names,
        "supports": list(supports),
        "formations": formations,
        "registered": next((f for f in formations if f.status == Fact.Status.VERIFIED), None),
        "recognised": found.recognitions.filter(status=Fact.Status.VERIFIED).first(),
        "unit_now": _unit_now(found),
        "founder": found.owner if private or _name_is_public(found) else None,
        "team": shown_publicly(found, timezone.localdate()),
        "idea_code": found.code_as("YT"),
        "is_ours": user.is_authenticated and user.can("venture.view_team", found),
        "may_support": user.can("support.record", found),
        "may_form": user.can("formation.record", found),
        "products_part": products_part(found, user, timezone.now(), timezone.localdate()),
    }
    if private:
        context |= {
            "staff": staff,
            "answers": answers(found, user),
            "files": files_of(found, user),
            "public_words": publishing.told(found),
            "events": story(VENTURES, found) if staff else told(found),
            "steps": _recognition_steps(context["recognised"], user),
        }
    return render(request, "projects/venture.html", context)


def _unit_now(found: Venture):
    """The unit that holds the place today, where that is another one than was written down."""
    if found.unit is None:
        return None
    now = found.unit.today()
    return None if now == found.unit else now


def _name_is_public(found: Venture) -> bool:
    """The owner agreed to be named. Readers who get here see public ventures only, and those
    are of adults, or of minors whose guardian said yes."""
    return (
        Consent.objects.standing()
        .filter(
            user=found.owner_id,
            purpose=Consent.Purpose.PUBLISH_NAME,
            subject_kind="venture",
            subject_id=found.pk,
        )
        .exists()
    )


def _recognition_steps(recognised, user):
    if recognised is None:
        return []
    return web.buttons(
        RECOGNITIONS,
        recognised,
        user,
        lambda name: reverse("projects:recognition_step", args=[recognised.pk, name]),
    )


@require_POST
def recognition_step(request, pk, step):
    """Retract a recognition: the venture is an idea again, and no figure counts it from now on."""
    recognition = _recognition(request, pk)
    take(request, RECOGNITIONS, recognition, step, then="/")
    return redirect(Venture.objects.get(pk=recognition.venture_id))


def _recognition(request, pk):
    visible = Venture.objects.visible_to(request.user)
    recognition = (
        RECOGNITIONS.model.objects.filter(pk=pk, venture__in=visible)
        .select_related("venture")
        .first()
    )
    if recognition is None:
        raise Http404
    return recognition
