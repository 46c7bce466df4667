"""What has changed in a plan since it was last frozen for a meeting: the first thing that a board looks for."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from plans.changes import Change, changes_between
from plans.models import Plan, PlanSnapshot
from prevent_portal.documents import Column, Noted, Table

from .tables import rag_mark
from .words import first_words

LISTED_AT_MOST = 25
"""More of one kind are counted, not listed."""

HEADINGS = {
    "new": gettext_lazy("New actions"),
    "closed": gettext_lazy("Completed"),
    "worse": gettext_lazy("RAG is worse"),
    "better": gettext_lazy("RAG is better"),
    "dates": gettext_lazy("Dates moved"),
    "owners": gettext_lazy("Owners changed"),
}
"""The kinds of change that a board is told of, in the order of the paper; new wording is for the plan's own pages."""

COUNTED = {
    "new": ngettext_lazy("%(n)d new action", "%(n)d new actions", "n"),
    "closed": ngettext_lazy("%(n)d completed", "%(n)d completed", "n"),
    "worse": ngettext_lazy("RAG of %(n)d worse", "RAG of %(n)d worse", "n"),
    "better": ngettext_lazy("RAG of %(n)d better", "RAG of %(n)d better", "n"),
    "dates": ngettext_lazy("%(n)d date moved", "%(n)d dates moved", "n"),
    "owners": ngettext_lazy("%(n)d with another owner", "%(n)d with other owners", "n"),
}

RAG_KINDS = frozenset({"closed", "worse", "better"})


@dataclass(frozen=True, slots=True)
class ChangedActions:
    """The actions of one kind of change; `kind` is a key of `HEADINGS`."""

    kind: str
    actions: tuple[Change, ...]

    @property
    def heading(self) -> str:
        return str(HEADINGS[self.kind])

    @property
    def table(self) -> Table:
        """The actions as the papers list them."""
        shown = self.actions[:LISTED_AT_MOST]
        columns = [Column(_("Ref"), "ref"), Column(_("Action"))]
        if self.kind == "new":
            columns.append(Column(_("Section"), "people"))
        else:
            kind = "rag" if self.kind in RAG_KINDS else "date" if self.kind == "dates" else "people"
            columns += [Column(_("Before"), kind), Column(_("Now"), kind)]
        rows = [[each.ref, Noted(first_words(each.text), each.reason), *_cells(self.kind, each)] for each in shown]
        more = len(self.actions) - len(shown)
        note = ngettext("One more is not listed here.", "%(n)d more are not listed here.", more) % {"n": more}
        return Table(f"{self.heading} ({len(self.actions)})", columns, rows, note=note if more > 0 else "")


def _cells(kind: str, each: Change) -> list[object]:
    if kind == "new":
        return [each.section]
    if kind in RAG_KINDS:
        return [rag_mark(each.rag_before), rag_mark(each.rag_after)]
    return [each.before, each.after]


@dataclass(frozen=True, slots=True)
class Changed:
    """All that has changed since `since`, the day on which the plan was frozen for `meeting`."""

    since: dt.date
    meeting: str
    kinds: tuple[ChangedActions, ...]

    @property
    def in_words(self) -> str:
        """The whole of it in one sentence."""
        given = {"meeting": self.meeting, "on": date_format(self.since, "j F Y")}
        if not self.kinds:
            return _("Nothing has changed since the plan was frozen for %(meeting)s on %(on)s.") % given
        counts = ", ".join(str(COUNTED[each.kind] % {"n": len(each.actions)}) for each in self.kinds)
        return _("Since the plan was frozen for %(meeting)s on %(on)s: %(counts)s.") % (given | {"counts": counts})


def changed_since_last_frozen(plan: Plan, until: dt.datetime) -> Changed | None:
    """What the viewer may see of it, in four queries at most; None for a plan that was never frozen."""
    snapshots = PlanSnapshot.objects.filter(plan=plan, copy__taken_at__lt=until).select_related("copy")
    last = snapshots.order_by("-copy__taken_at").first()
    if last is None:
        return None
    # Of an action that may be read more widely by now, a paper tells nothing that was said before.
    changes = changes_between(plan, last.copy.taken_at, until, narrowed=lambda events: events.marked_as_their_action())
    kinds = [ChangedActions(kind, getattr(changes, kind)) for kind in HEADINGS]
    return Changed(
        since=timezone.localtime(last.copy.taken_at).date(),
        meeting=last.copy.meeting or _("a meeting"),
        kinds=tuple(each for each in kinds if each.actions),
    )
