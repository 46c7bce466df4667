"""How django-allauth behaves here."""

from typing import ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs themselves up: an authority's administrator gives access."""

    error_messages: ClassVar[dict] = DefaultAccountAdapter.error_messages | {
        # One sentence for both: it must not say which addresses have an account.
        "email_password_mismatch": _("The e-mail address or the password is not right."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
