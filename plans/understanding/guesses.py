"""Owners and target dates that stand inside an action's words, for plans that have no columns for them.

Better none than a wrong one: a guess is made only from words that hand the action to somebody ("Lead: ...", "The
Community Safety Manager will ...") or set a day for it ("by 30 June 2026"), and always marked, for a person to decide.
The action's text stays complete.
"""

import datetime as dt
import re
from collections.abc import Iterator

from plans.rules import DateKind

from .dates import dates_named
from .draft import ActionDraft, OwnerDraft, TargetDateDraft
from .owners import is_owner, read_owners
from .words import ACTION_VERBS, word_set

MAX_SEARCHED = 5_000
"""Characters of an action that are searched: the owner stands at its beginning or in brackets at its end."""

MAX_GUESSES = 4

_LABELLED = re.compile(
    r"(?:^|[\n(\[;.,–—-])[^\S\n]*(?P<label>(?:action |overall |joint )?(?:lead(?: officer| agency)?|owner)|"
    r"responsible(?: officer| person)?|responsibility|by whom|who|action(?: by)?|assigned to|arweinydd)[^\S\n]*"
    r"(?P<mark>:|[–—-](?=\s))[^\S\n]*(?P<who>[^\n;()\[\]:]{2,80})",
    re.IGNORECASE,
)
_SURE_LABELS = re.compile(r"lead|owner|responsible|assigned|arweinydd", re.IGNORECASE)
_ENDS_WHO = re.compile(
    r"[,.]?\s*(?:\b(?:by|deadline|due|target|timescale|date|before|no later than|when)\b.*|\.\s+[A-Z].*|\.\s*)$",
    re.IGNORECASE | re.DOTALL,
)
_SENTENCE_ENDS = re.compile(r"\.\s.*$", re.DOTALL)
_SUBJECT = re.compile(
    r"(?:^|[\n•] ?|[.;]\s{1,3})(?:[Tt]he\s+)?(?P<who>[A-Z][^.;:,()\n]{2,70}?)\s+"
    r"(?P<modal>will|shall|must|should|is to|are to|to)\s+(?P<verb>[a-z]+)"
)
_LED_BY = re.compile(
    r"\b(?:led|owned|overseen|coordinated|co-ordinated) by (?:the )?(?P<who>[^.;:,()\n]{2,70}?)"
    r"(?=[.;:,()\n]|\s(?:by|before|in|and|with|from|at)\s|$)"
)
_IN_BRACKETS = re.compile(r"\((?P<who>[A-Z][^()\n;:]{2,60}?),?\s+(?:by|due|before)\s[^()\n]{3,60}\)")
_AUDIENCE = word_set(
    """staff members councillors officers employees partners schools managers workers volunteers governors colleges
    trustees agencies organisations communities venues teams services universities charities providers boroughs
    districts councils parents residents people starters leads practitioners representatives heads"""
)
"""Those for whom something is done are no owners: "All staff to complete the training"."""

_DEADLINE = re.compile(
    r"(?P<cue>\b(?:by|before|no later than|not later than|due(?: by| on)?|to be (?:completed?|done|finished) (?:by|in))"
    r"|\b(?:deadline|target date|timescale|due date|completion date|when|date)(?: of|:|\s[–—-])?)\s*"
    r"(?:the\s+)?(?:(?:end|beginning|middle) of\s+)?(?:the\s+)?$",
    re.IGNORECASE,
)
_SAID_OUTRIGHT = re.compile(r"^(?:deadline|target date|timescale|due|completion date|when|date)", re.IGNORECASE)
_PAST = re.compile(r"\b(?:was|were|been|had|has|have|already|originally|previously)\b[^.;\n]{0,40}$", re.IGNORECASE)
_GOES_ON = re.compile(
    r"^\s*(?:$|[.,;:)\]\n•–—-]|(?:and|for|with|to|in|at|so|then|which|or|through|via|using|including)\b)"
)


def guess(action: ActionDraft, has_owner_column: bool, has_date_column: bool) -> None:
    """Offer the owners and target dates that the action's own words name, where its cells say nothing.

    Where the table has the column and only the cell is empty, nothing but an outright "Lead: ..." or "Deadline: ..."
    counts. Changes the action: owners and dates with `is_guess`, and a flag for each.
    """
    text = action.text[:MAX_SEARCHED]
    if not action.owners and not action.owners_as_written:
        action.owners = _owners(text, only_outright=has_owner_column)
        if action.owners:
            names = ", ".join(owner.name or owner.post for owner in action.owners)
            action.flags.append(f"Owner guessed from the action's words: {names}.")
    if not action.target_dates:
        action.target_dates = _dates(text, only_outright=has_date_column)
        if action.target_dates:
            days = ", ".join(date.as_written for date in action.target_dates)
            action.flags.append(f"Target date guessed from the action's words: {days}.")


def _owners(text: str, *, only_outright: bool) -> list[OwnerDraft]:
    found: list[OwnerDraft] = []
    for who in _labelled(text) if only_outright else (_labelled(text) or _by_sentence(text)):
        for owner in read_owners([who]):
            owner.is_guess = True
            if (owner.name, owner.post) not in {(other.name, other.post) for other in found}:
                found.append(owner)
    return found if len(found) <= MAX_GUESSES else []


def _labelled(text: str) -> list[str]:
    """Who stands behind a label: "(Lead: HR, deadline 30/6/25)", "Action: Head of Housing"."""
    found = []
    for match in _LABELLED.finditer(text):
        who = _ENDS_WHO.sub("", _SENTENCE_ENDS.sub("", match["who"])).strip(" ,.-–—")
        owners = read_owners([who])
        is_sure = match["mark"] == ":" and _SURE_LABELS.search(match["label"]) is not None
        first = who.lower().split(" ", 1)[0]
        if not owners or len(who.split()) > 12 or first in ACTION_VERBS - {"lead"}:
            continue
        if (is_sure and len(who.split()) <= 6) or all(is_owner(owner.name or owner.post) for owner in owners):
            found.append(who)
    return found


def _by_sentence(text: str) -> list[str]:
    """Who does it by the sentence: "The Community Safety Manager will review ..."; or "led by the Head of Housing".

    Or in brackets with a day: "(Head of Housing, by June 2027)".
    """
    for match in _SUBJECT.finditer(text):
        who = match["who"].strip()
        if match["verb"] in ("be", "have") or (match["modal"] == "to" and match["verb"] not in ACTION_VERBS):
            continue
        if _is_somebody(who):
            return [who]
    said = [match["who"].strip(" ,") for pattern in (_LED_BY, _IN_BRACKETS) for match in pattern.finditer(text)]
    return [who for who in said if _is_somebody(who)][:1]


def _is_somebody(who: str) -> bool:
    words = re.findall(r"[\w'’-]+", who)
    if not 1 < len(words) <= 8 or words[0].lower() in ACTION_VERBS | {"all", "each", "any", "every", "our", "we"}:
        return False
    return words[-1].lower() not in _AUDIENCE and "the" not in words and is_owner(who)


def _dates(text: str, *, only_outright: bool) -> list[TargetDateDraft]:
    found: dict[str, TargetDateDraft] = {}
    for written, on, cue in _deadlines(text):
        if not only_outright or _SAID_OUTRIGHT.match(cue):
            found.setdefault(written, TargetDateDraft(written, DateKind.FIXED, on, is_guess=True))
    return list(found.values()) if len(found) <= MAX_GUESSES else []


def _deadlines(text: str) -> Iterator[tuple[str, dt.date, str]]:
    at = 0
    for written, _, last in dates_named(text):
        start = text.index(written, at)
        at = start + len(written)
        cue = _DEADLINE.search(text, max(0, start - 60), start)
        if cue and _GOES_ON.match(text[at : at + 20]) and not _PAST.search(text, max(0, cue.start() - 60), cue.start()):
            yield text[cue.start() : at], last, cue["cue"]
