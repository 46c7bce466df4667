"""The figures and tables of a plan's papers that count and list its actions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from plans.models import RAG_LABELS
from plans.rules import Rag
from prevent_portal.documents import Column, Figure, Noted, RagMark, Table, rag_bar
from prevent_portal.documents import rag_figure as figure_of
from prevent_portal.documents import rag_figure_by as figure_by

from .words import RAG_WORDS, first_words

if TYPE_CHECKING:
    from .report import PlanReport, PlanRow, SummaryList, Unanswered


def rag_mark(rag: Rag) -> RagMark:
    """The RAG in one word, as tables have it."""
    return RagMark(rag.value, str(RAG_WORDS[rag]))


def rag_figure(report: PlanReport) -> Figure:
    """Actions by RAG: the bar, and the table that is its key as well."""
    bar = rag_bar([(rag.value, str(RAG_LABELS[rag]), count) for rag, count in report.rag_counts])
    columns = [Column(_("RAG")), Column(_("Actions"), "number"), Column(_("Share"), "number")]
    rows = [[RagMark(part.key, part.label), part.count, f"{part.percent}%"] for part in bar.parts]
    rows.append([pgettext("actions of every RAG", "All"), bar.total, "100%" if bar.total else None])
    if report.declared:
        columns.append(Column(_("Declared"), "number"))
        for row, each in zip(rows, report.declared, strict=True):
            row.append(each.declared)
    note = _("RAG is as the owners of the actions state it.")
    table = Table(_("Actions by RAG"), columns, rows, note=note, has_total=True)
    return figure_of(_("Actions by RAG"), bar, table=table)


def sections_figure(report: PlanReport) -> Figure:
    """Actions of each section by RAG, and the same as numbers."""
    counted = []
    for section in report.sections:
        actions = [row for row in section.rows if row.rag]
        if actions:
            counts = [(rag, sum(row.rag is rag for row in actions)) for rag in Rag]
            counted.append((section.heading, counts))
    used = [rag for rag, count in report.rag_counts if count]
    columns = [Column(_("Section")), *(Column(str(RAG_WORDS[rag]), "count") for rag in used), Column(_("All"), "count")]
    rows = [
        [heading, *(count for rag, count in counts if rag in used), sum(count for _rag, count in counts)]
        for heading, counts in counted
    ]
    rows.append([_("All sections"), *(dict(report.rag_counts)[rag] for rag in used), report.action_count])
    table = Table(_("Actions by section and RAG"), columns, rows, units=_("number of actions"), has_total=True)
    bars = [(h, [(rag.value, str(RAG_WORDS[rag]), count) for rag, count in counts]) for h, counts in counted]
    return figure_by(_("Actions by section and RAG"), bars, table=table)


def list_table(summary: SummaryList, report: PlanReport) -> Table:
    """A list of the summary sheet: actions to look at first."""
    columns = [Column(_("Ref"), report.ref_kind), Column(_("Action"))]
    has_reasons = any(row.rag_reason for row in summary.rows)
    if summary.shows_reason:
        columns += [Column(_("Stated"), "rag"), Column(_("By its dates"), "rag")]
        columns += [Column(_("Reason"), "people")] if has_reasons else []
    else:
        columns += [Column(_("Owner"), "people")] if report.has_owners else []
        columns += [Column(_("Due"), "date")]
        columns += [Column(_("RAG"), "rag")] if report.has_rag else []
    rows = []
    for row in summary.rows:
        cells = [report.whole_ref(row), Noted(first_words(row.action), report.place_in_words(row))]
        if summary.shows_reason:
            cells += [rag_mark(row.rag), rag_mark(row.computed_rag)]
            cells += [row.rag_reason] if has_reasons else []
        else:
            cells += ["\n".join(row.owners)] if report.has_owners else []
            cells += [date_format(row.due_on, "j F Y")]
            cells += [rag_mark(row.rag)] if report.has_rag else []
        rows.append(cells)
    note = ""
    if summary.more:
        note = ngettext(
            "One more is in the tables that follow.", "%(n)d more are in the tables that follow.", summary.more
        ) % {"n": summary.more}
    return Table(summary.heading, columns, rows, note=note)


def unanswered_table(unanswered: Sequence[Unanswered]) -> Table:
    """Recommendations that no action answers yet."""
    columns = [Column(_("Exercise"), "people"), Column(_("No."), "ref"), Column(_("Recommendation"))]
    rows = [[each.exercise, each.place, first_words(each.text)] for each in unanswered]
    return Table(_("Recommendations without an action"), columns, rows)


def owners_table(report: PlanReport) -> Table:
    """Who answers for which actions: most of them first, and at the end those for which nobody is named."""
    actions_of: dict[str, list[PlanRow]] = defaultdict(list)
    for row in report.actions:
        for name in row.owners or ("",):
            actions_of[name].append(row)
    columns = [Column(_("Owner")), Column(_("Actions"), "count"), Column(_("Complete"), "count")]
    columns.append(Column(_("Overdue"), "count"))
    # References that start again in each section would name several actions at once.
    columns += [] if report.names_sections else [Column(_("References"), "people")]
    overdue = {row.pk for row in report.overdue}
    ranked = sorted(actions_of.items(), key=lambda item: (not item[0], -len(item[1]), item[0].casefold()))
    rows = []
    for name, actions in ranked:
        cells = [name or _("Nobody is named"), len(actions), sum(row.rag is Rag.BLUE for row in actions)]
        cells.append(sum(row.pk in overdue for row in actions))
        cells += [] if report.names_sections else [", ".join(report.whole_ref(row) for row in actions)]
        rows.append(cells)
    note = _("An action with several owners is counted with each of them.")
    return Table(_("Who answers for what"), columns, rows, note=note, shows_caption=False)
