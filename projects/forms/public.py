"""The filter of the public lists of projects and enterprises."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.models import AdminUnit
from core.search import LONGEST, asked
from projects.models import Venture
from projects.models.enterprise import still_running
from projects.models.words import lists


class VentureFilter(forms.Form):
    """Reads ``?q=&linh_vuc=&xa=&giai_doan=&con=``; what it does not understand it leaves out."""

    q = forms.CharField(
        label=_("Tên, tóm tắt hoặc mã"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "maxlength": LONGEST}),
    )
    linh_vuc = forms.ChoiceField(
        label=_("Lĩnh vực"),
        choices=[("", _("Mọi lĩnh vực")), *Venture.Field.choices],
        required=False,
    )
    xa = forms.ChoiceField(label=_("Xã, phường"), required=False)
    giai_doan = forms.ChoiceField(
        label=_("Giai đoạn"),
        choices=[("", _("Mọi giai đoạn")), *Venture.Stage.choices],
        required=False,
    )

    def __init__(self, *args, today: date, is_enterprises: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.units = units_of_today(today)
        if is_enterprises:
            self.fields["con"] = forms.ChoiceField(
                label=_("Tình trạng"),
                choices=[
                    ("", _("Mọi doanh nghiệp")),
                    ("hoat-dong", _("Còn hoạt động")),
                    ("cham-dut", _("Đã chấm dứt")),
                ],
                required=False,
            )
        named = [(unit.code, str(unit)) for unit, _pks in self.units.values()]
        self.fields["xa"].choices = [("", _("Mọi xã, phường")), *named]
        self.is_valid()

    def clean_q(self) -> str:
        return asked(self.cleaned_data["q"])

    def narrowed(self, rows: QuerySet[Venture], user: Any) -> QuerySet[Venture]:
        """The ventures asked for; a unit has those of the units it was made of, too.

        What is not published is not found by it either, but by officials and its owner.
        """
        asked_for = self.cleaned_data
        whole = user.can("venture.list_queue")
        if field := asked_for.get("linh_vuc"):
            rows = rows.filter(field=field)
        if code := asked_for.get("xa"):
            rows = rows.filter(_found_by("unit", user, whole), unit__in=self.units[code][1])
        if stage := asked_for.get("giai_doan"):
            rows = rows.filter(_found_by("stage", user, whole), stage=stage)
        if running := asked_for.get("con"):
            rows = rows.filter(still_running() if running == "hoat-dong" else ~still_running())
        return rows.search(asked_for.get("q") or "", whole=whole)

    @property
    def is_narrowed(self) -> bool:
        return any(self.cleaned_data.values())


def _found_by(name: str, user: Any, whole: bool) -> Q:
    return Q() if whole else lists("published", name) | Q(owner=user.pk)


def units_of_today(today: date) -> dict[str, tuple[AdminUnit, list[int]]]:
    """Today's units by code, each with the keys of itself and of all that became part of it.

    One statement: there are some twenty rows in all.
    """
    every = {unit.pk: unit for unit in AdminUnit.objects.all()}
    found: dict[str, tuple[AdminUnit, list[int]]] = {
        unit.code: (unit, [])
        for unit in every.values()
        if unit.valid_from <= today and (unit.valid_to is None or unit.valid_to >= today)
    }
    for unit in every.values():
        last = unit
        while last.successor_id:
            last = every[last.successor_id]
        if last.code in found and found[last.code][0] is last:
            found[last.code][1].append(unit.pk)
    return found
