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
    holders heads directors employees headteacher headteachers governors commander constable accountable sro
    apprentice advocate ambassador ambassadors coordinators co-ordinators partner vice controller registrar
    swyddog swyddogion rheolwr pennaeth cyfarwyddwr arweinydd cydlynydd aelod cynghorydd uwch"""
)
_TEAM_WORDS = word_set(
    """team teams department directorate service services unit units resources communications comms finance legal
    procurement hr ict it safeguarding housing democratic facilities licensing planning policy communities community
    safety governance culture leisure libraries library education learning assets events audit environment
    environmental enforcement estates property commissioning protection standards cohesion engagement inclusion equality
    equalities diversity development skills employment customer customers digital web media marketing press business
    performance insight intelligence data information security resilience emergency risk insurance payroll workforce
    training transport highways parking parks waste streetscene regulatory registration elections electoral members
    benefits revenues accountancy transformation improvement recruitment wellbeing sport arts museums tourism economic
    regeneration growth homelessness justice offending help family families tîm adran gwasanaeth gwasanaethau"""
)
_BODY_WORDS = word_set(
    """academy agency agencies alliance assembly association authorities authority board boards borough boroughs
    bureau channel charity church college colleges commission committee company constabulary council councils county
    city district districts forum foundation government group groups health hospital hub icb institute lscb lsab
    ministry network nhs office organisation organisations panel parish partners partnership partnerships police
    probation school schools sector society subgroup trust trusts university universities venues csp psg plog spb
    prevent pcc opcc hmpps hmp dfe dwp mhclg jcp ctp ctsfo ofsted centre centres homes charities providers network
    networks support rescue leadership force forces federation fund union unions club clubs committees headquarters
    heddlu cyngor bwrdd iechyd ysgol ysgolion prifysgol coleg partneriaeth partneriaid"""
)
_OTHER_WORDS = word_set(
    """safer county-wide countywide all various relevant local national regional human public voluntary fire rescue
    adult adults children youth young mental social senior strategic operational north south east west central
    corporate management internal external early care special joint integrated primary secondary further higher
    multi-agency multiagency cross-party cabinet domestic violence abuse hate crime drug drugs alcohol substance
    counter terrorism counter-terrorism extremism street scene trading victim victims citizens advice neighbourhood
    neighbourhoods road home border refugee asylum migration resettlement port ports airport key front line frontline
    assistant associate interim acting service"""
)
_ALL_WORDS = _POST_WORDS | _TEAM_WORDS | _BODY_WORDS | _OTHER_WORDS
_STYLES = (
    r"(?:(?:[TA]/)?(?:Det(?:ective)?\.?\s+|Ch(?:ief)?\.?\s+|Temp(?:orary)?\.?\s+|Acting\s+|Asst\.?\s+)?(?:Cllr|Councillor|Cyng|"
    r"Dr|Mr|Mrs|Ms|Miss|Mx|Prof|Professor|PC|PS|DC|DS|DI|DCI|DSU|ACC|DCC|PCSO|CI|Con(?:stable)?|Sgt|Sergeant|Insp|Inspector|"
    r"Supt|Superintendent|Rev|Revd|Sir|Dame|Lord|Lady|Baroness))"
)
_NAME = re.compile(
    rf"^(?:{_STYLES}\.?\s+)?(?:(?:[A-Z]\.?){{1,3}}|[A-Z][\w'’-]*)(?:\s+(?:[A-Z][\w'’.-]*|de|van|von|bin|al|ap)){{1,3}}$"
)
_STYLED_NAME = re.compile(rf"^{_STYLES}\.?\s+[A-Z][\w'’-]+(?:\s+[A-Z][\w'’-]+){{0,2}}$")
_LEAD_BEFORE = re.compile(
    r"^(?:(?:overall |action |joint )?(?:leads?(?: officers?| agency| partners?| organisation)?|owners?)|"
    r"accountable(?: officer)?|arweinydd)\s*(?::|[–—-](?=\s))\s*",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:^|(?<=[\s,;.]))(?:support(?:ing|ed)?(?: by| officers?| partners?| agenc(?:y|ies)| from)?|assist(?:ed by|ing)|"
    r"deput(?:y|ies|ised by)(?: leads?| officers?)?|responsible(?: officer)?|delivery|delivered by|"
    r"partners?|with|by|consult(?:ed)?|inform(?:ed)?|others?)\s*:\s*",
    re.IGNORECASE,
)
_LEAD_LABEL = re.compile(
    r"(?<=[\s,;.])(?=(?:overall |action |joint )?(?:lead(?: officer| agency)?|owner|accountable)\s*:)", re.IGNORECASE
)
_IN_BRACKETS = re.compile(
    r"\s*(?P<begins>[(;,])\s*(?:(?:deput(?:y|ies)|support(?:ing)?|back-?up|cover|alternate)(?: leads?| officers?)?\s*:|"
    r"(?:deputised|supported|assisted|covered) by:?(?=\s))\s*(?P<who>[^();,]+)\)",
    re.IGNORECASE,
)
"""Who else stands in an owner's brackets: "Head of Finance (deputy: Finance Manager)"."""

_SUPPORTED = re.compile(
    r"[\s,]+(?:(?:with|and) (?:the )?support (?:from|of|by)|supported by|assisted by|in (?:partnership|"
    r"conjunction|liaison|consultation|collaboration) with|working with)\s+(?:the\s+)?",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_PHONE = re.compile(
    r"[\s,;:(–-]*(?:(?:tel|mob|ext)[.:]*\s*)*(?:\(?0\d{2,4}\)?[\s-]?\d{3,4}[\s-]?\d{3,4}|ext\.?\s?\d{2,5})\b\)?", re.I
)
_ACTING_RANK = re.compile(r"\b([TA])/(?=(?:Det|Ch|D?Supt|D?C?Insp|CI|Sgt|PS|DI|DS|DCI|ACC|DCC|PC)\b)")
_ACTING_MARK = "\ue000"
_STANDS_FOR_ITSELF = re.compile(
    r"^(?:(?:the\s+)?(?:police|nhs|icb|csp|pcc|opcc|probation(?: service)?|hmpps|hmp|ctp|dfe|dwp|schools?|colleges?|"
    r"universit(?:y|ies)|fire(?: (?:and|&) rescue)?(?: service)?|ambulance(?: service)?|health(?: board)?|councils?|"
    r"all partners|partners|districts?|boroughs?|charities|housing providers|"
    r"youth (?:justice|offending) (?:service|team)|"
    r"legal(?: services)?|community groups|voluntary sector|children['’]?s services|adults?['’]? services|"
    r"adult social care|"
    r"heddlu|cyngor)|"
    r"(?-i:[A-Z]{2,5}))$",
    re.IGNORECASE,
)
_JOINED_NAMES = re.compile(
    r"\b(?:police\s+(?:and|&)\s+crime|fire\s+(?:and|&)\s+rescue|health\s+(?:and|&)\s+(?:safety|social|wellbeing|care))\b",
    re.IGNORECASE,
)
_LEAD_AFTER = re.compile(
    r"\s*(?:\((?:overall |action )?lead(?: officer)?\)|[–—-]\s*(?:overall |action )?lead)\s*$", re.IGNORECASE
)
_NAME_AND_POST = re.compile(r"^(?P<first>[^()]+?)\s*\((?P<second>[^()]+)\)\s*$")
_NAME_DASH_POST = re.compile(r"^(?P<first>.+?)(?:\s+[–—-]\s*|\s*[–—-]\s+|:\s+)(?P<second>.+)$")
_NOBODY = re.compile(
    r"^\W*(?:n/?a|none|nil|t\.?b\.?[cda]\.?|(?:owner |lead )?to be (?:confirmed|agreed|identified|appointed|"
    r"determined|assigned)|not (?:applicable|known|assigned|yet assigned)|unassigned|unknown|"
    r"vacant|i['’]w gadarnhau|\?+)?\W*$",
    re.IGNORECASE,
)


_AS_ABOVE = re.compile(
    r"\W*(?:as (?:above|before|previous(?:ly)?)|same(?: as (?:above|before))?|see above|ditto|"
    r"fel uchod)\W*|[\"“”〃]|''|,,",
    re.IGNORECASE,
)
_WAS = re.compile(r"\s*\((?:was|formerly|previously)\b[^()]*\)?\s*$", re.IGNORECASE)
_TWO_LETTERS = frozenset("HR IT CE CT LA MO SG PH DV LP SP CS CC BC DC UK".split())
"""Bodies, teams and posts of two letters: human resources, counter-terrorism, the monitoring officer."""

_LONGEST_POST = 60
"""Characters in front of "lead:" that are looked at, to see whether they name a post."""

MAX_LINE = 1_000
"""A longer line is no list of owners; it is kept as written only."""


_ROLE = re.compile(r"(?:(?P<lead>L)|S|O|P)\s?[:=]\s*(?=\w{2})")
"""L: and S: in front of who leads and who supports."""


def read_owners(lines: list[str]) -> list[OwnerDraft]:
    """The owners that a cell names, in its order, each once. "tbc" and the like name nobody."""
    owners: list[OwnerDraft] = []
    lines = _with_posts(lines)
    for line in lines:
        for part in _split(line) if len(line) <= MAX_LINE else ():
            now = _WAS.sub("", part)
            if _NOBODY.match(now) or says_as_above(now):
                continue
            role = _ROLE.match(now)
            owner = _read_one(now[role.end() :] if role else now)
            owner.is_lead = owner.is_lead or bool(role and role["lead"])
            if _NOBODY.match(owner.name or owner.post):
                continue
            if all((owner.name, owner.post) != (other.name, other.post) for other in owners):
                owners.append(owner)
    return owners


def says_as_above(text: str) -> bool:
    """Whether a cell names the owners of the row above: "As above", "Ditto", the sign for it."""
    return len(text) <= _LONGEST_POST and _AS_ABOVE.fullmatch(text.strip()) is not None


def _with_posts(lines: list[str]) -> list[str]:
    """Names with their posts on the next line, all through the cell, as one line each."""
    texts = [line.strip() for line in lines if line.strip()]
    if not texts or len(texts) % 2 or any(len(text) > MAX_LINE for text in texts):
        return lines
    pairs = list(zip(texts[::2], texts[1::2], strict=True))
    if all(_is_name(name) and _is_post(post) for name, post in pairs):
        return [f"{name} ({post})" for name, post in pairs]
    return lines


def _is_post(text: str) -> bool:
    words = _words(text)
    return "(" not in text and len(words) > 1 and (words[0] in _POST_WORDS or words[-1] in _POST_WORDS)


def read_partners(lines: list[str]) -> list[str]:
    """The partners and resources that a cell names: one a line; slashes and "and" belong to the names."""
    partners: list[str] = []
    for line in lines:
        for part in re.split(r"\s*;\s*", line):
            name = part.strip().rstrip(".,;").strip()
            if not _NOBODY.match(name) and name not in partners:
                partners.append(name)
    return partners


def is_owner(text: str) -> bool:
    """Whether words that stand in no owner's column are surely somebody: a post, a team, a body, a styled name."""
    words = _words(text)
    if _STYLED_NAME.match(text) or _EMAIL.fullmatch(text) or (len(words) == 1 and _STANDS_FOR_ITSELF.match(text)):
        return True
    if not 1 < len(words) <= 8 or not all(_may_be_of_a_title(word) for word in re.findall(r"[\w'’-]+", text)):
        return False
    ends = _POST_WORDS | _BODY_WORDS | {"team", "department", "directorate", "service", "unit", "resources"}
    return words[-1] in ends or words[0] in ("head", "director", "chief", "chair")


def _may_be_of_a_title(word: str) -> bool:
    lower = re.sub(r"['’]s?$", "", word.lower())
    return word[:1].isupper() or lower in _ALL_WORDS or lower in ("of", "for", "and", "s")


def _split(line: str) -> list[str]:
    """Cut at ; and / always, at "&", "and" and commas only where both sides can stand alone. Brackets are not cut."""
    line = _ACTING_RANK.sub(rf"\1{_ACTING_MARK}", line)
    line = _IN_BRACKETS.sub(lambda match: f"{'' if match['begins'] == '(' else ')'}; {match['who']}", line)
    line = _LEAD_LABEL.sub(lambda match: "" if _ends_a_post(match) else "; ", line)
    line = _SUPPORTED.sub("; ", _LABEL.sub("; ", line))
    parts = [line]
    for separator in (r";|\||\n", r"/"):
        parts = [piece for part in parts for piece in _cut(part, separator, always=True)]
    parts = [piece for part in parts for piece in (_listed(part) or [part])]
    for separator in (r",", r"\s&|&\s|\band\b"):
        parts = [piece for part in parts for piece in _cut(part, separator, always=False)]
    return [part.replace(_ACTING_MARK, "/") for part in parts]


def _ends_a_post(label: re.Match[str]) -> bool:
    """Whether "lead:" belongs to the words before it, as in "Prevent Lead: Ada Moor", and a name follows."""
    before = re.split(r"[:;,.|/\n]", label.string[max(label.start() - _LONGEST_POST, 0) : label.start()])[-1].strip()
    after = label.string[label.end() : label.end() + 2 * _LONGEST_POST].partition(":")[2]
    name = re.split(r"[;,.(|/\n]", after)[0].strip()
    words = _words(before)
    return bool(words) and words[-1] not in _POST_WORDS and not _is_name(before) and _is_name(name)


def _listed(text: str) -> list[str]:
    """The bodies and posts of a list such as "Police, NHS and Probation"; none if a piece could be part of a title."""
    if "(" in text:
        return []
    masked = _JOINED_NAMES.sub(lambda match: re.sub(r"and|&", "+", match[0]), text)
    pieces = [piece.strip() for piece in re.split(r",\s*(?:and\b)?|\s&\s|\band\b", masked) if piece.strip()]
    if len(pieces) < 2 or len(pieces) != masked.count(",") + len(re.findall(r"(?<!,)\s(?:and|&)\s", masked)) + 1:
        return []
    whole = [piece.replace("+", "and") for piece in pieces]
    return whole if all(_STANDS_FOR_ITSELF.match(each) or _is_titled(each) for each in whole) else []


def _is_titled(text: str) -> bool:
    """A post in full: "Head of Housing", "Prevent Coordinator". "Director" alone may belong to what stands before."""
    words = _words(text)
    if len(words) < 2:
        return False
    return (
        words[0] in ("head", "director", "chief", "leader", "chair") and words[1] in ("of", "executive", "officer")
    ) or (words[-1] in _POST_WORDS and words[0] not in ("deputy", "assistant"))


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
        if not always and _is_name_comma_post(left) and not (_is_named(right) or _is_name_comma_post(right)):
            continue  # "Ada Moor, Head of Communities and Prevent Lead" is one person
        parts.append(left)
        start = match.end()
    parts.append(text[start:].strip())
    return [part for part in parts if part]


def _is_name_comma_post(text: str) -> bool:
    first, comma, rest = text.partition(",")
    return bool(comma and rest.strip()) and _is_name(first)


def _starts_an_owner(text: str, separator: str) -> bool:
    """Whether what follows a comma or an "and" is another owner; "Ada Moor, Director" is one owner with a post."""
    if "," in separator:
        return all(_is_named(part) for part in re.split(r"\s*(?:,|&|\band\b)\s*", text))
    return _stands_alone(text)


def _is_named(text: str) -> bool:
    dash = _NAME_DASH_POST.match(text)
    return _is_name(text) or _NAME_AND_POST.match(text) is not None or (dash is not None and _is_name(dash["first"]))


def _stands_alone(text: str) -> bool:
    text = text.strip()
    if not text:
        return False
    if _NAME_AND_POST.match(text) or _is_name(text) or _is_name_comma_post(text):
        return True
    if (match := _NAME_DASH_POST.match(text)) and _is_name(match["first"]):
        return True
    words = _words(text)
    return len(words) > 1 and words[-1] in _POST_WORDS | _BODY_WORDS | {"team", "teams", "department", "unit"}


def _read_one(text: str) -> OwnerDraft:
    text = text.strip().strip(",;").strip()
    is_lead = False
    text = _PHONE.sub("", text).strip(" ,;") or text
    if mail := _EMAIL.search(text):
        without = re.sub(r"[\s<>()\[\],;:–—-]*(?:e-?mail\s*:?\s*)?$", "", text[: mail.start()]) + text[
            mail.end() :
        ].strip(" <>()[],;:")
        if not re.search(r"\w", without):
            is_person = re.match(r"[a-z'-]+\d*\.[a-z'.-]+@", mail[0], re.IGNORECASE) is not None
            return OwnerDraft(mail[0], "", "person") if is_person else OwnerDraft("", mail[0], "post")
        text = without.strip()
    for form in (_LEAD_BEFORE, _LEAD_AFTER):
        label = form.search(text)
        if label and (shorter := form.sub("", text)):
            is_lead = is_lead or re.search("lead|arweinydd", label[0], re.IGNORECASE) is not None
            text = shorter
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
        if form is _NAME_AND_POST and _is_initials(second) and not _is_name(first):
            return OwnerDraft(second, first, "person", is_lead)
    if _is_name(text) or _is_initials(text):
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


def _is_initials(text: str) -> bool:
    """ "J.B." and "JB", unless council people know the two letters as something else."""
    if re.fullmatch(r"(?:[A-Z]\.\s?){2,3}", text):
        return True
    return re.fullmatch(r"[A-Z]{2}", text) is not None and text not in _TWO_LETTERS


def _has_acronym(text: str) -> bool:
    return any(len(word) > 1 and word.isupper() for word in re.findall(r"[A-Za-z]+", text))


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z][a-z-]*", text.lower())
