"""Owners of actions, and handing over when one leaves."""

from typing import Any

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from prevent_portal import clock
from prevent_portal.views import (
    PortalCreateView,
    PortalDetailView,
    PortalFormView,
    PortalListView,
    PortalMixin,
    PortalUpdateView,
)

from .. import services
from ..models import Action, Owner
from ..owner_forms import HandOverForm, OwnerForm


class OwnerPageMixin(PortalMixin):
    """A page below the list of owners."""

    def get_breadcrumbs(self):
        return [(_("Owners"), self.url("plans:owner_list"))]


class OwnerListView(PortalListView):
    """Whoever answers for an action of this authority."""

    permission = "plans.view_owner"
    model = Owner
    template_name = "plans/owner_list.html"
    title = gettext_lazy("Owners of actions")

    def get_queryset(self):
        return super().get_queryset().for_list().select_related("organisation", "user", "body")


class OwnerDetailView(OwnerPageMixin, PortalDetailView):
    """One owner with their open actions."""

    permission = "plans.view_owner"
    model = Owner
    template_name = "plans/owner_detail.html"

    def get_queryset(self):
        return super().get_queryset().select_related("organisation", "user", "body")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        actions = Action.objects.of(self.organisation).of_owner(self.object).incomplete().in_open_plans()
        return super().get_context_data(actions=list(actions.for_attention(clock.today())), **kwargs)


class OwnerCreateView(OwnerPageMixin, PortalCreateView):
    permission = "plans.change_owner"
    model = Owner
    form_class = OwnerForm
    title = gettext_lazy("Add an owner")
    submit_text = gettext_lazy("Add the owner")
    success_message = gettext_lazy("The owner has been added.")

    def get_cancel_url(self) -> str:
        return self.url("plans:owner_list")


class OwnerUpdateView(OwnerPageMixin, PortalUpdateView):
    permission = "plans.change_owner"
    model = Owner
    form_class = OwnerForm
    title = gettext_lazy("Change the owner")
    success_message = gettext_lazy("The owner has been saved.")

    def get_queryset(self):
        return super().get_queryset().select_related("organisation")

    def get_breadcrumbs(self):
        return [*super().get_breadcrumbs(), (str(self.object), self.object.get_absolute_url())]

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()


class OwnerHandOverView(OwnerPageMixin, PortalFormView):
    """Gives a leaver's open actions to somebody else, all at once."""

    permission = "plans.reassign_actions"
    form_class = HandOverForm
    template_name = "plans/owner_hand_over.html"
    submit_text = gettext_lazy("Hand over")

    @cached_property
    def object(self) -> Owner:
        """The owner in the address."""
        owners = Owner.objects.of(self.organisation).select_related("organisation")
        return get_object_or_404(owners, pk=self.kwargs["pk"])

    def get_title(self) -> str:
        return _("Hand over the actions of %(owner)s") % {"owner": self.object}

    def get_breadcrumbs(self):
        return [*super().get_breadcrumbs(), (str(self.object), self.object.get_absolute_url())]

    def get_success_url(self) -> str:
        return self.object.get_absolute_url()

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"owner": self.object}

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(owner=self.object, **kwargs)

    def form_valid(self, form: HandOverForm):
        values = form.cleaned_data
        count = services.reassign_actions(
            from_owner=self.object,
            to_owner=values["to_owner"],
            actions=list(values["actions"]),
            reason=values["reason"],
        )
        messages.success(
            self.request,
            ngettext("%(count)s action now belongs to %(owner)s.", "%(count)s actions now belong to %(owner)s.", count)
            % {"count": count, "owner": values["to_owner"]},
        )
        return super().form_valid(form)
