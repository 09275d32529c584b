"""Verbs of certificates: recorded, renewed, and their owners told before the end."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import outbox
from core.fact_steps import lacks_evidence
from core.facts import Fact
from core.models import Event, OutboxMessage
from core.periods import day_of
from core.words import Refused
from projects import recording, services
from projects.models import Certificate, CertificateReminder, Venture
from projects.models.certificate import STAGES


def blocked(certificate: Certificate) -> str:
    """Why it cannot be verified: no evidence, or what it renews was retracted or never stood."""
    earlier = certificate.renews
    if earlier and earlier.status != Fact.Status.VERIFIED:
        return _("Giấy được gia hạn chưa xác nhận hoặc đã hủy. Xem lại giấy đó trước.")
    return lacks_evidence(certificate)


def renewable(venture: Venture, but: Certificate | None = None) -> list[Certificate]:
    """Certificates of the venture that a new one may renew: verified, not renewed yet."""
    rows = venture.certificates.in_force()
    if but is not None and but.renews_id:
        rows = rows | venture.certificates.filter(pk=but.renews_id)
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    return list(rows.select_related("product").order_by("expires_on", "pk"))


def _fits(certificate: Certificate) -> None:
    """Raise ``Refused`` where the certificate contradicts what is known of the venture."""
    earlier, product = certificate.renews, certificate.product
    if product and product.venture_id != certificate.venture_id:
        raise Refused(_("Sản phẩm này là của hồ sơ khác."))
    if earlier is None:
        return
    if earlier.venture_id != certificate.venture_id or earlier.kind != certificate.kind:
        raise Refused(_("Chỉ gia hạn giấy cùng loại của chính hồ sơ này."))
    if earlier.happened_on >= certificate.happened_on:
        raise Refused(_("Giấy gia hạn phải cấp sau giấy cũ."))
    standing = earlier.renewals.exclude(status=Fact.Status.RETRACTED).exclude(pk=certificate.pk)
    if standing.exists():
        raise Refused(_("Giấy này đã được gia hạn rồi."))


@transaction.atomic
def record(certificate: Certificate, *, by: Any, at: datetime, key: str = "") -> Certificate:
    """Write a certificate down; the venture's lock keeps two renewals of one apart."""
    Venture.objects.select_for_update().get(pk=certificate.venture_id)
    if earlier := recording.recorded(Certificate, key, by=by, at=at):
        return earlier
    _fits(certificate)
    return recording.record(certificate, by=by, at=at, key=key)


@transaction.atomic
def amend(certificate: Certificate, values: dict[str, Any], *, by: Any, at: datetime) -> Any:
    """Correct a certificate that nobody has verified yet."""
    Venture.objects.select_for_update().get(pk=certificate.venture_id)
    known = {f.name: getattr(certificate, f.name) for f in Certificate._meta.fields}
    _fits(Certificate(**(known | values)))
    return recording.amend(certificate, values, by=by, at=at)


def chain(certificate: Certificate) -> list[Certificate]:
    """The certificate with those before it and after it, the oldest first."""
    rows = {
        row.pk: row
        for row in Certificate.objects.filter(
            venture=certificate.venture_id, kind=certificate.kind
        ).order_by("happened_on", "pk")
    }
    # A retracted renewal is no link to what came after it; the certificate itself always shows.
    links = {
        row.renews_id: row
        for row in rows.values()
        if row.renews_id and (row.status != Fact.Status.RETRACTED or row.pk == certificate.pk)
    }
    found, here = [certificate], rows[certificate.pk]
    while here.renews_id and here.renews_id in rows:
        here = rows[here.renews_id]
        found.insert(0, here)
    here = certificate
    while here.pk in links:
        here = links[here.pk]
        found.append(here)
    return found


# -- Telling the owner before the end -------------------------------------------
def untold(today: date) -> list[int]:
    """The certificates of which a letter is due, whichever: what is true, not what day it is."""
    found: set[int] = set()
    for stage in STAGES:
        found.update(Certificate.objects.untold(today, stage).values_list("pk", flat=True))
    return sorted(found)


@transaction.atomic
def remind(certificate_id: int, at: datetime) -> OutboxMessage | None:
    """Tell the owner once, at the nearest stage that was missed; None when nothing is due.

    Of two workers the second finds the first one's rows. After an outage one letter speaks for
    both stages, so that nobody gets two on one day.
    """
    today = day_of(at)
    certificate = (
        Certificate.objects.select_for_update(of=("self",))
        .select_related("venture__owner")
        .get(pk=certificate_id)
    )
    same = Certificate.objects.filter(pk=certificate_id)
    due = [stage for stage in STAGES if same.untold(today, stage).exists()]
    if not due:
        return None
    left = certificate.days_left(today)
    event = Event.objects.create(
        kind="certificate.remind",
        subject=certificate,
        data={"stage": min(due), "days_left": left},
        at=at,
        is_sample=certificate.venture.is_sample,
    )
    CertificateReminder.objects.bulk_create(
        CertificateReminder(certificate=certificate, stage=stage, told_at=at, event=event)
        for stage in due
    )
    letters = [
        outbox.post(event, address, subject=certificate, days_left=left, days_past=-left)
        for address in services.founder(certificate.venture)
    ]
    return letters[0] if letters else None
