"""The support ledger: kinds, hours, clauses, results; sums that agree wherever they are shown."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.models import Event
from core.periods import Period, Quarter, end_of
from core.words import Refused
from programme import services as programme
from programme.models import Clause, Indicator, Phase
from projects import ledger, story
from projects.forms.hours import HoursField
from projects.models import Support, SupportResult, VentureGroup
from projects.register.sheets import SUPPORT_KINDS
from projects.tests.desk_cast import consent, project, support
from projects.workflow import SUPPORTS
from reports.indicators import Before, measure, phases_of

K = Support.Kind


@pytest.fixture
def now():
    """Pages read the clock themselves."""
    return timezone.now()


@pytest.fixture
def venture(an, em, now):
    return project(an, em, now)


@pytest.fixture
def given_support(venture, binh, chi, now):
    """A maker of verified lines."""

    def make(of=None, **fields):
        fact = support(of or venture, binh, now, **fields)
        SUPPORTS.advance(fact, "verify", by=chi, at=now)
        return fact

    return make


def text(answer):
    return answer.content.decode()


# -- Kinds and clauses ----------------------------------------------------------
def test_every_kind_but_other_carries_out_a_clause_that_is_there(db):
    programme.seed()
    assert {*ledger.CLAUSES} == {*K} - {K.OTHER}
    points = Clause.objects.filter(kind="clause").values_list("code", flat=True)
    assert {*ledger.CLAUSES.values()} - {*points} == set()


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Đào tạo, tập huấn", K.TRAINING),
        ("Pháp lý, sở hữu trí tuệ", K.LEGAL),
        ("pháp lý", K.LEGAL),
        ("Bao bì, nhãn hiệu, chứng nhận", K.PACKAGING),
        ("bao bi", K.PACKAGING),
        ("nhãn hiệu", K.PACKAGING),
        ("chứng nhận", K.CERTIFICATE),
        ("Sở hữu trí tuệ", K.IP),
        ("Hội chợ", K.FAIR),
        ("Sàn thương mại điện tử", K.MARKETPLACE),
        ("Giới thiệu nhà đầu tư", K.INVESTORS),
        ("Vốn", K.CAPITAL),
        ("vàng", None),
    ],
)
def test_the_words_of_registers(word, kind):
    assert SUPPORT_KINDS.find(word) == kind


def test_every_kind_has_a_short_word_that_is_found_again():
    assert [SUPPORT_KINDS.find(word) for word in SUPPORT_KINDS.shown] == K.values


def test_a_line_counts_under_its_clause_or_that_of_its_kind(given_support):
    programme.seed()
    chosen = given_support(kind="training", clause=Clause.objects.get(code="III.1.5"))
    by_kind = given_support(kind="fair")
    none = given_support(kind="other")
    rows = {fact.pk: fact.under for fact in ledger.lines(timezone.now())}
    assert rows == {chosen.pk: "III.1.5", by_kind.pk: "III.5.3", none.pk: ""}
    assert [ledger.clause_of(f) for f in (chosen, by_kind, none)] == ["III.1.5", "III.5.3", ""]
    found = {
        code: {f.pk for f in ledger.lines(timezone.now(), clause=code)}
        for code in ("III.5", "III.5.3", "III.1", "III.50", "III.4.1", ledger.NO_CLAUSE)
    }
    assert found == {
        "III.5": {by_kind.pk}, "III.5.3": {by_kind.pk}, "III.1": {chosen.pk},
        "III.50": set(), "III.4.1": set(), ledger.NO_CLAUSE: {none.pk},
    }  # fmt: skip


# -- Hours ----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "halves"),
    [("2", 4), ("1,5", 3), ("1.5", 3), ("0,5", 1), (" 12 ", 24), ("1.500", 3000), ("1.000,5", 2001),
     ("10000", 20_000), ("", None), ("2,50", 5), ("2,0", 4)],
)  # fmt: skip
def test_hours_are_whole_or_half(typed, halves):
    assert HoursField(required=False).clean(typed) == halves


@pytest.mark.parametrize(
    "typed", ["1,3", "-1", "hai", "1e3", "٣", "1,5,5", "10000,5", "99999999999", "1 giờ", "½", "\0"]
)
def test_other_hours_are_refused(typed):
    with pytest.raises(ValidationError):
        HoursField(required=False).clean(typed)


@pytest.mark.parametrize("halves", [1, 2, 3, 2001, 20_000])
def test_hours_are_shown_as_they_are_typed(halves):
    field = HoursField()
    assert field.clean(field.prepare_value(halves)) == halves


def test_a_line_has_a_value_or_hours_or_neither(venture, binh, now):
    support(venture, binh, now, value=0, half_hours=3)
    support(venture, binh, now, value=0)
    with pytest.raises(IntegrityError, match="support_in_dong_or_in_hours"), transaction.atomic():
        support(venture, binh, now, value=1, half_hours=1)


def filled(**fields):
    return {
        "happened_on": "2026-11-01", "kind": "mentoring", "source": "socialised",
        "provider": "Cố vấn C", "half_hours": "1,5", "clause": "III.3.2", "evidence_ref": "5/KH",
        "sending": "một",
    } | fields  # fmt: skip


def test_an_official_records_hours_under_a_clause_and_reads_them_again(client, binh, venture):
    programme.seed()
    client.force_login(binh)
    url = f"/du-an/{venture.code}/ho-tro/moi/"
    page = client.get(url)
    assert "III.3.2" in text(page)
    answer = client.post(url, filled(), follow=True)
    fact = Support.objects.get()
    assert (fact.half_hours, fact.value, fact.clause.code) == (3, 0, "III.3.2")
    assert "1,5 giờ" in text(answer)
    edit = text(client.get(f"/ho-tro-da-ghi/{fact.pk}/sua/"))
    assert 'value="1,5"' in edit
    assert '<option value="III.3.2" selected>' in edit


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"value": "1000"}, "Ghi bằng đồng hoặc bằng giờ"),
        ({"half_hours": "1,3"}, "Viết số giờ"),
        ({"half_hours": "20000"}, "Nhiều nhất là 10.000 giờ"),
        ({"clause": "III.9.9"}, "Chọn một mục."),
        ({"clause": "III.3"}, "Chọn một mục."),
    ],
)
def test_a_line_that_is_not_right_is_shown_again(client, binh, venture, fields, words):
    programme.seed()
    client.force_login(binh)
    answer = client.post(f"/du-an/{venture.code}/ho-tro/moi/", filled(**fields))
    assert answer.status_code == 422
    assert words in text(answer)
    assert not Support.objects.exists()


# -- Results --------------------------------------------------------------------
@pytest.mark.parametrize("who", ["an", "binh", "em"])
def test_what_came_of_it_is_added_and_the_fact_stays(client, request, given_support, who):
    user = request.getfixturevalue(who)
    fact = given_support()
    before = Support.objects.filter(pk=fact.pk).values().get()
    client.force_login(user)
    url = f"/ho-tro-da-ghi/{fact.pk}/ket-qua/"
    for _press in range(2):
        answer = client.post(url, {"text": "Bán được 200 hũ."})
        assert answer.url == fact.get_absolute_url()
    row = SupportResult.objects.get()
    assert (row.text, row.recorded_by) == ("Bán được 200 hũ.", user)
    assert Support.objects.filter(pk=fact.pk).values().get() == before
    assert Event.objects.about(fact).filter(kind="support.result").count() == 1
    assert "Bán được 200 hũ." in text(client.get(fact.get_absolute_url()))
    assert "Bán được 200 hũ." in text(client.get(fact.venture.get_absolute_url()))


@pytest.mark.parametrize(
    ("who", "status"), [("dung", 403), ("khoa", 403), ("lan", 404), ("giang", 404), ("quan", 404)]
)
def test_others_add_no_result(client, request, an, given_support, now, who, status):
    fact = given_support()
    consent(an, fact.venture, "publish_venture", at=now)
    client.force_login(request.getfixturevalue(who))
    assert client.post(f"/ho-tro-da-ghi/{fact.pk}/ket-qua/", {"text": "x"}).status_code == status
    assert not SupportResult.objects.exists()


def test_a_line_that_is_not_verified_has_no_result(client, an, venture, binh, now):
    fact = support(venture, binh, now)
    client.force_login(an)
    assert client.post(f"/ho-tro-da-ghi/{fact.pk}/ket-qua/", {"text": "x"}).status_code == 403
    with pytest.raises(Refused, match="đã xác nhận"):
        story.add_result(fact, "x", by=an, at=now)


@pytest.mark.parametrize("words", ["", "   ", "a\0b", "x" * 1001])
def test_a_result_that_is_none_is_asked_again(client, an, given_support, words):
    fact = given_support()
    client.force_login(an)
    answer = client.post(f"/ho-tro-da-ghi/{fact.pk}/ket-qua/", {"text": words})
    assert answer.status_code == 422
    assert not SupportResult.objects.exists()


def test_the_public_reads_no_results(client, an, given_support, now):
    fact = given_support()
    story.add_result(fact, "Lãi 10 triệu.", by=an, at=now)
    consent(an, fact.venture, "publish_venture", at=now)
    assert "Lãi 10 triệu." not in text(client.get(fact.venture.get_absolute_url()))


# -- Sums that agree ------------------------------------------------------------
DAYS = st.dates(date(2025, 11, 1), date(2026, 12, 31))
LINE = st.fixed_dictionaries(
    {
        "on": DAYS,
        "kind": st.sampled_from(K.values),
        "source": st.sampled_from(Support.Source.values),
        "amount": st.one_of(
            st.tuples(st.integers(0, 10**12), st.just(0)), st.tuples(st.just(0), st.integers(0, 99))
        ),
        "known": st.integers(0, 60),
        "gone": st.one_of(st.none(), st.integers(0, 60)),
    }
)


def written(venture, by, row):
    known = end_of(row["on"]) + timedelta(days=row["known"])
    told = {
        "venture": venture, "happened_on": row["on"], "kind": row["kind"], "source": row["source"],
        "provider": "A", "value": row["amount"][0], "half_hours": row["amount"][1],
        "recorded_at": known, "recorded_by": by, "verified_at": known, "verified_by": by,
        "status": "verified", "evidence_ref": "1",
    }  # fmt: skip
    if row["gone"] is not None:
        gone = known + timedelta(days=row["gone"])
        told |= {"retracted_at": gone, "retracted_by": by, "retraction_reason": "x"}
        told["status"] = "retracted"
    return Support.objects.create(**told)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(LINE, max_size=8), moment=DAYS, quarter=st.sampled_from((1, 2, 3, 4)))
def test_the_ledger_and_the_indicators_agree(an, em, rows, moment, quarter):
    with transaction.atomic():
        programme.seed()
        at = datetime(2025, 10, 1, tzinfo=UTC)
        venture = project(an, em, at)
        for row in rows:
            written(venture, em, row)
        as_of, window = end_of(moment), Quarter(2026, quarter).window
        for source in Support.Source.values:
            indicator = Indicator.objects.get(code=f"support_value_{source}")
            spans = phases_of([indicator])[indicator.pk]
            for figure in measure(indicator, window, as_of, compared=Before(as_of), spans=spans):
                days = figure.phase.period
                inside = window.meet(days)
                upto = Period(days.start, min(window.end, days.end))
                told = {"as_of": as_of, "source": source}
                in_period = ledger.totals(ledger.lines(period=inside, **told)) if inside else None
                assert (in_period.all.value if in_period else 0) == figure.in_period
                kept = ledger.lines(period=upto, **told)
                assert ledger.totals(kept).all.value == figure.cumulative
                assert {f.pk for f in kept} == {record.id for record in figure.records}
        transaction.set_rollback(True)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(LINE, max_size=8), moment=DAYS)
def test_every_sum_is_that_of_the_list_it_opens(an, em, rows, moment):
    with transaction.atomic():
        venture = project(an, em, datetime(2025, 10, 1, tzinfo=UTC))
        for row in rows:
            written(venture, em, row)
        as_of = end_of(moment)
        sums = ledger.totals(ledger.lines(as_of))
        asked = [{}, {"clause": "III.4"}]
        asked += [{"source": source} for source in Support.Source.values]
        asked += [{"kind": kind, "source": "state"} for kind in sums.kinds()]
        asked += [{"clause": clause} for clause in sums.clauses()]
        for narrowed in asked:
            listed = list(ledger.lines(as_of, **narrowed))
            total = sums.of(**narrowed)
            assert total.lines == len(listed)
            assert total.value == sum(f.value for f in listed)
            assert total.half_hours == sum(f.half_hours for f in listed)
        assert ledger.totals(ledger.lines(as_of, venture=venture)) == sums
        transaction.set_rollback(True)


def test_the_ventures_page_shows_the_same_sums(client, chi, given_support, venture):
    given_support(value=1_000_000)
    given_support(value=2_000_000)
    given_support(value=0, half_hours=5, source="socialised", kind="mentoring")
    client.force_login(chi)
    totals = dict(client.get(venture.get_absolute_url()).context["totals"])
    assert totals == {
        "Nhà nước": ledger.Total(2, 3_000_000, 0), "Xã hội hóa": ledger.Total(1, 0, 5)
    }  # fmt: skip
    book = client.get("/so-ho-tro/")
    assert book.context["all"] == ledger.Total(3, 3_000_000, 5)
    assert [row["total"] for row in book.context["sources"]] == list(totals.values())


# -- The officials' page ----------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "status"),
    [("binh", 200), ("em", 200), ("dung", 200), ("khoa", 200), ("an", 403), ("lan", 403),
     ("giang", 403), ("ha", 403), ("quan", 403)],
)  # fmt: skip
def test_who_reads_the_ledger(client, request, given_support, who, status):
    given_support()
    client.force_login(request.getfixturevalue(who))
    assert client.get("/so-ho-tro/").status_code == status


def test_a_visitor_does_not_read_the_ledger(client, db):
    assert client.get("/so-ho-tro/").status_code == 403


def listed(answer):
    return [fact.pk for fact in answer.context["page"]]


def test_the_filters_are_links_and_narrow(client, chi, given_support):
    programme.seed()
    old = given_support(happened_on=date(2025, 5, 5), kind="training")
    new = given_support(happened_on=date(2026, 10, 1), source="socialised", kind="fair")
    client.force_login(chi)
    cases = {
        "": [new.pk, old.pk],
        "nguon=state": [old.pk],
        "loai=fair": [new.pk],
        "diem=III.5": [new.pk],
        "diem=III.4.1": [old.pk],
        "diem=khong": [],
        "giai_doan=2026-2030": [new.pk],
        "giai_doan=2022-2025": [old.pk],
        "quy=2026-Q4": [new.pk],
        "quy=2026-Q4&giai_doan=2022-2025": [],
        "tinh_den=2020-01-01": [],
        "nguon=state&loai=fair": [],
    }
    for query, found in cases.items():
        assert listed(client.get(f"/so-ho-tro/?{query}")) == found, query


@pytest.mark.parametrize(
    "query",
    ["nguon=x", "loai=%E2%80%8B", "diem=III.99", "giai_doan=9", "quy=2026-Q9", "quy=9999-Q1",
     "tinh_den=31/02/2026", "tinh_den=x", "diem=" + "9" * 5000, "trang=-1", "q=<script>"],
)  # fmt: skip
def test_what_is_not_understood_is_left_out(client, chi, given_support, query):
    fact = given_support()
    client.force_login(chi)
    answer = client.get(f"/so-ho-tro/?{query}")
    assert answer.status_code == 200
    assert listed(answer) == [fact.pk]


def test_every_total_opens_the_list_it_counted(client, chi, given_support):
    programme.seed()
    for n, kind in enumerate(("training", "fair", "other", "fair", "mentoring")):
        hours = n if kind == "mentoring" else 0
        source = "state" if n % 2 else "socialised"
        given_support(kind=kind, source=source, value=0 if hours else n, half_hours=hours)
    client.force_login(chi)
    page = client.get("/so-ho-tro/?quy=2026-Q4").context
    shown = [(row["url"], row["total"]) for row in (*page["sources"], *page["kinds"])]
    shown += [(row["url"], row["total"]) for row in page["clauses"]]
    shown += [(c["url"], c["total"]) for row in page["kinds"] for c in row["cells"]]
    assert len(shown) == 2 + 4 + 4 + 8
    for url, total in shown:
        assert client.get(url).context["all"] == total, url


def test_as_known_on_a_day_stays_what_it_was(client, chi, binh, venture, now):
    early = now - timedelta(days=20)
    fact = support(venture, binh, early)
    SUPPORTS.advance(fact, "verify", by=chi, at=early)
    SUPPORTS.advance(fact, "retract", by=chi, at=now, note="Nhầm.")
    client.force_login(chi)
    day = timezone.localdate(now - timedelta(days=5))
    assert listed(client.get(f"/so-ho-tro/?tinh_den={day}")) == [fact.pk]
    assert listed(client.get("/so-ho-tro/")) == []


@pytest.mark.parametrize("rows", [1, 30])
def test_the_ledger_costs_the_same(
    client, chi, given_support, rows, django_assert_num_queries
):  # fmt: skip
    programme.seed()
    for n in range(rows):
        given_support(kind=K.values[n % len(K.values)], value=n + 1)
    client.force_login(chi)
    client.get("/so-ho-tro/")
    with django_assert_num_queries(11 + (rows > 25)):
        client.get("/so-ho-tro/")


def test_waiting_and_retracted_lines_are_not_in_the_ledger(client, chi, venture, binh, now):
    support(venture, binh, now)
    client.force_login(chi)
    page = client.get("/so-ho-tro/")
    assert listed(page) == []
    assert "Chưa có khoản hỗ trợ nào được xác nhận." in text(page)


def test_phases_have_their_links(client, chi, given_support):
    programme.seed()
    given_support()
    client.force_login(chi)
    page = text(client.get("/so-ho-tro/"))
    for phase in Phase.objects.all():
        assert f"giai_doan={phase.code}" in page


# -- Groups -----------------------------------------------------------------------
def groups_url(venture):
    return f"/y-tuong/{venture.code_as('YT')}/nhom-doi-tuong/"


def test_the_owner_says_the_groups_and_takes_them_back(client, an, venture):
    client.force_login(an)
    own = f"/y-tuong/{venture.code_as('YT')}/"
    page = client.get(own)
    assert "Tôi đồng ý cho đếm" in text(page)
    assert "checked" not in text(page).split('id="nhom"')[1]
    for _press in range(2):
        assert client.post(groups_url(venture), {"groups": ["women", "youth"]}).url == own
    rows = VentureGroup.objects.filter(venture=venture)
    assert sorted(rows.values_list("group", flat=True)) == ["women", "youth"]
    assert all("không ai xem được" in row.text and row.version for row in rows)
    assert text(client.get(own)).count("checked") == 2
    client.post(groups_url(venture), {"groups": ["women"]})
    assert list(rows.values_list("group", flat=True)) == ["women"]
    client.post(groups_url(venture), {})
    assert not VentureGroup.objects.exists()


@pytest.mark.parametrize("sent", [{"groups": ["x"]}, {"groups": ["women", "\0"]}])
def test_groups_that_are_none_change_nothing(client, an, venture, now, sent):
    story.belong(venture, ["youth"], text="lời", version="1", at=now)
    client.force_login(an)
    assert client.post(groups_url(venture), sent).status_code == 302
    assert list(VentureGroup.objects.values_list("group", flat=True)) == ["youth"]


@pytest.mark.parametrize(
    ("who", "status"), [("binh", 403), ("em", 403), ("quan", 404), ("lan", 404)]
)
def test_nobody_else_says_the_groups(client, request, venture, who, status):
    client.force_login(request.getfixturevalue(who))
    assert client.post(groups_url(venture), {"groups": ["women"]}).status_code == status
    assert not VentureGroup.objects.exists()


def test_under_18_the_groups_are_not_asked(client, lan, em, now):
    lan.birth_date = date(2012, 1, 1)
    lan.save()
    young = project(lan, em, now, contact_birth_date=date(2012, 1, 1))
    client.force_login(lan)
    assert "Tôi đồng ý cho đếm" not in text(client.get(f"/y-tuong/{young.code_as('YT')}/"))
    client.post(groups_url(young), {"groups": ["pupils"]})
    assert not VentureGroup.objects.exists()


@pytest.mark.parametrize(("ventures", "shown"), [(0, None), (1, None), (2, None), (3, 3), (4, 4)])
def test_small_numbers_are_not_told(an, em, given_support, now, ventures, shown):
    for n in range(ventures):
        other = project(an, em, now, title=f"Số {n}")
        given_support(of=other)
        story.belong(other, ["vulnerable"], text="lời", version="1", at=now)
    given_support()  # to one of none of the groups
    counted = {row.label: row.ventures for row in ledger.groups(timezone.now())}
    assert counted["Yếu thế, hoàn cảnh đặc thù"] == shown


def test_only_supported_ventures_are_counted_and_each_once(an, em, given_support, now):
    for n in range(4):
        other = project(an, em, now, title=f"Số {n}")
        story.belong(other, ["youth"], text="lời", version="1", at=now)
        for _line in range(n):
            given_support(of=other)
    given_support()
    assert {row.ventures for row in ledger.groups(timezone.now())} == {3, None}


def test_a_number_that_is_everybody_is_not_told(an, em, given_support, now):
    for n in range(4):
        other = project(an, em, now, title=f"Số {n}")
        given_support(of=other)
        story.belong(other, ["women"], text="lời", version="1", at=now)
    assert {row.ventures for row in ledger.groups(timezone.now())} == {None}


def test_no_filter_narrows_the_groups(client, chi, an, em, given_support, now):
    given_support()
    for n in range(3):
        other = project(an, em, now, title=f"Số {n}")
        given_support(of=other)
        story.belong(other, ["women"], text="lời", version="1", at=now)
    client.force_login(chi)
    for query in (
        "", "nguon=socialised", "loai=fair", "quy=2020-Q1", "giai_doan=2022-2025",
        "tinh_den=2020-01-01",
    ):  # fmt: skip
        groups = client.get(f"/so-ho-tro/?{query}").context["groups"]
        assert [row.ventures for row in groups] == [3, None, None, None], query


@pytest.mark.parametrize("who", ["binh", "em", "dung", "khoa", "quan", "lan", "an", None])
def test_no_page_but_the_owners_own_tells_a_group(client, request, an, given_support, now, who):
    fact = given_support()
    venture = fact.venture
    consent(an, venture, "publish_venture", "publish_name", at=now)
    story.belong(venture, ["vulnerable"], text="lời", version="1", at=now)
    if who:
        client.force_login(request.getfixturevalue(who))
    code = venture.code_as("YT")
    pages = [venture.get_absolute_url(), f"/y-tuong/{code}/bien-nhan/", fact.get_absolute_url(),
             "/du-an/", "/tim-kiem/?q=yeu+the", f"/tim-kiem/?q={code}", "/viec-cua-toi/",
             "/quan-tri/", "/tai-khoan/ho-so/"]  # fmt: skip
    for path in pages if who == "an" else [*pages, f"/y-tuong/{code}/"]:
        page = text(client.get(path, follow=True))
        for words in ("Yếu thế", "vulnerable", "hoàn cảnh đặc thù"):
            assert words not in page, path
    assert not Event.objects.filter(kind__contains="group").exists()
    assert "vulnerable" not in str(list(Event.objects.values()))
