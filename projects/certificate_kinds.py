"""The certificates a product can have, and for how long each is valid: read it aloud.

Domain §6. The expiry that follows from a row is proposed; the paper itself has the last word.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class CertificateKind:
    """Valid for ``months`` from the day of issue, or to 31/12 of the year ``years_to_end`` on."""

    code: str
    name: Any  # a lazy string
    validity: Any  # the rule in words
    given_by: Any  # who gives it, in words
    months: int = 0
    years_to_end: int = 0
    levels: tuple[int, ...] = ()  # stars

    def expires_on(self, issued_on: date) -> date:
        """The last day of validity that the rule proposes."""
        if self.years_to_end:
            return date(issued_on.year + self.years_to_end, 12, 31)
        return months_after(issued_on, self.months)


THREE_YEARS, TWO_YEARS, ONE_YEAR = _("3 năm"), _("2 năm"), _("1 năm")
CERTIFIER = _("tổ chức chứng nhận")
STARS = _("3–4 sao: cấp tỉnh; 5 sao: cấp trung ương")
YEARS_END = _("đến 31/12 của năm thứ tư sau năm cấp")
RURAL_INDUSTRY = _("Sản phẩm công nghiệp nông thôn tiêu biểu")

KINDS = {
    kind.code: kind
    for kind in (
        #               code, name on the screen, valid in words, given by, the rule
        CertificateKind("ocop", "OCOP", _("36 tháng"), STARS, months=36, levels=(3, 4, 5)),
        CertificateKind("vietgap_crops", _("VietGAP trồng trọt"), THREE_YEARS, CERTIFIER, 36),
        CertificateKind(
            "vietgap_animals", _("VietGAP chăn nuôi, thủy sản"), TWO_YEARS, CERTIFIER, 24
        ),
        CertificateKind("globalgap", "GLOBALG.A.P.", ONE_YEAR, CERTIFIER, months=12),
        CertificateKind("standard", _("Hợp chuẩn"), THREE_YEARS, CERTIFIER, months=36),
        CertificateKind("regulation", _("Hợp quy"), THREE_YEARS, CERTIFIER, months=36),
        CertificateKind(
            "rural_industry", RURAL_INDUSTRY, YEARS_END, _("cơ quan bình chọn"), years_to_end=4
        ),
    )
}
CHOICES = [(kind.code, kind.name) for kind in KINDS.values()]


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the month's last day where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
