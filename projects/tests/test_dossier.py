"""The dossier: what may be picked, what is in the file, who gets it, when it goes."""

import hashlib
import io
import re
import zipfile
from datetime import timedelta

import pytest

from core import files, jobs
from core.models import Event, Job, StoredFile
from projects import dossier, exports, products
from projects.models import Marketplace, Venture
from projects.tests.desk_cast import formation, picture, project, support
from projects.tests.market_cast import certificate, fair, product, supply
from projects.workflow import FAIR_VISITS, FORMATIONS, LISTINGS, SUPPLY_LINKS, SUPPORTS

pytestmark = pytest.mark.django_db
PRIVATE = ("0905 111 222", "an@example.vn", "05/05/1985")


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path), "base_url": None},
        },
    }


@pytest.fixture
def venture(an, binh, chi, now):
    venture = project(
        an, binh, now, team="Lan: nấu nướng", contact_phone="0905 111 222",
        contact_email="an@example.vn",
    )  # fmt: skip
    kept = files.store(picture("thiet-ke.png"), by=an, at=now)
    files.attach(kept, venture)
    given = support(venture, binh, now, evidence=files.store(picture(), by=binh, at=now))
    SUPPORTS.advance(given, "verify", by=chi, at=now)
    support(venture, binh, now, provider="Chưa ai xác nhận")
    formed = formation(venture, binh, now)
    FORMATIONS.advance(formed, "verify", by=chi, at=now)
    return venture


@pytest.fixture
def ask(client, venture, django_capture_on_commit_callbacks):
    def post(user, **chosen):
        client.force_login(user)
        data = {"phan": ["answers"], "kieu": "docx"} | chosen
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(f"/du-an/{venture.code_as('DA')}/ho-so/", data)

    return post


def made() -> StoredFile:
    return StoredFile.objects.get(pk=Job.objects.get(kind="export.dossier").result["file"])


def words(docx: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        text = package.read("word/document.xml").decode()
    return re.sub(r"<[^>]+>", "", re.sub(r"</w:p>", "\n", text))


@pytest.mark.parametrize(
    ("who", "status"),
    [("an", 200), ("binh", 200), ("em", 200), ("khoa", 403), ("dung", 403),
     ("lan", 404), ("quan", 404), (None, 404)],
)  # fmt: skip
def test_who_may_ask_for_a_dossier(client, request, venture, who, status):
    if who:
        client.force_login(request.getfixturevalue(who))
    assert client.get(f"/du-an/{venture.code_as('DA')}/ho-so/").status_code == status


def test_the_founder_picks_and_only_what_is_picked_is_in_it(ask, an):
    assert ask(an, phan=["answers", "ledger"]).status_code == 302
    with made().file.open("rb") as stream:
        text = words(stream.read())
    assert "Làm tủ sấy nhỏ." in text
    assert "15.000.000" in text
    assert "Chưa ai xác nhận" not in text
    for hidden in (*PRIVATE, "nấu nướng", "0100112437"):
        assert hidden not in text


def test_the_founder_hands_out_the_contact_by_picking_it(ask, an):
    ask(an, phan=["contact", "team"])
    with made().file.open("rb") as stream:
        text = words(stream.read())
    for shown in (*PRIVATE, "nấu nướng"):
        assert shown in text
    assert "Làm tủ sấy nhỏ." not in text


def test_what_only_the_founder_hands_out_is_never_ticked_beforehand(client, venture, an):
    client.force_login(an)
    page = client.get(f"/du-an/{venture.code_as('DA')}/ho-so/")
    ticked = {part.key for part, on in page.context["parts"] if on}
    assert ticked == {"answers", "stages", "ledger", "formation"}
    assert {part.key for part, _on in page.context["parts"]} == ticked | {"team", "contact"}
    assert not any(on for _stored, on in page.context["kept"])


@pytest.mark.parametrize("who", ["binh", "em"])
def test_an_official_never_gets_contact_or_team_out(ask, request, who, venture):
    user = request.getfixturevalue(who)
    ask(user, phan=["answers", "contact", "team", "confidential", "stages"])
    with made().file.open("rb") as stream:
        text = words(stream.read())
    assert "Làm tủ sấy nhỏ." in text
    for hidden in (*PRIVATE, "nấu nướng", "Nguyễn Thị An"):
        assert hidden not in text
    event = Event.objects.get(kind="venture.export")
    assert event.data["parts"] == ["answers", "stages"]


def test_confidential_answers_wait_for_the_founder_s_own_pick(venture, an, binh):
    venture.confidential = ["solution"]
    assert "Làm tủ" not in str(dossier._answers(venture, an))
    assert [p.key for p in dossier.parts_for(venture, an)][-1] == "confidential"
    assert "confidential" not in [p.key for p in dossier.parts_for(venture, binh)]


def test_the_zip_has_the_word_the_chosen_files_and_a_list_that_checks(ask, an, venture):
    chosen = dossier.files_for(venture, an)
    assert [f.name for f in chosen] == ["thiet-ke.png", "bien-ban.png"]
    ask(an, phan=["answers"], tep=[str(chosen[0].key)], kieu="zip")
    with made().file.open("rb") as stream, zipfile.ZipFile(stream) as package:
        folder = f"ho-so-{venture.code_as('DN')}"
        assert package.namelist() == [
            f"{folder}/{folder}.docx", f"{folder}/tep/01-thiet-ke.png",
            f"{folder}/danh-sach-sha256.txt",
        ]  # fmt: skip
        told = package.read(f"{folder}/danh-sach-sha256.txt").decode().splitlines()
        for line in told:
            sha256, name = line.split("  ")
            assert hashlib.sha256(package.read(f"{folder}/{name}")).hexdigest() == sha256
        assert len(told) == 2


def test_another_s_file_cannot_be_asked_for(ask, an, lan, now):
    foreign = files.store(picture("khac.png"), by=lan, at=now)
    ask(an, tep=[str(foreign.key)], kieu="zip")
    with made().file.open("rb") as stream, zipfile.ZipFile(stream) as package:
        assert not any("khac" in name for name in package.namelist())


@pytest.mark.parametrize("chosen", [{"phan": []}, {"phan": ["x"]}, {"kieu": "exe"}])
def test_nothing_chosen_gets_a_sentence(ask, an, chosen):
    answer = ask(an, **chosen)
    assert answer.status_code == 422
    assert not Job.objects.exists()


def test_only_the_one_who_asked_downloads_it(client, ask, an, binh, em, quan):
    job = ask(binh).url
    address = made().get_absolute_url()
    assert address in client.get(job).content.decode()
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith('attachment; filename="ho-so-DN-2026-')
    answer.getvalue()
    for other in (an, em, quan):
        client.force_login(other)
        assert client.get(address).status_code == 404
    client.force_login(em)  # she sees how the job went, not where the file is
    assert address not in client.get(job).content.decode()


def test_it_is_noted_and_the_founder_is_told(client, ask, an, binh, venture):
    ask(binh)
    event = Event.objects.get(kind="venture.export")
    assert (event.actor, event.subject) == (binh, venture)
    assert event.data["result"]["sha256"] == made().sha256
    client.force_login(an)
    assert "Cán bộ xuất hồ sơ ra tệp" in client.get(
        f"/doanh-nghiep/{venture.code_as('DN')}/"
    ).content.decode()  # fmt: skip


def test_after_a_day_it_is_gone(ask, an, client):
    job_url = ask(an).url
    stored = made()
    finished = Job.objects.get().finished_at
    assert exports.sweep(finished + timedelta(hours=23)) == 0
    assert exports.sweep(finished + timedelta(hours=25)) == 1
    assert exports.sweep(finished + timedelta(hours=25)) == 0
    assert not StoredFile.objects.filter(pk=stored.pk).exists()
    assert "xóa sau một ngày" in client.get(job_url).content.decode()


def test_a_worker_that_died_after_it_wrote_makes_one_file(ask, an, now):
    ask(an)
    job = Job.objects.get()
    Job.objects.update(
        state="running", beat_at=now - timedelta(days=9), result={}, finished_at=None
    )
    jobs.run(job.pk, lambda: now)
    job.refresh_from_db()
    assert (job.state, StoredFile.objects.filter(name__startswith="ho-so-").count()) == ("done", 1)
    assert Event.objects.filter(kind="venture.export").count() == 1


def test_the_right_is_asked_again_when_the_job_runs(client, venture, an, now):
    params = {"venture": venture.pk, "parts": ["answers"], "files": [], "as": "docx"}
    job = jobs.start("export.dossier", key="x", params=params, by=an, now=now)
    Venture.objects.filter(pk=venture.pk).update(owner=None)
    done = jobs.run(job.pk, lambda: now)
    assert done.state == "failed"
    assert not Event.objects.filter(kind="venture.export").exists()


def test_a_file_that_is_gone_gets_a_sentence(ask, an, venture):
    chosen = dossier.files_for(venture, an)[0]
    chosen.file.storage.delete(chosen.file.name)
    ask(an, tep=[str(chosen.key)], kieu="zip")
    assert "thiet-ke.png" in Job.objects.get().error


# -- Products, certificates and where they are sold -----------------------------------------
MARKET = {"products", "certificates", "marketplaces", "fairs", "supplies"}


@pytest.fixture
def sold(venture, an, binh, chi, now):
    """One row of each kind that stands, and one of each that no dossier tells."""
    made = product(venture, an, now)
    for name, marketplace in (("con", "tiki"), ("go", "foodmap")):
        place = Marketplace.objects.create(code=marketplace, name=name, host=f"{name}.vn")
        told = {"marketplace": place, "url": f"https://san.vn/{name}", "since": None}
        listing = products.put_on(made, told, by=an, at=now)
        LISTINGS.advance(listing, "open" if name == "con" else "remove", by=an, at=now)
    proof = files.store(picture("giay.png"), by=binh, at=now)
    certificate(venture, binh, now, number="88/CN", verified_by=chi, evidence=proof)
    certificate(venture, binh, now, number="99/CN")
    for make, workflow in ((fair, FAIR_VISITS), (supply, SUPPLY_LINKS)):
        workflow.advance(make(venture, binh, now), "verify", by=chi, at=now)
        make(venture, binh, now, value=77_000_000)
    return venture


@pytest.mark.parametrize("who", ["an", "binh"])
def test_what_it_sells_and_where_is_picked_like_the_other_parts(ask, request, sold, who):
    user = request.getfixturevalue(who)
    ask(user, phan=sorted(MARKET))
    with made().file.open("rb") as stream:
        text = words(stream.read())
    for shown in (
        "Muối ớt rong biển", "/con", "Đang bán", "88/CN", "Hội chợ hàng Việt", "20.000.000",
        "Công ty Biển Xanh", "50.000.000",
    ):  # fmt: skip
        assert shown in text
    for hidden in ("99/CN", "/go", "77.000.000", *PRIVATE):
        assert hidden not in text
    assert Event.objects.get(kind="venture.export").data["parts"] == [
        "products", "certificates", "marketplaces", "fairs", "supplies",
    ]  # fmt: skip


def test_of_the_market_only_what_is_picked_is_in_it(ask, an, sold):
    ask(an, phan=["fairs"])
    with made().file.open("rb") as stream:
        text = words(stream.read())
    assert "Hội chợ hàng Việt" in text
    for hidden in ("Muối ớt rong biển", "88/CN", "Công ty Biển Xanh"):
        assert hidden not in text


def test_parts_that_tell_nothing_are_not_offered(venture, an, sold, em, now):
    assert {part.key for part in dossier.parts_for(sold, an)} >= MARKET
    bare = project(an, em, now, title="Muối")
    assert not MARKET & {part.key for part in dossier.parts_for(bare, an)}


def test_the_paper_of_a_certificate_may_go_with_it(sold, an, binh, khoa):
    for user in (an, binh):
        assert "giay.png" in {stored.name for stored in dossier.files_for(sold, user)}
