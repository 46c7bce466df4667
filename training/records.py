"""A person's own record, as they may ask to have it (UK GDPR, article 15): one builder, one dataclass, two formats."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from prevent_portal.documents import (
    Block,
    Column,
    Cover,
    Heading,
    Sheet,
    Table,
    Text,
    render_pdf,
    sections_of,
    write_workbook,
)

from .compliance import asked_of
from .models import Person
from .words import STANDING_LABELS

Row = tuple[str | dt.date | None, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of what is held: its title, headings and rows, and what is said where there are none."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    nothing: str


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """All that training holds of one person on a day."""

    authority: str
    name: str
    number: str
    email: str
    on: dt.date
    parts: tuple[Part, ...]

    @property
    def file_stem(self) -> str:
        """The file's name without its ending. The log keeps it, so it names nobody."""
        return f"training-record-{self.on.isoformat()}"


def build_person_record(person: Person, *, on: dt.date) -> PersonRecord:
    """What is held of somebody; as many queries however much it is."""
    posts = tuple(
        (each.get_kind_display(), each.directorate, each.team, each.job_role, each.began_on, each.ended_on)
        for each in person.posts.order_by("began_on")
    )
    asked = tuple(
        (str(each.requirement), _("Exempted") if each.is_exempt else str(STANDING_LABELS[each.standing]), each.last_on)
        for each in asked_of(person, on)
    )
    completions = tuple(
        (str(each.course), each.completed_on, each.expires_on, each.get_source_display())
        for each in person.completions.newest_first()
    )
    exemptions = tuple(
        (str(each.requirement), each.reason, each.from_on, each.until_on)
        for each in person.exemptions.select_related("requirement__course").order_by("from_on", "pk")
    )
    return PersonRecord(
        authority=person.organisation.name,
        name=person.name,
        number=person.number,
        email=person.email,
        on=on,
        parts=(
            Part(
                _("What you do and did"),
                (_("Kind"), _("Directorate"), _("Team"), _("Job role"), _("From"), _("Until")),
                posts,
                _("Nothing is held."),
            ),
            Part(
                _("What is asked of you"),
                (_("Course"), _("How you stand to it"), _("Last done")),
                asked,
                _("Nothing is asked of you on this day."),
            ),
            Part(
                _("What you have completed"),
                (_("Course"), _("Completed on"), _("Certificate good until"), _("Where this comes from")),
                completions,
                _("Nothing is recorded."),
            ),
            Part(
                _("Exemptions"),
                (_("Requirement"), _("Reason"), _("From"), _("Until")),
                exemptions,
                _("You are exempted from nothing."),
            ),
        ),
    )


def record_pdf(record: PersonRecord) -> bytes:
    """The record as PDF/UA-1."""
    cover = Cover(
        title=_("Training record of %(name)s") % {"name": record.name}, authority=record.authority, dated_on=record.on
    )
    context = {"cover": cover, "sections": sections_of(blocks_of(record)), "contents": False}
    return render_pdf("reports/blocks.html", context)


def blocks_of(record: PersonRecord) -> Iterator[Block]:
    """The paper from its first heading on."""
    yield Heading(_("What we hold about you"))
    yield Text(
        _(
            "This is what the council's record of Prevent training says about you on this day. If something is wrong, "
            "tell the council and it will be put right."
        ),
        "lead",
    )
    columns = [Column(_("What"), "people"), Column(_("What it says"))]
    yield Table(_("Name, number and address"), columns, _details(record), shows_caption=False)
    for part in record.parts:
        yield Heading(part.title, 2)
        if not part.rows:
            yield Text(part.nothing)
            continue
        columns = [Column(each) for each in part.headings]
        yield Table(part.title, columns, [_shown(row) for row in part.rows], shows_caption=False)


def _details(record: PersonRecord) -> Sequence[tuple[str, str]]:
    return [(_("Name"), record.name), (_("Number"), record.number), (_("E-mail address"), record.email)]


def _shown(row: Row) -> list[Any]:
    return [date_format(each, "j F Y") if isinstance(each, dt.date) else each for each in row]


def record_workbook(record: PersonRecord) -> bytes:
    """The record for a spreadsheet: a sheet for each kind of what is held."""
    sheets = [Sheet(_("Details"), (_("What"), _("What it says")), _details(record))]
    sheets += [Sheet(part.title, part.headings, part.rows) for part in record.parts]
    return write_workbook(sheets, title=_("Training record of %(name)s") % {"name": record.name})
