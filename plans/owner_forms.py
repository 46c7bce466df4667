"""The forms of owners: a person, post or body, and the hand-over of a leaver's actions."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prevent_portal import clock
from prevent_portal.forms import PortalForm, PortalModelForm, people_here, portal_formfield
from prevent_portal.models import Organisation

from .models import Action, Owner

ACTION_CHARACTERS = 200


class OwnerForm(PortalModelForm):
    """A person, a post, a team or another body."""

    class Meta:
        model = Owner
        fields = ["kind", "name", "post", "user", "body", "left_on"]
        widgets = {"kind": forms.RadioSelect}
        formfield_callback = portal_formfield
        help_texts = {"left_on": gettext_lazy("When the person left. Then hand their open actions to somebody else.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = people_here(
            self.organisation, may="plans.view_plan", keep=Q(pk=self.instance.user_id)
        )
        near = Q(kind=Organisation.Kind.PARTNER) | Q(parent=self.organisation) | Q(pk=self.organisation.parent_id)
        self.fields["body"].queryset = Organisation.objects.filter(near | Q(pk=self.instance.body_id))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        name, post, kind = cleaned.get("name", ""), cleaned.get("post", ""), cleaned.get("kind")
        if not name and not post and not {"name", "post"} & self.errors.keys():
            self.add_error("name", _("Enter a name, a post or both."))
        same = Owner.objects.of(self.organisation).filter(name=name, post=post, kind=kind).exclude(pk=self.instance.pk)
        if (name or post) and same.exists():
            self.add_error("name", _("This owner is in the list already."))
        return cleaned


def _in_its_plan(action: Action) -> str:
    text = Truncator(f"{action.ref} {action.text}".strip()).chars(ACTION_CHARACTERS)
    return f"{action.plan}: {text}"


class HandOverForm(PortalForm):
    """Which open actions of a leaver go to whom."""

    actions = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Open actions to hand over"),
        queryset=None,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one action.")},
    )
    to_owner = forms.ModelChoiceField(label=gettext_lazy("New owner"), queryset=None)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        help_text=gettext_lazy("The log keeps it. For example: left the council."),
    )

    def __init__(self, *args, owner: Owner, **kwargs):
        super().__init__(*args, **kwargs)
        actions = (
            Action.objects.of(self.organisation).of_owner(owner).incomplete().in_open_plans()
            .select_related("objective", "plan").order_by("plan_id", "objective__position", "position", "pk")
        )  # fmt: skip
        self.fields["actions"].queryset = actions
        self.fields["actions"].label_from_instance = _in_its_plan
        self.initial.setdefault("actions", [action.pk for action in actions])
        still_here = Q(left_on=None) | Q(left_on__gt=clock.today())
        others = Owner.objects.of(self.organisation).exclude(pk=owner.pk).filter(still_here)
        self.fields["to_owner"].queryset = others.exclude(user__is_active=False)
