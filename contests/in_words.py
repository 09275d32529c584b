"""The rules as people read them: sentences and numbers from the one text of contests.rules."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contests.models import Board, Contest, Criterion, EntryQuestion, Prize, Round
from contests.phases import moment
from core.formats_vn import date_vn, dong, number
from core.models import AdminUnit
from projects.models import Venture

Rules = dict[str, Any]
HUNDRED = Decimal(100)
# What a blind round can hide beside names, members and contacts, which it always hides.
HIDDEN = (
    ("title", gettext_lazy("tên bài dự thi")),
    ("school", gettext_lazy("trường hoặc nơi làm việc")),
    ("unit", gettext_lazy("xã, phường")),
    ("applicant", gettext_lazy("tư cách dự thi")),
    ("audience", gettext_lazy("nhóm người dự thi")),
)
CHOICES: dict[str, Any] = {
    "audiences": Contest.Audience.choices,
    "applicants": Venture.Applicant.choices,
    "levels": Venture.Level.choices,
    "aggregate": Round.Aggregate.choices,
    "kind": EntryQuestion.Kind.choices,
    "hidden": HIDDEN,
}


def unit_names(rules: Iterable[Rules]) -> dict[int, str]:
    """The units that these rules name, in one question."""
    wanted = {pk for told in rules for pk in told["units"]}
    return {u.pk: str(u) for u in AdminUnit.objects.filter(pk__in=wanted)} if wanted else {}


def share(value: Decimal) -> str:
    """A part of 100 with at most two places: ``27,78%``."""
    rounded = value.quantize(Decimal("0.01"))
    places = max(0, -int(rounded.normalize().as_tuple().exponent))
    return f"{number(rounded, places)}%"


def decimal(text: str | Decimal) -> str:
    """``12,5`` of ``"12.50"``."""
    value = Decimal(text)
    return number(value, max(0, -int(value.normalize().as_tuple().exponent)))


def _moment(text: str) -> str:
    return moment(datetime.fromisoformat(text))


PLAIN: dict[str, Callable[[Any], str]] = {
    **dict.fromkeys(("opens_at", "closes_at", "starts_at", "ends_at"), _moment),
    **dict.fromkeys(("weight", "step", "advance_min", "vote_weight"), decimal),
    "ages_on": lambda text: date_vn(date.fromisoformat(text)),
    "value": dong,
}


def _named(codes: Iterable[str], names: dict[Any, Any]) -> str:
    return ", ".join(str(names.get(code, code)) for code in codes)


def of(name: str, rules: Rules, units: dict[int, str], value: Any) -> str:
    """One value of the rules in words; ``name`` is its column, ``rules`` the text that it is of."""
    if value is None or value in ("", []):
        return _("không ghi")
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if name in CHOICES:
        names = {code: str(words) for code, words in CHOICES[name]}
        return _named([value] if isinstance(value, str) else value, names)
    if name in PLAIN:
        return PLAIN[name](value)
    return _listed(name, rules, units, value)


def _listed(name: str, rules: Rules, units: dict[int, str], value: Any) -> str:
    if name == "units":
        return _named(value, units)
    if name in {"rounds", "tie_breaks"}:
        kind = "rounds" if name == "rounds" else "criteria"
        return _named(value, {row["code"]: row["name"] for row in rules[kind]})
    if name == "anchors":
        return "; ".join(f"{decimal(row['points'])}: {row['words']}" for row in value)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


# -- What changed between two versions -------------------------------------------------
@dataclass(frozen=True)
class Kind:
    """A list within the rules: its rows' model, and the words for a row come, gone, moved."""

    key: str
    model: type[Model]
    added: Any
    gone: Any
    moved: Any


KINDS = (
    Kind("boards", Board, gettext_lazy("Thêm bảng thi “%(name)s”."),
         gettext_lazy("Bỏ bảng thi “%(name)s”."), gettext_lazy("Thứ tự các bảng thi đã đổi.")),
    Kind("rounds", Round, gettext_lazy("Thêm vòng “%(name)s”."),
         gettext_lazy("Bỏ vòng “%(name)s”."), gettext_lazy("Thứ tự các vòng đã đổi.")),
    Kind("criteria", Criterion, gettext_lazy("Thêm tiêu chí “%(name)s”."),
         gettext_lazy("Bỏ tiêu chí “%(name)s”."), gettext_lazy("Thứ tự các tiêu chí đã đổi.")),
    Kind("prizes", Prize, gettext_lazy("Thêm giải “%(name)s”."),
         gettext_lazy("Bỏ giải “%(name)s”."), gettext_lazy("Thứ tự các giải đã đổi.")),
)  # fmt: skip
QUESTIONS = Kind(
    "questions", EntryQuestion, gettext_lazy("Thêm câu hỏi “%(name)s”."),
    gettext_lazy("Bỏ câu hỏi “%(name)s”."), gettext_lazy("Thứ tự các câu hỏi đã đổi."),
)  # fmt: skip


NESTED = {"questions", "boards", "criteria", "prizes"}


def differences(a: Rules, b: Rules) -> list[str]:
    """What is other in ``b`` than in ``a``, a sentence each; nothing for the same rules."""
    units = unit_names([a, b])
    # A version of before the words were kept has none: they are then not compared.
    found = _fields(Contest, {**b, **a}, b, (a, b), units, "")
    for kind in KINDS:
        found += _rows(kind, a[kind.key], b[kind.key], (a, b), units)
    asked = {board["code"]: board["questions"] for board in a["boards"]}
    for board in b["boards"]:
        if board["code"] in asked:
            found += _rows(QUESTIONS, asked[board["code"]], board["questions"], (a, b), units)
    return found


def _rows(
    kind: Kind, old: list[Rules], new: list[Rules], both: tuple[Rules, Rules], units: dict[int, str]
) -> list[str]:
    before, after = _keyed(kind, old), _keyed(kind, new)
    found = [
        str(kind.gone) % {"name": _name(row)} for key, row in before.items() if key not in after
    ]
    for key, row in after.items():
        if key in before:
            found += _fields(kind.model, before[key], row, both, units, _name(before[key]))
        else:
            found.append(str(kind.added) % {"name": _name(row)})
    stayed = [key for key in before if key in after]
    if stayed != [key for key in after if key in before]:
        found.append(str(kind.moved))
    return found


def _keyed(kind: Kind, rows: list[Rules]) -> dict[Any, Rules]:
    """By what names a row from version to version: its code, or else its words."""
    keyed: dict[Any, Rules] = {}
    for row in rows:
        key = row.get("code") or (row.get("board"), _name(row))
        same = sum(1 for other in keyed if other[:-1] == (key,))
        keyed[(key, same)] = row
    return keyed


def _name(row: Rules) -> str:
    return str(row.get("name") or row.get("label") or "")


def _fields(
    model: type[Model], old: Rules, new: Rules, both: tuple[Rules, Rules],
    units: dict[int, str], of_row: str,
) -> list[str]:  # fmt: skip
    """The columns that differ, each with what it was and what it is."""
    found = []
    for name, value in new.items():
        if old.get(name) == value or name in NESTED or (name == "rounds" and model is Contest):
            continue
        label = str(model._meta.get_field(name).verbose_name)
        what = f"“{of_row}”, {label}" if of_row else label[:1].upper() + label[1:]
        if name == "about" and model is Contest:
            found.append(_("Lời giới thiệu cuộc thi đã viết lại."))
            continue
        found.append(
            _("%(what)s: trước là %(old)s, nay là %(new)s.")
            % {
                "what": what,
                "old": of(name, both[0], units, old.get(name)),
                "new": of(name, both[1], units, value),
            }
        )
    return found


# -- The whole rules on a page ----------------------------------------------------------
def who(rules: Rules, units: dict[int, str]) -> list[str]:
    """Who may enter, a sentence each."""
    told = []
    if (audiences := rules["audiences"]) and "anybody" not in audiences:
        told.append(_("Dành cho: %(who)s.") % {"who": of("audiences", rules, units, audiences)})
    else:
        told.append(_("Ai cũng dự thi được."))
    if kinds := rules["applicants"]:
        told.append(
            _("Dự thi với tư cách: %(who)s.") % {"who": of("applicants", rules, units, kinds)}
        )
    if ages := _ages(rules):
        told.append(ages)
    if rules["units"]:
        told.append(
            _("Sống, học hoặc làm việc ở: %(where)s.") % {"where": _named(rules["units"], units)}
        )
    if years := rules["max_enterprise_years"]:
        told.append(_("Doanh nghiệp, hợp tác xã thành lập không quá %(n)d năm.") % {"n": years})
    return told


def _ages(rules: Rules) -> str:
    least, most = rules["min_age"], rules["max_age"]
    if least is None and most is None:
        return ""
    told = {"least": least, "most": most}
    if most is None:
        words = _("Từ %(least)d tuổi trở lên") % told
    elif least is None:
        words = _("Không quá %(most)d tuổi") % told
    else:
        words = _("Từ %(least)d đến %(most)d tuổi") % told
    if on := rules["ages_on"]:
        return _("%(ages)s, tính đến ngày %(day)s.") % {
            "ages": words,
            "day": date_vn(date.fromisoformat(on)),
        }
    return f"{words}."


def shares(rules: Rules, code: str) -> list[tuple[str, str]]:
    """The criteria of a round with their parts of 100, weights rescaled to those that apply."""
    apply = [row for row in rules["criteria"] if code in row["rounds"]]
    whole = sum((Decimal(row["weight"]) for row in apply), Decimal(0))
    return [(row["name"], share(HUNDRED * Decimal(row["weight"]) / whole)) for row in apply]


def advancing(told: Rules) -> str:
    """The rule by which entries go on, in one sentence; "" when the round has none."""
    parts = []
    if told["advance_top"] is not None:
        parts.append(_("%(n)d bài đứng đầu mỗi bảng") % {"n": told["advance_top"]})
    if told["advance_min"] is not None:
        parts.append(_("điểm từ %(n)s trên 100 trở lên") % {"n": decimal(told["advance_min"])})
    if told["no_zero"]:
        parts.append(_("không tiêu chí nào bị 0 điểm"))
    return _("Vào tiếp: %(parts)s.") % {"parts": ", ".join(parts)} if parts else ""


def round_lines(rules: Rules, told: Rules, units: dict[int, str]) -> list[str]:
    """How a round is judged and decided, a sentence each."""
    lines = [
        _("Mỗi bài có %(n)d giám khảo chấm. Điểm của bài là %(how)s.")
        % {"n": told["judges_per_entry"], "how": of("aggregate", rules, units, told["aggregate"])}
    ]
    if told["is_blind"]:
        hidden = of("hidden", rules, units, told["hidden"]) if told["hidden"] else ""
        lines.append(
            _("Chấm kín danh: giám khảo không thấy tên người dự thi, %(more)s.") % {"more": hidden}
            if hidden
            else _("Chấm kín danh: giám khảo không thấy tên người dự thi.")
        )
    if rule := advancing(told):
        lines.append(rule)
    if told["tie_breaks"]:
        ties = of("tie_breaks", rules, units, told["tie_breaks"])
        lines.append(
            _("Bằng điểm thì xét lần lượt điểm của: %(ties)s. Vẫn bằng thì xếp cùng hạng.")
            % {"ties": ties}
        )
    else:
        lines.append(_("Bằng điểm thì xếp cùng hạng."))
    if told["has_pitch"]:
        lines.append(
            _("Thuyết trình không quá %(pitch)d phút, hỏi đáp không quá %(ask)d phút.")
            % {"pitch": told["pitch_minutes"], "ask": told["question_minutes"]}
        )
    return lines


def _at(text: str | None) -> datetime | None:
    return parse_datetime(text) if text else None


def sheet(rules: Rules) -> dict[str, Any]:
    """The whole rules for templates/contests/rules_text.html."""
    units = unit_names([rules])
    boards = {board["code"]: board["name"] for board in rules["boards"]}
    vote = ""
    if rules["has_public_vote"]:
        weight = Decimal(rules["vote_weight"])
        vote = (
            _("Bình chọn của mọi người chiếm %(vote)s, điểm ban giám khảo chiếm %(jury)s.")
            % {"vote": share(weight), "jury": share(HUNDRED - weight)}
            if weight
            else _("Có bình chọn của mọi người, công bố riêng với kết quả của ban giám khảo.")
        )
    return {
        "opens_at": _at(rules["opens_at"]),
        "closes_at": _at(rules["closes_at"]),
        "sealed": rules["sealed"],
        "who": who(rules, units),
        "vote": vote,
        "boards": [
            board
            | {"takes": of("levels", rules, units, board["levels"]) if board["levels"] else ""}
            for board in rules["boards"]
        ],
        "rounds": [
            {
                "name": told["name"],
                "code": told["code"],
                "starts_at": _at(told["starts_at"]),
                "ends_at": _at(told["ends_at"]),
                "lines": round_lines(rules, told, units),
                "shares": shares(rules, told["code"]),
            }
            for told in rules["rounds"]
        ],
        "criteria": [
            told
            | {
                "weight": decimal(told["weight"]),
                "step": decimal(told["step"]),
                "anchors": [(decimal(a["points"]), a["words"]) for a in told["anchors"]],
                "where": of("rounds", rules, units, told["rounds"]) if told["rounds"] else "",
            }
            for told in rules["criteria"]
        ],
        "prizes": [prize | {"board": boards.get(prize["board"], "")} for prize in rules["prizes"]],
    }
