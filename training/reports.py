"""Compliance on paper and for Excel: one builder, one dataclass, two formats. Figures alone, never a name."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _

from prevent_portal.documents import (
    Block,
    Column,
    Cover,
    Heading,
    Noted,
    Sheet,
    Table,
    Text,
    render_pdf,
    sections_of,
    write_workbook,
)
from prevent_portal.models import Organisation

from .compliance import Figures, Matrix
from .words import DIMENSION_LABELS, NOT_STATED


@dataclass(frozen=True, slots=True)
class RequirementReport:
    """One requirement: what it asks, and how those asked stand."""

    title: str
    terms: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class LineReport:
    """One directorate, team, role or kind."""

    label: str
    cells: tuple[Figures, ...]
    total: Figures


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """Who is trained on a day, in figures."""

    authority: str
    on: dt.date
    by: str
    requirements: tuple[RequirementReport, ...]
    lines: tuple[LineReport, ...]
    total: Figures

    @property
    def file_stem(self) -> str:
        """The file's name without its ending."""
        return f"{slugify(self.authority)}-prevent-training-{self.on:%Y-%m-%d}"


def build_training_report(organisation: Organisation, matrix: Matrix) -> TrainingReport:
    """The figures as a paper tells them; no query."""
    return TrainingReport(
        authority=organisation.name,
        on=matrix.on,
        by=str(DIMENSION_LABELS[matrix.by]),
        requirements=tuple(
            RequirementReport(str(each), each.terms_in_words, figures)
            for each, figures in zip(matrix.requirements, matrix.totals, strict=True)
        ),
        lines=tuple(LineReport(each.label or str(NOT_STATED), each.cells, each.total) for each in matrix.lines),
        total=matrix.total,
    )


def training_pdf(report: TrainingReport) -> bytes:
    """The paper as PDF/UA-1."""
    return render_pdf("training/reports/training.html", paper_context(report))


def paper_context(report: TrainingReport) -> dict[str, Any]:
    """What the template needs."""
    cover = Cover(title=_("Prevent training"), authority=report.authority, dated_on=report.on)
    return {"report": report, "cover": cover, "sections": sections_of(blocks_of(report)), "contents": False}


def blocks_of(report: TrainingReport) -> Iterator[Block]:
    """The paper from its first heading on."""
    yield Heading(_("Who is trained"))
    if not report.requirements:
        yield Text(_("Nothing is required of anybody on this day."))
        return
    yield Text(in_a_nutshell(report), "lead")
    yield Table(
        caption=_("By requirement on %(day)s") % {"day": date_format(report.on, "j F Y")},
        columns=[
            Column(_("Requirement")),
            *(Column(each, "count") for each in _headings()),
        ],
        rows=[[Noted(each.title, each.terms), *_numbers(each.figures)] for each in report.requirements],
        note=_(
            "“Of” are those who ought to have done it by this day: whoever is still within the days that the "
            "requirement gives is counted under “not yet due”. Exempted people are left out. Per cent are rounded down."
        ),
    )
    yield Heading(_("By %(what)s") % {"what": report.by.lower()})
    yield Table(
        caption=_("Per cent trained, and how many of how many"),
        columns=[Column(report.by), *(Column(each.title) for each in report.requirements)],
        rows=[[line.label, *(in_short(each) for each in line.cells)] for line in report.lines],
    )


def in_a_nutshell(report: TrainingReport) -> str:
    """The whole in one sentence."""
    if report.total.percent is None:
        return _("Nobody ought to have done any of it yet.")
    return _("%(percent)d per cent of what is due has been done: %(compliant)d of %(due)d.") % {
        "percent": report.total.percent,
        "compliant": report.total.compliant,
        "due": report.total.due,
    }


def in_short(figures: Figures) -> str:
    """Figures in a cell."""
    if figures.percent is None:
        return "–"
    return _("%(percent)d%% (%(compliant)d of %(due)d)") % {
        "percent": figures.percent,
        "compliant": figures.compliant,
        "due": figures.due,
    }


def _headings() -> list[str]:
    return [
        _("Trained"), _("Of"), _("Per cent"), _("Runs out soon"), _("Run out"), _("Never done"), _("Not yet due"),
    ]  # fmt: skip


def _numbers(figures: Figures) -> list[int | str]:
    percent = "–" if figures.percent is None else figures.percent
    return [
        figures.compliant, figures.due, percent, figures.expiring, figures.expired, figures.never, figures.not_yet_due,
    ]  # fmt: skip


def training_workbook(report: TrainingReport) -> bytes:
    """The figures as an Excel file: by requirement, and each requirement by directorate or the like."""
    day = date_format(report.on, "j F Y")
    whole = Sheet(
        _("By requirement"),
        [_("Requirement"), _("What it asks"), _("As at"), *_headings()],
        [[each.title, each.terms, day, *_numbers(each.figures)] for each in report.requirements],
    )
    parts = Sheet(
        _("By %(what)s") % {"what": report.by.lower()},
        [report.by, _("Requirement"), *_headings()],
        [
            [line.label, each.title, *_numbers(figures)]
            for line in report.lines
            for each, figures in zip(report.requirements, line.cells, strict=True)
        ],
    )
    return write_workbook([whole, parts], title=_("Prevent training"))
