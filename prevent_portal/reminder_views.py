"""What a person is reminded of by e-mail: their own to choose, whatever authority they work for."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView

from .audit import because
from .models import DigestChoice


class ReminderChoiceForm(forms.ModelForm):
    """Whether to be sent a digest, and what is to stand in it."""

    class Meta:
        model = DigestChoice
        fields = (
            "is_on",
            "is_overdue_wanted",
            "is_due_wanted",
            "is_quiet_wanted",
            "is_request_wanted",
            "is_authority_wanted",
        )
        labels = {
            "is_on": gettext_lazy("Send me a digest, at most once a week, when something waits for me"),
            "is_overdue_wanted": gettext_lazy("My actions that are overdue"),
            "is_due_wanted": gettext_lazy("My actions that are due within 7 and 30 days"),
            "is_quiet_wanted": gettext_lazy("My actions that have had no update for 90 days"),
            "is_request_wanted": gettext_lazy("Requests that wait for my answer"),
            "is_authority_wanted": gettext_lazy("How the whole plan stands, where I coordinate it"),
        }


class ReminderChoiceView(FormView):
    """Turns the digest on or off, as a whole and in parts."""

    form_class = ReminderChoiceForm
    template_name = "portal/reminder_choice.html"

    def get_form_kwargs(self):
        choice = DigestChoice.objects.filter(user=self.request.user).first()
        return super().get_form_kwargs() | {"instance": choice or DigestChoice(user=self.request.user)}

    def form_valid(self, form: ReminderChoiceForm) -> HttpResponse:
        with because(_("Their own choice")):
            form.save()
        messages.success(self.request, _("Your choice has been saved."))
        return redirect("reminder_choice")

    def get_context_data(self, **kwargs):
        return super().get_context_data(title=_("E-mail reminders"), **kwargs)


reminder_urls = [path("account/reminders/", ReminderChoiceView.as_view(), name="reminder_choice")]
