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


KINDS = {
    kind.code: kind
    for kind in (
        #               code              on the screen                        valid                                          given by                                              rule
        CertificateKind("ocop",           "OCOP",                              _("36 tháng"),                                 _("3–4 sao: cấp tỉnh; 5 sao: cấp trung ương"),        months=36, levels=(3, 4, 5)),
        CertificateKind("vietgap_crops",  _("VietGAP trồng trọt"),             _("3 năm"),                                    _("tổ chức chứng nhận"),                              months=36),
        CertificateKind("vietgap_animals", _("VietGAP chăn nuôi, thủy sản"),   _("2 năm"),                                    _("tổ chức chứng nhận"),                              months=24),
        CertificateKind("globalgap",      "GLOBALG.A.P.",                      _("1 năm"),                                    _("tổ chức chứng nhận"),                              months=12),
        CertificateKind("standard",       _("Hợp chuẩn"),                      _("3 năm"),                                    _("tổ chức chứng nhận"),                              months=36),
        CertificateKind("regulation",     _("Hợp quy"),                        _("3 năm"),                                    _("tổ chức chứng nhận"),                              months=36),
        CertificateKind("rural_industry", _("Sản phẩm công nghiệp nông thôn tiêu biểu"), _("đến 31/12 của năm thứ tư sau năm cấp"), _("cơ quan tổ chức bình chọn"),                 years_to_end=4),
    )
}  # fmt: skip
CHOICES = [(kind.code, kind.name) for kind in KINDS.values()]


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the month's last day where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
