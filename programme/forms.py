"""The filter of the list of activities."""

from datetime import date

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.search import LONGEST, asked
from programme import queries
from programme.models import Activity


class ActivityFilter(forms.Form):
    """Reads ``?q=&loai=&nam=`` and narrows the list; what it does not understand it leaves out."""

    q = forms.CharField(
        label=_("Tìm hoạt động"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "maxlength": LONGEST}),
    )
    loai = forms.ChoiceField(
        choices=[("", _("Mọi loại")), *Activity.Kind.choices],
        required=False,
        widget=forms.HiddenInput,
    )
    nam = forms.IntegerField(
        min_value=2000, max_value=2100, required=False, widget=forms.HiddenInput
    )

    def clean_q(self) -> str:
        return asked(self.cleaned_data["q"])

    def narrowed(self, rows: QuerySet[Activity]) -> QuerySet[Activity]:
        """The activities asked for."""
        self.is_valid()
        if year := self.chosen("nam"):
            rows = rows.filter(
                happened_on__gte=date(year, 1, 1), happened_on__lte=date(year, 12, 31)
            )
        if kind := self.chosen("loai"):
            rows = rows.filter(kind=kind)
        return queries.search(rows, self.chosen("q") or "")

    def chosen(self, name: str):
        """The value of a field that was understood; None or "" otherwise."""
        return self.cleaned_data.get(name)
