"""Certificates that end and are renewed, fairs, and supply to lead firms."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from core.models import OutboxMessage
from core.periods import day_of
from core.words import Refused
from core.workflow import Blocked
from projects import certificates, tasks
from projects.certificate_kinds import KINDS
from projects.models import Certificate, CertificateReminder, FairVisit, SupplyLink, Venture
from projects.tests.desk_cast import consent, idea, project
from projects.tests.market_cast import certificate, fair, product, supply
from projects.tests.test_threads import together
from projects.workflow import CERTIFICATES, FAIR_VISITS, SUPPLY_LINKS

CAST = ("an", "binh", "chi", "em", "dung", "giang", "ha", "khoa", "lan", "quan")
OTHERS = {"chi", "em"}  # officials who did not record it
STEPS = ("verify", "return", "resend", "retract")
MAY = {
    ("recorded", "verify"): OTHERS,
    ("recorded", "return"): OTHERS,
    ("returned", "resend"): {"binh"},
    ("recorded", "retract"): OTHERS | {"binh"},
    ("returned", "retract"): OTHERS | {"binh"},
    ("verified", "retract"): OTHERS | {"binh"},
}
KINDS_OF_FACT = {
    "chung-nhan": (certificate, CERTIFICATES),
    "hoi-cho": (fair, FAIR_VISITS),
    "cung-ung": (supply, SUPPLY_LINKS),
}


@pytest.fixture
def now():
    """Pages read the clock themselves."""
    return timezone.now()


@pytest.fixture
def today(now):
    return day_of(now)


@pytest.fixture
def venture(an, em, now):
    return project(an, em, now)


def text(answer):
    return answer.content.decode()


# -- The table of kinds -----------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "issued", "ends"),
    [
        ("ocop", date(2026, 11, 23), date(2029, 11, 23)),
        ("vietgap_crops", date(2026, 1, 31), date(2029, 1, 31)),
        ("vietgap_animals", date(2024, 2, 29), date(2026, 2, 28)),
        ("globalgap", date(2026, 11, 23), date(2027, 11, 23)),
        ("standard", date(2026, 11, 23), date(2029, 11, 23)),
        ("regulation", date(2026, 11, 23), date(2029, 11, 23)),
        ("rural_industry", date(2026, 11, 23), date(2030, 12, 31)),
    ],
)
def test_the_end_follows_from_the_kind(kind, issued, ends):
    assert KINDS[kind].expires_on(issued) == ends


# -- The matrix: kind × status × step × person ------------------------------------
@pytest.mark.parametrize("kind", KINDS_OF_FACT)
@pytest.mark.parametrize("status", ["recorded", "returned", "verified", "retracted"])
def test_who_may_do_what_with_a_fact(request, venture, binh, em, now, kind, status):
    make, workflow = KINDS_OF_FACT[kind]
    fact = make(venture, binh, now)
    for step in {"returned": ["return"], "verified": ["verify"],
                 "retracted": ["retract"], "recorded": []}[status]:  # fmt: skip
        workflow.advance(fact, step, by=em, at=now, note="Vì sao.")
    for step in STEPS:
        may = {n for n in CAST if not workflow.why_not(fact, step, request.getfixturevalue(n))}
        assert may == MAY.get((status, step), set()), step


@pytest.mark.parametrize("kind", KINDS_OF_FACT)
def test_nobody_records_or_verifies_for_themselves(binh, em, now, kind):
    make, workflow = KINDS_OF_FACT[kind]
    own = project(binh, em, now)
    fact = make(own, em, now)
    assert [s for s in STEPS if not workflow.why_not(fact, s, binh)] == []
    assert "không phải hồ sơ của mình" in binh.why_not(f"{workflow.name}.record", own)


@pytest.mark.parametrize("kind", KINDS_OF_FACT)
def test_the_pages_of_a_fact_are_for_its_owner_and_officials(
    client, request, venture, an, binh, now, kind
):
    consent(an, venture, "publish_venture", at=now)
    url = KINDS_OF_FACT[kind][0](venture, binh, now).get_absolute_url()
    assert url.startswith(f"/{kind}/")
    seen = set()
    for name in CAST:
        client.force_login(request.getfixturevalue(name))
        if client.get(url).status_code == 200:
            seen.add(name)
    assert seen == {"an", "binh", "chi", "em", "dung", "khoa"}
    client.logout()
    assert client.get(url).status_code == 404


# -- Recording --------------------------------------------------------------------
FILLED = {
    "chung-nhan": {
        "kind": "ocop", "level": "4", "number": "12/QĐ", "issuer": "UBND tỉnh",
        "happened_on": "2026-10-01", "evidence_ref": "12/QĐ", "sending": "1",
    },
    "hoi-cho": {
        "name": "Hội chợ OCOP", "place": "Quảng Ngãi", "happened_on": "2026-10-01",
        "last_on": "2026-10-05", "result": "Ký một hợp đồng.", "value": "1.500.000",
        "evidence_ref": "3/GM", "sending": "1",
    },
    "cung-ung": {
        "lead_firm": "Công ty Biển Xanh", "supplied": "Rong khô", "happened_on": "2026-10-01",
        "until": "", "value": "", "evidence_ref": "5/HĐ", "sending": "1",
    },
}  # fmt: skip


def url_of(venture, kind):
    return f"/du-an/{venture.code}/{kind}/moi/"


@pytest.mark.parametrize("kind", KINDS_OF_FACT)
def test_an_official_records_once_and_mends(client, venture, binh, chi, kind):
    model = KINDS_OF_FACT[kind][1].model
    client.force_login(binh)
    assert client.get(url_of(venture, kind)).status_code == 200
    first, again = (client.post(url_of(venture, kind), FILLED[kind]) for _n in range(2))
    fact = model.objects.get()
    assert first.url == again.url == fact.get_absolute_url()
    assert client.get(f"{first.url}sua/").status_code == 200
    client.post(f"{first.url}sua/", FILLED[kind] | {"evidence_ref": "99/QĐ"})
    fact.refresh_from_db()
    assert fact.evidence_ref == "99/QĐ"
    client.force_login(chi)
    waiting = text(client.get("/xac-nhan/"))
    assert fact.get_absolute_url() in waiting
    client.post(f"{first.url}buoc/verify/")
    fact.refresh_from_db()
    assert fact.status == "verified"
    assert client.get(first.url).status_code == 200


def test_what_was_filled_in_is_what_stands(client, venture, binh):
    client.force_login(binh)
    for kind in KINDS_OF_FACT:
        client.post(url_of(venture, kind), FILLED[kind])
    paper, visit, link = (m.objects.get() for m in (Certificate, FairVisit, SupplyLink))
    assert (paper.name, paper.expires_on) == ("OCOP hạng 4 sao", date(2029, 10, 1))
    assert (visit.last_on, visit.value) == (date(2026, 10, 5), 1_500_000)
    assert (link.until, link.value) == (None, 0)


def test_the_proposed_end_can_be_corrected(client, venture, binh):
    client.force_login(binh)
    client.post(url_of(venture, "chung-nhan"), FILLED["chung-nhan"] | {"expires_on": "2028-12-31"})
    assert Certificate.objects.get().expires_on == date(2028, 12, 31)


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("chung-nhan", {"kind": ""}, "Chọn một mục."),
        ("chung-nhan", {"level": ""}, "Chọn hạng sao."),
        ("chung-nhan", {"kind": "standard"}, "Loại này không có sao."),
        ("chung-nhan", {"level": "9"}, "Chọn một mục."),
        ("chung-nhan", {"number": ""}, "Bạn chưa điền ô này."),
        ("chung-nhan", {"expires_on": "2026-10-01"}, "Ngày hết hạn phải sau ngày cấp."),
        ("chung-nhan", {"happened_on": "2099-01-01"}, "Ngày này muộn quá."),
        ("chung-nhan", {"product": "999"}, "Chọn một mục."),
        ("chung-nhan", {"renews": "999"}, "Chọn một mục."),
        ("chung-nhan", {"evidence_ref": ""}, "Cần một trong hai"),
        ("hoi-cho", {"last_on": "2026-09-01"}, "Ngày cuối không thể trước ngày đầu."),
        ("hoi-cho", {"value": "nhiều"}, "Viết số tiền bằng chữ số"),
        ("hoi-cho", {"name": "x" * 201}, "Ô này dài quá."),
        ("cung-ung", {"until": "2026-09-01"}, "Ngày kết thúc không thể trước ngày bắt đầu."),
        ("cung-ung", {"lead_firm": " "}, "Bạn chưa điền ô này."),
    ],
)
def test_a_fact_that_is_not_right_is_shown_again(client, venture, binh, kind, fields, words):
    client.force_login(binh)
    answer = client.post(url_of(venture, kind), FILLED[kind] | fields)
    assert answer.status_code == 422
    assert words in text(answer)
    assert not KINDS_OF_FACT[kind][1].model.objects.exists()


@pytest.mark.parametrize("kind", KINDS_OF_FACT)
def test_who_may_record(client, request, venture, an, now, kind):
    consent(an, venture, "publish_venture", at=now)
    for name in CAST:
        client.force_login(request.getfixturevalue(name))
        expected = 200 if name in {"binh", "chi", "em"} else 403
        assert client.get(url_of(venture, kind)).status_code == expected, name


def test_an_idea_has_no_market_facts_yet(client, an, binh, now):
    early = idea(an, now)
    client.force_login(binh)
    assert client.get(url_of(early, "hoi-cho")).status_code == 302
    with pytest.raises(Refused, match="đã thành dự án"):
        certificate(early, binh, now)


@pytest.mark.parametrize(
    ("make", "fields"),
    [
        (certificate, {"kind": "ocop"}),
        (certificate, {"kind": "standard", "level": 4}),
        (certificate, {"expires_on": date(2020, 1, 1)}),
        (fair, {"last_on": date(2020, 1, 1)}),
        (supply, {"until": date(2020, 1, 1)}),
    ],
)
def test_the_database_refuses_nonsense(venture, binh, now, make, fields):
    with pytest.raises(IntegrityError):
        make(venture, binh, now, **fields)


# -- Renewal ----------------------------------------------------------------------
@pytest.fixture
def old(venture, binh, chi, now):
    return certificate(venture, binh, now, left=5, verified_by=chi)


def renew(old, by, at, **fields):
    told = {"renews": old, "happened_on": day_of(at) - timedelta(days=1), "left": 1000,
            "number": "02/HC"} | fields  # fmt: skip
    return certificate(old.venture, by, at, **told)


def test_renewals_make_a_chain(client, old, binh, chi, now):
    second = renew(old, binh, now)
    CERTIFICATES.advance(second, "verify", by=chi, at=now)
    third = renew(second, binh, now, happened_on=day_of(now), number="03/HC")
    for one in (old, second, third):
        assert certificates.chain(one) == [old, second, third]
    client.force_login(chi)
    page = text(client.get(second.get_absolute_url()))
    assert old.get_absolute_url() in page
    assert third.get_absolute_url() in page


def test_a_certificate_is_renewed_once(old, binh, chi, now):
    first = renew(old, binh, now)
    with pytest.raises(Refused, match="đã được gia hạn rồi"):
        renew(old, chi, now)
    CERTIFICATES.advance(first, "retract", by=binh, at=now, note="Ghi nhầm.")
    again = renew(old, chi, now)
    assert certificates.chain(old) == [old, again]
    with pytest.raises(IntegrityError):
        Certificate.objects.create(
            venture=old.venture, kind="standard", number="x", issuer="x", happened_on=day_of(now),
            expires_on=day_of(now) + timedelta(days=9), renews=old, recorded_by=binh,
            recorded_at=now,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": "globalgap"}, "cùng loại"),
        ({"happened_on": date(2020, 1, 1)}, "cấp sau giấy cũ"),
    ],
)
def test_a_renewal_is_of_the_same_kind_and_later(old, binh, now, fields, words):
    with pytest.raises(Refused, match=words):
        renew(old, binh, now, **fields)


def test_another_ventures_certificate_or_product_is_refused(old, lan, binh, em, now):
    other = project(lan, em, now)
    with pytest.raises(Refused, match="chính hồ sơ này"):
        certificate(other, binh, now, renews=old, happened_on=day_of(now))
    with pytest.raises(Refused, match="hồ sơ khác"):
        certificate(other, binh, now, product=product(old.venture, binh, now))


def test_a_renewal_of_a_retracted_one_is_not_verified(old, binh, chi, now):
    new = renew(old, binh, now)
    CERTIFICATES.advance(old, "retract", by=binh, at=now, note="Giấy giả.")
    with pytest.raises(Blocked, match="Giấy được gia hạn"):
        CERTIFICATES.advance(new, "verify", by=chi, at=now)


# -- Reminders: by what is true, not by what day it is --------------------------------
def beat(monkeypatch, at):
    """The daily task at a moment; how many letters it wrote."""
    before = OutboxMessage.objects.filter(event__kind="certificate.remind").count()
    monkeypatch.setattr(timezone, "now", lambda: at)
    tasks.remind_of_certificates()
    return OutboxMessage.objects.filter(event__kind="certificate.remind").count() - before


def stages():
    return sorted(CertificateReminder.objects.values_list("stage", flat=True))


def test_one_letter_at_sixty_days_and_one_at_fourteen(venture, binh, chi, now, monkeypatch):
    paper = certificate(venture, binh, now, left=62, verified_by=chi)
    sent = [beat(monkeypatch, now + timedelta(days=day)) for day in range(70)]
    assert [day for day, letters in enumerate(sent) if letters] == [2, 48]
    assert sum(sent) == 2
    first, last = OutboxMessage.objects.filter(event__kind="certificate.remind").order_by("pk")
    assert (first.to, first.subject) == ("an@example.vn", "Giấy Hợp chuẩn còn 60 ngày")
    assert last.subject == "Giấy Hợp chuẩn còn 14 ngày"
    assert paper.get_absolute_url() in first.body
    assert stages() == [14, 60]


def test_twice_a_day_and_a_clock_set_back_send_nothing_twice(venture, binh, chi, now, monkeypatch):
    certificate(venture, binh, now, left=60, verified_by=chi)
    days = (0, 0, 46, 46, 0, 20, 46)
    assert [beat(monkeypatch, now + timedelta(days=d)) for d in days] == [1, 0, 1, 0, 0, 0, 0]


def test_a_month_without_a_beat_only_delays(venture, binh, chi, now, monkeypatch):
    certificate(venture, binh, now, left=70, verified_by=chi)
    assert beat(monkeypatch, now) == 0
    assert beat(monkeypatch, now + timedelta(days=31)) == 1
    assert stages() == [60]


def test_after_a_long_outage_one_letter_speaks_for_both_stages(
    venture, binh, chi, now, monkeypatch
):
    certificate(venture, binh, now, left=70, verified_by=chi)
    assert beat(monkeypatch, now + timedelta(days=60)) == 1
    assert stages() == [14, 60]
    assert OutboxMessage.objects.latest("pk").subject == "Giấy Hợp chuẩn còn 10 ngày"
    assert beat(monkeypatch, now + timedelta(days=61)) == 0


def test_an_outage_beyond_the_end_is_told_as_such(venture, binh, chi, now, monkeypatch):
    certificate(venture, binh, now, left=5, verified_by=chi)
    assert beat(monkeypatch, now + timedelta(days=31)) == 1
    assert OutboxMessage.objects.latest("pk").subject == "Giấy Hợp chuẩn đã hết hạn"


def test_history_tells_nobody(venture, binh, chi, now, monkeypatch):
    certificate(venture, binh, now, left=-3, verified_by=chi)
    assert beat(monkeypatch, now) == 0


def test_only_what_is_verified_reminds(venture, binh, chi, now, monkeypatch):
    paper = certificate(venture, binh, now, left=10)
    assert beat(monkeypatch, now) == 0
    CERTIFICATES.advance(paper, "verify", by=chi, at=now)
    CERTIFICATES.advance(paper, "retract", by=chi, at=now, note="Giấy giả.")
    assert beat(monkeypatch, now) == 0


def test_after_a_renewal_it_is_silent_at_once(old, binh, now, monkeypatch):
    new = renew(old, binh, now)
    assert beat(monkeypatch, now) == 0
    CERTIFICATES.advance(new, "retract", by=binh, at=now, note="Ghi nhầm.")
    assert beat(monkeypatch, now) == 1  # the state is as it was


def test_without_an_address_it_still_stands_in_the_list(
    client, venture, binh, chi, now, monkeypatch
):
    certificate(venture, binh, now, left=10, verified_by=chi)
    type(venture).objects.update(owner=None, contact_email="")
    assert beat(monkeypatch, now) == 0
    assert stages() == [14, 60]
    client.force_login(chi)
    assert "01/HC" in text(client.get("/chung-nhan/?loc=14"))


@pytest.mark.threads
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="the in-memory SQLite of the tests has one connection"
)
@pytest.mark.parametrize("_round", range(5))
def test_of_two_workers_one_writes_the_letter(an, em, binh, chi, now, _round):
    paper = certificate(project(an, em, now), binh, now, left=10, verified_by=chi)
    results = together(8, lambda _i: certificates.remind(paper.pk, now))
    assert sum(one is not None for one in results) == 1
    assert OutboxMessage.objects.filter(event__kind="certificate.remind").count() == 1
    assert stages() == [14, 60]


# -- The officials' list --------------------------------------------------------------
def test_the_list_by_the_end(client, venture, binh, chi, now):
    for left in (-5, 0, 14, 15, 60, 61):
        certificate(venture, binh, now, left=left, number=f"con-{left}", verified_by=chi)
    certificate(venture, binh, now, left=3, number="cho-xac-nhan")
    client.force_login(chi)

    def numbers(loc):
        rows = client.get("/chung-nhan/", {"loc": loc}).context["rows"]
        return [row["fact"].number.removeprefix("con-") for row in rows]

    assert numbers("") == ["-5", "0", "14", "15", "60", "61"]
    assert numbers("60") == ["0", "14", "15", "60"]
    assert numbers("14") == ["0", "14"]
    assert numbers("het-han") == ["-5"]
    assert numbers("x") == numbers("")


def test_who_reads_the_list(client, request, db):
    for name in CAST:
        client.force_login(request.getfixturevalue(name))
        expected = 200 if name in {"binh", "chi", "em", "dung", "khoa"} else 403
        assert client.get("/chung-nhan/").status_code == expected, name


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same(client, venture, binh, chi, now, rows, django_assert_num_queries):
    for n in range(rows):
        certificate(venture, binh, now, number=str(n), verified_by=chi)
    client.force_login(chi)
    client.get("/chung-nhan/")
    with django_assert_num_queries(6):
        client.get("/chung-nhan/")


# -- The venture's page ---------------------------------------------------------------
def test_each_reader_sees_as_much_as_they_may(client, venture, an, binh, chi, lan, now):
    consent(an, venture, "publish_venture", at=now)
    chosen = Venture.objects.filter(pk=venture.pk)
    chosen.update(published=["market"])
    certificate(venture, binh, now, number="con-han", verified_by=chi)
    certificate(venture, binh, now, number="het-han", left=-3, verified_by=chi)
    certificate(venture, binh, now, number="cho-xem")
    visit, link = fair(venture, binh, now), supply(venture, binh, now)
    waiting = {"cho-xem", "het-han", "Hội chợ hàng Việt", "Công ty Biển Xanh"}

    def seen(words):
        page = text(client.get(venture.get_absolute_url()))
        return {word for word in words if word in page}

    assert seen(waiting | {"con-han"}) == {"con-han"}
    FAIR_VISITS.advance(visit, "verify", by=chi, at=now)
    SUPPLY_LINKS.advance(link, "verify", by=chi, at=now)
    everybody = {"con-han", "Hội chợ hàng Việt", "Công ty Biển Xanh"}
    money = {"20.000.000", "50.000.000"}
    assert seen(waiting | everybody | money) == everybody
    chosen.update(published=[])
    assert seen(waiting | everybody | money) == set()
    for person in (an, binh):
        client.force_login(person)
        assert seen(waiting | everybody | money) == waiting | everybody | money
