"""The hours of a support that is not counted in money."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.fields import grouped


class HoursField(forms.Field):
    """Hours in whole and half numbers, up to 10.000; its value is the number of half hours."""

    widget = forms.TextInput
    MOST = 20_000
    default_error_messages = {
        "required": _("Bạn chưa điền số giờ."),
        "invalid": _("Viết số giờ, lẻ thì nửa giờ. Ví dụ: 2 hoặc 1,5."),
        "most": _("Nhiều nhất là 10.000 giờ một lần ghi."),
    }
    _HOURS = re.compile(r"([0-9]{1,3}(?:\.?[0-9]{3})?)(?:[.,]([05])0?)?")

    def widget_attrs(self, widget: forms.Widget) -> dict:
        return super().widget_attrs(widget) | {"inputmode": "decimal", "autocomplete": "off"}

    def to_python(self, value: Any) -> int | None:
        text = "" if value in self.empty_values else str(value).strip()
        if not text:
            return None
        found = self._HOURS.fullmatch(text)
        if found is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        halves = int(found[1].replace(".", "")) * 2 + (found[2] == "5")
        if halves > self.MOST:
            raise ValidationError(self.error_messages["most"], code="most")
        return halves

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int):
            return value
        if not value:
            return ""
        return f"{grouped(value // 2)},5" if value % 2 else grouped(value // 2)
