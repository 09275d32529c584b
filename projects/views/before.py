"""Before and beside the form: the self-check, ideas alike that are public, the paper form."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.documents import to_docx
from core.files.kinds import TYPES, WORD
from core.models import AdminUnit, Configuration
from core.text import nfc
from projects import similar
from projects.forms.eligibility import SelfCheck
from projects.models import Venture
from projects.paper import empty_form


@require_http_methods(["GET", "HEAD", "POST"])
def self_check(request):
    """Six answers, told back with a next step for each no; nothing is kept."""
    form = SelfCheck(request.POST if request.method == "POST" else None)
    done = form.is_bound and form.is_valid()
    context = {"form": form, "done": done, "noes": form.noes() if done else []}
    status = 422 if form.is_bound and not done else 200
    return render(request, "projects/self_check.html", context, status=status)


@require_POST
def alike(request):
    """The public ventures most like the words in the form; the words are posted, never logged."""
    asked = Venture(
        title=nfc(request.POST.get("title", ""))[: similar.LONGEST],
        summary=nfc(request.POST.get("summary", ""))[: similar.LONGEST],
    )
    found = similar.public_ones(asked, timezone.localdate())
    return render(request, "projects/alike.html", {"alike": found})


@require_safe
def paper(request):
    """The empty form as a Word file, for those who write on paper."""
    today = timezone.localdate()
    units = list(AdminUnit.objects.on(today).order_by("kind", "name", "pk"))
    content = to_docx(empty_form(Configuration.objects.on(today), units))
    answer = HttpResponse(content, content_type=TYPES[WORD])
    answer.headers["Content-Disposition"] = 'attachment; filename="phieu-gui-y-tuong.docx"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
