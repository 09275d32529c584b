"""What a venture makes and where it sells it: products, marketplaces, fairs, lead firms."""

from datetime import date
from functools import cached_property
from urllib.parse import urlsplit

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.codes import Code
from core.facts import Fact
from core.models import Sampled, StoredFile
from core.search import matching
from core.text import fold
from projects.models.venture import Venture, in_team, is_public


class ProductQuerySet(models.QuerySet):
    def public(self, today: date) -> "ProductQuerySet":
        """The venture is public, and its owner ticked this product."""
        return self.filter(is_public(today, of="venture__"), published_at__isnull=False)

    def visible_to(self, user, today: date | None = None) -> "ProductQuerySet":
        """What the person may see; agrees, by test, with the permission product.view."""
        today = today or timezone.localdate()
        if not user.is_authenticated:
            return self.public(today)
        mine = Q(venture__owner=user) | Q(venture__in=Venture.objects.filter(in_team(user)))
        if user.can("venture.list_queue"):
            return self.filter(mine | ~Q(venture__status=Venture.Status.DRAFT))
        return self.filter(mine | Q(pk__in=self.model.objects.public(today).values("pk")))

    def search(self, words: str) -> "ProductQuerySet":
        """Rows whose folded text holds every word; a code finds its product."""
        if code := Code.parse(words):
            found = self.filter(year=code.year, number=code.number)
            return found if code.prefix == Product.PREFIX else self.none()
        return matching(self, words)


class Product(Sampled):
    """Something that a venture makes or does for money."""

    PREFIX = "SP"

    year = models.PositiveSmallIntegerField(editable=False)
    number = models.PositiveIntegerField(editable=False)
    venture = models.ForeignKey(Venture, models.PROTECT, related_name="products")
    name = models.CharField(_("tên sản phẩm"), max_length=120)
    about = models.TextField(_("là gì, dùng làm gì"), max_length=600)
    unit = models.CharField(_("đơn vị tính"), max_length=40, blank=True)
    since = models.DateField(_("có từ ngày"), null=True, blank=True)
    on_sale = models.BooleanField(_("đang bán"), default=True)
    picture = models.ForeignKey(
        StoredFile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ảnh"),
    )
    published_at = models.DateTimeField(_("chủ đồng ý công bố lúc"), null=True, blank=True)
    created_at = models.DateTimeField(_("ghi lúc"), default=timezone.now)
    search_text = models.TextField(blank=True, editable=False)

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("sản phẩm")
        verbose_name_plural = _("sản phẩm")
        indexes = [models.Index(fields=["venture", "-id"], name="product_of_venture")]
        constraints = [models.UniqueConstraint(fields=["year", "number"], name="product_code")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("projects:product", args=[self.code])

    @property
    def code(self) -> str:
        return str(Code(self.PREFIX, self.year, self.number))

    @property
    def owner_id(self):
        return self.venture.owner_id

    @property
    def is_sent(self) -> bool:
        return self.venture.is_sent

    @cached_property
    def is_public(self) -> bool:
        """Whether everybody may see it today."""
        return Product.objects.public(timezone.localdate()).filter(pk=self.pk).exists()

    def searchable(self) -> str:
        """The folded text that search compares: what everybody reads when it is public."""
        return fold(self.name, self.about)


class Marketplace(models.Model):
    """Where products are sold on the net. Rows are data: the town adds its own."""

    code = models.SlugField(_("mã"), max_length=30, unique=True)
    name = models.CharField(_("tên sàn"), max_length=80)
    # Links of the marketplace lead there or below it; "" takes any host.
    host = models.CharField(_("tên miền"), max_length=100, blank=True)
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)
    is_open = models.BooleanField(_("còn dùng"), default=True)

    class Meta:
        verbose_name = _("sàn thương mại điện tử")
        verbose_name_plural = _("sàn thương mại điện tử")
        ordering = ["order", "pk"]

    def __str__(self):
        return self.name


class Listing(models.Model):
    """A product on a marketplace: the link, and how far it is."""

    class Status(models.TextChoices):
        PREPARING = "preparing", _("Đang làm thủ tục")
        SELLING = "selling", _("Đang bán")
        PAUSED = "paused", _("Tạm dừng")
        REMOVED = "removed", _("Đã gỡ")

    product = models.ForeignKey(Product, models.PROTECT, related_name="listings")
    marketplace = models.ForeignKey(Marketplace, models.PROTECT, verbose_name=_("sàn"))
    url = models.URLField(_("đường dẫn"), max_length=500, blank=True)
    since = models.DateField(_("bán từ ngày"), null=True, blank=True)
    status = models.CharField(
        _("tình trạng"), max_length=10, choices=Status, default=Status.PREPARING, editable=False
    )
    created_at = models.DateTimeField(_("ghi lúc"), default=timezone.now)

    class Meta:
        verbose_name = _("chỗ bán trên mạng")
        verbose_name_plural = _("chỗ bán trên mạng")
        constraints = [
            models.UniqueConstraint(
                fields=["product", "marketplace"],
                condition=~Q(status="removed"),
                name="one_standing_listing_a_marketplace",
                violation_error_message=_("Sản phẩm này đã có trên sàn đó."),
            ),
            models.CheckConstraint(
                condition=Q(url="") | Q(url__startswith="https://"),
                name="listing_link_is_https",
                violation_error_message=_("Đường dẫn phải bắt đầu bằng https://."),
            ),
            models.CheckConstraint(
                condition=~Q(status="selling") | ~Q(url=""),
                name="selling_listing_has_link",
                violation_error_message=_("Đang bán thì phải có đường dẫn."),
            ),
        ]

    def __str__(self):
        return f"{self.product}, {self.marketplace}"

    def get_absolute_url(self):
        return self.product.get_absolute_url()

    @property
    def host(self) -> str:
        """Where the link leads: shown beside it, so that nobody is led astray."""
        return urlsplit(self.url).hostname or ""

    @property
    def owner_id(self):
        return self.product.owner_id

    @property
    def is_sample(self) -> bool:
        return self.product.is_sample


class VentureFact(Fact):
    """What the facts of a venture's market share."""

    venture = models.ForeignKey(Venture, models.PROTECT, related_name="%(class)ss")

    class Meta(Fact.Meta):
        abstract = True

    @property
    def owner_id(self):
        return self.venture.owner_id

    @property
    def is_unverified(self) -> bool:
        return self.status in {self.Status.RECORDED, self.Status.RETURNED}


class FairVisit(VentureFact):
    """The venture showed its products at a fair; ``happened_on`` is the first day."""

    name = models.CharField(_("tên hội chợ"), max_length=200)
    place = models.CharField(_("nơi tổ chức"), max_length=200)
    last_on = models.DateField(_("ngày cuối"))
    result = models.TextField(_("kết quả"), max_length=1000, blank=True)
    value = models.PositiveBigIntegerField(_("giá trị hợp đồng (đồng)"), default=0)

    class Meta(VentureFact.Meta):
        abstract = False
        verbose_name = _("lần dự hội chợ")
        verbose_name_plural = _("lần dự hội chợ")
        indexes = [models.Index(fields=["venture", "-happened_on"], name="fair_of_venture")]
        constraints = [
            *VentureFact.Meta.constraints,
            models.CheckConstraint(
                condition=Q(last_on__gte=F("happened_on")),
                name="fair_ends_after_it_begins",
                violation_error_message=_("Ngày cuối không thể trước ngày đầu."),
            ),
        ]

    def __str__(self):
        return f"{self.name}, {self.happened_on:%d/%m/%Y}"

    def get_absolute_url(self):
        return reverse("projects:fairvisit", args=[self.pk])


class SupplyLink(VentureFact):
    """The venture supplies a lead firm; ``happened_on`` is the day since when."""

    lead_firm = models.CharField(_("doanh nghiệp đầu tàu"), max_length=200)
    supplied = models.CharField(_("cung ứng gì"), max_length=200)
    until = models.DateField(_("đến ngày"), null=True, blank=True)
    value = models.PositiveBigIntegerField(_("giá trị hợp đồng (đồng)"), default=0)

    class Meta(VentureFact.Meta):
        abstract = False
        verbose_name = _("liên kết cung ứng")
        verbose_name_plural = _("liên kết cung ứng")
        indexes = [models.Index(fields=["venture", "-happened_on"], name="supply_of_venture")]
        constraints = [
            *VentureFact.Meta.constraints,
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("happened_on")),
                name="supply_ends_after_it_begins",
                violation_error_message=_("Ngày kết thúc không thể trước ngày bắt đầu."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("projects:supplylink", args=[self.pk])

    @property
    def name(self) -> str:
        return f"{self.lead_firm}: {self.supplied}"
