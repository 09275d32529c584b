"""The empty form on paper, for those who write by hand: the questions of the form itself.

Vietnamese whatever the language of the screen, as every document of the State is.
"""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.utils import translation
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from accounts import consent_texts
from accounts.models import Consent
from core.documents import Blank, Block, Box, Document, Heading, Letterhead, Paragraph, Run
from core.formats_vn import count
from core.models import AdminUnit, Configuration
from projects.forms.intake import STEPS
from projects.forms.sending import SendStep

LINES_OF_300 = 4  # dotted lines for so many characters by hand
MOST_LINES = 6


def empty_form(config: Configuration, units: list[AdminUnit]) -> Document:
    """The form with dotted lines and boxes; ``units`` are the places to choose from."""
    with translation.override("vi"):
        return Document(
            letterhead=Letterhead(
                parent=config.parent_body,
                issuer=config.issuer or config.portal_name,
                symbol="",
                place=config.place_name,
            ),
            kind=_("Phiếu gửi ý tưởng"),
            subject=_("Khởi nghiệp đổi mới sáng tạo Đức Phổ"),
            note_under_subject=_(
                "Viết tay được. Câu có dấu (*) cần trả lời, câu khác để trống được."
            ),
            body=list(_body(config, units)),
            is_form=True,
        )


def _body(config: Configuration, units: list[AdminUnit]) -> Iterator[Block]:
    yield Paragraph([Run(_("Nộp ở đâu: "), bold=True), _where()], align="left")
    yield Paragraph(
        [
            Run(_("Khi nào có trả lời: "), bold=True),
            _("trong %(n)s ngày làm việc kể từ khi cán bộ nhập phiếu này vào Cổng.")
            % {"n": count(config.promise_days)},
        ],
        align="left",
    )
    for label, form in STEPS.values():
        if form is None or not form.base_fields:
            continue
        yield Heading(1, str(label))
        for name, field in form.base_fields.items():
            yield from _asked(name, field, form.needed, units)
    yield Heading(1, _("Bạn quyết định"))
    yield Paragraph(
        _("Đánh dấu vào ô nếu đồng ý. Không đánh dấu ô đầu thì cán bộ không được đọc phiếu."),
        align="left",
    )
    for purpose in Consent.Purpose.values:
        yield Box(f"{SendStep.base_fields[purpose].label}.")
        yield Paragraph(consent_texts.text(purpose))
    yield Paragraph(
        _("Dưới 18 tuổi: chưa có câu đồng ý của cha, mẹ hoặc người giám hộ thì không công bố gì."),
        align="left",
    )
    yield Blank(_("Thư điện tử để nhận trả lời:"))
    yield Blank(_("Ngày viết:"))
    yield Blank(_("Ký, ghi rõ họ tên:"), lines=2)
    yield Blank(_("Cha, mẹ hoặc người giám hộ ký (nếu dưới 18 tuổi):"), lines=2)


def _where() -> str:
    return _(
        "đưa cho cơ quan thường trực Ban Chỉ đạo khởi nghiệp đổi mới sáng tạo Đức Phổ, hoặc nhờ "
        "câu lạc bộ khởi nghiệp chuyển giúp. Nhớ hỏi lấy biên nhận. Gửi qua mạng thì nhanh hơn: "
        "%(url)s"
    ) % {"url": f"{settings.SITE_URL}/y-tuong/moi/"}


def _asked(
    name: str, field: forms.Field, needed: tuple[str, ...], units: list[AdminUnit]
) -> Iterator[Block]:
    """A question, its help, and room for the answer."""
    label = str(field.label).rstrip(":")
    if name in needed and not name.startswith("guardian"):
        label += " (*)"
    if isinstance(field, forms.FileField):
        yield _question(label, _("Kẹp ảnh hoặc bản vẽ vào phiếu này, nếu có."))
        return
    yield _question(label, strip_tags(str(field.help_text)))
    choices = [str(unit) for unit in units] if name == "unit" else _choices(field)
    if choices:
        yield from (Box(words) for words in choices)
    else:
        yield Blank(lines=_lines(field))


def _question(label: str, help_text: str) -> Paragraph:
    said: list[Run | str] = [Run(label, bold=True)]
    if help_text:
        said.append(Run(f"\n{help_text}", italic=True))
    return Paragraph(said, align="left")


def _choices(field: Any) -> list[str]:
    if isinstance(field, forms.ModelChoiceField) or not hasattr(field, "choices"):
        return []
    return [str(words) for value, words in field.choices if value]


def _lines(field: forms.Field) -> int:
    """As many lines as the answer on the screen may be long, by hand."""
    if not isinstance(field.widget, forms.Textarea):
        return 1
    length = getattr(field, "max_length", None) or 300
    return max(2, min(MOST_LINES, round(length / 300 * LINES_OF_300)))
