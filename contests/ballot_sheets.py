"""Ballot cards on paper: a QR code and the code in letters, to be cut apart."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import typst
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from contests.models import Poll
from contests.phases import moment
from core.documents.pictures import fonts, qr_svg, serif_families

TEMPLATE = Path(__file__).parent / "data" / "ballots.typ"


def address(poll: Poll, code: str) -> str:
    """Where a card's QR code leads. The code follows a #: browsers send it to nobody, so that it
    stands in no server's log; the page's script puts it into the form."""
    return f"{settings.SITE_URL}{reverse('contests:poll', args=[poll.slug])}#{code}"


def to_pdf(poll: Poll, codes: Sequence[str], at: datetime) -> bytes:
    """Ten cards a page, in Vietnamese. The codes are on this paper and nowhere else."""
    with translation.override("vi"):
        told = {
            "title": poll.title,
            "until": _("Bỏ phiếu đến %(at)s") % {"at": moment(poll.closes_at)},
            "type_in": _("Quét mã bằng điện thoại, hoặc mở trang này rồi gõ mã:"),
            "address": f"{settings.SITE_URL}{reverse('contests:poll', args=[poll.slug])}",
            "alt": _("Mã QR của thẻ"),
            "warning": _(
                "Mỗi thẻ một phiếu. Giữ kín mã như giữ lá phiếu. Trang bình chọn không bao giờ "
                "hỏi mật khẩu hay mã ngân hàng."
            ),
            "fonts": list(serif_families()),
            "cards": [[code, qr_svg(address(poll, code))] for code in codes],
        }
    return typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        format="pdf",
        font_paths=fonts(),
        sys_inputs={"told": json.dumps(told, ensure_ascii=False)},
        timestamp=int(at.timestamp()),
    )
