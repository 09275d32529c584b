"""Questions about the support network."""

from django.db.models import Count, Q, QuerySet

from core.search import asked, holding
from support_orgs.models import ClubFounding, Organisation


def search(rows: QuerySet[Organisation], text: str) -> QuerySet[Organisation]:
    """Organisations by their code, or by the words they hold."""
    return rows.filter(Q(code__iexact=asked(text)) | holding(text)) if asked(text) else rows


def counted(rows: QuerySet[Organisation]) -> dict[str, int]:
    """How many organisations there are of each kind. One statement."""
    kinds = rows.order_by().values("kind").annotate(n=Count("pk", distinct=True))
    return {row["kind"]: row["n"] for row in kinds}


def founding(organisation: Organisation) -> ClubFounding | None:
    """The verified founding of a club."""
    known = organisation.foundings.filter(status=ClubFounding.Status.VERIFIED)
    return known.order_by("happened_on", "pk").first()
