"""The shared fields: what they take, what they say, and files that survive errors."""

import io
import unicodedata
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import assume, given
from hypothesis import strategies as st
from PIL import Image

from core import files
from core.fields import (
    KEPT_FOR,
    SALT,
    CleanCharField,
    CleanTextField,
    DateField,
    KeptFileField,
    Owner,
    TaxCodeField,
    VietnamesePhoneField,
    WholeDongField,
    grouped,
    keep_for,
    token_for,
)
from core.models import Holiday, StoredFile

AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def refusal(field: forms.Field, value) -> str:
    with pytest.raises(ValidationError) as error:
        field.clean(value)
    return " ".join(error.value.messages)


# -- Text ---------------------------------------------------------------------
@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("  Tủ sấy   cá\tcơm ", "Tủ sấy cá cơm"),
        (unicodedata.normalize("NFD", "Đức Phổ"), "Đức Phổ"),
        ("một\r\nhai", "một hai"),
        ("anh\u202egpj\u2066", "anhgpj"),
        ("\ufeffTên", "Tên"),
        ("a\x07b", "ab"),
        (12, "12"),
    ],
)
def test_one_line_is_tidied(given_text, kept):
    assert CleanCharField().clean(given_text) == kept


def test_text_keeps_its_lines_and_loses_the_rest():
    field = CleanTextField(max_length=7)
    assert field.clean(" một\r\nhai \r\n") == "một\nhai"
    assert field.clean("mộ\rt") == "mộ\nt"


def test_length_counts_letters_as_people_do():
    assert CleanCharField(max_length=2).clean(unicodedata.normalize("NFD", "ếệ")) == "ếệ"
    sentence = refusal(CleanCharField(max_length=2), "abc")
    assert sentence == "Ô này dài quá. Viết tối đa 2 ký tự (đang là 3)."


@pytest.mark.parametrize("field", [CleanCharField, CleanTextField])
def test_text_refuses_nul_and_nothing(field):
    assert refusal(field(), "a\0b") == "Ô này có ký tự lạ. Xóa đi rồi gõ lại."
    assert refusal(field(), " \u202e \ufeff ") == "Bạn chưa điền ô này."
    assert field(required=False).clean("  ") == ""
    assert field(required=False, empty_value=None).clean(None) is None


@given(st.text())
def test_tidied_text_is_stable(text):
    for field in (CleanCharField(required=False), CleanTextField(required=False)):
        try:
            once = field.clean(text)
        except ValidationError:
            assert "\0" in text
            continue
        assert field.clean(once) == once
        assert unicodedata.is_normalized("NFC", once)
        once.encode()


# -- Phone --------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    ["0905123456", "0905 123 456", "0905.123.456", "(0905) 123-456", "+84 905 123 456",
     "+84905123456", "84905123456", "０９０５１２３４５６", " 0905\u00a0123 456 "],
)  # fmt: skip
def test_phone_is_stored_in_one_way(text):
    assert VietnamesePhoneField().clean(text) == "+84905123456"


def test_landline_of_the_province():
    assert VietnamesePhoneField().clean("0255 3822 222") == "+842553822222"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("090512345", "thiếu"),
        ("0", "thiếu"),
        ("09051234567", "thừa"),
        ("0" * 40, "thừa"),
        ("0105123456", "đầu số"),
        ("0255 382 222", "thiếu"),
        ("0255 38222222", "thừa"),
        ("113", "thiếu"),
        ("090512345a", "chữ số"),
        ("0905123456;ext=1", "chữ số"),
        ("0905-FLOWER", "chữ số"),
        ("+1 202 555 0143", "Việt Nam"),
        ("", "chưa điền"),
    ],
)
def test_phone_says_what_is_wrong(text, words):
    assert words in refusal(VietnamesePhoneField(), text)


def test_phone_abroad_only_where_allowed():
    field = VietnamesePhoneField(foreign=True)
    assert field.clean("+65 6555 0123") == "+6565550123"
    assert "đầu số" in refusal(field, "+999 1234567")


def test_stored_phone_is_shown_as_people_write_it():
    field = VietnamesePhoneField()
    assert field.prepare_value("+84905123456") == "0905 123 456"
    assert field.prepare_value("+6565550123") == "+65 6555 0123"
    assert field.prepare_value("rác") == "rác"
    assert not field.has_changed("+84905123456", "0905 123 456")
    assert field.has_changed("+84905123456", "0905 123 457")
    assert 'type="tel"' in str(one_field(field))


@given(st.text(max_size=60))
def test_phone_never_fails_otherwise(text):
    field = VietnamesePhoneField(required=False)
    try:
        stored = field.clean(text)
    except ValidationError:
        return
    assert stored == "" or (stored.startswith("+84") and stored[1:].isascii())


# -- Tax code -----------------------------------------------------------------
def code_of(nine: str) -> str:
    weights = (31, 29, 23, 19, 17, 13, 7, 5, 3)
    rest = sum(w * int(d) for w, d in zip(weights, nine, strict=True)) % 11
    return f"{nine}{10 - rest}"


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("0100112437", "0100112437"),
        (" 01.00.112.437 ", "0100112437"),
        ("0314409058-002", "0314409058002"),
        ("0314409058 002", "0314409058002"),
        ("０１００１１２４３７", "0100112437"),
    ],
)
def test_tax_code_is_stored_as_digits(text, stored):
    assert TaxCodeField().clean(text) == stored


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0100112438", "không đúng"),
        ("0314409058-000", "không đúng"),
        ("010011243", "10 chữ số"),
        ("012345678901", "10 chữ số"),
        ("01001x2437", "chỉ gồm chữ số"),
        ("٠١٠٠١١٢٤٣٧", "chỉ gồm chữ số"),
        ("", "chưa điền"),
    ],
)
def test_tax_code_says_what_is_wrong(text, words):
    assert words in refusal(TaxCodeField(), text)


@given(st.integers(10_000_000, 999_999_999))
def test_one_wrong_digit_is_noticed(number):
    code = code_of(f"{number:09d}")
    assume(len(code) == 10)  # a remainder of 0 gives no code
    assume(number % 10**7)  # the office gives no number of zeros
    field = TaxCodeField()
    assert field.clean(code) == code
    refusal(field, code[:9] + str((int(code[9]) + 1) % 10))


def test_stored_branch_is_shown_with_its_dash():
    field = TaxCodeField()
    assert field.prepare_value("0314409058002") == "0314409058-002"
    assert field.prepare_value("0100112437") == "0100112437"
    assert not field.has_changed("0314409058002", "0314409058-002")


# -- Money --------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0", 0),
        ("1500000", 1_500_000),
        ("1.500.000", 1_500_000),
        ("1 500 000", 1_500_000),
        ("1\u00a0500\u202f000", 1_500_000),
        (" 500 ", 500),
        (1500000, 1_500_000),
        ("1.000.000.000.000.000", 10**15),
    ],
)
def test_amount_is_read(text, amount):
    assert WholeDongField().clean(text) == amount


@pytest.mark.parametrize(
    "text",
    ["1,5 triệu", "1.5", "1.50.000", "1500.000", "1,500,000", "-5", "+5", "1e9", "1.500 000",
     "5đ", "0x10", "１００", "٣", "5.", ".500", "1..500", "NaN", "9" * 5000],
)  # fmt: skip
def test_odd_amount_is_refused(text):
    assert refusal(WholeDongField(), text).startswith("Viết số tiền bằng chữ số")


def test_amount_has_bounds():
    assert "1.000.000.000.000.000 đồng" in refusal(WholeDongField(), str(10**15 + 1))
    assert "ít nhất là 1.000 đồng" in refusal(WholeDongField(min_value=1000), "999")
    assert refusal(WholeDongField(), " ") == "Bạn chưa điền số tiền."
    assert WholeDongField(required=False).clean("") is None


@given(st.integers(0, 10**15))
def test_amount_comes_back_as_it_went(amount):
    field = WholeDongField()
    assert field.clean(grouped(amount)) == field.clean(str(amount)) == amount
    assert not field.has_changed(amount, field.prepare_value(amount))


# -- Days ---------------------------------------------------------------------
@pytest.mark.parametrize("text", ["2026-09-05", "05/09/2026", "5/9/2026", " 05/09/2026 "])
def test_day_is_read(text):
    assert DateField().clean(text) == date(2026, 9, 5)


@pytest.mark.parametrize(
    "text", ["31/02/2026", "09/25/2026", "5/9/26", "hôm nay", "2026", "9" * 999]
)
def test_odd_day_is_refused(text):
    assert refusal(DateField(), text).startswith("Ngày này không đúng")


def test_day_has_bounds():
    assert "01/01/1900" in refusal(DateField(), "1899-12-31")
    assert "31/12/2100" in refusal(DateField(), "01/01/2101")
    assert "từ ngày 01/06/2026" in refusal(DateField(earliest=date(2026, 6, 1)), "2026-05-31")
    assert refusal(DateField(), "") == "Bạn chưa chọn ngày."


def one_field(field: forms.Field, data: dict | None = None, **kwargs):
    form = type("OneForm", (forms.Form,), {"x": field})(data, **kwargs)
    return form["x"]


def test_typed_day_comes_back_to_the_native_input():
    shown = str(one_field(DateField(), {"x": "05/09/2026"}))
    assert shown.count("type=") == 1
    assert 'type="date"' in shown
    assert 'value="2026-09-05"' in shown
    assert 'min="1900-01-01"' in shown
    assert 'value="2026-09-05"' in str(one_field(DateField(), initial={"x": date(2026, 9, 5)}))
    assert 'value="31/02/2026"' in str(one_field(DateField(), {"x": "31/02/2026"}))


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_every_day_is_read_both_ways(day):
    assert DateField().clean(day.isoformat()) == DateField().clean(f"{day:%d/%m/%Y}") == day


@given(st.text())
def test_fields_never_fail_otherwise(text):
    for field in (DateField(), WholeDongField(), TaxCodeField()):
        try:
            assert field.clean(text) is not None
        except ValidationError as error:
            assert all(message.endswith(".") for message in error.messages)  # noqa: PT017


# -- Kept files ---------------------------------------------------------------
class IdeaForm(forms.Form):
    title = CleanCharField()
    sketch = KeptFileField(required=False, kinds=files.PICTURES)


class StrictForm(forms.Form):
    title = CleanCharField()
    sketch = KeptFileField()


@pytest.fixture(autouse=True)
def _own_storage(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path), "base_url": None},
        }
    }


@pytest.fixture
def an(db):
    return Owner(AT, get_user_model().objects.create_user("an@example.vn", full_name="An"))


@pytest.fixture
def lan(db):
    return Owner(AT, get_user_model().objects.create_user("lan@example.vn", full_name="Lan"))


def picture(name: str = "Phác thảo.png", colour: str = "red") -> SimpleUploadedFile:
    target = io.BytesIO()
    Image.new("RGB", (30, 20), colour).save(target, "PNG")
    return SimpleUploadedFile(name, target.getvalue())


def filled(owner: Owner, data: dict, upload=None, *, kind=IdeaForm, **kwargs) -> forms.Form:
    form = kind(data, {"sketch": upload} if upload else {}, **kwargs)
    keep_for(form, owner)
    return form


def kept_token(form: forms.Form) -> str:
    """The hidden value as it stands in the page."""
    page = str(form["sketch"])
    marker = 'name="sketch-kept" value="'
    start = page.index(marker) + len(marker)
    return page[start : page.index('"', start)]


def test_file_survives_an_error_elsewhere(an):
    first = filled(an, {"title": ""}, picture())
    assert not first.is_valid()
    assert set(first.errors) == {"title"}
    page = str(first["sketch"])
    assert "Phác thảo.png" in page
    assert "đã tải lên." in page
    assert "Bỏ tệp này" in page
    assert 'class="note kept"' in page
    second = filled(an, {"title": "Tủ sấy", "sketch-kept": kept_token(first)})
    assert second.is_valid()
    stored = StoredFile.objects.get()
    assert second.cleaned_data["sketch"] == stored
    assert (stored.uploaded_by, stored.uploaded_at) == (an.user, AT)
    assert stored.object_id is None


def test_file_survives_two_errors(an):
    first = filled(an, {"title": ""}, picture(), kind=StrictForm)
    second = filled(an, {"title": "", "sketch-kept": kept_token_of(first)}, kind=StrictForm)
    assert not second.is_valid()
    assert " required" not in str(second["sketch"])
    third = filled(an, {"title": "x", "sketch-kept": kept_token_of(second)}, kind=StrictForm)
    assert third.is_valid()
    assert StoredFile.objects.count() == 1


def kept_token_of(form: forms.Form) -> str:
    assert not form.is_valid()
    return kept_token(form)


def test_visitor_keeps_a_file_by_session(db):
    visitor = Owner(AT, AnonymousUser(), "phien-1")
    token = kept_token_of(filled(visitor, {"title": ""}, picture()))
    assert filled(visitor, {"title": "x", "sketch-kept": token}).is_valid()
    assert StoredFile.objects.get().uploaded_by is None
    stranger = Owner(AT, AnonymousUser(), "phien-2")
    assert filled(stranger, {"title": "x", "sketch-kept": token}).errors["sketch"] == NOT_FOUND


def test_kept_file_may_be_dropped(an):
    token = kept_token_of(filled(an, {"title": ""}, picture()))
    form = filled(an, {"title": "x", "sketch-kept": token, "sketch-remove": "1"})
    assert form.is_valid()
    assert form.cleaned_data["sketch"] is None
    assert "sketch-kept" not in str(form["sketch"])


def test_new_file_takes_the_place_of_the_kept_one(an):
    token = kept_token_of(filled(an, {"title": ""}, picture()))
    form = filled(an, {"title": "x", "sketch-kept": token}, picture("Mới.png", "blue"))
    assert form.is_valid()
    assert form.cleaned_data["sketch"].name == "Mới.png"


def test_bad_new_file_leaves_the_kept_one(an):
    token = kept_token_of(filled(an, {"title": ""}, picture()))
    form = filled(an, {"title": "x", "sketch-kept": token}, SimpleUploadedFile("a.png", b"<?php"))
    assert form.errors["sketch"] == ["Không nhận loại tệp này. Chọn tệp JPG, PNG, WebP."]
    assert "Phác thảo.png" in str(form["sketch"])
    assert StoredFile.objects.count() == 1


def test_empty_upload_is_refused_in_words(an):
    form = filled(an, {"title": "x"}, SimpleUploadedFile("a.png", b""))
    assert form.errors["sketch"] == ["Tệp này rỗng. Chọn tệp khác."]


def test_required_file(an):
    form = filled(an, {"title": "x"}, kind=StrictForm)
    assert form.errors["sketch"] == ["Bạn chưa chọn tệp."]
    token = kept_token_of(filled(an, {"title": ""}, picture(), kind=StrictForm))
    dropped = {"title": "x", "sketch-kept": token, "sketch-remove": "1"}
    assert filled(an, dropped, kind=StrictForm).errors["sketch"] == ["Bạn chưa chọn tệp."]


NOT_FOUND = ["Không tìm thấy tệp đã tải lên. Chọn lại tệp."]


def test_token_of_another_person_is_refused(an, lan):
    token = kept_token_of(filled(an, {"title": ""}, picture()))
    form = filled(lan, {"title": "x", "sketch-kept": token})
    assert form.errors["sketch"] == NOT_FOUND
    assert "Phác thảo" not in str(form["sketch"])


@pytest.mark.parametrize(
    "forge",
    [
        lambda stored, owner: str(stored.key),
        lambda stored, owner: token_for(stored, owner)[:-2] + "xx",
        lambda stored, owner: signing.dumps([str(stored.key), owner.name], salt="other"),
        lambda stored, owner: signing.dumps([str(stored.key), owner.name], key="k", salt=SALT),
        lambda stored, owner: signing.dumps(["not a key", owner.name], salt=SALT),
        lambda stored, owner: signing.dumps({"a": 1}, salt=SALT),
        lambda stored, owner: "\0",
        lambda stored, owner: "x" * 100_000,
    ],
)
def test_forged_token_is_refused(an, forge):
    stored = files.store(picture(), by=an.user, at=AT)
    form = filled(an, {"title": "x", "sketch-kept": forge(stored, an)})
    assert form.errors["sketch"] == NOT_FOUND


def test_token_grows_old(an):
    with time_machine.travel(AT, tick=False):
        token = kept_token_of(filled(an, {"title": ""}, picture()))
    with time_machine.travel(AT + timedelta(seconds=KEPT_FOR - 1), tick=False):
        assert filled(an, {"title": "x", "sketch-kept": token}).is_valid()
    with time_machine.travel(AT + timedelta(seconds=KEPT_FOR + 1), tick=False):
        assert filled(an, {"title": "x", "sketch-kept": token}).errors["sketch"] == NOT_FOUND


def test_token_of_a_swept_file_is_refused(an):
    token = kept_token_of(filled(an, {"title": ""}, picture()))
    files.sweep_unattached(AT + timedelta(days=1))
    assert filled(an, {"title": "x", "sketch-kept": token}).errors["sketch"] == NOT_FOUND


def test_token_serves_one_object_only(an):
    token = kept_token_of(filled(an, {"title": ""}, picture()))
    form = filled(an, {"title": "x", "sketch-kept": token})
    assert form.is_valid()
    files.attach(form.cleaned_data["sketch"], Holiday.objects.create(day=AT.date(), name="x"))
    again = filled(an, {"title": "x", "sketch-kept": token})
    assert again.errors["sketch"] == ["Tệp này đã được dùng ở hồ sơ khác. Chọn lại tệp."]


def test_token_of_another_kind_is_refused(an):
    paper = StoredFile.objects.create(
        file="a.pdf", name="a.pdf", content_type_name="application/pdf", size=1, sha256="0" * 64
    )
    form = filled(an, {"title": "x", "sketch-kept": token_for(paper, an)})
    assert form.errors["sketch"] == NOT_FOUND


def attached(owner: Owner) -> StoredFile:
    stored = files.store(picture("Cũ.png"), by=owner.user, at=AT)
    files.attach(stored, Holiday.objects.create(day=AT.date(), name="x"))
    return stored


def test_edited_record_shows_its_file_and_keeps_it(an, lan):
    stored = attached(an)
    blank = IdeaForm(initial={"sketch": stored})
    keep_for(blank, lan)
    assert "Cũ.png" in str(blank["sketch"])
    for data in ({"title": "x", "sketch-kept": kept_token(blank)}, {"title": "x"}):
        form = filled(lan, data, initial={"sketch": stored})
        assert form.is_valid()
        assert form.cleaned_data["sketch"] == stored
        assert form.changed_data == ["title"]


def test_edited_record_may_lose_or_change_its_file(an):
    stored = attached(an)
    drop = filled(an, {"title": "x", "sketch-remove": "1"}, initial={"sketch": stored})
    assert drop.is_valid()
    assert drop.cleaned_data["sketch"] is None
    assert "sketch" in drop.changed_data
    new = filled(an, {"title": "x"}, picture("Mới.png"), initial={"sketch": stored})
    assert new.is_valid()
    assert new.cleaned_data["sketch"].name == "Mới.png"
    assert "sketch" in new.changed_data


def test_plain_input_takes_what_the_field_takes(an):
    form = IdeaForm()
    keep_for(form, an)
    page = str(form["sketch"])
    assert page.count("<input") == 1
    assert 'accept=".jfif,.jpe,.jpeg,.jpg,.png,.webp"' in page
    assert 'class="input"' in page
    assert form.is_multipart()


def test_name_of_a_file_is_never_markup(an):
    stored = files.store(picture(), by=an.user, at=AT)
    StoredFile.objects.filter(pk=stored.pk).update(name="<script>.png")
    form = filled(an, {"title": "", "sketch-kept": token_for(stored, an)})
    assert not form.is_valid()
    assert "<script>" not in str(form["sketch"])


def test_form_without_an_owner_is_a_mistake_of_ours(db):
    with pytest.raises(ValueError, match="keep_for"):
        IdeaForm({"title": "x"}, {"sketch": picture()}).is_valid()
    with pytest.raises(ValueError, match="session"):
        Owner(AT, AnonymousUser()).name  # noqa: B018
