"""The upload of an Excel register."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core import files
from core.files.kinds import EXCEL


class UploadForm(forms.Form):
    """One Excel file; its content is checked when it is stored."""

    file = forms.FileField(
        label=_("Tệp Excel"),
        help_text=_("Tệp .xlsx theo mẫu, tối đa 20 MB."),
        widget=forms.FileInput(attrs={"accept": files.accept({EXCEL}), "class": "input"}),
        error_messages={
            "required": _("Bạn chưa chọn tệp."),
            "invalid": _("Bạn chưa chọn tệp."),
            "empty": _("Tệp này rỗng. Chọn tệp khác."),
        },
    )
