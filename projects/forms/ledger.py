"""The filter of the support ledger, read from its links."""

from datetime import date, datetime
from typing import Any

from django import forms

from core.fields import DateField
from core.periods import Period, Quarter, end_of
from programme.models import Clause, Phase
from projects.ledger import CLAUSES, NO_CLAUSE
from projects.models import Support


class LedgerFilter(forms.Form):
    """Reads ``?nguon=&loai=&diem=&giai_doan=&quy=&tinh_den=``; what it does not understand it
    leaves out."""

    nguon = forms.ChoiceField(choices=Support.Source.choices, required=False)
    loai = forms.ChoiceField(choices=Support.Kind.choices, required=False)
    diem = forms.CharField(max_length=20, required=False)
    giai_doan = forms.CharField(max_length=10, required=False)
    quy = forms.CharField(max_length=7, required=False)
    tinh_den = DateField(required=False)

    def __init__(
        self, *args: Any, clauses: list[Clause], phases: list[Phase], now: datetime, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.clauses = {clause.code: clause for clause in clauses}
        self.phases = {phase.code: phase for phase in phases}
        self.now = now
        self.is_valid()

    @property
    def clause(self) -> Clause | None:
        return self.clauses.get(self.cleaned_data.get("diem") or "")

    @property
    def under(self) -> str:
        """What ``ledger.lines`` takes for a clause. A code is asked for even where the database
        holds no such clause: lines are counted by their kind then."""
        asked = self.cleaned_data.get("diem") or ""
        return asked if asked in {*self.clauses, *CLAUSES.values(), NO_CLAUSE} else ""

    @property
    def phase(self) -> Phase | None:
        return self.phases.get(self.cleaned_data.get("giai_doan") or "")

    @property
    def quarter(self) -> Quarter | None:
        try:
            return Quarter.parse(self.cleaned_data.get("quy") or "")
        except ValueError:
            return None

    @property
    def day(self) -> date | None:
        """The day at whose end things are asked as they were known."""
        return self.cleaned_data.get("tinh_den")

    @property
    def as_of(self) -> datetime:
        return min(self.now, end_of(self.day)) if self.day else self.now

    @property
    def period(self) -> Period | None:
        """The days asked for; a quarter of another phase leaves none, and that is shown as none."""
        quarter, phase = self.quarter, self.phase
        if quarter and phase:
            start = max(quarter.window.start, phase.period.start)
            return Period(start, max(start, min(quarter.window.end, phase.period.end)))
        if quarter:
            return quarter.window
        return phase.period if phase else None

    def narrowed(self) -> dict[str, Any]:
        """What ``ledger.lines`` is asked for."""
        told = self.cleaned_data
        return {
            "period": self.period,
            "source": told.get("nguon") or "",
            "kind": told.get("loai") or "",
            "clause": self.under,
        }

    def named(self) -> dict[str, str]:
        """The filter as it is written in an address, without what was not understood."""
        told = self.cleaned_data
        asked = {
            "nguon": told.get("nguon") or "",
            "loai": told.get("loai") or "",
            "diem": self.under,
            "giai_doan": self.phase.code if self.phase else "",
            "quy": self.quarter.code if self.quarter else "",
            "tinh_den": self.day.isoformat() if self.day else "",
        }
        return {name: value for name, value in asked.items() if value}

    def asked(self) -> dict[str, str]:
        """The filter for the list of lines and its file: as in the address, with the days."""
        days = self.period
        told = {"tu": days.start.isoformat(), "den": days.end.isoformat()} if days else {}
        return self.named() | told
