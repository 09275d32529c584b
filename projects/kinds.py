"""Which kinds of row a venture has: asked once, so that its page reads none that is not there."""

from django.db.models import Exists

from projects.models import Formation, Venture
from projects.models.enterprise import formed_by

# By the name under which a venture knows them. A kind that is told on its page is named here.
# Awards and entries are rows of the contests, which stand on this app: known by name alone.
OF_A_VENTURE = (
    "supports", "stages", "milestones", "plans", "investments",
    "products", "certificates", "fairvisits", "supplylinks", "check_ins", "help_requests",
    "awards", "entries", "remarks", "opinions",
)  # fmt: skip


def there(venture: Venture) -> frozenset[str]:
    """The kinds of which the venture has a row, whatever its status: one statement."""
    rows = {name: getattr(venture, name).all() for name in OF_A_VENTURE}
    rows["formations"] = Formation.objects.filter(formed_by(venture))
    answers = Venture.objects.filter(pk=venture.pk).values_list(*map(Exists, rows.values())).get()
    return frozenset(name for name, there_is in zip(rows, answers, strict=True) if there_is)
