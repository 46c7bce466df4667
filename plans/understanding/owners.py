"""Owners as councils write them: people with their posts, posts, teams and other bodies, several in one cell.

A guess by the words that council posts and bodies are made of; the text as written is always kept beside it.
"""

import re

from .draft import OwnerDraft
from .words import word_set

_POST_WORDS = word_set(
    """administrator adviser advisor analyst assistant champion chair chairman chairperson chairwoman chief clerk
    co-ordinator commissioner consultant convenor coordinator councillor councillors deputy director executive head
    inspector lead leads leader liaison manager managers member members officer officers owner
    practitioner principal rep representative representatives secretary sergeant specialist superintendent supervisor
    teacher trainer treasurer worker workers staff solicitor dsl dsls slo sponsor holder portfolio spoc smes expert
    holders heads directors employees headteacher headteachers governors"""
)
_TEAM_WORDS = word_set(
    """team teams department directorate service services unit units resources communications comms finance legal
    procurement hr ict it safeguarding housing democratic facilities licensing planning policy communities community
    safety governance culture leisure libraries library education learning assets events"""
)
_BODY_WORDS = word_set(
    """academy agency agencies alliance assembly association authorities authority board boards borough boroughs
    bureau channel charity church college colleges commission committee company constabulary council councils county
    city district districts forum foundation government group groups health hospital hub icb institute lscb lsab
    ministry network nhs office organisation organisations panel parish partners partnership partnerships police
    probation school schools sector society subgroup trust trusts university venues csp psg plog spb prevent"""
)
_OTHER_WORDS = word_set(
    """safer county-wide countywide all various relevant local national regional human public voluntary fire rescue
    adult adults children youth young mental social senior strategic operational north south east west central"""
)
_ALL_WORDS = _POST_WORDS | _TEAM_WORDS | _BODY_WORDS | _OTHER_WORDS
_STYLES = (
    r"(?:Cllr|Councillor|Dr|Mr|Mrs|Ms|Miss|Mx|Prof|Professor|PC|PS|DC|DS|DI|DCI|Sgt|Sergeant|Insp|Inspector|Supt|Rev|Sir"
    r"|Dame)"
)
_NAME = re.compile(rf"^(?:{_STYLES}\.?\s+)?[A-Z][\w'’-]*(?:\s+(?:[A-Z][\w'’.-]*|de|van|von|bin|al|ap)){{1,3}}$")
_STYLED_NAME = re.compile(rf"^{_STYLES}\.?\s+[A-Z][\w'’-]+(?:\s+[A-Z][\w'’-]+){{0,2}}$")
_LEAD_BEFORE = re.compile(r"^(?:overall |action |joint )?lead(?: officer)?\s*[:–—-]\s*", re.IGNORECASE)
_LEAD_AFTER = re.compile(
    r"\s*(?:\((?:overall |action )?lead(?: officer)?\)|[–—-]\s*(?:overall |action )?lead)\s*$", re.IGNORECASE
)
_NAME_AND_POST = re.compile(r"^(?P<first>[^()]+?)\s*\((?P<second>[^()]+)\)\s*$")
_NAME_DASH_POST = re.compile(r"^(?P<first>.+?)(?:\s+[–—-]\s*|\s*[–—-]\s+|:\s+)(?P<second>.+)$")
_NOBODY = re.compile(r"^\W*(?:n/?a|none|tb[cda]|to be (?:confirmed|agreed)|as above|vacant|\?+)?\W*$", re.IGNORECASE)


MAX_LINE = 500
"""A longer line is no list of owners; it is kept as written only."""


def read_owners(lines: list[str]) -> list[OwnerDraft]:
    """The owners that a cell names, in its order, each once. "tbc" and the like name nobody."""
    owners: list[OwnerDraft] = []
    for line in lines:
        for part in _split(line) if len(line) <= MAX_LINE else ():
            if _NOBODY.match(part):
                continue
            owner = _read_one(part)
            if all((owner.name, owner.post) != (other.name, other.post) for other in owners):
                owners.append(owner)
    return owners


def read_partners(lines: list[str]) -> list[str]:
    """The partners and resources that a cell names: one a line; slashes and "and" belong to the names."""
    partners: list[str] = []
    for line in lines:
        for part in re.split(r"\s*;\s*", line):
            name = part.strip().rstrip(".,;").strip()
            if not _NOBODY.match(name) and name not in partners:
                partners.append(name)
    return partners


def _split(line: str) -> list[str]:
    """Cut at ; and / always, at "&", "and" and commas only where both sides can stand alone. Brackets are not cut."""
    parts = [line]
    for separator in (r";|\||\n", r"/"):
        parts = [piece for part in parts for piece in _cut(part, separator, always=True)]
    for separator in (r",", r"\s&|&\s|\band\b"):
        parts = [piece for part in parts for piece in _cut(part, separator, always=False)]
    return parts


def _cut(text: str, separator: str, *, always: bool) -> list[str]:
    parts, start = [], 0
    for match in re.finditer(separator, text, re.IGNORECASE):
        before = text[: match.start()]
        if before.count("(") > before.count(")"):
            continue
        # "N/A" and "24/7" are not lists
        if always and re.fullmatch(r"\s*n\s*/\s*a\s*", text, re.IGNORECASE):
            continue
        left, right = text[start : match.start()].strip(), text[match.end() :].strip()
        if not always and not (_stands_alone(left) and _starts_an_owner(right, separator)):
            continue
        parts.append(left)
        start = match.end()
    parts.append(text[start:].strip())
    return [part for part in parts if part]


def _starts_an_owner(text: str, separator: str) -> bool:
    """Whether what follows a comma or an "and" is another owner; "Ada Moor, Director" is one owner with a post."""
    if "," in separator:
        return all(_is_name(part) or _NAME_AND_POST.match(part) for part in re.split(r"\s*(?:,|&|\band\b)\s*", text))
    return _stands_alone(text)


def _stands_alone(text: str) -> bool:
    text = text.strip()
    if not text:
        return False
    if _NAME_AND_POST.match(text) or _is_name(text):
        return True
    if (match := _NAME_DASH_POST.match(text)) and _is_name(match["first"]):
        return True
    words = _words(text)
    return len(words) > 1 and words[-1] in _POST_WORDS | _BODY_WORDS | {"team", "teams", "department", "unit"}


def _read_one(text: str) -> OwnerDraft:
    text = text.strip().strip(",;").strip()
    is_lead = False
    for form in (_LEAD_BEFORE, _LEAD_AFTER):
        shorter = form.sub("", text)
        if shorter != text and shorter:
            text, is_lead = shorter, True
    if text.endswith(".") and len(text.split()) > 1 and not re.search(r"\b\w\.$", text):
        text = text[:-1]
    for form in (_NAME_AND_POST, _NAME_DASH_POST, re.compile(r"^(?P<first>[^,]+),\s*(?P<second>.+)$")):
        match = form.match(text)
        if not match:
            continue
        first, second = match["first"].strip(), match["second"].strip()
        if _is_name(first) and not _is_name(second):
            return OwnerDraft(first, second, "person", is_lead)
        if _is_name(second) and not _is_name(first):
            return OwnerDraft(second, first, "person", is_lead)
    if _is_name(text):
        return OwnerDraft(text, "", "person", is_lead)
    words = set(_words(text))
    last = (_words(text) or [""])[-1]
    first = (_words(text) or [""])[0]
    if first in _POST_WORDS or last in _POST_WORDS or (words & _POST_WORDS and not words & _BODY_WORDS):
        return OwnerDraft("", text, "post", is_lead)
    if last in _TEAM_WORDS or (words and words <= _TEAM_WORDS | _OTHER_WORDS):
        return OwnerDraft("", text, "post", is_lead)
    return OwnerDraft(text, "", "body", is_lead)


def _is_name(text: str) -> bool:
    text = text.strip()
    if _STYLED_NAME.match(text):
        return True
    return bool(_NAME.match(text)) and not set(_words(text)) & _ALL_WORDS and not _has_acronym(text)


def _has_acronym(text: str) -> bool:
    return any(len(word) > 1 and word.isupper() for word in re.findall(r"[A-Za-z]+", text))


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z][a-z-]*", text.lower())
