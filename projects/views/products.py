"""Products: what everybody may look through, one of them, and the forms about it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import web
from core.codes import Code
from core.fields import Owner
from core.web import require
from core.words import Refused
from projects import lists_market, products, recording
from projects.forms.office import sending_key
from projects.forms.products import ListingForm, ProductFilter, ProductForm
from projects.models import Listing, Product, Venture
from projects.views.desk import take
from projects.views.office import load
from projects.workflow import LISTINGS

FILTERS = {
    "": gettext_lazy("Tất cả"),
    "dang-ban": gettext_lazy("Đang bán"),
    "chung-nhan": gettext_lazy("Có chứng nhận còn hạn"),
}


# -- Looking ------------------------------------------------------------------
@require_safe
def product_list(request):
    """Products that the reader may see, the newest first."""
    today = timezone.localdate()
    form = ProductFilter(request.GET)
    asked = asked_for(form)
    rows = lists_market.products(request.user, asked, today)
    field, chosen = asked["linh_vuc"], asked["loc"]
    sees_all = request.user.can("venture.list_queue")
    return web.render_list(
        request,
        "projects/products.html",
        rows,
        form=form,
        filters=[(code, label, code == chosen) for code, label in FILTERS.items()],
        fields=[("", _("Mọi lĩnh vực"), not field)]
        + [(code, label, code == field) for code, label in Venture.Field.choices],
        is_narrowed=any(asked.values()),
        sees_all=sees_all,
    )


def asked_for(form):
    """The filter as it was understood."""
    return {name: form.asked_for(name) for name in ("q", "linh_vuc", "loc")}


def load_product(request, code):
    """The product behind a code, if the reader may see it; else 404."""
    parsed = Code.parse(code)
    if parsed is None or parsed.prefix != Product.PREFIX:
        raise Http404(code)
    rows = Product.objects.visible_to(request.user, timezone.localdate())
    rows = rows.select_related("venture__owner", "venture__unit", "picture")
    return get_object_or_404(rows, year=parsed.year, number=parsed.number)


@require_safe
def product(request, code):
    found = load_product(request, code)
    user, today = request.user, timezone.localdate()
    private = user.can("venture.view_private", found.venture)
    may_edit = user.can("listing.edit", found)
    listings = found.listings.select_related("marketplace").order_by("marketplace__order", "pk")
    certificates = found.certificates.select_related("renews").order_by("-expires_on", "-pk")
    if not private:
        listings = listings.filter(status=Listing.Status.SELLING)
        certificates = certificates.filter(pk__in=lists_market.valid(today).values("pk"))
    context = {
        "base": "base_office.html" if private else "base_public.html",
        "product": found,
        "venture": found.venture,
        "private": private,
        "may_edit": user.can("product.edit", found),
        "may_list": may_edit,
        "is_public": found.is_public,
        "certificates": list(certificates),
        "today": today,
        "listings": [
            {"row": row, "steps": _listing_steps(row, user) if may_edit else []} for row in listings
        ],
    }
    return render(request, "projects/product.html", context)


def _listing_steps(listing, user):
    return web.buttons(
        LISTINGS,
        listing,
        user,
        lambda name: reverse("projects:listing_step", args=[listing.pk, name]),
    )


# -- Writing ------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def product_new(request, code):
    venture = load(request, code)
    require(request.user, "product.record", venture)
    if venture.level == Venture.Level.IDEA:
        messages.error(request, _("Ghi được sau khi ý tưởng đã thành dự án."))
        return redirect(venture)
    now = timezone.now()
    key = sending_key(request.POST, request.FILES) if request.method == "POST" else ""
    if earlier := recording.recorded(Product, key, by=request.user, at=now):
        return redirect(earlier)
    form = _product_form(request, venture, now)
    if form.is_bound and form.is_valid():
        try:
            made = products.add(venture, form.values(), by=request.user, at=now, key=key)
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("Đã ghi sản phẩm."))
            return redirect(made)
    return _form_page(request, form, venture, _("Thêm sản phẩm"), back=venture)


@require_http_methods(["GET", "HEAD", "POST"])
def product_edit(request, code):
    found = load_product(request, code)
    require(request.user, "product.edit", found)
    now = timezone.now()
    form = _product_form(request, found.venture, now, found)
    if form.is_bound and form.is_valid():
        try:
            products.change(found, form.values(), by=request.user, at=now)
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("Đã sửa."))
            return redirect(found)
    return _form_page(request, form, found.venture, _("Sửa sản phẩm"), back=found, edits=True)


def _product_form(request, venture, now, found=None):
    told = {
        "owner": Owner(at=now, user=request.user),
        "today": timezone.localdate(now),
        "may_publish": venture.owner_id == request.user.pk,
        "product": found,
    }
    if request.method == "POST":
        return ProductForm(request.POST, request.FILES, **told)
    return ProductForm(**told)


def _form_page(request, form, venture, title, *, back, edits=False):
    context = {
        "form": form,
        "venture": venture,
        "title": title,
        "back": back,
        "edits": edits,
        "sending": get_random_string(22),
    }
    status = 422 if form.is_bound else 200
    return render(request, "projects/product_form.html", context, status=status)


# -- Places where it is sold ----------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def listing_new(request, code):
    found = load_product(request, code)
    require(request.user, "listing.edit", found)
    now = timezone.now()
    key = sending_key(request.POST, request.FILES) if request.method == "POST" else ""
    if recording.recorded(Listing, key, by=request.user, at=now):
        return redirect(found)
    form = _listing_form(request, now)
    if form.is_bound and form.is_valid():
        try:
            products.put_on(found, form.values(), by=request.user, at=now, key=key)
        except Refused as reason:
            form.add_error("marketplace", str(reason))
        else:
            messages.success(request, _("Đã ghi chỗ bán."))
            return redirect(found)
    return _form_page(request, form, found.venture, _("Thêm chỗ bán trên mạng"), back=found)


def _load_listing(request, pk):
    rows = Listing.objects.filter(product__in=Product.objects.visible_to(request.user))
    found = rows.select_related("product__venture", "marketplace").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def listing_edit(request, pk):
    found = _load_listing(request, pk)
    require(request.user, "listing.edit", found)
    now = timezone.now()
    form = _listing_form(request, now, found)
    if form.is_bound and form.is_valid():
        try:
            products.change_listing(found, form.values(), by=request.user, at=now)
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("Đã sửa."))
            return redirect(found)
    product_ = found.product
    title = _("Sửa chỗ bán trên mạng")
    return _form_page(request, form, product_.venture, title, back=product_, edits=True)


def _listing_form(request, now, found=None):
    told = {"today": timezone.localdate(now), "listing": found}
    return ListingForm(request.POST, **told) if request.method == "POST" else ListingForm(**told)


@require_POST
def listing_step(request, pk, step):
    found = _load_listing(request, pk)
    return take(request, LISTINGS, found, step, done=_("Đã ghi."))
