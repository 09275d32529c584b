"""The empty register as an Excel workbook, read from the table of sheets."""

from typing import BinaryIO

from django.utils import translation
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from core.spreadsheets import DAY_FORMAT, MONEY_FORMAT, safe
from projects.register import cells
from projects.register.sheets import SHEETS, Column, Sheet

LAST_ROW = 20_001  # as far as lists to pick from and hints reach
TEXT_FORMAT = "@"
_KEPT_AS_TEXT = {"code", "project", "phone", "tax_code", "evidence"}
_NOTES = {
    "code": "Để trống nếu chưa có mã: Cổng tự cho số tiếp theo.",
    "project": "Mã của dự án ở trang tính Dự án hoặc đã có trên Cổng. Ví dụ: DA-2026-0007.",
    "recognised_on": "Để trống thì hồ sơ là ý tưởng, chưa được đếm là dự án.",
    "verified_on": "Ngày Cổng coi như đã biết việc này. Để trống là bây giờ.",
    "retracted_on": "Chỉ ghi khi việc đã bị hủy. Ghi cả lý do hủy.",
    "value": "Số đồng nguyên, không có phần lẻ. Ví dụ: 1.500.000.",
    "unit": "Tên xã, phường vào ngày ghi trong dòng.",
}


def write(target: BinaryIO) -> None:
    """Write the empty register into ``target``."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    with translation.override("vi"):
        for sheet in SHEETS:
            _add(workbook.create_sheet(sheet.name), sheet)
    workbook.save(target)


def _add(page: Worksheet, sheet: Sheet) -> None:
    page.freeze_panes = "A2"
    page.row_dimensions[1].height = 32
    for place, column in enumerate(sheet.columns, start=1):
        letter = get_column_letter(place)
        heading = page.cell(1, place, safe(column.name))
        heading.font = Font(bold=True, color="FFFFFF" if column.needed else "0A3D43")
        heading.fill = PatternFill("solid", fgColor="0B5A61" if column.needed else "DDEBE9")
        heading.alignment = Alignment(wrap_text=True, vertical="center")
        page.column_dimensions[letter].width = column.width
        page.column_dimensions[letter].number_format = _format(column)
        page.add_data_validation(_hint(column, f"{letter}2:{letter}{LAST_ROW}"))


def _format(column: Column) -> str:
    if column.is_day:
        return DAY_FORMAT
    if column.key == "value":
        return MONEY_FORMAT
    return TEXT_FORMAT if column.key in _KEPT_AS_TEXT else "General"


def _hint(column: Column, place: str) -> DataValidation:
    """What Excel says of a cell when it is picked, and the list it offers."""
    said = [_("Bắt buộc.") if column.needed else _("Không bắt buộc."), _NOTES.get(column.key, "")]
    rule = DataValidation(sqref=place, allow_blank=True)
    if column.words:
        rule.type = "list"
        rule.formula1 = f'"{",".join(column.words.shown)}"'
        if not column.strict:
            said.append(_("Chọn trong danh sách; từ khác được giữ trong phần mô tả."))
    elif column.is_day:
        rule.type, rule.operator, rule.errorStyle = "date", "between", "warning"
        rule.formula1 = f"DATE({cells.EARLIEST:%Y,%-m,%-d})"
        rule.formula2 = f"DATE({cells.LATEST:%Y,%-m,%-d})"
        said.append(_("Viết theo ngày/tháng/năm."))
    rule.showErrorMessage = column.strict or column.is_day
    rule.showInputMessage = True
    rule.promptTitle = column.name[:32]
    rule.prompt = " ".join(filter(None, said))[:250]
    return rule
