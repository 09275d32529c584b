"""The owner's choice of what everybody may read: one form, one press."""

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import files, web
from core.models import StoredFile
from core.words import Refused
from projects import attachments, publishing
from projects.models import Venture
from projects.views import office


def choices(found: Venture, is_child: bool, given: bool) -> list[tuple[str, str, bool]]:
    """The boxes of the form: (name, label, ticked); none is ticked before the owner has agreed."""
    return [
        (name, publishing.ITEMS[name], given and name in found.published)
        for name in publishing.offered(found, is_child=is_child)
    ]


@require_safe
def picture(request, code):
    """The picture of a venture that everybody may see; 404 where the owner has not chosen so."""
    found = office.load(request, code)
    stored = public_picture(found)
    if stored is None:
        raise Http404(code)
    answer = FileResponse(stored.file.open("rb"))
    for name, value in files.headers(stored, inline=True).items():
        answer.headers[name] = value
    return answer


def public_picture(found: Venture) -> StoredFile | None:
    """The first attachment that is a picture, where the owner publishes it."""
    if "picture" not in found.public_names:
        return None
    pictures = (f for f in attachments.attached_to(found) if files.is_of(f, files.PICTURES))
    return next(pictures, None)


@require_POST
def choose(request, code):
    """Show exactly the ticked items beside title and field, or with ``withdraw`` nothing."""
    found = office.load(request, code)
    if not found.is_sent:
        raise Http404(code)
    web.require(request.user, "venture.publish", found)
    wanted = "withdraw" not in request.POST
    try:
        publishing.decide(
            found,
            by=request.user,
            wanted=wanted,
            names=request.POST.getlist("muc")[:50],
            at=timezone.now(),
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            _("Đã ghi: công bố đúng những mục bạn chọn.")
            if wanted
            else _("Đã rút lại. Việc này có hiệu lực ngay."),
        )
    return redirect("projects:idea", found.code_as("YT"))
