"""The form on which a paper score sheet is typed."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from contests.forms.scoring import POINTS, scale
from contests.models import Criterion
from core import files
from core.fields import CleanCharField, KeptFileField, Owner, keep_for


class PointsField(CleanCharField):
    """The points of one criterion, as they stand on the paper: ``7,5``."""

    def __init__(self, criterion: Criterion) -> None:
        self.criterion = criterion
        super().__init__(label=criterion.name, help_text=scale(criterion), max_length=6)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off", "class": "input-n"}

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        points = Decimal(text.replace(",", ".")) if POINTS.fullmatch(text) else None
        if points is None or points > self.criterion.most or points % self.criterion.step:
            raise ValidationError(scale(self.criterion), code="scale")
        return points


class PaperForm(forms.Form):
    """Every criterion of the round, and a photo of the sheet."""

    photo = KeptFileField(
        label=gettext_lazy("Ảnh phiếu giấy"),
        help_text=gettext_lazy("Chụp cả trang, thấy chữ ký."),
        kinds=files.PICTURES,
        required=False,
    )

    def __init__(self, *args: Any, criteria: list[Criterion], owner: Owner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {f"c{one.pk}": PointsField(one) for one in criteria}
        self.order_fields([f"c{one.pk}" for one in criteria])
        keep_for(self, owner)

    def points(self) -> dict[int, Decimal]:
        """What was typed, by the criterion's primary key."""
        told = self.cleaned_data.items()
        return {int(name[1:]): value for name, value in told if name != "photo"}
