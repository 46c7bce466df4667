"""Make a council (or a partner body) known to the portal, with its first administrator."""

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from prevent_portal import clock
from prevent_portal.commands import PortalCommand
from prevent_portal.models import Membership, Organisation, User
from prevent_portal.permissions import Role

COMPARED = ("name", "slug", "kind", "parent", "nation", "region", "ons_code", "is_funded")


class Command(PortalCommand):
    help = (
        "Create an authority, and with --administrator the account of the person who will make its other accounts. "
        "The account has no password: its owner sets one through “Forgotten your password?”. Running it again with "
        "the same values changes nothing; with other values it is refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the authority's full name")
        parser.add_argument("--slug", required=True, help="short name in web addresses")
        parser.add_argument("--kind", required=True, choices=Organisation.Kind.values)
        parser.add_argument("--parent", metavar="SLUG", help="the county above a district or borough")
        parser.add_argument("--region", default="", choices=Organisation.Region.values)
        parser.add_argument("--nation", default=Organisation.Nation.ENGLAND, choices=Organisation.Nation.values)
        parser.add_argument("--ons-code", default="", help="nine characters")
        parser.add_argument("--funded", action="store_true", help="the Home Office funds this area as a priority")
        parser.add_argument("--administrator", metavar="EMAIL", help="the first authority administrator")
        parser.add_argument("--administrator-name", metavar="NAME", default="", help="their name, for a new account")
        super().add_arguments(parser)

    def run(self, *, actor: User | None, **options: Any) -> dict[str, Any]:
        wanted = Organisation(
            name=options["name"],
            slug=options["slug"],
            kind=options["kind"],
            parent=self._parent(options["parent"], options["kind"]),
            nation=options["nation"],
            region=options["region"],
            ons_code=options["ons_code"],
            is_funded=options["funded"],
        )
        organisation, is_new = self._organisation(wanted)
        return {
            "authority": {"slug": organisation.slug, "name": organisation.name, "kind": organisation.kind},
            "is_new": is_new,
            "address": organisation.get_absolute_url(),
            "administrator": self._administrator(organisation, options["administrator"], options["administrator_name"]),
        }

    @staticmethod
    def _parent(slug: str | None, kind: str) -> Organisation | None:
        if not slug:
            return None
        if kind not in {Organisation.Kind.DISTRICT, Organisation.Kind.BOROUGH}:
            raise CommandError(_("Only a district or borough has a county above it."))
        try:
            return Organisation.objects.get(slug=slug, kind=Organisation.Kind.COUNTY)
        except Organisation.DoesNotExist as error:
            raise CommandError(_("--parent: no county is called %(slug)s.") % {"slug": slug}) from error

    @staticmethod
    def _organisation(wanted: Organisation) -> tuple[Organisation, bool]:
        existing = Organisation.objects.filter(slug=wanted.slug).select_related("parent").first()
        if existing is None:
            wanted.full_clean()
            wanted.save()
            return wanted, True
        different = [
            str(Organisation._meta.get_field(name).verbose_name)
            for name in COMPARED
            if getattr(existing, name) != getattr(wanted, name)
        ]
        if different:
            raise ValidationError(
                _("%(slug)s exists already, as %(name)s, and differs in: %(fields)s. Change it in the platform pages.")
                % {"slug": existing.slug, "name": existing.name, "fields": ", ".join(different)}
            )
        return existing, False

    @staticmethod
    def _administrator(organisation: Organisation, email: str | None, name: str) -> dict[str, Any] | None:
        if not email:
            return None
        user = User.objects.filter(email__iexact=email).first()
        is_new_account = user is None
        if user is None:
            if not name:
                raise CommandError(_("A new administrator's account needs --administrator-name."))
            user = User(email=User.objects.normalize_email(email).lower(), name=name)
            user.set_unusable_password()
            user.full_clean()
            user.save()
        today = clock.today()
        grants = Membership.objects.filter(
            organisation=organisation, user=user, role=Role.AUTHORITY_ADMINISTRATOR
        ).current(today)
        is_new_grant = not grants.exists()
        if is_new_grant:
            membership = Membership(
                organisation=organisation, user=user, role=Role.AUTHORITY_ADMINISTRATOR, starts_on=today
            )
            membership.full_clean()
            membership.save()
        return {"email": user.email, "is_new_account": is_new_account, "is_new_grant": is_new_grant}

    def in_words(self, report: dict[str, Any]) -> Iterable[str]:
        names = {"name": report["authority"]["name"], "address": report["address"]}
        if report["is_new"]:
            yield _("Created: %(name)s, at %(address)s") % names
        else:
            yield _("Exists already, unchanged: %(name)s, at %(address)s") % names
        if administrator := report["administrator"]:
            email = {"email": administrator["email"]}
            if administrator["is_new_grant"]:
                yield _("Administrator: %(email)s") % email
            else:
                yield _("Administrator already: %(email)s") % email
            if administrator["is_new_account"]:
                yield _("The account has no password yet: its owner sets one through “Forgotten your password?”.")
