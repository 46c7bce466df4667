"""System checks that hold the walls between authorities."""

from django.apps import apps
from django.core.checks import Error, register
from django.db import models

from .scoping import OrganisationOwned, OwnedManager


def _own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if issubclass(model, OrganisationOwned)]


@register()
def check_owned_models(app_configs, **kwargs) -> list[Error]:
    """An owned model is reached through `OwnedManager` alone and is unique only within its organisation."""
    errors = []
    for model in _own_models():
        if model._meta.base_manager_name != "objects" or not all(
            isinstance(manager, OwnedManager) for manager in model._meta.managers
        ):
            errors.append(Error(f"{model.__name__} has a manager that is not owned", obj=model, id="portal.E001"))
        for constraint in model._meta.constraints:
            fields = getattr(constraint, "fields", None)
            if isinstance(constraint, models.UniqueConstraint) and (not fields or fields[0] != "organisation"):
                errors.append(Error(f"{constraint.name} must start with organisation", obj=model, id="portal.E002"))
        if model._meta.unique_together or any(
            field.unique and not field.primary_key for field in model._meta.concrete_fields
        ):
            errors.append(Error(f"{model.__name__} is unique across organisations", obj=model, id="portal.E003"))
    return errors


@register()
def check_links_to_shared_rows(app_configs, **kwargs) -> list[Error]:
    """No shared row can be asked for the authorities' rows that point at it.

    `Benchmark.objects.annotate(Count("actions"))` would count everybody's. So such a key has no name back.
    """
    return [
        Error(f"{model.__name__}.{field.name} needs related_name='+'", obj=field, id="portal.E004")
        for model in _own_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.ManyToManyField)
        and not field.remote_field.hidden
        and not issubclass(field.related_model, OrganisationOwned)
    ]
