"""What the page of a venture tells of its products: each reader as much as they may see."""

from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from core.facts import Fact
from projects import checkins
from projects.lists_market import end_of_certificate
from projects.models import Listing, Venture

PLACES = Prefetch("listings", queryset=Listing.objects.select_related("marketplace"))
MOST = 20  # of each kind; a venture with more has them on their own pages


def products_part(venture: Venture, user, there, now) -> dict[str, Any]:
    """The context of ``projects/story/products.html``; only kinds that are ``there`` are read."""
    private = user.can("venture.view_private", venture)
    today = timezone.localdate(now)
    rows = {
        "products": venture.products.prefetch_related(PLACES).order_by("-pk"),
        "certificates": venture.certificates.select_related("product").order_by(
            "-expires_on", "-pk"
        ),
        "fairvisits": venture.fairvisits.order_by("-happened_on", "-pk"),
        "supplylinks": venture.supplylinks.order_by("-happened_on", "-pk"),
    }
    if private:
        rows["certificates"] = rows["certificates"].exclude(status=Fact.Status.RETRACTED)
    else:
        for kind in ("certificates", "fairvisits", "supplylinks"):
            rows[kind] = rows[kind].filter(status=Fact.Status.VERIFIED)
        rows["products"] = rows["products"].filter(published_at__isnull=False)
        rows["certificates"] = rows["certificates"].filter(expires_on__gte=today)
        if "market" not in venture.public_names:
            there = there - {"certificates", "fairvisits", "supplylinks"}
    read = {kind: list(some[:MOST]) if kind in there else [] for kind, some in rows.items()}
    renewed = {row.renews_id for row in read["certificates"]} if private else set()
    part: dict[str, Any] = {
        "products": [
            {
                "row": row,
                "listings": [
                    one
                    for one in row.listings.all()
                    if private or one.status == Listing.Status.SELLING
                ],
            }
            for row in read["products"]
        ],
        "certificates": [
            {"fact": row, "end": end_of_certificate(row, today), "renewed": row.pk in renewed}
            for row in reversed(read["certificates"])  # the next to end on top
        ],
        "fairs": read["fairvisits"],
        "supplies": read["supplylinks"],
        "is_grown": venture.level != Venture.Level.IDEA,
        "may_add": user.can("product.record", venture),
        "may_record": user.can("certificate.record", venture),
        "private": private,
    }
    if user.can("checkin.view", venture):
        part |= _asked(venture, user, there, now)
    part["has_any"] = any(read.values()) or part.get("check_ins")
    return part


def _asked(venture, user, there, now) -> dict[str, Any]:
    """Check-ins and requests; the owner gets the link that answers the open one."""
    check_ins, requests = [], []
    if "check_ins" in there:
        check_ins = list(venture.check_ins.order_by("-year", "-number")[:4])
    if "help_requests" in there:
        asked = venture.help_requests.select_related("taken_by").order_by("-pk")
        requests = list(asked[:MOST])
    own = venture.owner_id == user.pk
    rows = []
    for one in check_ins:
        one.venture = venture
        is_open = now < one.expires_at
        rows.append({"row": one, "url": checkins.link_of(one) if own and is_open else ""})
    return {"check_ins": rows, "requests": requests}
