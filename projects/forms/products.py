"""What founders and officials fill in about products and where they are sold."""

from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import files
from core.fields import CleanCharField, CleanTextField, DateField, KeptFileField, Owner, keep_for
from core.search import LONGEST, asked
from projects.forms.office import CHOOSE
from projects.models import Listing, Marketplace, Product, Venture


class ProductForm(forms.Form):
    """A product; whether it is public is the owner's word alone."""

    NAMES = ("name", "about", "unit", "since", "on_sale", "picture")

    name = CleanCharField(
        label=gettext_lazy("Tên sản phẩm"),
        help_text=gettext_lazy("Như trên nhãn. Ví dụ: Muối ớt rong biển."),
        max_length=120,
    )
    about = CleanTextField(
        label=gettext_lazy("Là gì, dùng làm gì"),
        help_text=gettext_lazy("Hai ba câu cho người chưa biết."),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    unit = CleanCharField(
        label=gettext_lazy("Đơn vị tính"),
        help_text=gettext_lazy("Ví dụ: hũ 200 g, chai, kg, chuyến."),
        max_length=40,
        required=False,
    )
    since = DateField(
        label=gettext_lazy("Có từ ngày"),
        help_text=gettext_lazy("Không nhớ đúng ngày thì ghi gần đúng, hoặc để trống."),
        required=False,
    )
    on_sale = forms.BooleanField(label=gettext_lazy("Đang bán"), required=False, initial=True)
    picture = KeptFileField(
        label=gettext_lazy("Ảnh sản phẩm"),
        help_text=gettext_lazy("Chụp bằng điện thoại cũng được. Ảnh hiện cùng sản phẩm."),
        kinds=files.PICTURES,
        required=False,
    )
    published = forms.BooleanField(
        label=gettext_lazy("Cho mọi người xem sản phẩm này"),
        help_text=gettext_lazy(
            "Sản phẩm hiện công khai khi hồ sơ của bạn cũng đã công bố. Bỏ đánh dấu là ẩn ngay."
        ),
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        owner: Owner,
        today: date,
        may_publish: bool,
        product: Product | None = None,
        **kwargs: Any,
    ) -> None:
        self.at, self.product = owner.at, product
        if product is not None:
            kwargs["initial"] = {name: getattr(product, name) for name in self.NAMES}
            kwargs["initial"]["published"] = product.published_at is not None
        super().__init__(*args, **kwargs)
        keep_for(self, owner)
        if not may_publish:
            del self.fields["published"]
        since = self.fields["since"]
        since.latest = today
        since.widget.attrs["max"] = today.isoformat()

    def values(self) -> dict[str, Any]:
        """What the form says of the product, by the names of its columns."""
        told = {name: self.cleaned_data[name] for name in self.NAMES}
        if "published" in self.fields:
            before = self.product.published_at if self.product else None
            told["published_at"] = (before or self.at) if self.cleaned_data["published"] else None
        return told


class ListingForm(forms.Form):
    """A product's place on a marketplace."""

    NAMES = ("marketplace", "url", "since")

    marketplace = forms.ModelChoiceField(
        label=gettext_lazy("Sàn"),
        queryset=Marketplace.objects.none(),
        empty_label=gettext_lazy("Chọn sàn"),
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    url = CleanCharField(
        label=gettext_lazy("Đường dẫn tới sản phẩm"),
        help_text=gettext_lazy("Bắt đầu bằng https://. Chưa có thì để trống."),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )
    since = DateField(
        label=gettext_lazy("Bán từ ngày"),
        help_text=gettext_lazy("Để trống thì lấy ngày bấm Đang bán."),
        required=False,
    )

    def __init__(
        self, *args: Any, today: date, listing: Listing | None = None, **kwargs: Any
    ) -> None:
        if listing is not None:
            kwargs["initial"] = {name: getattr(listing, name) for name in self.NAMES}
        super().__init__(*args, **kwargs)
        open_ones = Marketplace.objects.filter(is_open=True)
        if listing is not None:
            open_ones = open_ones | Marketplace.objects.filter(pk=listing.marketplace_id)
        self.fields["marketplace"].queryset = open_ones.order_by("order", "pk")
        since = self.fields["since"]
        since.latest = today
        since.widget.attrs["max"] = today.isoformat()

    def clean_url(self) -> str:
        url = self.cleaned_data["url"]
        if url and not host_of(url):
            raise forms.ValidationError(
                _("Đường dẫn này không đúng. Chép lại cả dòng bắt đầu bằng https://."),
                code="invalid",
            )
        return url

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        url, marketplace = cleaned.get("url"), cleaned.get("marketplace")
        if url and marketplace and marketplace.host:
            host = host_of(url)
            if host != marketplace.host and not host.endswith(f".{marketplace.host}"):
                words = _("Đường dẫn này không thuộc %(host)s. Chọn đúng sàn, hoặc chép lại.")
                self.add_error("url", words % {"host": marketplace.host})
        return cleaned

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.NAMES}


def host_of(url: str) -> str:
    """The host of a plain https address; "" for anything else: other schemes, names, ports."""
    if any(char.isspace() or char in '\\"<>' for char in url):
        return ""
    try:
        parts = urlsplit(url)
        plain = parts.scheme == "https" and parts.port is None and "@" not in parts.netloc
        host = (parts.hostname or "").encode("ascii").decode() if plain else ""
    except (ValueError, UnicodeError):
        return ""
    labels = host.split(".")
    named = len(labels) > 1 and all(labels) and not labels[-1].isdigit()
    return host if named and all(c.isalnum() or c in ".-" for c in host) else ""


class ProductFilter(forms.Form):
    """Reads ``?q=``; the rest of the filter is links."""

    q = forms.CharField(
        label=gettext_lazy("Tên sản phẩm hoặc mã"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "maxlength": LONGEST}),
    )
    linh_vuc = forms.ChoiceField(choices=Venture.Field.choices, required=False)
    loc = forms.ChoiceField(choices=[("dang-ban", ""), ("chung-nhan", "")], required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_valid()

    def clean_q(self) -> str:
        return asked(self.cleaned_data["q"])

    def asked_for(self, name: str) -> str:
        """The value of a parameter that was understood; "" of any other."""
        return self.cleaned_data.get(name) or ""
