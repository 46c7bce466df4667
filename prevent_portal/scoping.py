"""What somebody may see, decided once, under every query.

A *viewer* is set for each request by the middleware and for each command by `viewing`. `OwnedManager`, the
default and the base manager of every owned model, gives

* all rows of the viewer's own authorities,
* of the other authorities that the viewer may see, the rows that the model's queryset calls `released()`,
* to an elected member, of their own council, the released rows that are not OFFICIAL-SENSITIVE,

and raises `NoViewer` when nobody is looking. Writes go to the authority in the URL and nowhere else.
"""

import contextlib
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import BooleanField, Expression, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from .audit import Recorded, RecordedQuerySet, because
from .permissions import READ_ONLY_ROLES, Role, roles_allow


class NoViewer(RuntimeError):
    """A query on an authority's rows was about to run although nobody is looking."""


class NotYours(PermissionDenied):
    """A write was about to touch a row that is not the viewer's to change."""


@dataclass(frozen=True)
class Viewer:
    """Who is looking, from which authority's pages, and whose rows they may see.

    `organisation_id` is the authority in the URL, the only one whose rows can be written; `roles` are the
    roles held there. The three sets hold organisation ids: `own` (every row), `released` (released rows)
    and `released_official` (released rows, none OFFICIAL-SENSITIVE).
    """

    user_id: int | None = None
    organisation_id: int | None = None
    roles: frozenset[Role] = frozenset()
    own: frozenset[int] = frozenset()
    released: frozenset[int] = frozenset()
    released_official: frozenset[int] = frozenset()
    sees_everything: bool = False

    @property
    def is_read_only(self) -> bool:
        """Whether nothing may be written on this viewer's behalf."""
        return not self.sees_everything and self.roles <= READ_ONLY_ROLES

    @cached_property
    def role_label(self) -> str:
        """The roles held here, in words."""
        return ", ".join(str(role.label) for role in Role if role in self.roles)

    def may(self, code: str) -> bool:
        """Whether the permission matrix grants `code`, such as "plans.change_action", here."""
        return self.sees_everything or roles_allow(self.roles, code)

    def may_write(self, organisation_id: int | None) -> bool:
        """Whether rows of this organisation may be written now."""
        if self.sees_everything:
            return True
        return not self.is_read_only and organisation_id is not None and organisation_id == self.organisation_id


_viewer: ContextVar[Viewer | None] = ContextVar("viewer", default=None)


def current_viewer() -> Viewer | None:
    """The viewer of this request or command; None outside both."""
    return _viewer.get()


@contextlib.contextmanager
def viewing(viewer: Viewer | None) -> Iterator[Viewer | None]:
    """Everything inside is seen and written as this viewer."""
    token = _viewer.set(viewer)
    try:
        yield viewer
    finally:
        _viewer.reset(token)


def acting_for(organisation, *, user_id: int | None = None) -> contextlib.AbstractContextManager[Viewer | None]:
    """A command's view of one authority, with a coordinator's rights there."""
    return viewing(
        Viewer(
            user_id=user_id,
            organisation_id=organisation.pk,
            roles=frozenset({Role.COORDINATOR}),
            own=frozenset({organisation.pk}),
        )
    )


@contextlib.contextmanager
def all_organisations(*, reason: str) -> Iterator[None]:
    """Cross every authority's rows. SECURITY: for commands and scheduled tasks only; a test holds it there."""
    if not reason:
        raise ValueError("all_organisations needs a reason for the log")
    with viewing(Viewer(sees_everything=True)), because(reason):
        yield


class _NobodyIsLooking(Expression):
    """A condition that cannot be compiled, so that no route (exists, explain, update...) runs without a viewer."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, model_name: str):
        super().__init__()
        self.model_name = model_name

    def as_sql(self, compiler, connection):
        raise NoViewer(f"{self.model_name} was queried without a viewer")

    def get_source_expressions(self):
        return []


class OwnedQuerySet(RecordedQuerySet):
    """Rows that belong to an organisation. Subclasses say which of them outsiders may see."""

    locked_condition: ClassVar[Q | None] = None
    """Which rows must not change any more; None: none of them."""

    @classmethod
    def released_condition(cls) -> Q | None:
        """Which rows people outside the authority may see; None: none of them."""
        return None

    @classmethod
    def sensitive_condition(cls) -> Q | None:
        """Which rows are OFFICIAL-SENSITIVE; None: none of them."""
        return None

    def released(self):
        """The rows that have been agreed, submitted or published."""
        condition = self.released_condition()
        return self.none() if condition is None else self.filter(condition)

    def official(self):
        """The rows that are not OFFICIAL-SENSITIVE."""
        condition = self.sensitive_condition()
        return self if condition is None else self.exclude(condition)

    def of(self, organisation):
        """The rows of one authority."""
        return self.filter(organisation=organisation)

    def visible_to(self, viewer: Viewer | None):
        """The rows that this viewer may see; see the module's docstring."""
        if viewer is None:
            return self.filter(_NobodyIsLooking(self.model.__name__))
        if viewer.sees_everything:
            return self
        visible = Q(organisation_id__in=viewer.own)
        released, sensitive = self.released_condition(), self.sensitive_condition()
        if released is not None:
            if viewer.released:
                visible |= Q(organisation_id__in=viewer.released) & released
            if viewer.released_official:
                official = released if sensitive is None else released & ~sensitive
                visible |= Q(organisation_id__in=viewer.released_official) & official
        return self.filter(visible)

    def _writable(self):
        viewer = current_viewer()
        if viewer is None:
            raise NoViewer(f"{self.model.__name__} was to be written without a viewer")
        if viewer.sees_everything:
            return self
        if viewer.is_read_only:
            raise NotYours(_("This account can look but not change anything."))
        rows = self.filter(organisation_id=viewer.organisation_id)
        return rows if self.locked_condition is None else rows.exclude(self.locked_condition)

    def update(self, **values: Any) -> int:
        if {"organisation", "organisation_id", "id", "pk"} & values.keys():
            raise NotYours("rows do not move between authorities")
        rows = self._writable()
        rows._require_own_targets(values)
        values.setdefault("revision", models.F("revision") + 1)
        return super(OwnedQuerySet, rows).update(**values)

    update.alters_data = True

    def _update(self, values):
        # Model.save() comes through here with the base manager, which also shows others' released rows.
        return super(OwnedQuerySet, self._writable())._update(values)

    _update.alters_data = True

    def delete(self):
        return super(OwnedQuerySet, self._writable()).delete()

    delete.alters_data = True
    delete.queryset_only = True

    def _raw_delete(self, using):
        return super(OwnedQuerySet, self._writable())._raw_delete(using)

    _raw_delete.alters_data = True

    def bulk_create(self, objs, *args, **kwargs):
        objs = list(objs)
        if any(each.pk is not None for each in objs):
            raise NotYours("a new row gets its key from the database")
        require_writable(objs)
        return super().bulk_create(objs, *args, **kwargs)

    bulk_create.alters_data = True

    def _insert(self, objs, *args, **kwargs):
        # The last door of all: save_base() and the loader of fixtures come through here and through no other.
        viewer = current_viewer()
        if viewer is None:
            raise NoViewer(f"{self.model.__name__} was to be written without a viewer")
        if not all(viewer.may_write(each.organisation_id) for each in objs):
            raise NotYours(_("You cannot change this here."))
        return super()._insert(objs, *args, **kwargs)

    _insert.alters_data = True
    _insert.queryset_only = False

    def raw(self, *args, **kwargs):
        """SQL by hand knows no viewer."""
        raise NotYours("an owned model is read through its manager, never by raw SQL")

    def _require_own_targets(self, values: dict[str, Any]) -> None:
        """Raise if an `update()` of these rows would point them at another organisation's, or into a locked one."""
        viewer = current_viewer()
        if viewer is None or viewer.sees_everything:
            return
        for link in _owned_foreign_keys(self.model):
            target = values.get(link.name, values.get(link.attname))
            if target is None:
                continue
            if hasattr(target, "resolve_expression"):
                # bulk_update() gives each row a target of its own; whatever the expression, ask what it comes to.
                pks = set(self.order_by().annotate(_target=target).values_list("_target", flat=True)) - {None}
            else:
                pks = {target.pk if isinstance(target, models.Model) else target}
            _require_targets(link, {pk: {viewer.organisation_id} for pk in pks}, _lock_through(self, link))


class OwnedManager(models.Manager.from_queryset(OwnedQuerySet)):
    """The only door to an owned model's rows."""

    @classmethod
    def of_queryset(cls, queryset_class: type[OwnedQuerySet]) -> "OwnedManager":
        """An owned manager whose querysets are of this class."""
        return cls.from_queryset(queryset_class, class_name=f"{queryset_class.__name__}Manager")()

    def get_queryset(self):
        return super().get_queryset().visible_to(current_viewer())


class OrganisationOwned(Recorded):
    """A row that belongs to one organisation for ever."""

    organisation = models.ForeignKey(
        "prevent_portal.Organisation",
        verbose_name=_("authority"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    revision = models.PositiveIntegerField(default=0, editable=False)
    """Counts saves, so that a form can notice that somebody else saved in between."""

    cross_organisation_links: ClassVar[frozenset[str]] = frozenset()
    """Foreign keys that may point at another organisation's row that the viewer can see."""

    unrecorded_fields = frozenset({"revision"})

    objects = OwnedManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args, **kwargs) -> None:
        require_writable([self])
        if self._state.adding:
            if self.pk is not None:
                # With a key of their choice, "new" would mean "overwrite whoever's row this is".
                raise NotYours("a new row gets its key from the database")
        else:
            self.revision += 1
            if (fields := kwargs.get("update_fields")) is not None:
                kwargs["update_fields"] = {*fields, "revision"}
            # A row that is not ours (any more) must fail, not be inserted afresh.
            kwargs["force_update"] = True
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        require_writable([self])
        # Django deletes by key alone, and what this instance says of itself need not be what is stored.
        if not type(self).objects.filter(pk=self.pk)._writable().exists():
            raise NotYours(_("You cannot change this here."))
        return super().delete(*args, **kwargs)

    def check_lock(self) -> None:
        """Raise `PermissionDenied` with a reason if this row must not change any more."""


def require_writable(instances: Iterable[OrganisationOwned]) -> None:
    """Raise unless every row is, and was, the viewer's to write, and points at rows of its own organisation.

    Costs, however many rows there are, one query for the key that leads to what locks them, and one for each other
    key to an owned model whose target was not read from the database.
    """
    viewer = current_viewer()
    instances = list(instances)
    for instance in instances:
        if viewer is None:
            raise NoViewer(f"{type(instance).__name__} was to be written without a viewer")
        before = instance.stored_value("organisation_id")
        if not viewer.may_write(instance.organisation_id) or before not in (None, instance.organisation_id):
            raise NotYours(_("You cannot change this here."))
        instance.check_lock()
    if instances:
        _require_own_links(type(instances[0]), instances)


def _owned_foreign_keys(model: type[OrganisationOwned]) -> list[models.ForeignKey]:
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and issubclass(field.related_model, OrganisationOwned)
    ]


def _require_own_links(model: type[OrganisationOwned], instances: list[OrganisationOwned]) -> None:
    for link in _owned_foreign_keys(model):
        lock = _lock_through(model.objects, link)
        unknown: dict[int, set[int]] = {}
        for instance in instances:
            target_id = getattr(instance, link.attname)
            if target_id is None or instance.stored_value(link.attname) == target_id:
                continue
            # A loaded target is believed only for what the database said of it; whether it is locked by now is asked.
            target = getattr(instance, link.name) if link.is_cached(instance) else None
            if (
                lock is not None
                or target is None
                or target.stored_value(target._meta.pk.attname) != target_id
                or target.stored_value("organisation_id") != instance.organisation_id
            ):
                unknown.setdefault(target_id, set()).add(instance.organisation_id)
        if unknown:
            _require_targets(link, unknown, lock)


def _lock_through(rows: "OwnedQuerySet | OwnedManager", link: models.ForeignKey) -> Q | None:
    """What in the row that `link` points at locks these rows; None where nothing there does.

    `Q(objective__plan__state="closed")`, seen from `objective`, is `Q(plan__state="closed")`.
    """
    condition = rows.all().locked_condition if isinstance(rows, models.Manager) else rows.locked_condition
    if condition is None:
        return None
    prefix = f"{link.name}__"
    parts = [(lookup.removeprefix(prefix), value) for lookup, value in condition.children if lookup.startswith(prefix)]
    return Q(*parts, _connector=condition.connector) if parts else None


def _require_targets(link: models.ForeignKey, wanted: dict[int, set[int]], lock: Q | None) -> None:
    """Raise unless each target is a row of the one organisation whose rows point at it, and not locked.

    A key that may cross organisations needs a target that the viewer can see.
    """
    may_cross = link.name in link.model.cross_organisation_links
    is_locked = models.Value(False) if lock is None else models.ExpressionWrapper(lock, BooleanField())
    targets = link.related_model.objects.order_by().filter(pk__in=wanted)
    found = {pk: rest for pk, *rest in targets.values_list("pk", "organisation_id", is_locked)}
    if any(
        pk not in found or (organisation_ids != {found[pk][0]} and not may_cross)
        for pk, organisation_ids in wanted.items()
    ):
        raise NotYours(_("You cannot link to another authority's record."))
    if any(locked for _organisation_id, locked in found.values()):
        raise NotYours(_("What this belongs to is closed. Nothing in it can be changed."))
