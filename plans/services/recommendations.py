"""Which actions answer which recommendations."""

from collections.abc import Iterable

from django.db import transaction

from plans.models import Action, ActionRecommendation
from prevent_portal.models import Recommendation


@transaction.atomic
def answer_recommendations(*, action: Action, recommendations: Iterable[Recommendation]) -> None:
    """Let the action answer these recommendations and no others; those of its objective stay as they are."""
    wanted = {each.pk: each for each in recommendations}
    for link in ActionRecommendation.objects.filter(action=action):
        if wanted.pop(link.recommendation_id, None) is None:
            link.delete()
    ActionRecommendation.objects.bulk_create(
        ActionRecommendation(organisation=action.organisation, action=action, recommendation=each)
        for each in wanted.values()
    )


@transaction.atomic
def link_actions(*, recommendation: Recommendation, actions: Iterable[Action]) -> int:
    """Let these actions answer the recommendation as well; how many did not before."""
    known = set(ActionRecommendation.objects.filter(recommendation=recommendation).values_list("action", flat=True))
    made = ActionRecommendation.objects.bulk_create(
        ActionRecommendation(organisation=recommendation.organisation, action=each, recommendation=recommendation)
        for each in actions
        if each.pk not in known
    )
    return len(made)
