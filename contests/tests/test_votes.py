"""Voting: one address or card, one ballot; hidden until the count; receipts that hold."""

import json
import logging
import re
import uuid
from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Visitor
from contests import addresses, polls, votes
from contests.models import Ballot, BallotCode, Poll, PollOption, VoteCode
from contests.tests.cast import announced, entered
from contests.workflow import POLLS
from core.models import Event, OutboxMessage
from core.periods import LOCAL
from core.words import Refused
from core.workflow import Blocked
from projects.tests.test_threads import needs_rows_that_lock, together

OPENS = datetime(2026, 11, 20, 8, 0, tzinfo=LOCAL)
CLOSES = datetime(2026, 11, 20, 17, 0, tzinfo=LOCAL)
SECOND = timedelta(seconds=1)
CAST = ("an", "binh", "chi", "dung", "em", "giang", "ha", "khoa", "lan", "quan")
STAFF = {"binh", "chi", "dung", "em", "khoa"}


@pytest.fixture
def make(em):
    """A poll with three options, announced, unless told otherwise."""

    def make(slug="yeu-thich", *, status=Poll.Status.ANNOUNCED, **told):
        told = {
            "title": "Ý tưởng được yêu thích", "organiser": em.memberships.first().agency,
            "opens_at": OPENS, "closes_at": CLOSES, "created_by": em,
            "address_rules": addresses.rules_in_words(),
        } | told  # fmt: skip
        if status == Poll.Status.CLOSED:
            told |= {"counted": 0, "annulled": 0}
        poll = Poll.objects.create(slug=slug, status=status, **told)
        for order, title in enumerate(("Tủ sấy cá", "Lưới xơ dừa", "Muối gừng"), start=1):
            PollOption.objects.create(poll=poll, title=title, order=order)
        return poll

    return make


@pytest.fixture
def running(make):
    """Open now, by the real clock, for pages."""
    now = timezone.now()
    return make(opens_at=now - timedelta(hours=1), closes_at=now + timedelta(hours=1))


@pytest.fixture(autouse=True)
def _nothing_remembered():
    votes.forget()


@pytest.fixture
def cast(request):
    return {name: request.getfixturevalue(name) for name in CAST} | {"visitor": Visitor()}


def by_mail(poll, email, at=OPENS):
    """The pass of who reads the letter."""
    code = votes.send_code(poll, email, at=at)
    return votes.open_by_code(code, written(mail.outbox[-1].body), at=at)


def written(body):
    return re.search(r"\b\d{6}\b", body)[0]


def vote(poll, email, *places, at=OPENS, network="n1"):
    """A ballot for the options at these places; its receipt."""
    given = by_mail(poll, email, at)
    picked = [poll.option_list[place] for place in places or (0,)]
    votes.cast(poll, given, picked, network=network, at=at)
    return given.receipt


def over(poll):
    """The moment at which the poll can be counted."""
    return poll.closes_at + votes.COUNT_AFTER


def text(response):
    return response.content.decode()


# -- One address, one ballot ---------------------------------------------------------
@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("An.Nguyen@Gmail.com", "annguyen+bau@googlemail.com", True),
        ("AN@outlook.com", "an+1@outlook.com", True),
        ("a.n@outlook.com", "an@outlook.com", False),
        ("an+1@yahoo.com", "an@yahoo.com", False),
        ("an@me.com", "AN+x@icloud.com", True),
        ("a.n@proton.me", "an@pm.me", True),
        ("an.ng@truong.edu.vn", "anng@truong.edu.vn", False),
        ("An@truong.edu.vn", "an@TRUONG.edu.vn.", True),
        ("an@gmail.com", "an@outlook.com", False),
    ],
)
def test_the_same_address_in_other_spellings(make, one, other, same):
    poll = make()
    assert (addresses.voter_of(poll, one) == addresses.voter_of(poll, other)) is same


def test_the_printed_rule_names_each_provider_that_is_treated_so():
    words = addresses.rules_in_words().lower()
    hosts = {"microsoft": "outlook.com.vn"}
    for host in set(addresses.PROVIDERS) - set(hosts.values()):
        assert host.split(".")[0].replace("pm", "pm.me") in words


def test_an_address_has_another_mark_in_another_poll(make):
    one, other = make(), make("khac")
    assert addresses.voter_of(one, "an@gmail.com") != addresses.voter_of(other, "an@gmail.com")


def test_a_second_ballot_of_an_address_is_refused_and_the_first_stands(make):
    poll = make()
    first = by_mail(poll, "a.n@gmail.com")
    second = votes.Pass(poll.pk, first.voter, first.domain, "0000-0000-0000-0000", first.since)
    votes.cast(poll, first, [poll.option_list[0]], network="", at=OPENS)
    with pytest.raises(Refused, match="Địa chỉ này đã bỏ phiếu"):
        votes.cast(poll, second, [poll.option_list[1]], network="", at=OPENS)
    with pytest.raises(Refused, match="Địa chỉ này đã bỏ phiếu"):
        by_mail(poll, "AN+x@googlemail.com")
    assert Ballot.objects.get().choices == [poll.option_list[0].pk]


def test_the_same_press_twice_is_one_ballot_with_one_receipt(make):
    poll = make()
    given = by_mail(poll, "an@gmail.com")
    for _press in range(2):
        votes.cast(poll, given, [poll.option_list[0]], network="", at=OPENS)
    with pytest.raises(Refused):
        votes.cast(poll, given, [poll.option_list[1]], network="", at=OPENS)
    assert Ballot.objects.get().receipt_hash == addresses.receipt_hash(given.receipt)


# -- Codes -----------------------------------------------------------------------------
@pytest.mark.parametrize(("after", "works"), [(-SECOND, True), (0 * SECOND, False)])
def test_a_mailed_code_lives_a_quarter_of_an_hour(make, after, works):
    poll = make()
    code = votes.send_code(poll, "an@gmail.com", at=OPENS)
    at = OPENS + VoteCode.LIVES + after
    if works:
        assert votes.open_by_code(code, written(mail.outbox[0].body), at=at).voter == code.voter
    else:
        with pytest.raises(Refused, match="hết hiệu lực"):
            votes.open_by_code(code, written(mail.outbox[0].body), at=at)


def test_five_wrong_codes_and_the_right_one_is_worth_nothing(make):
    poll = make()
    code = votes.send_code(poll, "an@gmail.com", at=OPENS)
    right = written(mail.outbox[0].body)
    wrong = "000000" if right != "000000" else "111111"
    for _try in range(5):
        with pytest.raises(Refused, match="Mã không đúng"):
            votes.open_by_code(code, wrong, at=OPENS)
    with pytest.raises(Refused, match="hết hiệu lực"):
        votes.open_by_code(code, right, at=OPENS)


def test_an_address_gets_five_codes_an_hour_however_it_is_spelt(make):
    poll = make()
    for spelling in ("an", "a.n", "AN", "an+1", "a.n+2"):
        votes.send_code(poll, f"{spelling}@gmail.com", at=OPENS)
    with pytest.raises(Refused, match="nhiều lần"):
        votes.send_code(poll, "an@gmail.com", at=OPENS + timedelta(minutes=59))
    votes.send_code(poll, "an@gmail.com", at=OPENS + timedelta(minutes=60))


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("7k2m9qxd40tb", "7K2M-9QXD-40TB"),
        (" 7K2M 9QXD-4oTB ", "7K2M-9QXD-40TB"),
        ("7K2M-9QXD-40T", ""),
        ("7K2M-9QXD-40TBB", ""),
        ("", ""),
    ],
)
def test_a_card_is_read_as_people_type_it(typed, read):
    assert votes.read_signs(typed, votes.CARD_SIGNS) == read


def cards(poll, em, count=2, **told):
    return polls.make_cards(poll, count, "Chi đoàn", key=uuid.uuid4(), by=em, at=OPENS, **told)


def test_a_card_votes_once_and_only_its_hash_is_kept(make, em):
    poll = make(kind="paper")
    _batch, (code, other) = cards(poll, em)
    given = votes.open_by_card(poll, code.lower(), at=OPENS)
    votes.cast(poll, given, [poll.option_list[0]], network="", at=OPENS)
    with pytest.raises(Refused, match="Thẻ này đã bỏ phiếu"):
        votes.open_by_card(poll, code, at=OPENS)
    with pytest.raises(votes.WrongCard):
        votes.open_by_card(poll, "0000-0000-0000", at=OPENS)
    kept = json.dumps(list(BallotCode.objects.values("digest"))) + Ballot.objects.get().voter
    assert code not in kept
    assert other not in kept


def test_voided_cards_vote_no_more_even_on_an_open_ballot(make, em):
    poll = make(kind="paper")
    batch, (code, other) = cards(poll, em)
    votes.cast(
        poll, votes.open_by_card(poll, code, at=OPENS), [poll.option_list[0]],
        network="", at=OPENS,
    )  # fmt: skip
    waiting = votes.open_by_card(poll, other, at=OPENS)
    polls.void_cards(batch, "Mất bản in", by=em, at=OPENS)
    with pytest.raises(Refused, match="đã bị hủy"):
        votes.cast(poll, waiting, [poll.option_list[0]], network="", at=OPENS)
    with pytest.raises(votes.WrongCard):
        votes.open_by_card(poll, other, at=OPENS)
    assert Ballot.objects.count() == 1


def test_a_batch_is_made_once(make, em):
    poll = make(kind="paper")
    key = uuid.uuid4()
    polls.make_cards(poll, 2, "Chi đoàn", key=key, by=em, at=OPENS)
    with pytest.raises(Refused, match="đã in rồi"):
        polls.make_cards(poll, 2, "Chi đoàn", key=key, by=em, at=OPENS)
    assert BallotCode.objects.count() == 2


# -- Time ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("at", "why"),
    [
        (OPENS - SECOND, "mở lúc 08:00 ngày 20/11/2026"),
        (OPENS, ""),
        (CLOSES - SECOND, ""),
        (CLOSES, "kết thúc lúc 17:00 ngày 20/11/2026"),
    ],
)
def test_a_second_before_and_after(make, at, why):
    poll = make()
    given = votes.Pass(poll.pk, "v", "", "AAAA-AAAA-AAAA-AAAA", int(at.timestamp()))
    told = votes.no_vote(poll, at)
    if why:
        assert why in told
        with pytest.raises(Refused):
            votes.cast(poll, given, [poll.option_list[0]], network="", at=at)
        with pytest.raises(Refused):
            votes.send_code(poll, "an@gmail.com", at=at)
    else:
        assert told == ""
        votes.cast(poll, given, [poll.option_list[0]], network="", at=at)
    assert Ballot.objects.count() == (0 if why else 1)


@pytest.mark.parametrize("status", ["draft", "closed", "cancelled"])
def test_only_an_announced_poll_takes_ballots(make, status):
    assert votes.no_vote(make(status=status), OPENS) != ""


def test_a_pass_is_for_one_poll_and_one_hour(make):
    poll, other = make(), make("khac")
    given = by_mail(poll, "an@gmail.com")
    hour = timedelta(hours=1)
    assert votes.read_pass(poll, given.signed(), OPENS + hour - SECOND) == given
    for found, token, at in (
        (poll, given.signed(), OPENS + hour),
        (other, given.signed(), OPENS),
        (poll, given.signed()[:-2] + "xx", OPENS),
        (poll, "", OPENS),
    ):
        with pytest.raises(Refused):
            votes.read_pass(found, token, at)


def test_it_is_counted_only_after_the_last_request_can_have_ended(make, em):
    poll = make()
    with pytest.raises(Refused, match="Kiểm phiếu được từ"):
        POLLS.advance(poll, "close", by=em, at=over(poll) - SECOND)
    POLLS.advance(poll, "close", by=em, at=over(poll))
    assert poll.status == "closed"


# -- The ballot ------------------------------------------------------------------------
def test_an_order_by_chance_for_each_voter_and_the_same_at_each_look(make):
    poll = make()
    orders = {tuple(o.pk for o in votes.in_their_order(poll, str(n))) for n in range(60)}
    assert len(orders) == 6
    assert votes.in_their_order(poll, "7") == votes.in_their_order(poll, "7")


def test_what_can_be_chosen(make):
    poll, other = make(most_choices=2), make("khac")
    keys = [str(option.pk) for option in poll.option_list]
    assert votes.chosen(poll, [*keys[:2], keys[0]]) == poll.option_list[:2]
    for wrong in ([], keys, [str(other.option_list[0].pk)], ["x"], [""]):
        with pytest.raises(Refused):
            votes.chosen(poll, wrong)


# -- The count -------------------------------------------------------------------------
def test_the_count_the_shares_and_the_joined_result(em, an, lan, now, make):
    contest = announced(em, OPENS - timedelta(days=30))
    contest.has_public_vote, contest.vote_weight = True, 20
    contest.save()
    poll = make(contest=contest, most_choices=2)
    poll.options.all().delete()
    vars(poll).pop("option_list", None)
    entries = [entered(contest, an, "Tủ sấy cá"), entered(contest, lan, "Lưới xơ dừa")]
    for order, entry in enumerate(entries):
        PollOption.objects.create(poll=poll, entry=entry, title=entry.title, order=order)
    for name, places in (("a", (0,)), ("b", (0, 1)), ("c", (0,)), ("d", (1,))):
        vote(poll, f"{name}@gmail.com", *places, network=name)
    assert polls.annul(poll, polls.Which(network="d"), "Thử máy", by=em, at=CLOSES) == 1
    with pytest.raises(Refused):
        votes.shares(poll)
    POLLS.advance(poll, "close", by=em, at=over(poll))
    assert (poll.counted, poll.annulled) == (3, 1)
    assert [(o.title, o.votes) for o in votes.result(poll)] == [
        ("Tủ sấy cá", 3),
        ("Lưới xơ dừa", 1),
    ]
    shares = votes.shares(poll)
    assert shares == {entries[0].pk: Fraction(1), entries[1].pk: Fraction(1, 3)}
    assert votes.joined("80.5", shares[entries[1].pk], contest.vote_weight) == Fraction(
        "64.4"
    ) + Fraction(20, 3)
    assert VoteCode.objects.count() == 0


def test_no_ballot_is_annulled_after_the_count(make, em):
    poll = make()
    vote(poll, "a@gmail.com")
    POLLS.advance(poll, "close", by=em, at=over(poll))
    with pytest.raises(Refused):
        polls.annul(poll, polls.Which(network="n1"), "Muộn", by=em, at=over(poll))


@pytest.mark.parametrize(
    ("which", "count"),
    [
        (polls.Which(), 0),
        (polls.Which(network="n1"), 2),
        (polls.Which(network="n1", domain="yahoo.com"), 1),
        (polls.minute(OPENS), 1),
        (polls.Which(receipt="0000-0000-0000-0000"), 0),
    ],
)
def test_which_ballots_are_meant(make, which, count):
    poll, other = make(), make("khac")
    vote(poll, "a@gmail.com")
    vote(poll, "b@yahoo.com", at=OPENS + timedelta(minutes=1))
    vote(other, "c@gmail.com")
    assert which.of(poll).count() == count


def test_the_log_shows_bursts_and_no_address(make, em, client):
    poll = make()
    for n in range(3):
        vote(poll, f"nguoi{n}@gmail.com")
    vote(poll, "rieng@nha-toi.vn", at=OPENS + timedelta(minutes=5), network="n2")
    found = polls.patterns(poll)
    assert [(p.label, p.count) for p in found["minutes"]] == [
        ("08:00 ngày 20/11/2026", 3), ("08:05 ngày 20/11/2026", 1),
    ]  # fmt: skip
    assert [(p.label, p.count) for p in found["networks"]] == [("n1", 3), ("n2", 1)]
    assert found["domains"][0].label == "gmail.com"
    client.force_login(em)
    page = text(client.get(f"/binh-chon/{poll.slug}/dieu-hanh/"))
    assert "nha-toi" not in page
    assert "nguoi0" not in page


def test_a_network_is_its_prefix(make):
    poll = make()
    one = addresses.network_of(poll, "113.160.10.7")
    assert one == addresses.network_of(poll, "113.160.10.200")
    assert one == addresses.network_of(poll, "::ffff:113.160.10.9")
    assert one != addresses.network_of(poll, "113.160.11.7")
    assert len(one) == 12
    assert addresses.network_of(poll, "-") == ""


# -- The table -------------------------------------------------------------------------
@pytest.mark.parametrize("status", list(Poll.Status))
def test_who_may_take_which_step(cast, make, status):
    poll = make(status=status)
    taken = {
        (name, who)
        for name in POLLS.names
        for who, user in cast.items()
        if not POLLS.why_not(poll, name, user)
    }
    steps = {
        "draft": {"announce", "cancel"},
        "announced": {"close", "cancel"},
        "closed": {"cancel"},
    }
    wanted = steps.get(status, set())
    assert taken == {(name, who) for name in wanted for who in ("binh", "chi", "em")}


@pytest.mark.parametrize("status", list(Poll.Status))
def test_the_list_and_the_permission_agree(cast, make, status):
    poll = make(status=status)
    seen = {who for who, user in cast.items() if poll in Poll.objects.visible_to(user)}
    assert seen == {who for who, user in cast.items() if user.can("poll.view", poll)}
    assert seen == (STAFF if status == "draft" else set(cast))


def test_an_official_whose_own_entry_is_voted_on_runs_nothing(em, binh, make, now):
    contest = announced(em, OPENS - timedelta(days=30))
    poll = make(contest=contest)
    PollOption.objects.create(
        poll=poll, entry=entered(contest, binh, "Của Bình"), title="Của Bình", order=9
    )
    for right in ("poll.close", "poll.cancel", "poll.annul", "poll.view_log", "poll.print"):
        assert not binh.can(right, poll)
        assert em.can(right, poll)


def test_an_entry_of_a_minor_without_a_guardian_is_not_announced(em, an, make):
    contest = announced(em, OPENS - timedelta(days=30))
    poll = make(contest=contest, status="draft")
    an.birth_date = OPENS.date() - timedelta(days=15 * 365)
    an.save()
    PollOption.objects.create(poll=poll, entry=entered(contest, an), title="Của An", order=9)
    with pytest.raises(Refused, match="dưới 18 tuổi"):
        POLLS.advance(poll, "announce", by=em, at=OPENS)
    assert Poll.objects.get().status == "draft"


def test_a_poll_with_one_option_is_not_announced(em, make):
    poll = make(status="draft")
    poll.options.exclude(title="Tủ sấy cá").delete()
    with pytest.raises(Blocked, match="ít nhất hai"):
        POLLS.advance(poll, "announce", by=em, at=OPENS)


# -- Pages -----------------------------------------------------------------------------
def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]+)"', text(page))[1]


def to_the_ballot(client, poll, email="an@gmail.com"):
    """As a browser does it; the ballot's page."""
    sent = client.post(f"/binh-chon/{poll.slug}/", {"email": email})
    assert sent.status_code == 302
    return client.post(sent.url, {"code": written(mail.outbox[-1].body)})


def test_a_vote_from_the_address_to_the_receipt(client, running):
    page = to_the_ballot(client, running)
    assert page.status_code == 200
    option = running.option_list[1]
    form = {"token": hidden(page, "token"), "chon": str(option.pk)}
    url = f"/binh-chon/{running.slug}/phieu/"
    seen = client.post(url, form)
    assert option.title in text(seen)
    assert Ballot.objects.count() == 0
    assert client.post(url, form | {"sua": "1"}).status_code == 200
    for _press in range(2):
        done = client.post(url, form | {"bo": "1"})
        assert done.url == f"/binh-chon/{running.slug}/da-bo/"
    shown = text(client.get(done.url))
    receipt = re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", shown)[0]
    ballot = Ballot.objects.get()
    assert ballot.receipt_hash == addresses.receipt_hash(receipt)
    assert ballot.choices == [option.pk]
    assert Client().get(done.url).status_code == 302


@pytest.mark.parametrize(
    ("path", "data"),
    [("", {"email": ""}), ("", {"email": "x"}), ("", {"email": "a\0@b.vn"}), ("", {})],
)
def test_what_is_wrong_is_said(client, running, path, data):
    assert client.post(f"/binh-chon/{running.slug}/{path}", data).status_code == 422


def test_a_ballot_without_a_choice_comes_back(client, running):
    page = to_the_ballot(client, running)
    url = f"/binh-chon/{running.slug}/phieu/"
    again = client.post(url, {"token": hidden(page, "token")})
    assert again.status_code == 422
    assert "Bạn chưa chọn gì." in text(again)
    assert client.post(url, {"token": "x", "bo": "1"}).status_code == 302
    assert client.get(url).status_code == 302


def test_guessing_cards_ends_in_429(client, make, em):
    now = timezone.now()
    poll = make(kind="paper", opens_at=now - timedelta(1), closes_at=now + timedelta(1))
    _batch, (code, _other) = polls.make_cards(poll, 2, "Chi đoàn", key=uuid.uuid4(), by=em, at=now)
    url = f"/binh-chon/{poll.slug}/"
    assert {client.post(url, {"card": f"{n:012}"}).status_code for n in range(60)} == {422}
    assert client.post(url, {"card": code}).status_code == 429
    cache.clear()
    assert client.post(url, {"card": code}).status_code == 200


def test_a_card_of_a_mail_poll_and_a_mail_of_a_card_poll(make):
    with pytest.raises(Refused):
        votes.open_by_card(make(), "0000-0000-0000", at=OPENS)
    with pytest.raises(Refused):
        votes.send_code(make("khac", kind="paper"), "an@gmail.com", at=OPENS)


def test_every_page_of_voting_says_that_it_never_asks_for_passwords(client, running):
    sent = client.post(f"/binh-chon/{running.slug}/", {"email": "an@gmail.com"})
    pages = [client.get(f"/binh-chon/{running.slug}/"), client.get(sent.url)]
    pages.append(client.post(sent.url, {"code": written(mail.outbox[-1].body)}))
    for page in pages:
        assert "không bao giờ hỏi mật khẩu" in text(page)
    assert "không bao giờ hỏi mật khẩu" in mail.outbox[-1].body


def test_the_receipts_after_the_count(client, make, em):
    poll = make()
    mine = vote(poll, "a@gmail.com", 1)
    struck = vote(poll, "b@gmail.com", 2, network="n2")
    url = f"/binh-chon/{poll.slug}/bien-nhan/"
    early = client.post(url, {"receipt": mine})
    assert early.status_code == 422
    assert addresses.receipt_hash(mine) not in text(early)
    assert addresses.receipt_hash(mine) not in text(client.get(url))
    polls.annul(poll, polls.Which(network="n2"), "Máy tự động", by=em, at=CLOSES)
    POLLS.advance(poll, "close", by=em, at=over(poll))
    found = text(client.post(url, {"receipt": mine.replace("-", "").lower()}))
    assert "Phiếu của bạn đã được tính." in found
    assert "Phiếu này chọn: Lưới xơ dừa" in re.sub(r"\s+", " ", re.sub("<[^>]+>", "", found))
    assert "Phiếu của bạn đã bị loại." in text(client.post(url, {"receipt": struck}))
    assert client.post(url, {"receipt": "0000-0000-0000-0000"}).status_code == 422
    whole = b"".join(client.get(f"{url[:-1]}.txt").streaming_content).decode().splitlines()
    assert whole[:3] == ["# 1 = Tủ sấy cá", "# 2 = Lưới xơ dừa", "# 3 = Muối gừng"]
    assert sorted(whole[3:]) == sorted(
        [
            f"{addresses.receipt_hash(mine)}\t2",
            f"{addresses.receipt_hash(struck)}\t3\tbị loại: Máy tự động",
        ]
    )


PAGES = ("", "bien-nhan/", "bien-nhan.txt", "dieu-hanh/", "loai/")


def test_no_tally_no_choice_and_no_address_before_the_count(client, running, em, caplog):
    caplog.set_level(logging.DEBUG)
    for n in range(7):
        vote(running, f"kin{n}@rieng-tu.vn", 0, at=timezone.now())
    hashes = list(Ballot.objects.values_list("receipt_hash", "voter"))
    for user in (None, em):
        reader = Client()
        if user:
            reader.force_login(user)
        for path in PAGES:
            page = reader.get(f"/binh-chon/{running.slug}/{path}")
            body = b"".join(page).decode() if page.streaming else text(page)
            for receipt_hash, voter in hashes:
                assert receipt_hash not in body
                assert voter not in body
            assert "rieng-tu" not in body
            if user is None:
                assert not re.search(r">\s*7\s*<", body)
    assert list(PollOption.objects.values_list("votes", flat=True)) == [None] * 3
    journal = json.dumps([e.data for e in Event.objects.filter(kind__startswith="poll.")])
    said = caplog.text + journal + json.dumps(list(Ballot.objects.values("network", "domain")))
    assert "rieng-tu" not in said
    assert OutboxMessage.objects.count() == 0
    columns = json.dumps(list(VoteCode.objects.values("voter", "domain", "code_hash")))
    assert "rieng-tu" not in columns


@pytest.mark.parametrize("path", ["dieu-hanh/", "loai/", "sua/"])
def test_who_opens_the_officials_pages(cast, make, path):
    poll = make(status="draft" if path == "sua/" else "announced")
    opened = set()
    for who, user in cast.items():
        client = Client()
        if who != "visitor":
            client.force_login(user)
        status = client.get(f"/binh-chon/{poll.slug}/{path}").status_code
        assert status in {200, 403, 404}
        if status == 200:
            opened.add(who)
    assert opened == {"binh", "chi", "em"} | ({"khoa"} if path == "dieu-hanh/" else set())


def test_an_official_makes_a_poll_with_cards_and_annuls(client, em):
    client.force_login(em)
    now = timezone.localtime()
    form = {
        "key": str(uuid.uuid4()), "title": "Bình chọn của Đoàn", "about": "",
        "organiser": str(em.memberships.first().agency_id), "contest": "", "kind": "paper",
        "opens_at": (now - timedelta(days=1)).strftime("%d/%m/%Y %H:%M"),
        "closes_at": (now + timedelta(days=1)).strftime("%d/%m/%Y %H:%M"), "most_choices": "1",
    }  # fmt: skip
    for _press in range(2):
        made = client.post("/binh-chon/moi/", form)
    assert made.url == "/binh-chon/binh-chon-cua-doan/dieu-hanh/"
    poll = Poll.objects.get()
    assert client.post("/binh-chon/moi/", form | {"closes_at": "x"}).status_code == 422
    for title in ("Một", "Hai", "Hai"):
        client.post(f"/binh-chon/{poll.slug}/lua-chon/", {"title": title, "about": ""})
    assert client.post(f"/binh-chon/{poll.slug}/lua-chon/", {"title": ""}).status_code == 422
    assert [option.title for option in poll.option_list] == ["Một", "Hai"]
    client.post(f"/binh-chon/{poll.slug}/sua/", form | {"title": "Tên mới"})
    client.post(f"/binh-chon/{poll.slug}/buoc/announce/")
    order = {"key": str(uuid.uuid4()), "count": "3", "purpose": "Chi đoàn 12A1"}
    sheet = client.post(f"/binh-chon/{poll.slug}/the/", order)
    assert sheet["Content-Type"] == "application/pdf"
    assert sheet.content.startswith(b"%PDF")
    assert client.post(f"/binh-chon/{poll.slug}/the/", order).status_code == 422
    assert BallotCode.objects.count() == 3
    assert client.post(f"/binh-chon/{poll.slug}/sua/", form).status_code == 403
    annul = f"/binh-chon/{poll.slug}/loai/"
    assert client.post(annul, {"mang": "x", "reason": "Thử"}).status_code == 422
    assert client.post(annul, {"mang": "x", "reason": ""}).status_code == 422
    assert client.get(annul, {"phut": "rác"}).status_code == 200
    void = client.post(f"/binh-chon/{poll.slug}/the/{poll.batches.get().pk}/huy/", {"note": "Mất"})
    assert void.status_code == 302
    assert poll.batches.get().void_reason == "Mất"
    kinds = set(Event.objects.about(poll).values_list("kind", flat=True))
    assert kinds == {
        "poll.create", "poll.option", "poll.edit", "poll.announce", "poll.cards",
        "poll.void_cards",
    }  # fmt: skip


def statements(client, url):
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_lists_cost_the_same_for_one_row_and_three(client, make, em):
    poll = make()
    make("p2")
    vote(poll, "a@gmail.com")
    POLLS.advance(poll, "close", by=em, at=over(poll))
    urls = ("/binh-chon/", f"/binh-chon/{poll.slug}/bien-nhan/", f"/binh-chon/{poll.slug}/")
    for _warm in range(2):
        one = [statements(client, url) for url in urls]
    for n in range(3):
        make(f"them-{n}")
        Ballot.objects.create(
            poll=poll, voter=str(n), receipt_hash=str(n), choices=[poll.option_list[0].pk],
            cast_at=OPENS,
        )  # fmt: skip
    assert [statements(client, url) for url in urls] == one


def test_casting_costs_one_insert(client, running, settings):
    settings.POLL_MEMORY_SECONDS = 60
    url = f"/binh-chon/{running.slug}/phieu/"
    work = []
    for email in ("an@gmail.com", "lan@gmail.com"):
        token = by_mail(running, email, timezone.now()).signed()
        work.append({"token": token, "chon": str(running.option_list[0].pk), "bo": "1"})
    client.post(url, work[0])
    with CaptureQueriesContext(connection) as seen:
        assert client.post(url, work[1]).url.endswith("/da-bo/")
    said = [query["sql"].split()[0] for query in seen]
    assert [word for word in said if word not in {"SAVEPOINT", "RELEASE"}] == ["INSERT"]
    assert Ballot.objects.count() == 2


def test_a_remembered_poll_ends_on_time_all_the_same(running, settings):
    settings.POLL_MEMORY_SECONDS = 7200
    now = timezone.now()
    assert votes.standing(running.slug, now) == running
    Poll.objects.filter(pk=running.pk).update(status="cancelled")
    remembered = votes.standing(running.slug, now + timedelta(minutes=59))
    assert votes.no_vote(remembered, now + timedelta(minutes=59)) == ""
    assert votes.no_vote(remembered, running.closes_at) != ""
    assert votes.standing(running.slug, now + timedelta(hours=2)) is None


# -- At once ---------------------------------------------------------------------------
@pytest.mark.threads
@needs_rows_that_lock
def test_many_voters_and_one_voter_many_times_at_once(make):
    poll = make()
    poll.option_list  # noqa: B018  # read before the threads share it
    passes = [votes.Pass(poll.pk, f"v{n}", "", votes.random_signs(16), 0) for n in range(10)]
    rivals = [votes.Pass(poll.pk, "v0", "", votes.random_signs(16), 0) for _n in range(5)]
    work = [*passes, *passes, *rivals]

    def go(place):
        votes.cast(poll, work[place], [poll.option_list[0]], network="", at=OPENS)

    refused = [r for r in together(len(work), go) if r is not None]
    assert Ballot.objects.count() == 10
    assert len(refused) in {5, 6}  # the one that won is a rival, or came twice itself
    kept = set(Ballot.objects.values_list("receipt_hash", flat=True))
    for given in passes[1:]:
        assert addresses.receipt_hash(given.receipt) in kept


@pytest.mark.threads
@needs_rows_that_lock
def test_guessing_at_once_gains_no_try(make):
    poll = make()
    code = votes.send_code(poll, "an@gmail.com", at=OPENS)
    said = together(20, lambda _n: votes.open_by_code(code, "xxxxxx", at=OPENS))
    assert sorted(str(one) for one in said).count("Mã không đúng. Xem lại thư mới nhất.") == 5
    code.refresh_from_db()
    assert code.tries == 5
