"""Making a contest and writing its rules: a draft freely, an announced one by amendment."""

import hashlib
import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Max, QuerySet
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import Agency
from contests import in_words, rules
from contests.models import Board, Contest, Criterion, Entry, EntryQuestion, Prize, Round
from core import outbox, tasks
from core.models import Event
from core.periods import day_of
from core.text import fold
from core.words import Refused
from programme.models import Clause

RESERVED = {"moi"}  # addresses below /cuoc-thi/ that are no contest
SLUG_LENGTH = 70
CODE_LENGTH = 25
CLAUSE = "III.1.3"  # "định kỳ tổ chức cuộc thi"
MOST_SOURCES = 30
MOST_ROWS = 30  # of a kind in one contest
Apply = Callable[[Contest], None]


# -- Making -----------------------------------------------------------------------------
def agencies(user: Any, at: datetime) -> QuerySet[Agency]:
    """For whom the person may organise a contest: the secretariat for any, others for theirs."""
    there = Agency.objects.on(day_of(at))
    if "secretariat" not in user.roles:
        there = there.filter(pk__in=[held.agency_id for held in user.memberships_today])
    return there.order_by("name", "pk")


def sources(user: Any) -> list[Contest]:
    """Earlier contests whose rules can be taken over, the newest first."""
    rows = Contest.objects.visible_to(user).exclude(status=Contest.Status.DRAFT)
    return list(rows.order_by("-closes_at", "-pk")[:MOST_SOURCES])


def make(values: dict[str, Any], *, key: Any, by: Any, at: datetime) -> Contest:
    """A draft of ``title`` by ``organiser``, with the rules of ``made_from`` or the template's.

    Pressed twice with one ``key``, it is one contest. Raises Refused.
    """
    if reason := by.why_not("contest.create"):
        raise Refused(reason)
    if not agencies(by, at).filter(pk=values["organiser"].pk).exists():
        raise Refused(_("Chọn đơn vị của bạn làm đơn vị tổ chức."))
    source = values["made_from"]
    text = rules.undated(rules.read(source)) if source else rules.template()
    for slug in _slugs(values["title"]):
        if earlier := Contest.objects.filter(key=key).first():
            return earlier
        try:
            with transaction.atomic():
                contest = Contest.objects.create(
                    key=key, slug=slug, created_by=by, created_at=at, is_sample=by.is_sample,
                    clause=Clause.objects.filter(code=CLAUSE).first(),
                    search_text=fold(values["title"]), **values,
                )  # fmt: skip
                rules.write(contest, text)
                _journal(contest, "create", by=by, at=at)
        except IntegrityError:  # the key or the address was taken a moment ago
            continue
        return contest
    raise Refused(_("Đã có nhiều cuộc thi cùng tên. Đặt tên khác."))


def _slugs(title: str) -> list[str]:
    """Addresses that are free, the plainest first."""
    plain = slugify(fold(title))[:SLUG_LENGTH].strip("-") or "cuoc-thi"
    names = [plain, *(f"{plain}-{number}" for number in range(2, 50))]
    taken = set(Contest.objects.filter(slug__in=names).values_list("slug", flat=True)) | RESERVED
    return [name for name in names if name not in taken]


def _journal(contest: Contest, verb: str, *, by: Any, at: datetime, **told: Any) -> Event:
    return Event.objects.create(
        kind=f"contest.{verb}", actor=by, subject=contest, source=contest.status,
        target=contest.status, at=at, is_sample=contest.is_sample or by.is_sample, **told,
    )  # fmt: skip


# -- Changing ---------------------------------------------------------------------------
@transaction.atomic
def change(contest: Contest, apply: Apply, *, by: Any, at: datetime, reason: str = "") -> bool:
    """Let ``apply`` change the rules; whether anything is other now. Raises Refused.

    The contest is held meanwhile, and the right asked again. Once it is announced a change is an
    amendment: a reason, the next version, and a letter to everybody who entered.
    """
    held = Contest.objects.select_for_update().get(pk=contest.pk)
    if denied := by.why_not("contest.edit" if held.is_draft else "contest.amend", held):
        raise Refused(denied)
    if not held.is_draft and not reason.strip():
        raise Refused(_("Thể lệ đã công bố. Ghi vì sao sửa để người dự thi biết."))
    before, begun = rules.read(held), rules.begun(held)
    apply(held)
    held = Contest.objects.get(pk=contest.pk)
    after = rules.read(held)
    if before == after:
        return False
    with translation.override("vi"):
        changes = in_words.differences(before, after)
    if held.is_draft:
        _journal(held, "edit", by=by, at=at, data={"changes": changes})
    else:
        refused = rules.frozen(held, before, after, begun, at) or rules.cannot_announce(held)
        if refused:
            raise Refused(refused)
        _amend(held, changes, by=by, at=at, reason=reason.strip())
    return True


def _amend(contest: Contest, changes: list[str], *, by: Any, at: datetime, reason: str) -> None:
    event = _journal(contest, "amend", by=by, at=at, note=reason, data={"changes": changes})
    rules.freeze(contest, event)
    told = {
        "subject": contest,
        "changes": changes,
        "rules_path": f"{contest.get_absolute_url()}the-le/",
    }
    for address in entrants(contest):
        message = outbox.post(event, address, **told)
        tasks.deliver.delay_on_commit(message_id=message.pk)


def entrants(contest: Contest) -> Iterable[str]:
    """Whom an amendment concerns: all who entered, and those who are still writing."""
    gone = (Entry.Status.WITHDRAWN, Entry.Status.REFUSED)
    rows = contest.entries.exclude(status__in=gone).order_by("pk")
    return dict.fromkeys(rows.values_list("owner__email", flat=True))


def digest(shown: dict[str, Any]) -> str:
    """A short mark of what a form showed, so that what somebody else changed is not undone."""
    text = json.dumps({name: _plain(value) for name, value in shown.items()}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:
    """A value in the one way in which it is compared."""
    if isinstance(value, (list, tuple, QuerySet)):
        items = list(value)
        rows = items and isinstance(items[0], models.Model)
        return sorted(row.pk for row in items) if rows else items
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


def shown(row: models.Model, names: Iterable[str]) -> dict[str, Any]:
    """The columns of a row as a form shows them."""
    return {name: _now(row, name) for name in names}


def _now(row: models.Model, name: str) -> Any:
    if row._meta.get_field(name).many_to_many:
        return list(getattr(row, name).order_by("pk")) if row.pk else []
    return getattr(row, name)


def _differing(now: dict[str, Any], values: dict[str, Any], seen: str) -> dict[str, Any]:
    """The values that are other than now. Raises Refused if they changed since ``seen``."""
    other = {name: v for name, v in values.items() if _plain(now[name]) != _plain(v)}
    if other and seen and seen != digest(now):
        raise Refused(_("Người khác vừa sửa phần này. Mở lại trang để xem, rồi sửa lần nữa."))
    return other


def put(row: models.Model, values: dict[str, Any], *, seen: str = "") -> None:
    """Give the row these values. Raises Refused where somebody changed it since ``seen``."""
    differing = _differing(shown(row, values), values, seen)
    if row.pk and not differing:
        return
    many = {name for name in differing if row._meta.get_field(name).many_to_many}
    for name in differing.keys() - many:
        setattr(row, name, differing[name])
    try:
        row.validate_constraints()
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    row.save()
    for name in many:
        getattr(row, name).set(differing[name])


def words(values: dict[str, Any], *, seen: str = "") -> Apply:
    """Its name and what it is for; the address stays."""

    def apply(contest: Contest) -> None:
        put(contest, values, seen=seen)
        put(contest, {"search_text": fold(contest.title)})

    return apply


def columns(values: dict[str, Any], *, seen: str = "") -> Apply:
    """Columns of the contest itself."""
    return lambda contest: put(contest, values, seen=seen)


OF_ENTRIES = ("opens_at", "closes_at", "sealed")


def shown_dates(contest: Contest) -> dict[str, Any]:
    """Its dates and those of its rounds, by ``<round's code>.starts_at`` and ``.ends_at``."""
    told = shown(contest, OF_ENTRIES)
    for found in contest.rounds.order_by("order", "pk"):
        told[f"{found.code}.starts_at"] = found.starts_at
        told[f"{found.code}.ends_at"] = found.ends_at
    return told


def dates(values: dict[str, Any], *, seen: str = "") -> Apply:
    """When entries are taken and each round is judged; keys as ``shown_dates`` has them."""

    def apply(contest: Contest) -> None:
        now = shown_dates(contest)
        told = {name: value for name, value in values.items() if name in now}
        _differing(now, told, seen)
        put(contest, {name: told[name] for name in OF_ENTRIES})
        for found in contest.rounds.all():
            names = [n for n in ("starts_at", "ends_at") if f"{found.code}.{n}" in told]
            put(found, {name: told[f"{found.code}.{name}"] for name in names})

    return apply


# -- Rows: boards, rounds, criteria, prizes, questions -----------------------------------
ROWS: dict[str, type[models.Model]] = {
    "bang": Board, "vong": Round, "tieu-chi": Criterion, "giai": Prize, "cau-hoi": EntryQuestion,
}  # fmt: skip


def _siblings(contest: Contest, row: Any) -> QuerySet[Any]:
    if isinstance(row, EntryQuestion):
        return EntryQuestion.objects.filter(board=row.board)
    return type(row)._default_manager.filter(contest=contest)


def add(row: Any, values: dict[str, Any]) -> Apply:
    """One more board, round, criterion, prize or question, the last of its kind.

    The same once more adds nothing: two presses are one.
    """

    def apply(contest: Contest) -> None:
        rows = _siblings(contest, row)
        if isinstance(row, EntryQuestion):
            _refuse_answered(row.board)
            if rows.filter(key=row.key).exists():
                return
        elif twin := rows.filter(name=values["name"], **_within(values)).first():
            _same_or_refused(twin, values)
            return
        if rows.count() >= MOST_ROWS:
            raise Refused(_("Nhiều nhất %(n)d mục. Bỏ bớt một mục trước.") % {"n": MOST_ROWS})
        _place(row, rows, values)
        put(row, values)

    return apply


def _within(values: dict[str, Any]) -> dict[str, Any]:
    return {"board": values["board"]} if "board" in values else {}


def _same_or_refused(twin: Any, values: dict[str, Any]) -> None:
    now = shown(twin, values)
    if any(_plain(now[name]) != _plain(value) for name, value in values.items()):
        raise Refused(_("Đã có “%(name)s” trong cuộc thi này. Đặt tên khác.") % {"name": twin})


def _place(row: Any, rows: QuerySet[Any], values: dict[str, Any]) -> None:
    if not isinstance(row, Prize):  # prizes stand by their rank
        row.order = (rows.aggregate(last=Max("order"))["last"] or 0) + 1
    if not isinstance(row, (Prize, EntryQuestion)):
        plain = slugify(fold(values["name"]))[:CODE_LENGTH].strip("-") or "muc"
        taken = set(rows.values_list("code", flat=True)) | {"moi"}
        names = [plain, *(f"{plain}-{n}" for n in range(2, MOST_ROWS + 3))]
        row.code = next(name for name in names if name not in taken)


def edit(row: Any, values: dict[str, Any], *, seen: str = "") -> Apply:
    """Other words or numbers for a row that is there."""

    def apply(contest: Contest) -> None:
        current = _siblings(contest, row).filter(pk=row.pk).first()
        if current is None:
            raise Refused(_("Mục này đã được bỏ."))
        if isinstance(current, EntryQuestion):
            _refuse_answered(current.board)
        elif "name" in values:
            same = _siblings(contest, row).exclude(pk=row.pk).filter(name=values["name"])
            if same.filter(**_within(values)).exists():
                name = values["name"]
                raise Refused(
                    _("Đã có “%(name)s” trong cuộc thi này. Đặt tên khác.") % {"name": name}
                )
        put(current, values, seen=seen)

    return apply


def _refuse_answered(board: Board) -> None:
    if board.entries.exclude(answers={}).exists():
        raise Refused(_("Đã có người trả lời nên câu hỏi của bảng này giữ nguyên."))


def drop(row: Any) -> Apply:
    """Take a row away; gone already is fine. What entries or judges hang on stays."""

    def apply(contest: Contest) -> None:
        if isinstance(row, EntryQuestion):
            _refuse_answered(row.board)
        if isinstance(row, Board) and row.entries.exists():
            raise Refused(_("Bảng thi này đã có bài nên không bỏ được."))
        if isinstance(row, Round) and (row.sheets.exists() or row.standings.exists()):
            raise Refused(_("Vòng này đã phân công chấm nên không bỏ được."))
        if isinstance(row, Prize) and row.standings.exists():
            raise Refused(_("Giải này đã có bài được trao nên không bỏ được."))
        if isinstance(row, Criterion):
            if row.scores.exists():
                raise Refused(_("Tiêu chí này đã có điểm nên không bỏ được."))
            _forget(contest, row.code)
        _siblings(contest, row).filter(pk=row.pk).delete()

    return apply


def _forget(contest: Contest, code: str) -> None:
    """A criterion that goes is no longer asked where entries are equal."""
    for found in contest.rounds.all():
        if code in found.tie_breaks:
            found.tie_breaks = [kept for kept in found.tie_breaks if kept != code]
            found.save(update_fields=["tie_breaks"])


def shift(row: Any, places: int) -> Apply:
    """Move a row up (-1) or down (+1); at the end of the list nothing happens."""

    def apply(contest: Contest) -> None:
        rows = list(_siblings(contest, row).order_by("order", "pk"))
        place = next((n for n, found in enumerate(rows) if found.pk == row.pk), None)
        if place is None or not 0 <= place + places < len(rows):
            return
        rows.insert(place + places, rows.pop(place))
        for order, found in enumerate(rows, start=1):
            if found.order != order:
                found.order = order
                found.save(update_fields=["order"])

    return apply
