"""Several uploads in one field: each kept, each removable, no more than so many."""

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from core import files
from core.fields import Owner, keep_for, token_for
from core.kept_files import KeptFilesField
from core.models import StoredFile
from core.tests.test_fields import picture


class Album(forms.Form):
    title = forms.CharField()
    photos = KeptFilesField(most=2, required=False, kinds=files.PICTURES)


@pytest.fixture
def fill(an, now):
    def fill(data=None, uploads=(), *, camera=(), kept=None):
        told = None if data is None else MultiValueDict({k: [v] if isinstance(v, str) else v
                                                         for k, v in data.items()})  # fmt: skip
        sent = MultiValueDict({"photos": list(uploads), "photos-camera": list(camera)})
        form = Album(told, sent, initial={"photos": kept or []})
        keep_for(form, Owner(now, an))
        return form

    return fill


def test_uploads_survive_an_error_elsewhere(fill, an, now):
    first = fill({"title": ""}, [picture()], camera=[picture(colour="blue")])
    assert not first.is_valid()
    assert first.fields["photos"].outcome.files == tuple(StoredFile.objects.order_by("pk"))
    page = str(first["photos"])
    tokens = [token_for(one, Owner(now, an)) for one in StoredFile.objects.order_by("pk")]
    assert page.count('name="photos-kept"') == 2
    assert "Đã đủ 2 tệp" in page
    assert 'capture="environment"' in page
    second = fill({"title": "x", "photos-kept": tokens})
    assert second.is_valid()
    assert len(second.cleaned_data["photos"].added) == 2
    assert second.has_changed()


def test_one_is_taken_off_by_its_box(fill, an, now):
    one, two = (files.store(picture(), by=an, at=now) for _ in range(2))
    form = fill({"title": "x", "photos-remove": [str(one.key)]}, kept=[one, two])
    assert form.is_valid()
    outcome = form.cleaned_data["photos"]
    assert (outcome.files, outcome.added, outcome.removed) == ((two,), (), (one,))
    assert one.name not in str(fill(kept=[two])["photos"]) or one.name == two.name


def test_one_too_many_is_refused_and_the_rest_kept(fill):
    form = fill({"title": "x"}, [picture(colour=colour) for colour in ("red", "blue", "green")])
    assert form.errors["photos"] == ["Chỉ giữ được 2 tệp. Bỏ bớt một tệp rồi thêm tệp khác."]
    assert len(form.fields["photos"].outcome.files) == 2


def test_the_same_content_is_kept_once(fill, an, now):
    held = files.store(picture(), by=an, at=now)
    form = fill({"title": "x"}, [picture("Lại.png"), picture(colour="blue")], kept=[held])
    assert form.is_valid()
    outcome = form.cleaned_data["photos"]
    assert len(outcome.added) == 1
    assert outcome.files == (held, *outcome.added)


def test_a_bad_one_is_named(fill):
    bad = SimpleUploadedFile("xau.exe", b"MZ" + b"\0" * 50)
    form = fill({"title": "x"}, [bad, picture()])
    assert form.errors["photos"][0].startswith("Tệp “xau.exe”: Không nhận loại tệp này.")
    assert len(form.fields["photos"].outcome.added) == 1


@pytest.mark.parametrize("token", ["", "\0", "x" * 10_000, "a:b:c"])
def test_a_wrong_token_is_refused_with_a_sentence(fill, token):
    form = fill({"title": "x", "photos-kept": [token]})
    assert form.errors["photos"] == ["Không tìm thấy tệp đã tải lên. Chọn lại tệp."]


def test_a_strangers_token_opens_nothing(fill, lan, now):
    theirs = files.store(picture(), by=lan, at=now)
    form = fill({"title": "x", "photos-kept": [token_for(theirs, Owner(now, lan))]})
    assert not form.is_valid()
    assert form.fields["photos"].outcome.files == ()


def test_nothing_where_something_is_needed(an, now):
    field = KeptFilesField(most=2, owner=Owner(now, an))
    with pytest.raises(ValidationError, match="chưa chọn tệp"):
        field.clean(None, [])
