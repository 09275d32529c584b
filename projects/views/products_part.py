"""What the page of a venture tells of its products: each reader as much as they may see."""

from typing import Any

from core.facts import Fact
from projects import checkins
from projects.models import Listing, Venture
from projects.views.certificates import end_of

MOST = 20  # of each kind; a venture with more has them on their own pages


def products_part(venture: Venture, user, now, today) -> dict[str, Any]:
    """The context of ``projects/story/products.html``."""
    private = user.can("venture.view_private", venture)
    products = venture.products.select_related("picture").prefetch_related("listings__marketplace")
    facts = {
        "certificates": venture.certificates.select_related("product").order_by("expires_on", "pk"),
        "fairs": venture.fairvisits.order_by("-happened_on", "-pk"),
        "supplies": venture.supplylinks.order_by("-happened_on", "-pk"),
    }
    if not private:
        products = products.filter(published_at__isnull=False)
        facts = {name: rows.filter(status=Fact.Status.VERIFIED) for name, rows in facts.items()}
        facts["certificates"] = facts["certificates"].filter(expires_on__gte=today)
    else:
        live = facts["certificates"].exclude(status=Fact.Status.RETRACTED)
        facts["certificates"] = live.prefetch_related("renewals")
    part: dict[str, Any] = {name: list(rows[:MOST]) for name, rows in facts.items()}
    part["certificates"] = [
        {"fact": row, "end": end_of(row, today), "renewed": private and _renewed(row)}
        for row in part["certificates"]
    ]
    part["products"] = [
        {
            "row": row,
            "listings": [
                one for one in row.listings.all() if private or one.status == Listing.Status.SELLING
            ],
        }
        for row in products.order_by("-pk")[:MOST]
    ]
    part |= {
        "is_grown": venture.level != Venture.Level.IDEA,
        "may_add": user.can("product.record", venture),
        "may_record": user.can("certificate.record", venture),
        "private": private,
    }
    if user.can("checkin.view", venture):
        part |= _asked(venture, user, now)
    part["has_any"] = any(part[name] for name in ("products", *facts)) or part.get("check_ins")
    return part


def _renewed(certificate) -> bool:
    return any(one.status != Fact.Status.RETRACTED for one in certificate.renewals.all())


def _asked(venture, user, now) -> dict[str, Any]:
    """Check-ins and requests; the owner gets the link that answers the open one."""
    check_ins = list(venture.check_ins.order_by("-year", "-number")[:4])
    own = venture.owner_id == user.pk
    rows = []
    for one in check_ins:
        one.venture = venture
        is_open = now < one.expires_at
        rows.append({"row": one, "url": checkins.link_of(one) if own and is_open else ""})
    requests = venture.help_requests.select_related("taken_by").order_by("-pk")
    return {"check_ins": rows, "requests": list(requests[:MOST])}
