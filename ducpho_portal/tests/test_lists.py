"""Every list costs the same statements for one row and for fifty, on one page and cold caches.

``LISTS`` is the table. An address that takes no argument and is not in it has to be named in
``NO_LISTS``: a new list cannot be forgotten.
"""

import uuid
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from django.utils import timezone

from contests.models import Award, Commendation, Contest, Poll
from contests.tests.cast import announced, entered
from core import web
from programme import services as programme
from programme.models import Activity
from projects import assisted, products, story, team
from projects.models import Call, HelpRequest, Marketplace, Venture
from projects.tests.desk_cast import consent, formation, idea, project, support
from projects.tests.market_cast import answered, asked, certificate, fair, product, supply
from projects.workflow import CERTIFICATES, FORMATIONS, LISTINGS, SUPPORTS, VENTURES
from support_orgs.models import ClubFounding, Organisation

FEW, MANY = 1, 50
LISTS = {  # address: who reads it
    "/": (None, "an", "binh"),
    "/viec-cua-toi/": ("an", "ha", "binh", "dung", "em"),
    "/tim-kiem/?q=muoi": (None, "an", "binh"),
    "/y-tuong/": ("an", "ha", "binh", "khoa"),
    "/y-tuong/cua-toi/": ("an", "ha"),
    "/y-tuong/?loc=cua-toi": ("binh",),
    "/y-tuong/?loc=cho-phat-hanh": ("binh",),
    "/y-tuong/?loc=da-tra-loi": ("binh",),
    "/y-tuong/?q=muoi": ("binh",),
    "/y-tuong/phat-hanh/": ("binh",),
    "/y-tuong/nhap-giup/": ("ha",),
    "/y-tuong/thoi-gian-tra-loi/": (None,),
    "/y-tuong/thong-ke/": ("binh",),
    "/dot-nhan/": (None, "binh"),
    "/du-an/": (None, "an", "binh"),
    "/du-an/?q=muoi&linh_vuc=food": (None, "binh"),
    "/du-an/ban-do/": (None, "binh"),
    "/doanh-nghiep/": (None, "binh"),
    "/san-pham/": (None, "an", "binh"),
    "/san-pham/?loc=chung-nhan": (None, "binh"),
    "/chung-nhan/": ("binh", "khoa"),
    "/so-ho-tro/": ("binh", "dung"),
    "/yeu-cau/?loc=tat-ca": ("binh",),
    "/yeu-cau/": ("em",),
    "/y-tuong/xuat.xlsx": ("binh",),
    "/du-an/xuat.xlsx": (None, "binh"),
    "/doanh-nghiep/xuat.xlsx": (None, "binh"),
    "/san-pham/xuat.xlsx": (None, "binh"),
    "/chung-nhan/xuat.xlsx": ("binh",),
    "/so-ho-tro/xuat.xlsx": ("binh",),
    "/yeu-cau/xuat.xlsx?loc=tat-ca": ("binh",),
    "/ho-tro/": (None,),
    "/ho-tro/cau-lac-bo/": (None, "binh"),
    "/ho-tro/to-chuc/": (None,),
    "/chuong-trinh/": (None,),
    "/hoat-dong/": (None, "binh"),
    "/cuoc-thi/": (None,),
    "/binh-chon/": (None, "binh"),
    "/tuyen-duong/": (None, "an", "binh"),
    "/bai-du-thi/": ("an",),
    "/tien-do/": (None, "binh"),
    "/dieu-hanh/": ("dung",),
    "/bao-cao/": (None, "em"),
}
NO_LISTS = {
    # forms, single pages and files
    "/y-tuong/moi/", "/y-tuong/tu-kiem-tra/", "/y-tuong/mau-giay.docx", "/dot-nhan/moi/",
    "/nhap-so/", "/nhap-so/mau.xlsx", "/bao-ve-du-lieu/", "/robots.txt", "/bao-cao/kiem-tra/",
    "/.well-known/security.txt", "/healthz", "/binh-chon/moi/", "/tuyen-duong/moi/",
    # one idea, found by words or by its place in the queue; test_similar, test_screening
    "/y-tuong/giong/", "/y-tuong/tiep-theo/",
    # one statement for each kind of fact among those shown; test_waiting
    "/xac-nhan/",
    # a form, and the few rounds in which one person judges; test_setup, test_panel
    "/cuoc-thi/moi/", "/cham-thi/",
}  # fmt: skip
PER_VENTURE = ("an", "binh", None)


def no_argument(patterns, before=""):
    """The addresses below ``patterns`` that are whole as they stand."""
    for pattern in patterns:
        told = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from no_argument(pattern.url_patterns, told)
        elif not any(c in told for c in "<(^"):
            yield f"/{told}"


def test_every_address_is_a_list_of_the_table_or_is_named_as_none():
    listed = {address.partition("?")[0] for address in LISTS}
    ours = {
        address
        for address in no_argument(get_resolver().url_patterns)
        if not address.startswith(("/tai-khoan/", "/quan-tri/", "/kieu-mau/"))
    }
    assert ours - listed - NO_LISTS == set()
    assert listed - ours == set()
    assert NO_LISTS - ours == set()


@pytest.fixture
def now():
    """Pages read the clock themselves."""
    return timezone.now()


class Town:
    """Grows by one more row of everything that any list shows."""

    def __init__(self, cast, now):
        self.cast, self.now, self.rows = cast, now, 0
        self.market = Marketplace.objects.create(code="tiki", name="Tiki", host="tiki.vn")

    def grow(self):
        self.rows += 1
        owner = self.cast[("an", "ha")[self.rows % 2]]
        venture = self.project(owner)
        self.support(venture)
        self.sells(venture)
        self.asks(venture)
        self.enterprise(owner, venture)
        self.ideas(owner)
        self.drafts()
        self.calls()
        self.beside_ventures()
        self.honours(venture)
        self.contests()
        return venture

    def project(self, owner, title="Muối"):
        told = {"title": f"{title} {self.rows}", "published": ["unit", "stage"]}
        made = project(owner, self.cast["em"], self.now, **told)
        consent(owner, made, "publish_venture", "publish_name", at=self.now)
        return made

    def verify(self, workflow, fact):
        workflow.advance(fact, "verify", by=self.cast["chi"], at=self.now)
        return fact

    def support(self, venture):
        binh = self.cast["binh"]
        for told in ({}, {"value": 0, "half_hours": 3, "kind": "mentoring"}):
            fact = self.verify(SUPPORTS, support(venture, binh, self.now, **told))
            story.add_result(fact, "Tốt.", by=binh, at=self.now)
        support(venture, binh, self.now)

    def sells(self, venture):
        binh, now = self.cast["binh"], self.now
        salt = product(venture, venture.owner, now, published=True)
        told = {"marketplace": self.market, "url": "https://tiki.vn/a", "since": None}
        listing = products.put_on(salt, told, by=venture.owner, at=now)
        LISTINGS.advance(listing, "open", by=venture.owner, at=now)
        for left in (9, 300):
            self.verify(CERTIFICATES, certificate(venture, binh, now, left=left, product=salt))
        certificate(venture, binh, now, left=200)
        fair(venture, binh, now)
        supply(venture, binh, now)

    def asks(self, venture):
        told = {"venture": venture, "kind": "fair", "asked_at": self.now}
        HelpRequest.objects.create(**told)
        HelpRequest.objects.create(status="taken", taken_by=self.cast["binh"], **told)
        answered(asked(venture, self.now), self.now, needed="fair")

    def enterprise(self, owner, venture):
        binh, n = self.cast["binh"], self.rows
        firm = self.project(owner, "Công ty muối")
        self.verify(FORMATIONS, formation(firm, binh, self.now, tax_code=f"{n:010d}"))
        formation(venture, binh, self.now, tax_code=f"9{n:09d}")

    def ideas(self, owner):
        why = {"note": "Chưa rõ.", "data": {"reason": "other"}}
        for steps in ((), ("screen",), ("accept",), ("decline",)):
            waits = idea(owner, self.now, title=f"Muối mới {self.rows}")
            for step in steps:
                told = why if step == "decline" else {}
                VENTURES.advance(waits, step, by=self.cast["binh"], at=self.now, **told)

    def drafts(self):
        an, ha, lan = (self.cast[who] for who in ("an", "ha", "lan"))
        before = self.now - timedelta(days=2 * (MANY - self.rows))  # so many a day, and no more
        for who in (an, ha):
            Venture.objects.create(owner=who, title=f"Nháp muối {self.rows}")
        draft = Venture.objects.create(owner=lan, title=f"Nhóm muối {self.rows}")
        told = {"email": ha.email, "rights": "edit", "role": "Bếp"}
        member = team.invite(draft, by=lan, at=before, **told)
        team.accept(member, by=ha, answer=team.Answer(), at=self.now)
        told = {"contact_name": "Bà Tư", "contact_birth_date": an.birth_date}
        assisted.begin(uuid.uuid4(), told, by=ha, at=before)

    def calls(self):
        for opens, closes in ((-24, 24), (24, 48), (-48, -24)):
            Call.objects.create(
                slug=f"dot-{self.rows}-{closes}", title="Mùa muối", about="Tìm.",
                audience="Mọi người.", opens_at=self.now + timedelta(hours=opens),
                closes_at=self.now + timedelta(hours=closes), created_by=self.cast["binh"],
                status="published",
            )  # fmt: skip

    def honours(self, venture):
        binh, agency = self.cast["binh"], self.cast["binh"].memberships.first().agency
        for status in ("draft", "announced"):
            Poll.objects.create(
                slug=f"{status}-{self.rows}", title="Muối", organiser=agency, status=status,
                opens_at=self.now, closes_at=self.now + timedelta(hours=1), created_by=binh,
            )  # fmt: skip
        told = {"issuer": agency, "union": agency, "occasion": "Hội", "citation": "Muối",
                "decision_number": "1", "decided_on": timezone.localdate(self.now),
                "recorded_by": binh, "recorded_at": self.now, "status": "published"}  # fmt: skip
        Commendation.objects.create(
            person=self.cast["an"], agreed_at=self.now, agreed_text="Có", **told
        )
        Commendation.objects.create(venture=venture, **told)

    def contests(self):
        if not Contest.objects.exists():
            announced(self.cast["em"], self.now - timedelta(days=1))
        entered(Contest.objects.get(), self.cast["an"], f"Muối {self.rows}", status="submitted")

    def beside_ventures(self):
        told = {"search_text": "hoi muoi", "name": "Hội muối"}
        proven = {
            "status": "verified", "verified_at": self.now, "verified_by": self.cast["chi"],
            "recorded_at": self.now, "recorded_by": self.cast["binh"], "evidence_ref": "1",
            "happened_on": timezone.localdate(self.now),
        }  # fmt: skip
        Activity.objects.create(
            year=2026, number=self.rows, kind="forum", people=9, **told, **proven
        )
        for kind in Organisation.Kind:
            body = Organisation.objects.create(
                code=f"{kind}-{self.rows}", kind=kind, host="Đoàn", **told
            )
            ClubFounding.objects.create(organisation=body, **proven)
        Award.objects.create(
            year=2021, contest="Sáng tạo trẻ", level="tỉnh", entry=f"Muối {self.rows}",
            prize="Nhất", holder="THPT", source="1", order=self.rows,
        )  # fmt: skip


@pytest.fixture
def town(an, ha, lan, binh, chi, em, now):
    cast = {"an": an, "ha": ha, "lan": lan, "binh": binh, "chi": chi, "em": em}
    return Town(cast, now)


def read(client, address):
    """Everything that comes back, as it would go over the line."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    assert answer.getvalue() if answer.streaming else answer.content


def test_every_list_costs_the_same_for_one_row_and_for_fifty(client, request, town, monkeypatch):
    programme.seed()
    monkeypatch.setattr(web, "PAGE", 10 * MANY)  # all of them on the first page
    first = town.grow()
    of_one = {
        f"{first.get_absolute_url()}": PER_VENTURE,
        f"/y-tuong/{Venture.objects.filter(status='submitted').first().code_as('YT')}/": ("binh",),
        f"{first.products.get().get_absolute_url()}": PER_VENTURE,
    }
    users = {who: who and request.getfixturevalue(who) for who in
             (None, "an", "ha", "binh", "dung", "em", "khoa")}  # fmt: skip

    def costs():
        found = {}
        for address, readers in {**LISTS, **of_one}.items():
            for who in readers:
                client.logout()
                if who:
                    client.force_login(users[who])
                read(client, address)  # the content types, the session
                cache.clear()
                with CaptureQueriesContext(connection) as told:
                    read(client, address)
                found[address, who] = len(told)
        return found

    few = costs()
    for _n in range(MANY - FEW):
        town.grow()
    many = costs()
    assert {key: (few[key], many[key]) for key in few if few[key] != many[key]} == {}
