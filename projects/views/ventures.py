"""The page of a project or an enterprise: for the public what was agreed to, for its people all."""

from typing import Any

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Consent
from core import web
from core.facts import Fact
from core.formats_vn import date_vn
from projects import enterprises, kinds, ledger, lists, opinions, publishing, timeline
from projects.models import Investment, MilestonePlan, StageReached, Support, Venture
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
    there = kinds.there(found)
    facts = _facts(found, private, there)
    recognised = found.recognitions.filter(status=Fact.Status.VERIFIED).first()
    plans = list(MilestonePlan.objects.open_of(found)) if private and "plans" in there else []
    told_enterprises = enterprises.of(found, user, private=private) if "formations" in there else []
    facts["formations"] = [told.formation for told in told_enterprises]
    context = facts | {
        "venture": found,
        "base": "base_office.html" if private else "base_public.html",
        "private": private,
        "picture": None if private else public_picture(found),
        "shown": frozenset() if private else found.public_names,
        "enterprises": told_enterprises,
        "registered": enterprises.registered(told_enterprises),
        "recognised": recognised,
        "unit_now": _unit_now(found),
        "founder": found.owner if private or _name_is_public(found) else None,
        "team": shown_publicly(found, timezone.localdate()),
        "idea_code": found.code_as("YT"),
        "is_ours": user.is_authenticated and user.can("venture.view_team", found),
        "products_part": products_part(found, user, there, timezone.now()),
        "moments": timeline.told(
            found,
            recognised=recognised,
            facts=[fact for rows in facts.values() for fact in rows],
            plans=plans,
            with_idea=private,
        ),
        "stages_by_name": _stages(facts["stages"]),
        "awards": _awards(found, private, there),
        "times": len([s for s in facts["supports"] if s.status == Fact.Status.VERIFIED]),
        "invested": _sums(facts["investments"]),
        "may_support": user.can("support.record", found),
        "may_export": user.can("venture.export", found),
        "may_form": user.can("formation.record", found),
        "may_tell": user.can("milestone.record", found),
    }
    if private:
        context |= {
            "staff": staff,
            "answers": answers(found, user),
            "public_words": publishing.told(found, timezone.localdate()),
            "documents": _documents(found, facts, user),
            "plans": plans,
            "dropped": [
                fact
                for kind in ("stages", "milestones")
                for fact in facts[kind]
                if fact.status == Fact.Status.RETRACTED
            ],
            "totals": _ledger_totals(facts["supports"]),
            "inside": opinions.said(found, user)
            if staff and there & {"remarks", "opinions"}
            else {},
            "events": story(VENTURES, found) if staff else told(found),
            "steps": _recognition_steps(context["recognised"], user),
        } | _contest_entries(found, user, staff, there)
    return render(request, "projects/venture.html", context)


def _contest_entries(found: Venture, user, staff: bool, there: frozenset[str]) -> dict[str, Any]:
    """The contests it was sent into; officials learn of a sealed one when it is opened."""
    if "entries" not in there:
        return {"entries": []}
    rows = found.entries.exclude(status="draft")
    if staff:
        rows = rows.exclude(contest__sealed=True, contest__unsealed_at__isnull=True)
    told = list(rows.select_related("contest").order_by("-pk"))
    mine = rows.visible_to(user).values_list("pk", flat=True) if told else ()
    return {"entries": told, "readable_entries": set(mine)}


# Kinds of fact that everybody sees only where the owner publishes the item named beside.
CHOSEN = {"stages": "stage", "supports": "supports"}


def _facts(found: Venture, private: bool, there: frozenset[str]) -> dict[str, list[Any]]:
    """The facts of the venture by kind: all of them for its people, else the verified ones.

    Kinds that are not ``there`` are not read, nor those that its owner keeps to themselves.
    """
    read = {
        "supports": lists.ledger(found, private=private),
        "stages": found.stages.order_by("happened_on", "pk"),
        "milestones": found.milestones.order_by("-happened_on", "-pk"),
        "investments": found.investments.order_by("-happened_on", "-pk"),
    }
    if private:
        read = {kind: rows.select_related("evidence") for kind, rows in read.items()}
        read["supports"] = read["supports"].prefetch_related("results")
    else:
        read = {kind: rows.filter(status=Fact.Status.VERIFIED) for kind, rows in read.items()}
        read["investments"] = read["investments"].filter(shown_since__isnull=False)
        there = there - {kind for kind, name in CHOSEN.items() if name not in found.public_names}
    return {kind: list(rows) if kind in there else [] for kind, rows in read.items()}


def _awards(found: Venture, private: bool, there: frozenset[str]) -> list[Any]:
    """What it won in contests, the newest on top; for others where its owner publishes that."""
    if "awards" not in there or not (private or "awards" in found.public_names):
        return []
    return list(found.awards.order_by("-year", "order", "pk"))


def _stages(reached: list[StageReached]) -> list[dict[str, Any]]:
    """Every stage in its order, with the fact that it was reached where one stands."""
    standing = {fact.stage: fact for fact in reached if fact.status != Fact.Status.RETRACTED}
    return [{"label": label, "fact": standing.get(stage)} for stage, label in Venture.Stage.choices]


def _sums(investments: list[Investment]) -> list[tuple[str, int]]:
    """What was put in and what was promised, of those that are verified."""
    verified = [fact for fact in investments if fact.status == Fact.Status.VERIFIED]
    sums = [
        (str(label), sum(fact.value for fact in verified if fact.kind == kind))
        for kind, label in Investment.Kind.choices
    ]
    return [(label, total) for label, total in sums if total]


def _ledger_totals(supports: list[Support]) -> list[tuple[str, ledger.Total]]:
    """By source, as the officials' ledger and the indicators count them."""
    sums = [
        (str(label), ledger.summed(fact for fact in supports if fact.source == source))
        for source, label in Support.Source.choices
    ]
    return [(label, total) for label, total in sums if total.lines]


def _documents(found: Venture, facts: dict[str, list[Any]], user) -> list[dict[str, str]]:
    """The files of the idea that ``user`` may read, then those that prove its facts."""
    proofs = [fact for rows in facts.values() for fact in rows if fact.evidence]
    proofs.sort(key=lambda fact: (fact.happened_on, fact.pk))
    listed = {
        fact.evidence.pk: {
            "name": fact.evidence.name,
            "url": fact.evidence.get_absolute_url(),
            "note": date_vn(fact.happened_on),
        }
        for fact in proofs
    }
    return files_of(found, user) + list(listed.values())


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
        Consent.objects.in_force(timezone.localdate())
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
