"""Verbs of products and of the places where they are sold."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import codes, files
from core.models import Event
from core.periods import day_of
from core.words import Refused
from projects import recording
from projects.models import Listing, Product, Venture


def note(subject: Any, verb: str, *, by: Any, at: datetime, data: dict[str, Any]) -> Event:
    """A line of the journal about a product or a listing."""
    return Event.objects.create(
        kind=f"{subject._meta.model_name}.{verb}",
        actor=by,
        subject=subject,
        data=data,
        at=at,
        is_sample=subject.is_sample or by.is_sample,
    )


@transaction.atomic
def add(
    venture: Venture, values: dict[str, Any], *, by: Any, at: datetime, key: str = ""
) -> Product:
    """Write a product down under a number of its own; the same ``key`` again gives the same one.

    Raises ``Refused`` while the venture is an idea.
    """
    venture = Venture.objects.select_for_update().get(pk=venture.pk)
    if earlier := recording.recorded(Product, key, by=by, at=at):
        return earlier
    if venture.level == Venture.Level.IDEA:
        raise Refused(_("Ghi được sau khi ý tưởng đã thành dự án."))
    year = day_of(at).year
    product = Product(
        venture=venture,
        year=year,
        number=codes.take(f"product-{year}"),
        created_at=at,
        is_sample=venture.is_sample,
        **values,
    )
    _keep(product)
    note(product, "record", by=by, at=at, data={"key": key} if key else {})
    return product


@transaction.atomic
def change(product: Product, values: dict[str, Any], *, by: Any, at: datetime) -> Product:
    """Correct a product; what stood there before goes into the journal."""
    product = Product.objects.select_for_update().get(pk=product.pk)
    if before := changed(product, values):
        _keep(product)
        note(product, "edit", by=by, at=at, data={"before": before})
    return product


def changed(row: Any, values: dict[str, Any]) -> dict[str, str]:
    """Put ``values`` into the row; what was there before, where that differs."""
    before = {}
    for name, value in values.items():
        if getattr(row, name) != value:
            before[name] = str(getattr(row, name) or "")
            setattr(row, name, value)
    return before


def _keep(product: Product) -> None:
    product.search_text = product.searchable()
    product.save()
    if product.picture:
        files.attach(product.picture, product)


# -- Places where it is sold ----------------------------------------------------
def listing_blocked(listing: Listing) -> str:
    """Why a listing cannot be called selling: there is no link yet."""
    return "" if listing.url else _("Thêm đường dẫn trước, rồi bấm lại.")


def opened(listing: Listing, event: Event) -> None:
    listing.since = listing.since or day_of(event.at)


def _taken(listing: Listing) -> str:
    """Why the product cannot stand on this marketplace: it does already."""
    same = Listing.objects.filter(product=listing.product_id, marketplace=listing.marketplace_id)
    if same.exclude(status=Listing.Status.REMOVED).exclude(pk=listing.pk).exists():
        return _("Sản phẩm này đã có trên sàn đó.")
    return ""


@transaction.atomic
def put_on(
    product: Product, values: dict[str, Any], *, by: Any, at: datetime, key: str = ""
) -> Listing:
    """Write down that the product goes on a marketplace. Raises ``Refused`` when it is there."""
    product = Product.objects.select_for_update().get(pk=product.pk)
    if earlier := recording.recorded(Listing, key, by=by, at=at):
        return earlier
    listing = Listing(product=product, created_at=at, **values)
    if reason := _taken(listing):
        raise Refused(reason)
    listing.save()
    note(listing, "record", by=by, at=at, data={"key": key} if key else {})
    return listing


@transaction.atomic
def change_listing(listing: Listing, values: dict[str, Any], *, by: Any, at: datetime) -> Listing:
    """Correct the link or the day. Raises ``Refused`` where the row would tell nonsense."""
    Product.objects.select_for_update().get(pk=listing.product_id)
    listing = Listing.objects.select_for_update().get(pk=listing.pk)
    before = changed(listing, values)
    if reason := _taken(listing):
        raise Refused(reason)
    if listing.status == Listing.Status.SELLING and not listing.url:
        raise Refused(_("Đang bán thì phải có đường dẫn."))
    if before:
        listing.save()
        note(listing, "edit", by=by, at=at, data={"before": before})
    return listing
