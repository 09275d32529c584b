"""Blind rounds: what a judge reads tells nobody; files only when marked clean."""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from contests import blind
from contests.models import Conflict, Declaration, EntryMember, EntryQuestion, Round, ScoreSheet
from contests.tests.cast import announced, entered, judge, judging
from core.models import AdminUnit, StoredFile

WHO = ("Nguyễn Thị An", "Cao Văn Tám", "THPT số 1 Đức Phổ", "Sa Huỳnh", "an@example.vn", "0905")


@pytest.fixture
def found(em, now):
    contest = announced(em, now)
    return judging(Round.objects.get(contest=contest, code="so-khao"))


@pytest.fixture
def entry(found, an):
    unit = AdminUnit.objects.create(
        code="21440", kind="phuong", name="Sa Huỳnh", valid_from="2025-07-01"
    )
    made = entered(
        found.contest, an, "Tủ sấy của nguyễn  thị AN", unit=unit, school="THPT số 1 Đức Phổ",
        audience="pupil", summary="Chúng em ở THPT số 1 Đức Phổ, gặp Cao Văn Tám.",
        solution="Gọi 0905 123 456 hoặc thư an@example.vn.", novelty="Mới",
    )  # fmt: skip
    EntryMember.objects.create(entry=made, name="Cao Văn Tám")
    return made


@pytest.fixture
def sheet(found, entry, em, giang, now):
    one = judge(found.contest, giang, em)
    Declaration.objects.create(judge=one, round=found, text="…", made_at=now)
    return ScoreSheet.objects.create(round=found, entry=entry, judge=one)


def stored(entry, name="Bao cao cua An.pdf"):
    return StoredFile.objects.create(
        file=ContentFile(b"%PDF-1.4", name="a.pdf"), name=name, size=8, sha256="0" * 64,
        content_type_name="application/pdf", subject=entry, uploaded_by=entry.owner,
    )  # fmt: skip


def told(entry, found):
    return " ".join(
        [blind.title(entry, found), *(t for row in blind.readable(entry, found) for t in row)]
    )


def test_nothing_tells_who_it_is(found, entry):
    text = told(entry, found)
    assert [word for word in WHO if word in text] == []
    assert "nguyễn  thị AN" not in text
    assert blind.people(entry, found) == []
    assert [label for label, _text in blind.readable(entry, found)] == [
        "Tóm tắt", "Cách làm", "Điểm mới", "Dự thi với tư cách", "Thuộc nhóm",
    ]  # fmt: skip


def test_in_an_open_round_everything_is_read(found, entry):
    Round.objects.filter(pk=found.pk).update(is_blind=False)
    found.refresh_from_db()
    text = told(entry, found)
    assert [word for word in WHO if word not in text] == ["Nguyễn Thị An"]  # of people() below
    assert blind.people(entry, found) == ["Nguyễn Thị An", "Cao Văn Tám"]


def test_hidden_fields_and_questions_that_may_tell_are_left_out(found, entry):
    clean = EntryQuestion.objects.create(board=entry.board, label="Giá bán", kind="short")
    other = EntryQuestion.objects.create(
        board=entry.board, label="Thầy cô nào giúp", kind="short", is_clean=False
    )
    entry.answers = {str(clean.pk): "5.000 đồng", str(other.pk): "Cô Hoa"}
    found.hidden = ["novelty", "title", "audience"]
    entry.board.__dict__.pop("asked", None)
    text = told(entry, found)
    assert "5.000 đồng" in text
    assert "Cô Hoa" not in text
    assert "Mới" not in text
    assert "học sinh" not in text
    assert blind.title(entry, found) == entry.code


def test_only_clean_files_under_names_that_tell_nothing(found, entry):
    dirty, clean = stored(entry), stored(entry)
    entry.clean_files = [str(clean.key)]
    assert [(p.stored, p.name) for p in blind.files(entry, found)] == [(clean, "tep-1.pdf")]
    found.is_blind = False
    assert [p.stored for p in blind.files(entry, found)] == [dirty, clean]


def status(client, address):
    answer = client.get(address)
    b"".join(answer)
    return answer.status_code


def url(sheet, kept):
    return reverse("contests:sheet_file", args=[sheet.pk, kept.key])


def test_the_judge_gets_a_clean_file_and_nothing_else(client, giang, entry, sheet, settings, now):
    dirty, clean = stored(entry), stored(entry)
    type(entry).objects.filter(pk=entry.pk).update(clean_files=[str(clean.key)])
    Round.objects.update(starts_at=None)
    client.force_login(giang)
    answer = client.get(url(sheet, clean))
    b"".join(answer)
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == (
        "attachment; filename=\"tep-1.pdf\"; filename*=UTF-8''tep-1.pdf"
    )
    assert client.get(url(sheet, dirty)).status_code == 404
    assert client.get(clean.get_absolute_url()).status_code == 404
    assert client.get(dirty.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        lambda s: Declaration.objects.all().delete(),
        lambda s: Round.objects.filter(pk=s.round_id).update(status="planned"),
        lambda s: type(s.judge).objects.filter(pk=s.judge_id).update(status="left"),
        lambda s: ScoreSheet.objects.filter(pk=s.pk).update(status="recused", reason="Quen"),
        lambda s: Conflict.objects.create(
            judge=s.judge, entry=s.entry, source="declared", reason="Quen", by=s.judge.user,
            at=s.judge.answered_at,
        ),
    ],
)  # fmt: skip
def test_until_declared_once_left_or_recused_there_is_no_file(client, giang, entry, sheet, change):
    clean = stored(entry)
    type(entry).objects.filter(pk=entry.pk).update(clean_files=[str(clean.key)])
    Round.objects.update(starts_at=None)
    client.force_login(giang)
    assert status(client, url(sheet, clean)) == 200
    change(sheet)
    assert status(client, url(sheet, clean)) == 404


@pytest.mark.parametrize("who", ["an", "lan", "ha", "dung", "khoa"])
def test_the_judges_address_serves_nobody_else(client, request, entry, sheet, who):
    clean = stored(entry)
    type(entry).objects.filter(pk=entry.pk).update(clean_files=[str(clean.key)])
    Round.objects.update(starts_at=None)
    client.force_login(request.getfixturevalue(who))
    assert status(client, url(sheet, clean)) == 404


def test_own_sheets_are_those_of_no_conflict(giang, lan, entry, sheet, em, now):
    assert list(blind.sheets(giang)) == [sheet]
    assert list(blind.sheets(lan)) == []
    EntryMember.objects.create(entry=entry, name="Giang", user=giang)
    assert list(blind.sheets(giang)) == []
