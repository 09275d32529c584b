"""A vote of the public or of a closed electorate: poll, options, codes, ballots, annulments."""

import uuid
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency
from contests.models.contest import Contest
from contests.models.entries import Entry
from core.models import Sampled

MOST_CHOICES = 20


class PollQuerySet(models.QuerySet["Poll"]):
    def visible_to(self, user: Any) -> "PollQuerySet":
        """What the person may see at all; agrees, by test, with the permission poll.view."""
        if user.can("poll.list_drafts"):
            return self
        return self.exclude(status=Poll.Status.DRAFT)


class Poll(Sampled):
    """A vote that is open from a moment to a moment; one voter, one ballot, the first one."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Bản nháp")
        ANNOUNCED = "announced", _("Đã công bố")
        CLOSED = "closed", _("Đã có kết quả")
        CANCELLED = "cancelled", _("Đã hủy")

    class Kind(models.TextChoices):
        MAIL = "mail", _("ai có thư điện tử cũng bình chọn được")
        PAPER = "paper", _("chỉ người có thẻ bình chọn")

    class Phase(models.TextChoices):
        """Where an announced poll stands at a moment."""

        COMING = "coming", _("Sắp mở")
        OPEN = "open", _("Đang mở")
        OVER = "over", _("Đã hết giờ, chờ kiểm phiếu")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(_("địa chỉ"), max_length=80, unique=True, editable=False)
    title = models.CharField(_("tên cuộc bình chọn"), max_length=160)
    about = models.TextField(_("bình chọn để làm gì"), max_length=2000, blank=True)
    contest = models.ForeignKey(
        Contest, models.PROTECT, null=True, blank=True, related_name="polls",
        verbose_name=_("của cuộc thi"),
    )  # fmt: skip
    organiser = models.ForeignKey(
        Agency, models.PROTECT, related_name="polls", verbose_name=_("đơn vị tổ chức")
    )
    kind = models.CharField(_("ai bình chọn"), max_length=5, choices=Kind, default=Kind.MAIL)
    opens_at = models.DateTimeField(_("mở lúc"))
    closes_at = models.DateTimeField(_("kết thúc lúc"))
    most_choices = models.PositiveSmallIntegerField(
        _("chọn nhiều nhất"), default=1,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_CHOICES)],
    )  # fmt: skip
    status = models.CharField(
        _("tình trạng"), max_length=10, choices=Status, default=Status.DRAFT, editable=False
    )
    # How addresses are told apart, in the words that stood when voting was announced.
    address_rules = models.TextField(_("cách tính một người"), blank=True, editable=False)
    # Counted once, when the poll is closed.
    counted = models.PositiveIntegerField(_("phiếu được tính"), null=True, editable=False)
    annulled = models.PositiveIntegerField(_("phiếu bị loại"), null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người tạo")
    )
    created_at = models.DateTimeField(_("tạo lúc"), default=timezone.now)

    objects = PollQuerySet.as_manager()

    class Meta:
        verbose_name = _("cuộc bình chọn")
        verbose_name_plural = _("cuộc bình chọn")
        indexes = [models.Index(fields=["status", "closes_at", "id"], name="poll_by_closing")]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="poll_closes_after_it_opens",
                violation_error_message=_("Giờ kết thúc phải sau giờ mở."),
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(slug=""),
                name="poll_has_name",
                violation_error_message=_("Đặt tên cho cuộc bình chọn."),
            ),
            models.CheckConstraint(
                condition=Q(most_choices__gte=1, most_choices__lte=MOST_CHOICES),
                name="poll_choices",
                violation_error_message=_("Chọn nhiều nhất từ 1 đến 20."),
            ),
            models.CheckConstraint(
                condition=Q(counted__isnull=True, annulled__isnull=True)
                | Q(counted__isnull=False, annulled__isnull=False),
                name="poll_counted_pair",
            ),
            models.CheckConstraint(
                condition=~Q(status="closed") | Q(counted__isnull=False),
                name="closed_poll_is_counted",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("contests:poll", args=[self.slug])

    @property
    def is_told(self) -> bool:
        """Whether everybody may know of it."""
        return self.status != self.Status.DRAFT

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def has_result(self) -> bool:
        """Whether its numbers are there to be read, by anybody."""
        return self.status == self.Status.CLOSED

    @property
    def is_being_voted(self) -> bool:
        """Whether ballots are still looked through: announced, and not yet counted."""
        return self.status == self.Status.ANNOUNCED

    def phase(self, at: datetime) -> "Poll.Phase":
        """Before, within or after its time; the closing moment itself is too late."""
        if at < self.opens_at:
            return self.Phase.COMING
        return self.Phase.OPEN if at < self.closes_at else self.Phase.OVER

    def takes_ballots(self, at: datetime) -> bool:
        return self.status == self.Status.ANNOUNCED and self.phase(at) == self.Phase.OPEN

    @cached_property
    def option_list(self) -> list["PollOption"]:
        """Its options in the order in which they were written, read once."""
        return list(self.options.order_by("order", "pk"))

    @cached_property
    def people_ids(self) -> set[int]:
        """Whose own entries are voted on: they do not handle the vote officially."""
        entries = Entry.objects.filter(poll_options__poll=self)
        members = entries.filter(members__user__isnull=False)
        ids = set(entries.values_list("owner", flat=True))
        return ids | set(members.values_list("members__user", flat=True))


class PollOption(models.Model):
    """What can be chosen: an entry of the contest, or a row of its own."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="options")
    entry = models.ForeignKey(
        Entry, models.PROTECT, null=True, blank=True, related_name="poll_options",
        verbose_name=_("bài dự thi"),
    )  # fmt: skip
    title = models.CharField(_("tên"), max_length=120)
    about = models.CharField(_("một câu giới thiệu"), max_length=300, blank=True)
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)
    votes = models.PositiveIntegerField(_("số phiếu chọn"), null=True, editable=False)

    class Meta:
        verbose_name = _("lựa chọn")
        verbose_name_plural = _("lựa chọn")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title=""),
                name="poll_option_has_title",
                violation_error_message=_("Ghi tên của lựa chọn."),
            ),
            models.UniqueConstraint(
                fields=["poll", "title"],
                name="poll_option_once",
                violation_error_message=_("Đã có lựa chọn tên này."),
            ),
            models.UniqueConstraint(
                fields=["poll", "entry"],
                condition=Q(entry__isnull=False),
                name="poll_entry_once",
                violation_error_message=_("Bài này đã có trong cuộc bình chọn."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class VoteCode(models.Model):
    """A code that was mailed to an address; neither the address nor the code is kept."""

    LIVES = timedelta(minutes=15)
    TRIES = 5
    AN_HOUR = 5

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    poll = models.ForeignKey(Poll, models.CASCADE, related_name="vote_codes")
    voter = models.CharField(max_length=64)  # keyed hash of the normalised address
    domain = models.CharField(max_length=40)
    code_hash = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("mã bình chọn")
        verbose_name_plural = _("mã bình chọn")
        indexes = [models.Index(fields=["poll", "voter", "sent_at"], name="vote_code_sent")]
        constraints = [
            models.CheckConstraint(condition=Q(tries__lte=5), name="vote_code_tries"),
        ]

    def __str__(self) -> str:
        return f"{self.poll}: {self.key}"


class CodeBatch(models.Model):
    """Ballot cards made and taken away at once; lost sheets are struck out together."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    poll = models.ForeignKey(Poll, models.CASCADE, related_name="batches")
    purpose = models.CharField(_("phát cho ai"), max_length=120)
    count = models.PositiveSmallIntegerField(_("số thẻ"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("in lúc"))
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    voided_at = models.DateTimeField(_("hủy lúc"), null=True)
    void_reason = models.CharField(_("vì sao hủy"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("tập thẻ bình chọn")
        verbose_name_plural = _("tập thẻ bình chọn")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True, voided_by__isnull=True, void_reason="")
                | Q(voided_at__isnull=False, voided_by__isnull=False) & ~Q(void_reason=""),
                name="batch_voided_with_reason",
                violation_error_message=_("Ghi vì sao hủy tập thẻ này."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.poll}: {self.purpose}"


class BallotCode(models.Model):
    """A card's code: only its keyed hash is kept, which is the voter's mark on the ballot."""

    batch = models.ForeignKey(CodeBatch, models.CASCADE, related_name="codes")
    poll = models.ForeignKey(Poll, models.CASCADE, related_name="ballot_codes")
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("thẻ bình chọn")
        verbose_name_plural = _("thẻ bình chọn")
        constraints = [
            models.UniqueConstraint(fields=["poll", "digest"], name="ballot_code_once"),
        ]

    def __str__(self) -> str:
        return f"{self.batch}"


class Annulment(models.Model):
    """Ballots that do not count, why, and how many: the numbers are published."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="annulments")
    reason = models.CharField(_("lý do, công bố cho mọi người"), max_length=300)
    count = models.PositiveIntegerField(_("số phiếu"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("lúc"))

    class Meta:
        verbose_name = _("lần loại phiếu")
        verbose_name_plural = _("các lần loại phiếu")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & Q(count__gte=1),
                name="annulment_has_reason",
                violation_error_message=_("Ghi lý do: mọi người sẽ đọc được."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.poll}: {self.count}"


class Ballot(models.Model):
    """One vote: a row that is written once. No address, no code and no receipt stands in it.

    ``choices`` are the keys of its options. Counting reads all rows at the end: nothing is added
    up while people vote, so that no row is written by two of them.
    """

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="ballots")
    voter = models.CharField(max_length=64)  # keyed hash of address or card
    receipt_hash = models.CharField(max_length=64)  # SHA-256 of the voter's receipt
    choices = models.JSONField()
    cast_at = models.DateTimeField(_("bỏ lúc"))
    network = models.CharField(max_length=12, blank=True)  # keyed hash of the network's prefix
    domain = models.CharField(max_length=40, blank=True)  # a large provider's, else a hash
    annulment = models.ForeignKey(
        Annulment, models.PROTECT, null=True, blank=True, related_name="ballots"
    )

    class Meta:
        verbose_name = _("phiếu")
        verbose_name_plural = _("phiếu")
        indexes = [models.Index(fields=["poll", "cast_at"], name="ballot_by_time")]
        constraints = [
            models.UniqueConstraint(fields=["poll", "voter"], name="one_ballot_a_voter"),
            models.UniqueConstraint(fields=["poll", "receipt_hash"], name="one_ballot_a_receipt"),
        ]

    def __str__(self) -> str:
        return f"{self.poll}: {self.receipt_hash[:8]}"

    @property
    def titles(self) -> list[str]:
        """What it chose, in words; the options are read once for all ballots of ``self.poll``."""
        return [option.title for option in self.poll.option_list if option.pk in self.choices]
