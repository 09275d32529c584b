"""The dossier of a venture: choose what goes in, take it away as Word or as a zip."""

import hashlib
import json

from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import tasks
from core.web import require
from projects import dossier, exports
from projects.views.office import load

FORMS = ("docx", "zip")


@require_http_methods(["GET", "HEAD", "POST"])
def venture_dossier(request, code):
    """The choice; a press starts the job whose page gives the file."""
    venture = load(request, code)
    require(request.user, "venture.export", venture)
    parts = dossier.parts_for(venture, request.user)
    kept = dossier.files_for(venture, request.user)
    if request.method == "POST":
        picked = [p.key for p in parts if p.key in request.POST.getlist("phan")]
        chosen = [f.pk for f in kept if str(f.key) in request.POST.getlist("tep")]
        form = request.POST.get("kieu")
        if (picked or chosen) and form in FORMS:
            params = {"venture": venture.pk, "parts": picked, "files": chosen, "as": form}
            told = hashlib.sha256(json.dumps(params).encode()).hexdigest()[:16]
            key = f"{exports.DOSSIER}:{request.user.pk}:{told}"
            return redirect(tasks.start(exports.DOSSIER, key=key, by=request.user, params=params))
        error = _("Chọn ít nhất một phần, và chọn Word hay gói nén.")
    else:
        error, form = "", "docx"
        # What only the founder may hand out is never ticked for them.
        picked, chosen = [p.key for p in parts if not p.own], []
    context = {
        "venture": venture,
        "parts": [(part, part.key in picked) for part in parts],
        "kept": [(stored, stored.pk in chosen) for stored in kept],
        "form_as": form,
        "error": error,
        "is_owner": venture.owner_id == request.user.pk,
    }
    return render(request, "projects/dossier.html", context, status=422 if error else 200)
