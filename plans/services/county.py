"""Which actions of districts deliver a county's action."""

from collections.abc import Iterable

from django.db import transaction

from plans.models import Action, Delivery


@transaction.atomic
def add_deliveries(*, action: Action, delivered_by: Iterable[Action]) -> int:
    """Say that these districts' actions deliver the county's; how many are new.

    Raises NotYours for an action that the viewer cannot see.
    """
    known = set(Delivery.objects.filter(action=action).values_list("delivered_by_id", flat=True))
    made = Delivery.objects.bulk_create(
        Delivery(organisation=action.organisation, action=action, delivered_by=each)
        for each in delivered_by
        if each.pk not in known
    )
    return len(made)
