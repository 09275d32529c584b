"""The page of a venture: what it costs with all kinds of rows, and what it shows of its market."""

from datetime import timedelta

import pytest
from django.utils import timezone

from projects import products
from projects.models import Marketplace, Venture
from projects.tests.desk_cast import consent, project
from projects.tests.market_cast import certificate, fair, product, supply
from projects.views.products_part import MOST
from projects.workflow import FAIR_VISITS, LISTINGS, SUPPLY_LINKS

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def venture(an, em, now):
    return project(an, em, now)


def everything(venture, an, binh, chi, now):
    """A product on two marketplaces, a certificate that renews one, a fair and a supply link."""
    made = product(venture, an, now, published=True)
    for code in ("tiki", "foodmap"):
        marketplace, _made = Marketplace.objects.get_or_create(code=code, host=f"{code}.vn")
        told = {"marketplace": marketplace, "url": f"https://{marketplace.host}/a", "since": None}
        LISTINGS.advance(products.put_on(made, told, by=an, at=now), "open", by=an, at=now)
    old = certificate(venture, binh, now, verified_by=chi, product=made)
    issued = now.date() - timedelta(days=1)
    certificate(
        venture, binh, now, left=700, verified_by=chi, renews=old, happened_on=issued, number="2"
    )
    for fact, workflow in (
        (fair(venture, binh, now), FAIR_VISITS),
        (supply(venture, binh, now), SUPPLY_LINKS),
    ):
        workflow.advance(fact, "verify", by=chi, at=now)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_market_on_a_ventures_page_costs_the_same(
    client, an, binh, chi, venture, now, rows, django_assert_num_queries
):
    consent(an, venture, "publish_venture", at=now)
    Venture.objects.filter(pk=venture.pk).update(published=["market"])
    for _n in range(rows):
        everything(venture, an, binh, chi, now)
    for who, statements in ((None, 10), (chi, 16)):
        if who:
            client.force_login(who)
        client.get(venture.get_absolute_url())
        with django_assert_num_queries(statements):
            client.get(venture.get_absolute_url())


def test_the_newest_certificates_are_shown_and_the_next_to_end_is_on_top(
    client, binh, chi, venture, now
):
    for left in range(-5, MOST):
        certificate(venture, binh, now, left=left, number=str(left), verified_by=chi)
    client.force_login(chi)
    part = client.get(venture.get_absolute_url()).context["products_part"]
    assert [item["fact"].number for item in part["certificates"]] == [str(n) for n in range(MOST)]


def test_a_renewed_certificate_says_so_beside_the_one_that_renews_it(
    client, an, binh, chi, venture, now
):
    everything(venture, an, binh, chi, now)
    client.force_login(chi)
    part = client.get(venture.get_absolute_url()).context["products_part"]
    assert [item["renewed"] for item in part["certificates"]] == [True, False]
