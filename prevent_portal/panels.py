"""What the domains contribute to shared pages, registered from each app's `ready()`.

The base app shows panels, search results and navigation without knowing which domains there are.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise


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


@dataclass
class Registry:
    """Everything that has been registered, each list in its order."""

    navigation: list[NavigationItem] = field(default_factory=list)
    panels: list[Panel] = field(default_factory=list)
    searchers: list[Searcher] = field(default_factory=list)
    demonstrations: list[Demonstration] = field(default_factory=list)
    evidence_uses: list[EvidenceUse] = field(default_factory=list)

    def add(self, *items: NavigationItem | Panel | Searcher | Demonstration | EvidenceUse) -> None:
        """Register items, each in the list of its kind."""
        lists = {
            NavigationItem: self.navigation,
            Panel: self.panels,
            Searcher: self.searchers,
            Demonstration: self.demonstrations,
            EvidenceUse: self.evidence_uses,
        }
        for item in items:
            of_its_kind = lists[type(item)]
            # Django may call an app's ready() again, when settings are overridden for a test.
            if item not in of_its_kind:
                of_its_kind.append(item)
                of_its_kind.sort(key=lambda each: each.order)


registry = Registry()
