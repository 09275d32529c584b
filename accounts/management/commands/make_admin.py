"""Make the first administrator: who gives out the other roles."""

import secrets

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.models import Membership, User


class Command(BaseCommand):
    help = (
        "Give an e-mail address the administrator's role, making the account when there is none. "
        "A new account gets a password, printed once. Safe to run twice."
    )

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="full name of a new account")
        parser.add_argument(
            "--new-password", action="store_true", help="also for an account that exists"
        )

    @transaction.atomic
    def handle(self, *args, email, name, new_password, **options):
        email = User.objects.normalize(email)
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"Not an e-mail address: {email}") from error
        user = User.objects.filter(email=email).first()
        password = ""
        if user is None or new_password:
            password = secrets.token_urlsafe(15)
        if user is None:
            user = User.objects.create_user(email, password, full_name=name)
        elif password:
            user.set_password(password)
            user.save(update_fields=["password"])
        if not user.is_active:
            raise CommandError(f"The account {email} is closed.")
        # Whoever can run this command owns the machine: the address needs no other proof.
        EmailAddress.objects.update_or_create(
            user=user, email=email, defaults={"verified": True, "primary": True}
        )
        self.give_role(user)
        self.tell(user, password)

    def give_role(self, user: User) -> None:
        today = timezone.localdate()
        role = Membership.Role.ADMINISTRATOR
        if user.memberships.on(today).filter(role=role).exists():
            return
        services.grant(
            Membership(user=user, role=role, valid_from=today),
            by=User.objects.system(),
            at=timezone.now(),
        )

    def tell(self, user: User, password: str) -> None:
        self.stdout.write(f"Administrator: {user.email}")
        if password:
            self.stdout.write(f"Password (shown once, change it): {password}")
        self.stdout.write(f"Sign in at {settings.SITE_URL}{reverse('account_login')}")
        if settings.MFA_REQUIRED and not user.has_second_factor:
            self.stdout.write("The role takes effect once a second factor is set up.")
