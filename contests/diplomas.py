"""Certificates of a contest: issued from the published result, printed, checked by anybody."""

import json
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import IO, Any

import typst
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Consent
from contests.models import Contest, Diploma, Entry, EntryMember, Round, Standing
from core.documents import layout, official_date
from core.documents.pictures import fonts, qr_svg, serif_families
from core.models import Configuration, Event
from core.periods import day_of, start_of
from core.words import Refused

TEMPLATE = Path(__file__).parent / "data" / "diploma.typ"


# -- Issuing -------------------------------------------------------------------------
def cannot_issue(contest: Contest) -> str:
    """Why no certificate can be issued yet; "" when it can."""
    if contest.status == Contest.Status.CANCELLED:
        return _("Cuộc thi này đã hủy.")
    rounds = contest.round_list
    if not rounds or any(found.status != Round.Status.PUBLISHED for found in rounds):
        return _("Công bố kết quả vòng cuối rồi mới cấp giấy chứng nhận.")
    return ""


@transaction.atomic
def issue(contest: Contest, *, by: Any, at: datetime) -> int:
    """A certificate for each person of each entry that took part; how many are new.

    Safe to call again: who has one keeps it. Nobody issues one for an own entry; another
    official does. Raises ``Refused``.
    """
    contest = Contest.objects.select_for_update().get(pk=contest.pk)
    if reason := cannot_issue(contest):
        raise Refused(reason)
    entries = contest.entries.taking_part().exclude(owner=by).exclude(members__user=by)
    entries = entries.select_related("owner").prefetch_related("members").order_by("pk")
    prizes = _prizes(contest)
    there = set(
        Diploma.objects.filter(entry__contest=contest, status=Diploma.Status.ISSUED).values_list(
            "entry", "member"
        )
    )
    new = [
        Diploma(
            entry=entry,
            member=member,
            prize=prizes.get(entry.pk),
            prize_name=prizes[entry.pk].name if entry.pk in prizes else "",
            holder=name,
            title=entry.title,
            issued_on=day_of(at),
            issued_by=by,
            is_sample=contest.is_sample or entry.is_sample,
        )
        for entry in entries
        for member, name in _people(entry)
        if (entry.pk, member.pk if member else None) not in there
    ]
    Diploma.objects.bulk_create(new, batch_size=500)
    if new:
        Event.objects.create(
            kind="contest.diplomas",
            actor=by,
            subject=contest,
            data={"count": len(new)},
            at=at,
            is_sample=contest.is_sample,
        )
    return len(new)


def _prizes(contest: Contest) -> dict[int, Any]:
    """By entry: the prize that a published round gave it, the highest where there are several."""
    rows = Standing.objects.filter(
        round__contest=contest, round__status=Round.Status.PUBLISHED, prize__isnull=False
    )
    found: dict[int, Any] = {}
    for standing in rows.select_related("prize").order_by("-prize__rank", "pk"):
        found[standing.entry_id] = standing.prize
    return found


def _people(entry: Entry) -> list[tuple[EntryMember | None, str]]:
    others = [
        (member, member.name)
        for member in sorted(entry.members.all(), key=lambda m: (m.order, m.pk))
        if member.user_id != entry.owner_id
    ]
    return [(None, entry.owner.full_name[:80] or entry.title[:80]), *others]


def revoked(diploma: Diploma, event: Event) -> None:
    diploma.revoked_on, diploma.revoke_reason = day_of(event.at), event.note


# -- What anybody may check ------------------------------------------------------------
def shows_name(diploma: Diploma, today: date) -> bool:
    """Whether the page of the code tells the name: an adult who lets it be published.

    A minor's name never is, nor that of somebody whose age the portal does not know.
    """
    member = diploma.member
    person = diploma.entry.owner if member is None else member.user
    if person is None or person.is_minor(today):
        return False
    about = Q(subject_kind="entry", subject_id=diploma.entry_id)
    if diploma.entry.venture_id:
        about |= Q(subject_kind="venture", subject_id=diploma.entry.venture_id)
    given = Consent.objects.standing().filter(about, user=person, purpose="publish_name")
    return given.exists()


def of_code(typed: str) -> Diploma | None:
    """The certificate of a code as a hand types it: capitals or not, spaces instead of dashes."""
    code = "-".join(typed.upper().replace("-", " ").split())
    rows = Diploma.objects.select_related(
        "entry__contest__organiser", "entry__owner", "member__user"
    )
    return rows.filter(code=code).first() if len(code) <= 24 and code.isascii() else None


# -- On paper ----------------------------------------------------------------------------
def pdf(diploma: Diploma, config: Configuration) -> bytes:
    """The certificate as PDF/A-2a and PDF/UA-1, one landscape page; the same bytes each time."""
    contest = diploma.entry.contest
    url = settings.SITE_URL + diploma.get_absolute_url()
    told = {
        "fonts": list(serif_families()),
        "country": layout.COUNTRY,
        "motto": layout.MOTTO,
        "parent": layout.capitals(config.parent_body),
        "issuer": layout.capitals(str(contest.organiser)),
        "title": f"Giấy chứng nhận {diploma.code}",
        "holder": layout.clean(diploma.holder),
        "gained": f"Đã đạt {_lower(diploma.prize_name)}" if diploma.prize_name else "Đã dự thi",
        "entry": layout.clean(diploma.title),
        "contest": layout.clean(contest.title),
        "place": official_date(config.place_name, diploma.issued_on),
        "code": diploma.code,
        "url": url,
        "qr": qr_svg(url),
        "alt": f"Mã QR dẫn đến trang kiểm tra giấy chứng nhận {diploma.code}",
        "demo": layout.DEMO if diploma.is_sample else "",
    }
    data: bytes = typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        format="pdf",
        font_paths=fonts(),
        sys_inputs={"diploma": json.dumps(told, ensure_ascii=False)},
        pdf_standards=["a-2a", "ua-1"],
        timestamp=int((start_of(diploma.issued_on) + timedelta(hours=12)).timestamp()),
    )
    return data


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def file_name(diploma: Diploma) -> str:
    return f"giay-chung-nhan-{diploma.code}.pdf"


def package(
    target: IO[bytes], contest: Contest, at: datetime, progress: Callable[[int, int], None]
) -> int:
    """All standing certificates of a contest in one zip; how many they are."""
    rows = Diploma.objects.filter(entry__contest=contest, status=Diploma.Status.ISSUED)
    rows = rows.select_related("entry__contest__organiser").order_by("entry__number", "pk")
    total = rows.count()
    if not total:
        raise Refused(_("Chưa cấp giấy chứng nhận nào."))
    when = timezone.localtime(at).timetuple()[:6]
    config = Configuration.objects.on(day_of(at))
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for place, diploma in enumerate(rows.iterator(), 1):
            progress(place, total)
            name = f"{diploma.entry.code}-{file_name(diploma)}"
            out.writestr(zipfile.ZipInfo(name, when), pdf(diploma, config))
    return total
