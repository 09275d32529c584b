"""What every template may use: numbers, days, drawings, addresses, form controls."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import template
from django.forms import BoundField, DateInput, DateTimeInput, TimeInput
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from core import charts, formats_vn

register = template.Library()

NATIVE = {DateInput: "date", DateTimeInput: "datetime-local", TimeInput: "time"}


def _number(value: Any) -> Any:
    """Templates give "" for what is missing."""
    return None if value == "" else value


@register.filter
def count(value: int | None) -> str:
    """`03`, `12`, `1.234`; a dash for None."""
    return formats_vn.count(_number(value))


@register.filter
def number(value: formats_vn.Number | None, places: int | None = None) -> str:
    """`1.234.567,89`."""
    return formats_vn.number(_number(value), places)


@register.filter
def dong(value: int | None) -> str:
    """`1.500.000 đồng`."""
    return formats_vn.dong(_number(value))


@register.filter
def date_vn(value: date | None) -> str:
    """`05/09/2026`."""
    return formats_vn.date_vn(_number(value))


@register.filter
def percent(value: formats_vn.Number | None, whole: formats_vn.Number | None = None) -> str:
    """`{{ 66.67|percent }}` and `{{ 2|percent:3 }}` are both `66,7%`."""
    value = _number(value)
    return formats_vn.percent(value) if whole is None else formats_vn.share(value, _number(whole))


@register.filter
def control(field: BoundField) -> SafeString:
    """The field's widget; days and times as the browser's own pickers."""
    widget = field.field.widget
    if native := NATIVE.get(type(widget)):
        widget.input_type = native
    return field.as_widget()


@register.filter
def first_id(field: BoundField) -> str:
    """The id that a link to the field leads to: a group of choices has none of its own."""
    return field.id_for_label or f"{field.auto_id}_0"


def _key(context: Context, given: str) -> str:
    """An id for a drawing that no other drawing of this answer has; "" leaves it to the content.

    The count hangs on the request: an included template has a render context of its own.
    """
    request = getattr(context, "request", None)
    if given or request is None:
        return given
    request.drawings = getattr(request, "drawings", 0) + 1
    return f"ve-{request.drawings}"


@register.simple_tag(takes_context=True)
def band(
    context: Context,
    value: int | None,
    low: int,
    high: int | None,
    title: str = "",
    desc: str = "",
    **options: Any,
) -> SafeString:
    """`{% band 3 2 5 title=… desc=… %}`: see `core.charts.band`."""
    options["key"] = _key(context, options.get("key", ""))
    return charts.band(
        _number(value), low, _number(high), title=str(title), desc=str(desc), **options
    )


@register.simple_tag(takes_context=True)
def funnel(context: Context, rows: Any, title: str = "", desc: str = "", key: str = "") -> str:
    """`{% funnel rows title=… desc=… %}`: see `core.charts.funnel`."""
    return charts.funnel(rows, title=str(title), desc=str(desc), key=_key(context, key))


@register.simple_tag(takes_context=True)
def leaning(context: Context, rows: Any, title: str = "", desc: str = "", key: str = "") -> str:
    """`{% leaning rows title=… desc=… %}`: see `core.charts.leaning`."""
    return charts.leaning(rows, title=str(title), desc=str(desc), key=_key(context, key))


@register.simple_tag(takes_context=True)
def trend(context: Context, quarters: Any, title: str = "", desc: str = "", key: str = "") -> str:
    """`{% trend quarters title=… desc=… %}`: see `core.charts.trend`."""
    return charts.trend(quarters, title=str(title), desc=str(desc), key=_key(context, key))


@register.simple_tag
def chip(kind: str, words: str) -> SafeString:
    """A status: ok, in, wait, do, soon, late or none gives the shape, the words tell it."""
    return format_html('<span class="chip chip-{}">{}</span>', kind, words)


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """The page's own query with some parameters replaced; None or "" takes one away."""
    request = getattr(context, "request", None)
    parameters = dict(request.GET.lists()) if request else {}
    for name, value in changes.items():
        if value in (None, ""):
            parameters.pop(name, None)
        else:
            parameters[name] = [value]
    return f"?{urlencode(parameters, doseq=True)}"


@register.simple_tag(takes_context=True)
def nav_item(context: Context, url: str, label: str) -> SafeString:
    """An item of the public menu, marked where the reader is in that part of the portal."""
    request = getattr(context, "request", None)
    here = request is not None and request.path.startswith(url)
    current = mark_safe(' aria-current="page"') if here else ""
    return format_html('<li><a href="{}"{}>{}</a></li>', url, current, label)
