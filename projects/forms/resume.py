"""Where the link to a draft goes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import AddressField


class ResumeForm(forms.Form):
    """A visitor's address; who has signed in gets the letter at the account's own."""

    use_required_attribute = False
    email = AddressField(
        label=_("Thư điện tử của bạn"),
        help_text=_("Ai mở được hộp thư này thì mở được bản nháp. Gõ cho đúng."),
    )

    def __init__(self, *args, signed_in: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if signed_in:
            del self.fields["email"]
