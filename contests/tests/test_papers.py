"""The papers of a round: what they say, who has them, when; letters, sheets, the zip."""

import io
import zipfile
from datetime import timedelta

import pytest

from contests import result_papers
from contests.models import Conflict, Round, Standing
from contests.paper_data import Read, masked_for
from contests.tests.cast import entered, judge, scored
from contests.tests.paper_cast import finished, judged, locked, overridden, unable
from core import jobs
from core.documents import to_docx
from core.models import Job, StoredFile

pytestmark = pytest.mark.django_db
URL = "/cuoc-thi/khoi-nghiep/vong/so-khao/van-ban/"
LAST = "/cuoc-thi/khoi-nghiep/vong/chung-ket/van-ban/"


@pytest.fixture
def scene(em, giang, ha, an, lan, now):
    return judged(em, giang, ha, an, lan, now)


def text(docx):
    """All words of a Word file, runs joined."""
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        xml = package.read("word/document.xml").decode()
    out = xml.replace("</w:p>", "\n").replace("</w:t>", "")
    while "<" in out:
        first, _, rest = out.partition("<")
        out = first + rest.partition(">")[2]
    return out


def printed(found, key, now, masked=frozenset()):
    paper = next(p for p in result_papers.PAPERS if p.key == key)
    return text(to_docx(paper.make(Read(found, now, masked))))


# -- What they say ---------------------------------------------------------------------
def test_the_minutes_tell_all_that_decided(scene, em, giang, ha, binh, an, lan, now):
    contest, found, (_first, second), (chair, other) = scene
    third = entered(contest, lan, "Nước mắm")
    unable(found, third, other, now)
    tied = entered(contest, an, "Lưới mới")
    for one in (chair, other):
        scored(found, tied, one, 6, now)
    trainee = judge(contest, binh, em, is_shadow=True)
    Conflict.objects.create(
        judge=trainee, entry=second, source="declared", reason="Cùng cơ quan", by=em, at=now
    )
    overridden(found, third, giang, now)
    words = printed(locked(found, giang, em, now), "bien-ban", now)
    for told in (
        "BIÊN BẢN",
        f"{giang.full_name}, Trường Đại học (mẫu): trưởng ban giám khảo",
        f"{binh.full_name}: chấm tập sự, điểm không tính",
        f"{binh.full_name} không chấm bài {second.code} Muối hạt to: giám khảo tự khai, Cùng",
        "Thể lệ bản số 01, công bố ngày 20/09/2026",
        "đổi mới sáng tạo 27,78%",
        "đứng trong 10 bài đầu của bảng, đạt từ 50 điểm, không có tiêu chí nào bằng 0",
        "Khi bằng điểm, xét lần lượt: đổi mới sáng tạo, tác động kinh tế - xã hội",
        "80,00",
        f"Bảng Ý tưởng, hạng 2: {second.code} Muối hạt to; {tied.code} Lưới mới",
        f"{third.code} Nước mắm: cho vào tiếp. Lý do: Ý mới, làm được ngay ({giang.full_name})",
        f"{ha.full_name}, bài {third.code} Nước mắm: Tệp không mở được",
        f"{giang.full_name} đề nghị khóa điểm lúc 12 giờ 00 phút ngày 20/11/2026",
        f"{em.full_name} đồng ý khóa lúc 12 giờ 00 phút ngày 20/11/2026",
        "TRƯỞNG BAN GIÁM KHẢO",
        "./.",
    ):
        assert told in words
    assert an.full_name not in words
    assert lan.full_name not in words


def test_a_clean_round_says_that_nothing_was_decided_against_the_rule(scene, giang, em, now):
    words = printed(locked(scene[1], giang, em, now), "bien-ban", now)
    assert "Không có. Kết quả theo đúng quy tắc đã công bố" in words
    assert words.count("Không có.\n") == 3  # recusals, ties, sheets that could not be scored


def test_the_summary_is_landscape_and_has_each_judge_s_total(scene, giang, em, now):
    found = locked(scene[1], giang, em, now)
    paper = result_papers.PAPERS[0].make(Read(found, now))
    docx = to_docx(paper)
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        assert 'w:orient="landscape"' in package.read("word/document.xml").decode()
    words = text(docx)
    assert f"GK1: {giang.full_name}" in words
    assert words.count("80,00") == 3
    assert words.count("60,00") == 3


def test_with_many_judges_the_summary_stays_within_its_page(scene, giang, em, now):
    contest, found, _entries, _judges = scene
    for n in range(13):
        judge(contest, type(em).objects.create_user(f"gk{n}@example.vn", full_name=f"GK {n}"), em)
    words = printed(locked(found, giang, em, now), "tong-hop", now)
    assert "Điểm của giám khảo" not in words
    assert "80,00" in words


def test_the_list_of_those_who_go_on_has_no_person(scene, giang, em, an, now):
    found = locked(scene[1], giang, em, now)
    words = printed(found, "vao-tiep", now)
    assert "Bảng Ý tưởng: 02 bài" in words
    assert "80,00" not in words
    assert an.full_name not in words
    Standing.objects.update(advances=False)
    words = printed(Round.objects.get(pk=found.pk), "vao-tiep", now)
    assert "Không có bài nào vào tiếp." in words


def test_the_draft_decision_lists_the_prizes_and_is_a_draft(em, binh, giang, ha, an, lan, now):
    contest, _entries, _judges = finished(em, binh, giang, ha, an, lan, now)
    contest.prizes.filter(rank=1).update(value=5_000_000)
    last = contest.rounds.order_by("order").last()
    words = printed(last, "quyet-dinh", now)
    assert result_papers.decision(Read(last, now)).draft
    for told in ("Điều 1. Trao 01 giải", "Giải nhất", an.full_name, "5.000.000",
                 "Căn cứ Thể lệ cuộc thi", "ngày … tháng … năm …"):  # fmt: skip
        assert told in words
    assert lan.full_name not in words
    assert [p.key for p in result_papers.offered(last)] == ["tong-hop", "bien-ban", "quyet-dinh"]


def test_a_letter_tells_one_entrant_the_own_result_only(scene, giang, em, now):
    found = locked(scene[1], giang, em, now)
    read = Read(found, now)
    standing = read.standings[1]
    words = text(to_docx(result_papers.letter(read, standing)))
    assert "được vào vòng tiếp theo" in words
    assert "hạng 2 của bảng Ý tưởng, điểm 60,00 trên 100, tính từ 02 phiếu" in words
    assert "80,00" not in words
    assert "Tủ sấy cá" not in words
    standing.advances = False
    words = text(to_docx(result_papers.letter(read, standing)))
    assert "Lần này bài của bạn chưa được chọn" in words


# -- Who, and when ---------------------------------------------------------------------
WHO = ("em", "binh", "giang", "khoa", "dung", "ha", "an", "lan", "quan", None)


def statuses(client, request, url):
    found = {}
    for who in WHO:
        client.logout()
        if who:
            client.force_login(request.getfixturevalue(who))
        found[who] = client.get(url).status_code
    return found


def test_only_organiser_chair_and_supervisor_have_them(client, request, scene, giang, em, now):
    found = locked(scene[1], giang, em, now)
    allowed = dict.fromkeys(("em", "binh", "giang", "khoa"), 200)
    refused = dict.fromkeys(("dung", "ha", "an", "lan", "quan", None), 403)
    for url in (URL, f"{URL}tong-hop.docx", f"{URL}bien-ban.docx", f"{URL}vao-tiep.docx",
                f"{URL}phieu/{scene[3][0].pk}.docx"):  # fmt: skip
        assert statuses(client, request, url) == allowed | refused
    letter = f"{URL}thu/{found.standings.first().pk}.docx"
    assert statuses(client, request, letter) == allowed | refused | {"giang": 403, "khoa": 403}
    for unknown in (f"{URL}quyet-dinh.docx", f"{URL}gi-do.docx", f"{URL}phieu/0.docx"):
        client.force_login(em)
        assert client.get(unknown).status_code == 404


@pytest.mark.parametrize("status", ["planned", "judging", "locking"])
def test_before_the_lock_there_are_blank_sheets_only(client, scene, em, status, now):
    _contest, found, _entries, (chair, _other) = scene
    Round.objects.filter(pk=found.pk).update(status=status)
    client.force_login(em)
    assert client.get(URL).context["papers"] == []
    assert client.get(f"{URL}bien-ban.docx").status_code == 403
    assert client.post(f"{URL}goi/").status_code == 403
    words = text(client.get(f"{URL}phieu/{chair.pk}.docx").content)
    assert "Tủ sấy cá" in words
    assert "80,00" not in words
    assert "không ghi điểm 0" in words


@pytest.mark.parametrize("status", ["locked", "reopening", "published"])
def test_a_locked_round_has_filled_sheets(client, scene, giang, em, status, now):
    found = locked(scene[1], giang, em, now, status=status)
    client.force_login(em)
    words = text(client.get(f"{URL}phieu/{scene[3][0].pk}.docx").content)
    assert "Điểm của phiếu (trên 100)" in words
    assert words.count("80,00") == 1
    assert [p.key for p in client.get(URL).context["papers"]] == [
        p.key for p in result_papers.offered(found)
    ]


def test_a_sealed_contest_prints_no_sheet(client, scene, em, now):
    type(scene[0]).objects.update(sealed=True)
    client.force_login(em)
    assert client.get(f"{URL}phieu/{scene[3][0].pk}.docx").status_code == 403


def test_a_recused_chair_never_reads_that_entry_s_scores(client, scene, giang, em, an, now):
    _contest, found, (first, _second), (chair, _other) = scene
    Conflict.objects.create(
        judge=chair, entry=first, source="declared", reason="Em ruột", by=giang, at=now
    )
    found = locked(found, giang, em, now)
    assert masked_for(found, giang) == {first.pk}
    client.force_login(giang)
    for key in ("tong-hop", "bien-ban", f"phieu/{scene[3][1].pk}"):
        words = text(client.get(f"{URL}{key}.docx").content)
        assert "80,00" not in words
        assert "Bản này che điểm của 01 bài" in words
        assert "60,00" in words
    client.force_login(em)
    assert "80,00" in text(client.get(f"{URL}tong-hop.docx").content)


def test_an_organiser_with_an_own_entry_gets_no_letter_nor_score_of_it(
    client, scene, giang, em, binh, now
):
    first = scene[2][0]
    first.members.create(user=binh, name="Bình")
    found = locked(scene[1], giang, em, now)
    client.force_login(binh)
    page = client.get(URL)
    assert [s.entry for s in page.context["page"]] == [scene[2][1]]
    own = found.standings.get(entry=first)
    assert client.get(f"{URL}thu/{own.pk}.docx").status_code == 404
    assert "(che)" in text(client.get(f"{URL}bien-ban.docx").content)


def test_of_a_draft_contest_strangers_know_nothing(client, scene, an, em):
    type(scene[0]).objects.update(status="draft")
    client.force_login(an)
    assert client.get(URL).status_code == 404
    assert client.get("/cuoc-thi/khoi-nghiep/vong/khong-co/van-ban/").status_code == 404


# -- The zip ---------------------------------------------------------------------------
@pytest.mark.parametrize(("who", "letters"), [("em", 2), ("giang", 0), ("khoa", 0)])
def test_the_zip_holds_what_its_asker_may_have(
    client, request, scene, giang, em, now, who, letters, settings, tmp_path,
    django_capture_on_commit_callbacks,
):  # fmt: skip
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path), "base_url": None},
        },
    }
    locked(scene[1], giang, em, now)
    client.force_login(request.getfixturevalue(who))
    with django_capture_on_commit_callbacks(execute=True):
        answers = [client.post(f"{URL}goi/").status_code for _press in range(2)]
    assert answers == [302, 302]
    job = Job.objects.order_by("pk").first()
    if job.is_open:
        jobs.run(job.pk, lambda: now)
        job.refresh_from_db()
    assert (job.state, job.error) == ("done", "")
    with StoredFile.objects.get(pk=job.result["file"]).file.open("rb") as kept:
        content = io.BytesIO(kept.read())
    with zipfile.ZipFile(content) as zipped:
        names = [n.partition("/")[2] for n in zipped.namelist()]
    assert names == [
        "1-tong-hop.docx", "2-bien-ban.docx", "3-vao-tiep.docx",
        "phieu-cham/01.docx", "phieu-cham/02.docx",
        *[f"thu/{entry.code}.docx" for entry in scene[2]][:letters],
        "danh-sach-sha256.txt",
    ]  # fmt: skip


def test_a_job_asks_again_what_its_asker_may_have(scene, giang, em, now):
    found = locked(scene[1], giang, em, now)
    job = jobs.start("export.papers", key="k", params={"round": found.pk}, by=em, now=now)
    em.memberships.update(valid_to=now.date() - timedelta(days=1))
    done = jobs.run(job.pk, lambda: now)
    assert done.state == "failed"
    assert "Chỉ" in done.error
    Round.objects.filter(pk=found.pk).update(status="judging")


@pytest.mark.parametrize("rows", [1, 4])
def test_the_page_costs_the_same(
    client, scene, giang, em, an, now, rows, django_assert_num_queries
):
    contest, found, _entries, judges = scene
    for n in range(rows):
        entry = entered(contest, an, f"Bài {n}")
        scored(found, entry, judges[0], 7, now)
    locked(found, giang, em, now)
    client.force_login(em)
    client.get(URL)
    with django_assert_num_queries(12):
        client.get(URL)


@pytest.mark.parametrize("rows", [1, 4])
@pytest.mark.parametrize("key", ["tong-hop", "bien-ban", "vao-tiep"])
def test_a_paper_costs_the_same_for_many_entries(
    scene, giang, em, an, now, rows, key, django_assert_max_num_queries
):
    contest, found, _entries, judges = scene
    for n in range(rows):
        scored(found, entered(contest, an, f"Bài {n}"), judges[0], 7, now)
    found = locked(found, giang, em, now)
    with django_assert_max_num_queries(12):
        printed(found, key, now)
