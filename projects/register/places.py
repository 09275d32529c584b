"""Wards and communes as registers write them."""

from collections import defaultdict
from datetime import date

from django.utils.translation import gettext as _

from core.models import AdminUnit
from core.text import fold
from projects.register.words import plain

_KINDS = {"phuong": AdminUnit.Kind.WARD, "p": AdminUnit.Kind.WARD, "xa": AdminUnit.Kind.COMMUNE,
          "x": AdminUnit.Kind.COMMUNE}  # fmt: skip


class Places:
    """All units by folded name; the one in force on the row's own day comes first.

    The old phường Nguyễn Nghiêm and the new xã Nguyễn Nghiêm are different
    places: a record keeps the unit it was made with.
    """

    def __init__(self) -> None:
        self.units: dict[str, list[AdminUnit]] = defaultdict(list)
        for unit in AdminUnit.objects.order_by("valid_from", "code"):
            self.units[plain(unit.name)].append(unit)

    def find(self, text: str, day: date) -> tuple[AdminUnit | None, str]:
        """The unit and "", or None and the sentence that tells why; None and "" for no text."""
        if not text:
            return None, ""
        if not self.units:
            return None, _("Cổng chưa có danh sách xã, phường. Chạy lệnh seed_programme trước.")
        found = self._named(text)
        then = [unit for unit in found if _is_valid(unit, day)]
        found = then or found
        if len(found) > 1:
            exact = [unit for unit in found if fold(unit.name) == fold(text)]
            found = exact if len(exact) == 1 else found
        if len(found) == 1:
            return found[0], ""
        if not found:
            return None, _("Không có xã, phường tên “%(name)s”.") % {"name": text}
        return None, _("Có nhiều nơi tên “%(name)s”. Ghi rõ xã hoặc phường.") % {"name": text}

    def _named(self, text: str) -> list[AdminUnit]:
        name = plain(text)
        first, _space, rest = name.partition(" ")
        if first in _KINDS and rest:
            of_kind = [unit for unit in self.units.get(rest, []) if unit.kind == _KINDS[first]]
            if of_kind:
                return of_kind
        return self.units.get(name, [])


def _is_valid(unit: AdminUnit, day: date) -> bool:
    return unit.valid_from <= day and (unit.valid_to is None or day <= unit.valid_to)
