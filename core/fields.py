"""Form fields that all forms share: text, phone, tax code, money, dates and kept files."""

import re
import unicodedata
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import phonenumbers
from django import forms
from django.core import signing, validators
from django.core.exceptions import ValidationError
from django.utils import formats
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from stdnum.exceptions import ValidationError as StdnumError
from stdnum.vn import mst

from core import files
from core.models import StoredFile
from core.text import nfc
from core.words import Refused

# -- Text ---------------------------------------------------------------------
# Characters that turn the direction of the text around them, or are seen by nobody.
_DIRECTION = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF])


class CleanCharField(forms.CharField):
    """One line of text: NFC, no direction tricks, single spaces, no NUL."""

    default_error_messages = {
        "required": _("Bạn chưa điền ô này."),
        "null_characters_not_allowed": _("Ô này có ký tự lạ. Xóa đi rồi gõ lại."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for place, validator in enumerate(self.validators):
            if isinstance(validator, validators.MaxLengthValidator):
                self.validators[place] = validators.MaxLengthValidator(
                    validator.limit_value,
                    ngettext_lazy(
                        "Ô này dài quá. Viết tối đa %(limit_value)d ký tự "
                        "(đang là %(show_value)d).",
                        "Ô này dài quá. Viết tối đa %(limit_value)d ký tự "
                        "(đang là %(show_value)d).",
                        "limit_value",
                    ),
                )

    def to_python(self, value: Any) -> Any:
        if value is not None and "\0" in str(value):
            raise ValidationError(
                self.error_messages["null_characters_not_allowed"],
                code="null_characters_not_allowed",
            )
        if value not in self.empty_values:
            value = self.tidy(nfc(str(value).translate(_DIRECTION)))
        return super().to_python(value)

    def tidy(self, text: str) -> str:
        return " ".join(text.split())


class CleanTextField(CleanCharField):
    """Several lines of text: line ends as ``\\n``, the rest as ``CleanCharField``."""

    widget = forms.Textarea

    def tidy(self, text: str) -> str:
        # Browsers count a line end as one character and send two.
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return "\n".join(line.rstrip() for line in lines).strip()


# -- Numbers that name somebody -----------------------------------------------
class VietnamesePhoneField(forms.CharField):
    """A phone number of Viet Nam, stored as E.164 (``+84905123456``).

    With ``foreign=True`` also numbers of other countries, typed with ``+``.
    """

    default_error_messages = {
        "required": _("Bạn chưa điền số điện thoại."),
        "signs": _("Số điện thoại chỉ gồm chữ số. Ví dụ: 0905 123 456."),
        "short": _("Số điện thoại này thiếu chữ số. Ví dụ đúng: 0905 123 456."),
        "long": _("Số điện thoại này thừa chữ số. Ví dụ đúng: 0905 123 456."),
        "unknown": _("Không có đầu số này. Xem lại số điện thoại."),
        "foreign": _("Cần số điện thoại Việt Nam. Ví dụ: 0905 123 456."),
    }
    widget = forms.TelInput
    _LONGEST = 30
    _SIGNS = re.compile(r"\+?[0-9 ().\-]+")

    def __init__(self, *, foreign: bool = False, **kwargs: Any) -> None:
        self.foreign = foreign
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict:
        attrs = super().widget_attrs(widget)
        return attrs | {"inputmode": "tel", "autocomplete": "tel"}

    def to_python(self, value: Any) -> str:
        text = " ".join(unicodedata.normalize("NFKC", super().to_python(value)).split())
        if text in self.empty_values:
            return self.empty_value
        if len(text) > self._LONGEST:
            self._fail("long")
        if not self._SIGNS.fullmatch(text):
            self._fail("signs")
        try:
            number = phonenumbers.parse(text, "VN")
        except phonenumbers.NumberParseException:
            self._fail("short" if len(text) < 9 else "unknown")
        self._check(number)
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def _check(self, number: phonenumbers.PhoneNumber) -> None:
        if number.country_code != 84 and not self.foreign:
            self._fail("foreign")
        if phonenumbers.is_valid_number(number):
            return
        digits = str(number.national_number)
        # Without the leading 0: landlines (02…) have ten digits, all others nine.
        wanted = 10 if digits.startswith("2") else 9
        if number.country_code != 84 or len(digits) == wanted:
            self._fail("unknown")
        self._fail("short" if len(digits) < wanted else "long")

    def _fail(self, code: str) -> None:
        raise ValidationError(self.error_messages[code], code=code)

    def prepare_value(self, value: Any) -> Any:
        """Show a stored number as people write it: ``0905 123 456``."""
        if not isinstance(value, str) or not re.fullmatch(r"\+[0-9]{8,15}", value):
            return value
        number = phonenumbers.parse(value)
        style = phonenumbers.PhoneNumberFormat
        home = number.country_code == 84
        return phonenumbers.format_number(number, style.NATIONAL if home else style.INTERNATIONAL)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return _differs(self, initial, data)


class TaxCodeField(forms.CharField):
    """A Vietnamese tax code: 10 digits with a check digit, 13 for a branch; digits only."""

    default_error_messages = {
        "required": _("Bạn chưa điền mã số thuế."),
        "length": _("Mã số thuế có 10 chữ số, chi nhánh có thêm 3 chữ số. Ví dụ: 0100112437."),
        "digits": _("Mã số thuế chỉ gồm chữ số. Ví dụ: 0100112437 hoặc 0100112437-001."),
        "wrong": _("Mã số thuế này không đúng. Xem lại từng chữ số trên giấy đăng ký."),
    }

    def widget_attrs(self, widget: forms.Widget) -> dict:
        return super().widget_attrs(widget) | {"inputmode": "numeric", "autocomplete": "off"}

    def to_python(self, value: Any) -> str:
        text = re.sub(r"[\s.\-]", "", unicodedata.normalize("NFKC", super().to_python(value)))
        if text in self.empty_values:
            return self.empty_value
        if not re.fullmatch(r"[0-9]+", text):
            raise ValidationError(self.error_messages["digits"], code="digits")
        if len(text) not in {10, 13}:
            raise ValidationError(self.error_messages["length"], code="length")
        try:
            return mst.validate(text)
        except StdnumError as error:
            raise ValidationError(self.error_messages["wrong"], code="wrong") from error

    def prepare_value(self, value: Any) -> Any:
        """Show a stored branch as it is printed: ``0100112437-001``."""
        stored = isinstance(value, str) and re.fullmatch(r"[0-9]{13}", value)
        return mst.format(value) if stored else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return _differs(self, initial, data)


# -- Money and days -----------------------------------------------------------
class WholeDongField(forms.Field):
    """An amount in whole đồng, from 0 to 10^15; thousands may be grouped by dots or spaces."""

    widget = forms.TextInput
    MOST = 10**15
    default_error_messages = {
        "required": _("Bạn chưa điền số tiền."),
        "invalid": _("Viết số tiền bằng chữ số, tính theo đồng. Ví dụ: 1.500.000."),
        "least": _("Số tiền ít nhất là %(limit)s đồng."),
        "most": _("Số tiền nhiều nhất là %(limit)s đồng."),
    }
    _AMOUNT = re.compile(r"[0-9]{1,19}|[0-9]{1,3}(?:\.[0-9]{3}){1,6}|[0-9]{1,3}(?: [0-9]{3}){1,6}")

    def __init__(self, *, min_value: int = 0, max_value: int = MOST, **kwargs: Any) -> None:
        self.min_value, self.max_value = min_value, max_value
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict:
        return super().widget_attrs(widget) | {"inputmode": "numeric", "autocomplete": "off"}

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values:
            return None
        text = re.sub(r"\s", " ", str(value)).strip()
        if not text:
            return None
        if not self._AMOUNT.fullmatch(text):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return int(re.sub(r"[. ]", "", text))

    def validate(self, value: int | None) -> None:
        super().validate(value)
        if value is None:
            return
        for code, limit, wrong in (
            ("least", self.min_value, value < self.min_value),
            ("most", self.max_value, value > self.max_value),
        ):
            if wrong:
                raise ValidationError(
                    self.error_messages[code], code=code, params={"limit": grouped(limit)}
                )

    def prepare_value(self, value: Any) -> Any:
        return grouped(value) if isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return _differs(self, initial, data)


def grouped(amount: int) -> str:
    """1500000 → ``1.500.000``."""
    return f"{amount:,}".replace(",", ".")


class DayInput(forms.DateInput):
    """The browser's own calendar; it reads and sends ISO only."""

    input_type = "date"

    def __init__(self, attrs: dict | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DateField(forms.DateField):
    """A day: ISO from the browser's own input, dd/mm/yyyy from a keyboard; 1900 to 2100."""

    widget = DayInput
    FORMATS = ["%Y-%m-%d", "%d/%m/%Y"]
    default_error_messages = {
        "required": _("Bạn chưa chọn ngày."),
        "invalid": _("Ngày này không đúng. Viết theo ngày/tháng/năm, ví dụ: 05/09/2026."),
        "early": _("Ngày này sớm quá. Chọn từ ngày %(limit)s."),
        "late": _("Ngày này muộn quá. Chọn đến ngày %(limit)s."),
    }

    def __init__(
        self,
        *,
        earliest: date = date(1900, 1, 1),
        latest: date = date(2100, 12, 31),
        **kwargs: Any,
    ) -> None:
        self.earliest, self.latest = earliest, latest
        kwargs.setdefault("input_formats", self.FORMATS)
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict:
        return super().widget_attrs(widget) | {
            "min": self.earliest.isoformat(),
            "max": self.latest.isoformat(),
        }

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, str):
            value = unicodedata.normalize("NFKC", value)
        return super().to_python(value)

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is None:
            return
        for code, limit, wrong in (
            ("early", self.earliest, value < self.earliest),
            ("late", self.latest, value > self.latest),
        ):
            if wrong:
                raise ValidationError(
                    self.error_messages[code], code=code, params={"limit": f"{limit:%d/%m/%Y}"}
                )

    def prepare_value(self, value: Any) -> Any:
        """A native input shows ISO only: what was typed otherwise is turned into it."""
        if not isinstance(value, str):
            return value
        try:
            return self.to_python(value)
        except ValidationError:
            return value


def _differs(field: forms.Field, initial: Any, data: Any) -> bool:
    """Compare what would be stored, not how it is written."""
    try:
        return field.to_python(data) != (initial if initial is not None else field.to_python(""))
    except ValidationError:
        return True


# -- Files that survive errors ------------------------------------------------
SALT = "core.fields.kept"
KEPT_FOR = 24 * 3600  # seconds; the sweep of unattached files must wait longer


@dataclass(frozen=True)
class Owner:
    """Who fills a form in, and when: a signed-in user, or a visitor by the key of the session."""

    at: datetime
    user: Any = None
    session_key: str = ""

    @property
    def name(self) -> str:
        if self.user is not None and self.user.is_authenticated:
            return f"user:{self.user.pk}"
        if not self.session_key:
            raise ValueError("A visitor who keeps a file needs a session.")
        return f"session:{self.session_key}"


@dataclass(frozen=True)
class Posted:
    """What a browser sends for a kept file."""

    upload: Any = None
    token: str = ""
    remove: bool = False


def token_for(stored: StoredFile, owner: Owner) -> str:
    """A signed value with which ``owner``, and nobody else, may hand this file in."""
    return signing.dumps([str(stored.key), owner.name], salt=SALT)


class KeptFileWidget(forms.FileInput):
    """A file input that shows the file already kept, with a box to drop it."""

    template_name = "core/widgets/kept_file.html"
    kept: StoredFile | None = None
    token = ""

    def value_from_datadict(self, data: Any, uploads: Any, name: str) -> Posted:
        return Posted(
            upload=uploads.get(name),
            token=data.get(f"{name}-kept", ""),
            remove=bool(data.get(f"{name}-remove")),
        )

    def value_omitted_from_data(self, data: Any, uploads: Any, name: str) -> bool:
        return name not in uploads and f"{name}-kept" not in data and f"{name}-remove" not in data

    def use_required_attribute(self, initial: Any) -> bool:
        return super().use_required_attribute(initial) and self.kept is None

    def format_value(self, value: Any) -> None:
        return None

    def get_context(self, name: str, value: Any, attrs: dict | None) -> dict:
        context = super().get_context(name, value, attrs)
        context["widget"] |= {
            "kept": self.kept,
            "kept_size": _size(self.kept.size) if self.kept else "",
            "token": self.token,
        }
        return context


def _size(count: int) -> str:
    """1258291 → ``1,2 MB``: bytes as people read them."""
    for unit, step in (("MB", 2**20), ("KB", 2**10)):
        if count >= step:
            return f"{formats.number_format(count / step, 1)} {unit}"
    return f"{count} B"


class KeptFileField(forms.FileField):
    """An upload that outlives errors elsewhere in its form; cleaned to a StoredFile or None.

    Set ``owner`` before the form is validated or shown, by ``keep_for(form, owner)``.
    A good file is stored at once, unattached; the form that comes back carries
    a signed value instead of the file. ``initial`` is the StoredFile of the
    record that is edited. Attach what was cleaned with ``core.files.attach``.
    """

    widget = KeptFileWidget
    default_error_messages = {
        "required": _("Bạn chưa chọn tệp."),
        "token": _("Không tìm thấy tệp đã tải lên. Chọn lại tệp."),
        "used": _("Tệp này đã được dùng ở hồ sơ khác. Chọn lại tệp."),
    }

    def __init__(
        self, *, kinds: Collection[str] = files.ALL, owner: Owner | None = None, **kwargs: Any
    ) -> None:
        self.kinds, self.owner = kinds, owner
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict:
        attrs = super().widget_attrs(widget) | {"accept": files.accept(self.kinds)}
        return attrs | {"class": widget.attrs.get("class", "input")}

    def keep(self, stored: StoredFile | None) -> StoredFile | None:
        """Let the widget show this file, or none."""
        self.widget.kept = stored
        self.widget.token = token_for(stored, self._owner()) if stored else ""
        return stored

    def clean(self, value: Posted | None, initial: StoredFile | None = None) -> StoredFile | None:
        posted = value if isinstance(value, Posted) else Posted()
        self.keep(None)
        if posted.upload:
            try:
                return self.keep(self._stored(posted.upload))
            except Refused as error:
                self._keep_earlier(posted, initial)
                raise ValidationError(str(error), code="refused") from error
        stored = self.keep(self._earlier(posted, initial))
        if stored is None and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        return stored

    def _earlier(self, posted: Posted, initial: StoredFile | None) -> StoredFile | None:
        """The file from an earlier sending of this form, or of the record that is edited."""
        if posted.remove:
            return None
        return self._claimed(posted.token, initial) if posted.token else initial

    def _keep_earlier(self, posted: Posted, initial: StoredFile | None) -> None:
        """When only the new file is bad, the one before stays on the page."""
        try:
            self.keep(self._earlier(posted, initial))
        except ValidationError:
            self.keep(None)

    def _stored(self, upload: Any) -> StoredFile:
        owner = self._owner()
        return files.store(upload, by=owner.user, at=owner.at, kinds=self.kinds)

    def _claimed(self, token: str, initial: StoredFile | None) -> StoredFile:
        """The file that a token of this owner names; sentences for all that may be wrong."""
        key = self._key(token)
        stored = StoredFile.objects.filter(key=key).first() if key else None
        if stored is None or not (stored == initial or files.is_of(stored, self.kinds)):
            raise ValidationError(self.error_messages["token"], code="token")
        if stored.object_id is not None and stored != initial:
            raise ValidationError(self.error_messages["used"], code="used")
        return stored

    def _key(self, token: str) -> uuid.UUID | None:
        try:
            key, name = signing.loads(token, salt=SALT, max_age=KEPT_FOR)
            return uuid.UUID(key) if name == self._owner().name else None
        except (signing.BadSignature, ValueError, TypeError):
            return None

    def bound_data(self, data: Any, initial: Any) -> Any:
        return self.widget.kept

    def prepare_value(self, value: Any) -> Any:
        """An unbound form shows the file of the record that is edited."""
        if isinstance(value, StoredFile) and self.widget.kept is None:
            self.keep(value)
        return value

    def has_changed(self, initial: StoredFile | None, data: Posted | None) -> bool:
        if self.disabled or not isinstance(data, Posted):
            return False
        if data.upload or (data.remove and initial is not None):
            return True
        key = self._key(data.token) if data.token else None
        return key is not None and (initial is None or key != initial.key)

    def _owner(self) -> Owner:
        if self.owner is None:
            raise ValueError("Tell the form whose files it keeps: keep_for(form, owner).")
        return self.owner


def keep_for(form: forms.BaseForm, owner: Owner) -> None:
    """Say who fills the form in; call it when the form is made."""
    for field in form.fields.values():
        if isinstance(field, KeptFileField):
            field.owner = owner
