"""The Excel register: upload, preview, import. Secretariat and administrators."""

import io

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import files, tasks
from core.files.kinds import EXCEL
from core.models import Job
from core.web import require
from core.words import Refused
from projects.forms.register import UploadForm
from projects.register import template as register_template
from projects.register.sheets import SHEETS
from projects.tasks import CHECK, IMPORT, KINDS

PERMISSION = "register.import"
TEMPLATE_NAME = "so-dang-ky.xlsx"


@require_http_methods(["GET", "HEAD", "POST"])
def register(request):
    """The form; an upload is kept, and a job that checks it started."""
    require(request.user, PERMISSION)
    sent = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if sent else UploadForm()
    if sent and form.is_valid():
        try:
            stored = files.store(
                form.cleaned_data["file"], by=request.user, at=timezone.now(), kinds={EXCEL}
            )
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            job = tasks.start(
                CHECK, key=f"{CHECK}:{stored.pk}", by=request.user, params={"file": stored.pk}
            )
            return redirect("projects:register_preview", job.pk)
    status = 422 if form.errors else 200
    context = {"form": form, "sheets": SHEETS, "recent": _recent()}
    return render(request, "projects/register.html", context, status=status)


def _recent():
    """The last imports that were carried out."""
    done = Job.objects.filter(kind=IMPORT, state=Job.State.DONE)
    return done.select_related("created_by").order_by("-pk")[:5]


@require_safe
def template(request):
    """The empty workbook."""
    require(request.user, PERMISSION)
    content = io.BytesIO()
    register_template.write(content)
    content.seek(0)
    return FileResponse(
        content,
        as_attachment=True,
        filename=TEMPLATE_NAME,
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )


@require_safe
def preview(request, pk):
    """How the check or the import goes, then what it found."""
    require(request.user, PERMISSION)
    job = get_object_or_404(Job, pk=pk, kind__in=KINDS)
    name = "projects/register_preview.html"
    context = {"job": job, "result": job.result, "is_check": job.kind == CHECK}
    return render(request, f"{name}#state" if request.htmx else name, context)


@require_POST
def confirm(request, pk):
    """Import what the check found good. Pressed twice, it is one import."""
    require(request.user, PERMISSION)
    checked = get_object_or_404(Job, pk=pk, kind=CHECK, state=Job.State.DONE)
    if checked.result.get("errors"):
        raise Http404
    key = f"{IMPORT}:{checked.params['file']}"
    job = Job.objects.filter(key=key, state=Job.State.DONE).first() or tasks.start(
        IMPORT, key=key, by=request.user, params=checked.params
    )
    return redirect("projects:register_preview", job.pk)
