"""The kinds of fact of a venture as pages: what differs between them, one row each.

``projects/views/facts.py`` shows and moves them all. A new kind is a row here, its addresses
(``urls.of_fact``) and a template of its name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy

from accounts.models import Agency
from core.facts import Fact
from core.workflow import Workflow
from programme.models import Clause
from projects import certificates, enterprises, ledger, recording
from projects.forms.enterprise import ClosingForm
from projects.forms.market import CertificateForm, FairVisitForm, SupplyLinkForm
from projects.forms.office import FactForm, FormationForm, SupportForm
from projects.forms.story import InvestmentForm, MilestoneForm, ResultForm, StageForm
from projects.lists_market import end_of_certificate
from projects.models import (
    Certificate,
    Closing,
    Formation,
    Investment,
    MilestonePlan,
    Support,
    Venture,
)
from projects.workflow import (
    CERTIFICATES,
    CLOSINGS,
    FAIR_VISITS,
    FORMATIONS,
    INVESTMENTS,
    MILESTONES,
    STAGES,
    SUPPLY_LINKS,
    SUPPORTS,
)

DONE = {
    "verify": gettext_lazy("Đã xác nhận. Từ giờ việc này được tính."),
    "return": gettext_lazy("Đã trả lại cho người ghi sửa."),
    "resend": gettext_lazy("Đã gửi lại để xác nhận."),
    "retract": gettext_lazy("Đã hủy. Dòng này vẫn còn đó, kèm lý do."),
}


# -- Who sees a fact ------------------------------------------------------------
def of_venture(user: Any) -> Q:
    """Facts of a venture that the reader may see."""
    return Q(venture__in=Venture.objects.visible_to(user))


def of_enterprise(user: Any, way: str = "") -> Q:
    """Facts of an enterprise that one of the reader's visible ventures formed."""
    visible = Venture.objects.visible_to(user).values("pk")
    return Q(**{f"{way}venture__in": visible}) | Q(**{f"{way}together_with__in": visible})


def seen_venture(user: Any, formation: Formation) -> Venture:
    """The venture through which this reader comes to the enterprise: its own first."""
    keys = [formation.venture_id, *(v.pk for v in formation.together)]
    rows = {v.pk: v for v in Venture.objects.visible_to(user).filter(pk__in=keys)}
    mine = [v for v in rows.values() if v.owner_id == user.pk]
    return next(iter([*mine, *(rows[pk] for pk in keys if pk in rows)]))


# -- What a form is told, and what a page shows besides ---------------------------
def nothing(venture: Venture, day: date) -> dict[str, Any]:
    return {}


def nothing_more(fact: Any, user: Any, today: date) -> dict[str, Any]:
    return {}


def _support_choices(venture: Venture, day: date) -> dict[str, Any]:
    points = Clause.objects.filter(code__startswith="III.", kind=Clause.Kind.CLAUSE)
    return {
        "agencies": list(Agency.objects.on(day)),
        "clauses": list(points.order_by("order")),
    }


def _support_results(fact: Support, user: Any, today: date) -> dict[str, Any]:
    code = ledger.clause_of(fact)
    return {
        "results": list(fact.results.select_related("recorded_by").order_by("recorded_at", "pk")),
        "may_add_result": user.can("support.add_result", fact),
        "result_form": ResultForm(),
        "clause": Clause.objects.filter(code=code).first() if code else None,
    }


def _standing_plans(venture: Venture, day: date) -> dict[str, Any]:
    return {"plans": list(MilestonePlan.objects.open_of(venture))}


def _whose(venture: Venture, day: date) -> dict[str, Any]:
    return {"venture": venture}


def _may_show(fact: Investment, user: Any, today: date) -> dict[str, Any]:
    return {"may_show": user.can("investment.show", fact)}


def _enterprise(fact: Formation, user: Any, today: date) -> dict[str, Any]:
    venture = seen_venture(user, fact)
    return {"venture": venture, "told": enterprises.one(fact, venture, user)}


def _enterprise_closed(fact: Closing, user: Any, today: date) -> dict[str, Any]:
    return {"venture": seen_venture(user, fact.formation)}


def _chain(fact: Certificate, user: Any, today: date) -> dict[str, Any]:
    links = certificates.chain(fact)
    return {"chain": links if len(links) > 1 else [], "end": end_of_certificate(fact, today)}


# -- The table --------------------------------------------------------------------
@dataclass(frozen=True)
class Page:
    """What differs between the kinds of fact."""

    workflow: Workflow
    form: type[FactForm]
    title: Any
    lede: Any
    edit_title: Any
    told: Callable[[Venture, date], dict[str, Any]] = nothing  # what else the form is told
    more: Callable[[Any, Any, date], dict[str, Any]] = nothing_more  # what else (fact, user) shows
    seen: Callable[[Any], Q] = of_venture
    about: str = "venture"  # the column of what it is written down about
    related: tuple[str, ...] = ()  # read together with the fact
    record: Callable[..., Any] = recording.record
    amend: Callable[..., Any] = recording.amend
    verified: Any = DONE["verify"]  # what is said when it was verified

    @property
    def name(self) -> str:
        """The first half of its permissions and addresses, and its template."""
        return self.workflow.name

    @property
    def model(self) -> type[Fact]:
        return self.workflow.model  # type: ignore[return-value]

    @property
    def venture(self) -> str:
        """The way from the fact to its venture."""
        return "venture" if self.about == "venture" else f"{self.about}__venture"

    def done(self, step: str) -> str:
        """What is said after a step."""
        return str(self.verified if step == "verify" else DONE.get(step, ""))


PAGES = {
    page.name: page
    for page in (
        Page(
            SUPPORTS,
            SupportForm,
            gettext_lazy("Ghi khoản hỗ trợ"),
            gettext_lazy(
                "Ghi một việc hỗ trợ đã xảy ra. Một cán bộ khác xác nhận thì mới được tính."
            ),
            gettext_lazy("Sửa khoản hỗ trợ"),
            told=_support_choices,
            more=_support_results,
        ),
        Page(
            FORMATIONS,
            FormationForm,
            gettext_lazy("Ghi việc hình thành doanh nghiệp"),
            gettext_lazy(
                "Ghi khi doanh nghiệp đã đăng ký và có căn cứ công nhận. "
                "Một cán bộ khác xác nhận thì mới được tính."
            ),
            gettext_lazy("Sửa điều đã ghi về doanh nghiệp"),
            more=_enterprise,
            seen=of_enterprise,
        ),
        Page(
            STAGES,
            StageForm,
            gettext_lazy("Ghi giai đoạn đã tới"),
            gettext_lazy(
                "Ghi khi dự án đã tới một giai đoạn mới và có minh chứng. "
                "Cán bộ xem minh chứng, xác nhận thì mới được tính."
            ),
            gettext_lazy("Sửa giai đoạn đã ghi"),
        ),
        Page(
            MILESTONES,
            MilestoneForm,
            gettext_lazy("Ghi mốc đã đạt"),
            gettext_lazy(
                "Ghi một việc dự án đã làm được. Cán bộ xem minh chứng, xác nhận thì mới được tính."
            ),
            gettext_lazy("Sửa mốc đã ghi"),
            told=_standing_plans,
        ),
        Page(
            INVESTMENTS,
            InvestmentForm,
            gettext_lazy("Ghi khoản đầu tư"),
            gettext_lazy(
                "Ghi tiền đã góp vào dự án, hoặc đã cam kết góp. "
                "Cán bộ xem minh chứng, xác nhận thì mới được tính."
            ),
            gettext_lazy("Sửa khoản đầu tư"),
            more=_may_show,
        ),
        Page(
            CLOSINGS,
            ClosingForm,
            gettext_lazy("Ghi việc chấm dứt doanh nghiệp"),
            gettext_lazy(
                "Doanh nghiệp đã chấm dứt vẫn được tính là đã hình thành. "
                "Một cán bộ khác xác nhận thì trang của doanh nghiệp mới ghi."
            ),
            gettext_lazy("Sửa việc chấm dứt"),
            more=_enterprise_closed,
            seen=partial(of_enterprise, way="formation__"),
            about="formation",
            verified=gettext_lazy("Đã xác nhận. Trang của doanh nghiệp đã ghi việc này."),
        ),
        Page(
            CERTIFICATES,
            CertificateForm,
            gettext_lazy("Ghi giấy chứng nhận"),
            gettext_lazy(
                "Ghi đúng như trên giấy gốc. Một cán bộ khác xác nhận thì giấy mới hiện ra."
            ),
            gettext_lazy("Sửa giấy chứng nhận"),
            told=_whose,
            more=_chain,
            related=("product", "renews"),
            record=certificates.record,
            amend=certificates.amend,
        ),
        Page(
            FAIR_VISITS,
            FairVisitForm,
            gettext_lazy("Ghi lần dự hội chợ"),
            gettext_lazy("Ghi hội chợ đã dự. Một cán bộ khác xác nhận thì mới được tính."),
            gettext_lazy("Sửa lần dự hội chợ"),
            told=_whose,
        ),
        Page(
            SUPPLY_LINKS,
            SupplyLinkForm,
            gettext_lazy("Ghi liên kết cung ứng"),
            gettext_lazy(
                "Ghi việc cung ứng cho một doanh nghiệp đầu tàu. "
                "Một cán bộ khác xác nhận thì mới được tính."
            ),
            gettext_lazy("Sửa liên kết cung ứng"),
            told=_whose,
        ),
    )
}
