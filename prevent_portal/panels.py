"""What the domains contribute to shared pages, registered from each app's `ready()`.

The base app shows panels, search results and navigation without knowing which domains there are.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise

from .permissions import Role, roles_allow


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """A tab of an authority's pages: `url_name` takes the authority, `permission` hides it."""

    text: str | Promise
    url_name: str
    permission: str
    order: int


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the front page: `build(organisation, user, today)` returns the template's context, or None."""

    template: str
    build: Callable[..., dict[str, Any] | None]
    permission: str
    order: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A search result; `address` is a path."""

    title: str
    kind: str | Promise
    address: str
    organisation: str
    extract: str = ""


@dataclass(frozen=True, slots=True)
class Searcher:
    """`search(words, limit)` finds `Hit`s among the rows that the current viewer may see."""

    kind: str | Promise
    search: Callable[[list[str], int], Iterable[Hit]]
    order: int


@dataclass(frozen=True, slots=True)
class Demonstration:
    """`load(today)` fills one domain of the demonstration county."""

    load: Callable[..., None]
    order: int


@dataclass(frozen=True, slots=True)
class EvidenceUse:
    """`find(evidence)` lists, as `Hit`s, what relies on a piece of evidence; in as many queries however much it is."""

    find: Callable[[Any], Iterable[Hit]]
    order: int


@dataclass(frozen=True, slots=True)
class RecommendationAnswers:
    """What of a domain answers recommendations.

    `find(keys)` lists it by the recommendation's key, in as many queries however many keys there are; `is_answered()`
    is the condition that there is any. The page `url_name` takes `recommendation` and lets somebody with `permission`
    link more; `text` is the link to it.
    """

    find: Callable[[list[int]], dict[int, list[Hit]]]
    is_answered: Callable[[], Q]
    text: str | Promise
    url_name: str
    permission: str
    order: int


@dataclass(frozen=True, slots=True)
class Work:
    """Something that is done about a gap. `status` is its RAG in words, `rag` its key; `address` is a path.

    `is_open_to_all` says whether outsiders with access may read it: agreed, and nothing OFFICIAL-SENSITIVE.
    """

    text: str
    source: str
    address: str
    status: str
    rag: str
    owners: tuple[str, ...]
    due_on: dt.date | None
    is_open_to_all: bool


@dataclass(frozen=True, slots=True)
class GapWork:
    """What of a domain closes the gaps that a self-assessment found.

    `find(result_keys)` lists the work by the key of the benchmark's result and of the answer, None for work on the
    benchmark as a whole; in as many queries however many keys there are. `ways` are (text, name of the address) of the
    pages that let somebody with `permission` add to it: they take `benchmark_result`, and `answer` in their query.
    """

    find: Callable[[list[int]], dict[tuple[int, int | None], list[Work]]]
    ways: tuple[tuple[str | Promise, str], ...]
    permission: str
    order: int


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who may get a digest: the account and what it may do in the authority in question."""

    user_id: int
    roles: frozenset[Role]

    def may(self, code: str) -> bool:
        """Whether the matrix grants `code` there."""
        return roles_allow(self.roles, code)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody is reminded. `wish` is the field of `DigestChoice` with which they turn this off."""

    wish: str
    heading: str | Promise
    order: int


@dataclass(frozen=True, slots=True)
class Reminder:
    """One line of a digest: it stands under the first of its reasons that the person wants. `address` is a path."""

    reasons: tuple[Reason, ...]
    text: str
    detail: str
    address: str


@dataclass(frozen=True, slots=True)
class Figure:
    """How much there is of something in the authority, for those who coordinate it. `address` is a path."""

    text: str
    count: int
    address: str


@dataclass(frozen=True, slots=True)
class DigestSource:
    """What people are reminded of by mail.

    `find(organisation, recipients, today)` gives each account's key its reminders; `overview(organisation, today)`
    the figures for those who hold `overview_permission`. Both in as many queries however many people there are, and
    with no OFFICIAL-SENSITIVE text: an e-mail is read on the way.
    """

    find: Callable[..., dict[int, list[Reminder]]]
    overview: Callable[..., list[Figure]]
    overview_permission: str
    order: int


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """A day in somebody's calendar. `uid` is its name for ever, `sequence` grows with every change of it (RFC 5545)."""

    uid: str
    sequence: int
    on: dt.date
    text: str
    detail: str
    address: str
    changed_at: dt.datetime


@dataclass(frozen=True, slots=True)
class CalendarSource:
    """A kind of calendar. `subjects(organisation)` lists (key, title) of those there are; None: whoever asks is it.

    `entries(organisation, user, subject_id)` has what the current viewer may see, and no OFFICIAL-SENSITIVE text.
    """

    kind: str
    title: str | Promise
    permission: str
    subjects: Callable[..., list[tuple[int | None, str]]]
    entries: Callable[..., Iterable[CalendarEntry]]
    order: int


@dataclass
class Registry:
    """Everything that has been registered, each list in its order."""

    navigation: list[NavigationItem] = field(default_factory=list)
    panels: list[Panel] = field(default_factory=list)
    searchers: list[Searcher] = field(default_factory=list)
    demonstrations: list[Demonstration] = field(default_factory=list)
    evidence_uses: list[EvidenceUse] = field(default_factory=list)
    digest_sources: list[DigestSource] = field(default_factory=list)
    calendar_sources: list[CalendarSource] = field(default_factory=list)
    recommendation_answers: list[RecommendationAnswers] = field(default_factory=list)
    gap_work: list[GapWork] = field(default_factory=list)

    def add(self, *items: Any) -> None:
        """Register items, each in the list of its kind."""
        lists = {
            NavigationItem: self.navigation,
            Panel: self.panels,
            Searcher: self.searchers,
            Demonstration: self.demonstrations,
            EvidenceUse: self.evidence_uses,
            DigestSource: self.digest_sources,
            CalendarSource: self.calendar_sources,
            RecommendationAnswers: self.recommendation_answers,
            GapWork: self.gap_work,
        }
        for item in items:
            of_its_kind = lists[type(item)]
            # Django may call an app's ready() again, when settings are overridden for a test.
            if item not in of_its_kind:
                of_its_kind.append(item)
                of_its_kind.sort(key=lambda each: each.order)


registry = Registry()
