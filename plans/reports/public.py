"""What the public edition does not print: names of people, ways to reach them, and whatever says that it is sensitive.

Texts are printed as they were written, but for what can be known for sure. What only looks like a person's name is
listed instead, for somebody to read before the paper is published.
"""

import dataclasses
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from plans.models import Assignment, Owner, Plan
from prevent_portal.markings import carries_marking
from prevent_portal.models import Organisation

from .report import PlanReport

# Also as people hide it from machines: name (at) council.gov.uk, name [at] council [dot] gov.uk, with a wide ＠.
_AT = r"(?:[@＠﹫]|\s?[\[({]\s?at\s?[\])}]\s?)"
_DOT = r"(?:[.．]|\s?[\[({]\s?dot\s?[\])}]\s?)"
EMAIL = re.compile(rf"(?:mailto:)?[\w.!#$%&'*+/=?^`{{|}}~-]+{_AT}(?:[\w-]+{_DOT})+\w{{2,}}", re.IGNORECASE)
PHONE = re.compile(
    # From 10 digits with a leading 0, or from 9 with a country's code; dates and years have neither.
    r"(?<![\w+/.-])(?:\+\d{1,3}[\s.-]?(?:\(0\)\s?)?(?:\d[\s.-]?){8,11}\d|\(?0(?:[\s().-]{0,2}\d){9,13})(?![\w/]|\.\d)"
    r"(?:,?\s*(?:ext(?:ension|n)?\.?|x)\s*\d{1,6})?",
    re.IGNORECASE,
)
_TITLES = (
    r"Cllrs?|Councillors?|Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Rev|Revd|Reverend|Sir|Dame|Lord|Lady|PC|PCSO|DC|DS|DI|DCI|"
    r"Insp|Inspector|Sgt|Sergeant|Supt|Superintendent"
)
_NAME = r"(?:\w\.\s*){0,3}\w[\w'’-]+(?:\s+\w[\w'’-]+)?"
_TITLED = re.compile(rf"\b(?:{_TITLES})\b\.?\s+(?P<name>{_NAME})")
_CONTACT = re.compile(
    r"\b(?i:contact|speak to|ask for)(?i:\s+(?:officer|person|name|is))?\s*[:–—-]?\s+(?P<name>\w[\w'’-]+\s+\w[\w'’-]+)"
)


def without_names(report: PlanReport, organisation: Organisation) -> PlanReport:
    """The report with posts in place of the authority's own people, and without addresses, numbers and marked texts."""
    names = _posts(organisation)
    # Looked up once: there are some forty thousand texts in the largest plans.
    withheld, no_email, no_phone = (
        _("[withheld]"), _("[e-mail address withheld]"), _("[telephone number withheld]"),
    )  # fmt: skip

    def cleaned(text: str) -> str:
        if not text:
            return text
        if carries_marking(text):
            return withheld
        text = EMAIL.sub(no_email, text)
        text = PHONE.sub(no_phone, text)
        return names(text)

    return _each_text(report, cleaned)


def _people(organisation: Organisation) -> QuerySet:
    """The authority's people of whom it has a first and a last name."""
    # Below the manager: whoever makes the paper, it must name nobody.
    return QuerySet(Owner).filter(organisation=organisation, kind=Owner.Kind.PERSON, name__contains=" ")


def _posts(organisation: Organisation) -> Callable[[str], str]:
    """Puts posts in place of names, whole words only. A name of one word may be any word, so it stays."""
    posts: dict[str, str] = {}
    # Of two entries for one name, the one with a post comes last and counts.
    for name, post in _people(organisation).order_by("post").values_list("name", "post"):
        words = name.casefold().split()
        posts[" ".join(words)] = post
        posts[f"{words[-1]}, {' '.join(words[:-1])}"] = post
    if not posts:
        return lambda text: text
    # The longest first: "Sam Lee Whitlock" before "Sam Lee".
    patterns = (r"\s+".join(map(re.escape, name.split())) for name in sorted(posts, key=len, reverse=True))
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE)

    def post(match: re.Match[str]) -> str:
        return posts.get(" ".join(match[0].casefold().split())) or _("[name withheld]")

    return lambda text: pattern.sub(post, text)


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    if type(value) is str:
        return change(value)
    if isinstance(value, tuple):
        return tuple(_each_text(each, change) for each in value)
    if dataclasses.is_dataclass(value):
        fields = {each.name: _each_text(getattr(value, each.name), change) for each in dataclasses.fields(value)}
        return dataclasses.replace(value, **fields)
    return value


@dataclass(frozen=True)
class SeemsToName:
    """A place in the public edition that seems to name a person whom the portal does not know.

    `kind` and `pk` say which row to change: "plan" (pk 0), "section", "remark", "objective" or "action".
    """

    kind: str
    pk: int
    name: str
    quote: str

    @property
    def where(self) -> str:
        """What kind of row it is, for people."""
        return str(_KINDS[self.kind])


_KINDS = {
    "plan": _lazy("Plan"),
    "section": _lazy("Section"),
    "remark": _lazy("Remark"),
    "objective": _lazy("Objective"),
    "action": _lazy("Action"),
}


@dataclass(frozen=True)
class PrintedOwner:
    """An owner as the public edition prints them; `known_as` is what the portal has, `refs` where they stand."""

    pk: int
    printed: str
    known_as: str
    kind: str
    refs: tuple[str, ...]


def printed_owners(plan: Plan) -> list[PrintedOwner]:
    """Every owner and partner whom the public edition names, in alphabetical order; one query.

    Whether "Okafor" is a body or somebody's name is for a person to say, so none of them is left out here.
    """
    assignments = (
        Assignment.objects.filter(objective__plan=plan)
        .official()
        .select_related("owner", "objective", "action__objective")
    )
    refs: dict[Owner, dict[str, None]] = {}
    for each in assignments.order_by("objective__section__position", "objective__position", "action__position", "pk"):
        if not each.owner.carries_marking:
            row = each.action or each.objective
            refs.setdefault(each.owner, {})[row.ref or _("without a reference")] = None
    found = [
        PrintedOwner(owner.pk, owner.public_name, str(owner), str(owner.get_kind_display()), tuple(where))
        for owner, where in refs.items()
    ]
    return sorted(found, key=lambda each: (each.printed.casefold(), each.pk))


def seeming_names(report: PlanReport, organisation: Organisation) -> list[SeemsToName]:
    """Where the report seems to name a person, in its order, each name once for a row.

    That is a name with a title, one after "contact", and the last name alone of somebody whom the portal knows.
    """
    found: dict[tuple[str, int, str], SeemsToName] = {}
    last_names = _last_names(organisation)
    for kind, pk, text in _places(report):
        for match in last_names.finditer(text) if last_names else ():
            found.setdefault((kind, pk, match[0].casefold()), SeemsToName(kind, pk, match[0], _quoted(text, match)))
        for pattern in (_TITLED, _CONTACT):
            for match in pattern.finditer(text):
                first = re.sub(r"^(?:\w\.\s*)+", "", match["name"])
                is_second_upper = first.split()[-1][:1].isupper()
                if first[:1].isupper() and (pattern is _TITLED or is_second_upper):
                    # "Dr Moor opens": the verb is none of it.
                    name = " ".join(match[0].split() if is_second_upper else match[0].split()[:-1])
                    found.setdefault((kind, pk, name.casefold()), SeemsToName(kind, pk, name, _quoted(text, match)))
    return list(found.values())


def _last_names(organisation: Organisation) -> re.Pattern[str] | None:
    # With a capital letter: "moor" is a place.
    names = {name.split()[-1] for name in _people(organisation).values_list("name", flat=True)}
    names = {name for name in names if len(name) > 2}
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(names)))})(?!\w)") if names else None


def _quoted(text: str, match: re.Match[str]) -> str:
    start, end = max(match.start() - 40, 0), match.end() + 40
    return f"{'…' if start else ''}{text[start:end].strip()}{'…' if end < len(text) else ''}"


def _places(report: PlanReport) -> Iterator[tuple[str, int, str]]:
    yield from (("plan", 0, text) for text in (report.title, report.aim, report.introduction, report.state))
    for section in report.sections:
        yield from (("section", section.pk, text) for text in (section.ref, section.title, section.introduction))
        for remark in section.remarks:
            yield from (("remark", remark.pk, text) for text in (remark.text, remark.points_to))
        for objective in section.objectives:
            yield from (("objective", objective.pk, text) for text in (objective.ref, objective.text, objective.tier))
            for row in objective.rows:
                kind, pk = ("action", row.pk) if row.pk else ("objective", objective.pk)
                texts = (
                    row.action, *row.steps, *row.owners, *row.partners, row.resources, *row.target_dates,
                    row.outcome_measure, *row.milestones, row.progress, row.rag_reason,
                )  # fmt: skip
                yield from ((kind, pk, text) for text in texts)
