"""Requirements begin, change and end on a day: figures of earlier days stay what they were."""

import datetime as dt
from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from training.models import Requirement, RequirementGroup

ONE_DAY = dt.timedelta(days=1)
Group = Mapping[str, str]
"""What a group says: kind, directorate, team, job_role, each of which may be missing."""


@transaction.atomic
def start_requirement(*, requirement: Requirement, groups: Iterable[Group]) -> Requirement:
    """Write a new requirement with those whom it asks. Raises ValidationError if it asks nobody."""
    wanted = list({tuple(sorted(each.items())): each for each in groups}.values())
    if not wanted:
        raise ValidationError(_("Say whom the requirement asks."))
    requirement.save()
    RequirementGroup.objects.bulk_create(
        RequirementGroup(organisation=requirement.organisation, requirement=requirement, **each) for each in wanted
    )
    return requirement


@transaction.atomic
def change_requirement(
    *, requirement: Requirement, on: dt.date, within_days: int, renew_months: int | None, groups: Iterable[Group]
) -> Requirement:
    """Let a requirement ask something else from this day on; the new one.

    Until the day before, the old one holds as it was. One that has not begun by then is simply corrected. Raises
    ValidationError if the day is before the old one's first or after its last.
    """
    if on < requirement.from_on or (requirement.until_on and on > requirement.until_on):
        raise ValidationError(_("The requirement does not hold on that day, so it cannot change then."))
    if on == requirement.from_on:
        requirement.within_days, requirement.renew_months = within_days, renew_months
        requirement.groups.all().delete()
        return start_requirement(requirement=requirement, groups=groups)
    new = Requirement(
        organisation=requirement.organisation,
        course=requirement.course,
        within_days=within_days,
        renew_months=renew_months,
        from_on=on,
        until_on=requirement.until_on,
    )
    requirement.until_on = on - ONE_DAY
    requirement.save()
    start_requirement(requirement=new, groups=groups)
    for exemption in requirement.exemptions.filter(until_on__gte=on):
        until_on, exemption.until_on = exemption.until_on, max(on - ONE_DAY, exemption.from_on)
        if exemption.from_on < on:
            exemption.save()
        else:
            exemption.delete()
        new.exemptions.create(
            organisation=new.organisation,
            person=exemption.person,
            reason=exemption.reason,
            from_on=max(on, exemption.from_on),
            until_on=until_on,
        )
    return new


@transaction.atomic
def end_requirement(*, requirement: Requirement, last_on: dt.date) -> None:
    """Let a requirement hold until this day. Raises ValidationError if that is before its first."""
    if last_on < requirement.from_on:
        raise ValidationError(_("The last day must be the first day or later."))
    requirement.until_on = last_on
    requirement.save()
