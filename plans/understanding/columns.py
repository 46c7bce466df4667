"""What a heading's words can mean: one table of the words that councils use, and the fields that they stand for.

Header names differ in every council. Words alone are a hint, not an answer: the values below a heading have their say
(headings.py), what this authority said before has more, and what a person says counts.
"""

import functools
import re
import unicodedata
from enum import StrEnum


class Field(StrEnum):
    """What a column of a plan's table can hold."""

    SECTION = "section"
    REF = "ref"
    OBJECTIVE = "objective"
    TIER = "tier"
    ACTION_REF = "action_ref"
    ACTION = "action"
    OWNER = "owner"
    PARTNERS = "partners"
    RESOURCES = "resources"
    START_DATE = "start_date"
    TARGET_DATE = "target_date"
    COMPLETED = "completed_on"
    OUTCOME = "outcome"
    MILESTONES = "milestones"
    PROGRESS = "progress"
    RAG = "rag"
    MARKING = "marking"
    NOTE = "note"  # a remark of the row's, on purpose
    LEAVE_OUT = "leave_out"  # set aside, on purpose
    DERIVED = "derived"  # what the portal's own spreadsheet works out: never read back


MERGEABLE = frozenset(
    {
        Field.OWNER, Field.PARTNERS, Field.RESOURCES, Field.OUTCOME, Field.MILESTONES, Field.PROGRESS,
        Field.OBJECTIVE, Field.COMPLETED, Field.NOTE, Field.LEAVE_OUT, Field.DERIVED,
    }
)  # fmt: skip
"""Two columns of one of these belong together ("Progress Q1", "Progress Q2"); of the others the likelier is taken."""

WORDS: dict[Field, tuple[str, ...]] = {
    Field.SECTION: (
        "section", "priority", "priority area", "theme", "strand", "workstream", "work stream", "pillar", "benchmark",
        "bench mark", "category", "area of focus", "focus area", "key area", "strategic priority", "prevent priority",
        "programme", "blaenoriaeth", "thema",
    ),
    Field.REF: (
        "ref", "reference", "ref no", "reference number", "no", "nr", "number", "item", "item no", "id", "#",
        "objective ref", "objective no", "objective number", "objective reference", "serial", "serial no", "sr no",
        "row", "line", "unique id", "s n", "sn", "sl no", "wbs", "rec no", "rec ref", "recommendation no",
        "recommendation number", "recommendation ref", "recommendation reference", "cyf", "cyfeirnod", "rhif",
    ),
    Field.OBJECTIVE: (
        "objective", "aim", "goal", "outcome sought", "recommendation", "requirement", "duty", "description",
        "strategic objective", "key objective", "what are we going to do", "what do we want to achieve",
        "what do we want to do", "what we want to achieve", "what are we trying to achieve", "objective benchmark",
        "issue", "area of work", "area for improvement", "commitment", "expectation", "we will", "purpose",
        "identified need", "need", "gap", "gap identified", "finding", "what needs to change", "ambition",
        "beth ydym ni am ei gyflawni", "amcan", "amcanion", "nod", "nodau", "argymhelliad",
    ),
    Field.TIER: (
        "tier", "city", "county", "district", "county district", "city county district", "local authority", "authority",
        "area", "level", "geography", "locality", "borough", "council", "awdurdod",
    ),
    Field.ACTION_REF: ("action ref", "action no", "action number", "action reference", "action id", "task no"),
    Field.ACTION: (
        "action", "key action", "activity", "key activity", "task", "what will we do", "how", "how will we do it",
        "how will we achieve this", "how will we achieve it", "how will we get there", "what we will do",
        "what will be done", "what needs to be done", "what needs to happen", "what do we need to do",
        "what are we doing", "what is the action", "action we will take", "action to be taken", "action to take",
        "step", "next step", "delivery", "action required", "measures", "what", "specific action", "agreed action",
        "planned action", "planned activity", "proposed action", "action description", "action detail",
        "work to be done", "intervention", "to do", "response", "work required",
        "initiative", "gweithredu", "cam gweithredu", "camau gweithredu", "camau", "gweithgaredd",
        "beth fyddwn ni n ei wneud",
    ),
    Field.OWNER: (
        "owner", "lead", "lead officer", "lead agency", "lead organisation", "lead partner", "lead owner",
        "lead person",
        "lead service", "lead department", "lead name", "who", "who will lead", "who will lead on this",
        "who is leading", "who is responsible", "who s responsible", "by whom", "whom", "responsible",
        "responsible officer", "responsible person", "responsible lead", "responsible owner", "responsible agency",
        "responsible body", "responsibility", "person responsible", "accountable", "accountable officer",
        "accountability", "action owner", "action lead", "action by", "action for", "officer", "named officer",
        "assigned to", "assigned", "assignee", "allocated to", "post responsible", "who will do it",
        "who will do this", "senior responsible owner", "senior responsible officer", "delivery lead", "project lead",
        "agency", "manager", "delivered by", "to be actioned by", "team", "service", "contact officer",
        "nominated lead", "spoc", "single point of contact", "point of contact",
        "arweinydd", "swyddog arweiniol", "swyddog cyfrifol", "perchennog", "cyfrifol", "cyfrifoldeb", "pwy",
    ),
    Field.PARTNERS: (
        "partner", "partners and resource", "partner agency", "supporting", "supported by", "key partner", "support",
        "others involved", "partner involved", "who else", "supporting officer", "supporting partner",
        "supporting agency", "support officer", "support lead", "other lead", "stakeholder", "key stakeholder",
        "contributor", "working with", "in partnership with", "delivery partner", "involved", "consultee",
        "other agency", "other organisation", "other partner",
        "partneriaid", "partner allweddol",
    ),
    Field.RESOURCES: (
        "resource", "resources required", "resource implication", "resource requirement", "resource needed", "budget",
        "cost", "funding", "funding source", "finance", "cost and resource", "budget and resource", "financial",
        "financial implication", "estimated cost", "cost budget", "adnoddau", "cyllideb", "cost £", "inputs",
    ),
    Field.START_DATE: (
        "start", "start date", "date started", "commence", "commencement date", "from", "start by", "planned start",
        "begin", "begin date", "dyddiad dechrau", "date commenced", "timescale start", "date start",
    ),
    Field.TARGET_DATE: (
        "target date", "target", "date", "due", "due date", "deadline", "timescale", "time scale", "timeframe",
        "time frame", "timeline", "timing", "by when", "when", "when by", "when will it be done", "when will we do it",
        "by not later than", "not later than", "completion date", "date due", "delivery date", "date for completion",
        "end date", "end", "finish", "finish date", "complete by", "to be completed by", "completed by", "date by",
        "target completion date", "target completion", "target deadline", "planned completion", "planned end",
        "expected completion", "estimated completion", "proposed date", "completion", "completion target", "to",
        "implementation date", "delivery by", "time", "schedule", "target timescale", "deadline date",
        "dyddiad targed", "dyddiad cau", "erbyn", "erbyn pryd", "pryd", "amserlen", "dyddiad", "dyddiad cwblhau",
    ),
    Field.COMPLETED: (
        "date completed", "completed on", "completed date", "date of completion", "actual completion date",
        "actual completion", "actual end date", "actual date", "completed", "date achieved", "date closed", "closed on",
        "closed date", "complete", "done", "action complete", "action completed", "is complete",
    ),
    Field.OUTCOME: (
        "outcome", "outcome measure", "evidence", "evidence of impact", "measure", "measure of success",
        "success measure", "success criteria", "success", "success factor", "success indicator", "performance measure",
        "kpi", "impact", "intended impact", "how will we know", "how will we know it worked", "how we will know",
        "how will you know", "how do we know", "how we know", "how we will measure success", "how we will measure",
        "how will we measure",
        "how will we measure success", "how will we measure it", "how will success be measured",
        "how will it be measured", "how will this be measured", "what will success look like",
        "what does success look like", "what does good look like", "what difference will it make", "output", "result",
        "intended outcome", "expected outcome", "desired outcome", "performance indicator", "indicator",
        "evidence of success", "evidence required", "expected result", "benefit", "monitoring",
        "target outcome", "metric", "assurance", "canlyniad", "mesur", "mesur llwyddiant", "tystiolaeth", "effaith",
        "sut byddwn ni n gwybod", "sut fyddwn ni n gwybod", "sut byddwn yn gwybod", "sut y byddwn yn gwybod",
    ),
    Field.MILESTONES: ("milestone", "key milestone", "milestone outcome", "interim milestone", "carreg filltir",
                       "cerrig milltir"),
    Field.PROGRESS: (
        "progress", "progress update", "update", "latest update", "comment", "commentary", "note", "current position",
        "position", "status update", "progress to date", "action update", "quarter 1", "quarter 2", "quarter 3",
        "quarter 4", "q1", "q2", "q3", "q4", "current status", "status comment", "narrative", "progress note",
        "progress comment", "progress report", "monitoring comment", "monitoring update",
        "monitoring note", "where are we now", "where are we", "where we are", "where we are at", "how are we doing",
        "how is it going", "how are things going", "how far have we got", "what have we done", "remark",
        "monthly update", "quarterly update", "progress narrative", "work to date", "work completed",
        "achievement", "progress made", "what has been done", "delivered", "latest position", "latest progress",
        "cynnydd", "diweddariad", "sylwadau", "sylw",
    ),
    Field.RAG: (
        "rag", "rag status", "rag rating", "status", "action status", "rating", "rag completed", "colour", "brag",
        "brag status", "brag rating", "progress rag", "current rag", "traffic light", "rag score", "delivery status",
        "delivery rag", "rygo", "rag update", "rag current", "overall rag", "on track", "confidence", "statws",
        "coch ambr gwyrdd", "cag", "open closed", "open or closed",
    ),
    Field.MARKING: ("marking", "protective marking", "security marking"),
}  # fmt: skip
"""What councils call each column, in small letters and without punctuation; plurals are found by their singular."""

ALSO: dict[Field, tuple[str, ...]] = {
    Field.OUTCOME: ("target", "deliverable", "goal", "aim", "kpi target", "performance", "what", "delivery"),
    Field.OBJECTIVE: ("what", "priority", "theme", "benchmark", "outcome", "strand", "key area", "activity", "area",
                      "intended outcome", "desired outcome", "item", "action required", "programme"),
    Field.ACTION: ("measure", "description", "objective", "recommendation", "commitment", "deliverable", "milestone",
                   "requirement", "work", "detail", "response", "item", "we will", "what are we going to do",
                   "project"),
    Field.PROGRESS: ("status", "outcome", "evidence", "result", "completed", "complete", "done", "rag", "on track",
                     "delivered", "impact", "response", "confidence", "delivery"),
    Field.RAG: ("progress", "current status", "position", "current position", "completed", "complete", "priority rag",
                "update", "done", "closed", "how are we doing", "how is it going", "where are we", "where are we now"),
    Field.COMPLETED: ("completion date", "completion", "date"),
    Field.PARTNERS: ("resource", "team", "agency", "service", "who"),
    Field.TARGET_DATE: ("by", "milestone", "frequency", "q", "review date", "review", "next review"),
    Field.SECTION: ("objective", "area", "aim", "strategic objective", "outcome", "duty", "requirement"),
    Field.TIER: ("partner",),
    Field.REF: ("benchmark", "objective", "priority", "action", "recommendation"),
    Field.OWNER: ("by", "name", "partner", "responsible for", "completed by"),
}  # fmt: skip
"""What the same words mean in fewer councils: taken where the values say so, or where nothing better is left."""

EXACT, SECOND, STARTS, LOOSE, CONTAINS = 1.0, 0.8, 0.9, 0.7, 0.6
MISSPELT = 0.85
"""A heading that becomes known when one letter is mended counts this much less."""

_BELOW = 0.95
_SAYS_LITTLE = frozenset({"date", "no", "number", "name", "status", "to", "from"})
"""Below another heading these words only complete it: "Completed" above "date"."""

MAX_HEADER_WORDS = 20
_LONGEST_PHRASE = 6
_REF_VALUE = re.compile(r"^[A-Za-z]{0,3}[ .-]?\d{1,3}(?:\.\d{1,3})*\.?[a-z]?[.)]?$")
_NOT_THE_DATE_DUE = re.compile(
    r"\b(?:raised|logged|opened|added|created|identified|updated?|reviewed|agreed|approved|meeting|last|entered|"
    r"reported|origin(?:al|ated)|previous|received|birth)\b"
)
_OF_A_RISK = re.compile(r"\b(?:risk|likelihood|impact score|probability|severity|inherent|residual)\b")
_SHORT_FORMS = {
    "resp": "responsible", "tgt": "target", "obj": "objective", "objs": "objective", "prog": "progress",
    "compl": "completion", "comp": "completion", "dt": "date", "mgr": "manager", "off": "officer",
    "perf": "performance", "cttee": "committee", "sro": "senior responsible owner", "dept": "department",
    "org": "organisation", "organization": "organisation", "refs": "ref", "num": "number", "act": "action",
    "actn": "action", "respons": "responsible", "resps": "responsible", "pri": "priority", "pty": "priority",
    "msmt": "measure", "ragb": "rag", "rags": "rag", "cmt": "comment", "cmts": "comment", "wks": "workstream",
    "programme": "programme", "program": "programme",
}  # fmt: skip
_FILLERS = frozenset(
    """a an the of for to and or by in on with our we will be is are this that it its has have i e eg any if key your
    proposed planned agreed main specific prevent council plan strategic local current latest who what when how
    including required needed individual name names post title dd mm yy yyyy month year quarter date dates status
    update officer lead owner agency team measure rating success""".split()
)


def normalised(text: str) -> str:
    """A heading in small letters without accents, footnote marks and punctuation: how headings are remembered."""
    # A note's mark is no part of the heading: "Owner¹", "Target date*", "Action[2]".
    text = re.sub(r"[¹²³⁴⁵⁶⁷⁸⁹⁰†‡]|\[\d{1,2}\]", " ", text)
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    plain = re.sub(r"(?<=[a-z]{4})\d$", "", plain.lower().replace("&", " and ").strip())
    return re.sub(r"[^a-z0-9#£%]+", " ", plain).strip()


def is_ref(text: str) -> bool:
    """Whether a cell holds nothing but a reference: "3", "3.", "P1", "2.4a"."""
    return len(text) < 30 and bool(_REF_VALUE.match(text.strip()))


def candidates(heading: str) -> list[tuple[float, int, Field]]:
    """The fields that a heading may mean, likeliest first: the score, the length of the words found, the field."""
    if len(heading) > 300:
        return []
    found = list(_candidates(" ".join(heading.split())))
    halves = [_candidates(" ".join(half.split())) for half in heading.split("/")]
    if len(halves) == 2 and all(halves) and (not found or found[0][0] < LOOSE):
        # "Erbyn / By": what is said in both languages is meant.
        one, other = ({each: length for score, length, each in half if score >= SECOND} for half in halves)
        plain = {each for half in halves for score, _length, each in half if score == EXACT}
        both = {each: length + other[each] for each, length in one.items() if each in other and each in plain}
        kept = [option for option in found if option[2] not in both]
        found = sorted([*((EXACT, length, each) for each, length in both.items()), *kept], reverse=True)
    return found


REVISED_DATE = re.compile(
    r"(?:revised|new|extended|amended|updated) (?:target |due |completion |delivery |end )?(?:date|deadline|timescale)$"
)
"""A second target date, which counts where it is filled; the first one stays with the row."""

_FIRST_DATE = re.compile(
    r"(?:original|initial|first|previous|baseline) (?:target |due |completion |delivery |end )?"
    r"(?:date|deadline|timescale)$"
)


def revised_dates(named: dict[int, str]) -> list[int]:
    """The columns of second target dates."""
    return [column for column, text in named.items() if REVISED_DATE.match(normalised(text))]


def read_together(named: dict[int, str], options: dict[int, list[tuple[float, int, Field]]]) -> None:
    """Headings that say something only beside others: "R", "A", "G" are RAG to cross, "By" beside "Lead" is a day.

    Deliverables are what is to be done where nothing else is called an action.
    """
    names = {column: normalised(text) for column, text in named.items()}
    letters = [column for column, name in names.items() if name in ("r", "a", "g", "b")]
    if {"r", "a", "g"} <= {names[column] for column in letters}:
        options.update({column: [(EXACT, 1, Field.RAG)] for column in letters})
    has_owner = any(found and found[0][0] == EXACT and found[0][2] is Field.OWNER for found in options.values())
    for column, name in names.items():
        if name == "by" and has_owner:
            options[column] = [(EXACT, 2, Field.TARGET_DATE)]
    says_action = any(found and found[0][0] >= STARTS and found[0][2] is Field.ACTION for found in options.values())
    for column, name in names.items():
        if name in ("deliverable", "deliverables") and not says_action:
            options[column] = [(EXACT, len(name), Field.ACTION)]
    if revised_dates(named):
        # Where nothing is revised yet the first date is the one that holds.
        options.update({c: [(EXACT, len(n), Field.TARGET_DATE)] for c, n in names.items() if _FIRST_DATE.match(n)})
    known = {found[0][2] for found in options.values() if found and found[0][0] == EXACT}
    for column, name in names.items():
        if name == "complete" and Field.START_DATE in known and Field.TARGET_DATE not in known:
            options[column] = [(EXACT, len(name), Field.TARGET_DATE)]


def below_group(joined: list[tuple[float, int, Field]], own: str) -> list[tuple[float, int, Field]]:
    """What a heading means that stands below one that spans others: "Support" below "Who", "Start" below "When".

    `joined` is what both mean together, which counts where they are one phrase ("Timescale" above "start").
    """
    found = candidates(own)
    is_phrase = bool(joined) and joined[0][0] == EXACT
    if is_phrase or not found or found[0][0] < EXACT or normalised(own) in _SAYS_LITTLE or not joined:
        return joined
    score, length, each = found[0]
    others = [option for option in joined if option[2] is not each]
    return sorted([(score * _BELOW, length, each), *others], reverse=True)


@functools.lru_cache(maxsize=4096)
def _candidates(heading: str) -> tuple[tuple[float, int, Field], ...]:
    words = normalised(heading)
    if not words or len(words.split()) > MAX_HEADER_WORDS:
        return ()
    # "(who)", "Owner (name and post)": what stands in brackets explains the rest.
    bare = normalised(re.sub(r"\([^()]*\)", " ", heading)) or words
    tokens = [_singular(token) for token in " ".join(_SHORT_FORMS.get(each, each) for each in bare.split()).split()]
    found = _by_phrases(tokens, heading)
    if max((score for score, _ in found.values()), default=0) < LOOSE:
        mended = [_mended(token) for token in tokens]
        if mended != tokens:
            found = {each: (score * MISSPELT, length) for each, (score, length) in _by_phrases(mended, heading).items()}
    is_date = words.startswith("date ") or words.endswith(" date") or words == "updated"
    if is_date and _NOT_THE_DATE_DUE.search(words):
        for each in (Field.TARGET_DATE, Field.COMPLETED, Field.PROGRESS):
            found.pop(each, None)
    if _OF_A_RISK.search(words):
        found = {each: score for each, score in found.items() if each not in (Field.RAG, Field.OUTCOME, Field.PROGRESS)}
    return tuple(sorted(((score, length, each) for each, (score, length) in found.items()), reverse=True))


def _by_phrases(tokens: list[str], heading: str) -> dict[Field, tuple[float, int]]:
    found: dict[Field, tuple[float, int]] = {}
    for start in range(len(tokens)):
        for end in range(start + 1, min(len(tokens), start + _LONGEST_PHRASE) + 1):
            phrase = " ".join(tokens[start:end])
            for each, value in _PHRASES.get(phrase, ()):
                if start == 0 and end == len(tokens):
                    score = value
                elif start == 0:
                    score = value * (STARTS if _reads_as_heading(tokens[end:], heading) else LOOSE)
                elif end == len(tokens) and not {"rag", "brag"}.isdisjoint(tokens[start:]):
                    score = value * STARTS  # "Previous RAG", "Q1 RAG rating": there is no plainer word
                elif len(phrase) > 3:
                    score = value * CONTAINS
                else:
                    continue
                found[each] = max(found.get(each, (0.0, 0)), (score, len(phrase)))
    return found


def _reads_as_heading(rest: list[str], heading: str) -> bool:
    """Whether what follows a known word belongs to a heading and not to a sentence that begins with that word."""
    if re.search(r"\?|\w\s*[–—:/(,&-]|\s[–—-]", heading):
        return True
    return len(rest) <= 6 and all(word in _FILLERS or word in _VOCABULARY for word in rest)


def _singular(token: str) -> str:
    if len(token) > 5 and token.endswith("ies"):
        return f"{token[:-3]}y"
    return token[:-1] if len(token) > 3 and token.endswith("s") and token[-2] not in "sui" else token


def _tables_of_phrases() -> tuple[dict[str, tuple[tuple[Field, float], ...]], frozenset[str]]:
    phrases: dict[str, dict[Field, float]] = {}
    for score, table in ((SECOND, ALSO), (EXACT, WORDS)):
        for each, names in table.items():
            for name in names:
                phrase = " ".join(_singular(token) for token in name.split())
                phrases.setdefault(phrase, {})[each] = score
    vocabulary = frozenset(token for phrase in phrases for token in phrase.split())
    return {phrase: tuple(fields.items()) for phrase, fields in phrases.items()}, vocabulary


_PHRASES, _VOCABULARY = _tables_of_phrases()
_LONG_WORDS = {word for word in _VOCABULARY if len(word) > 5}
_ONE_LETTER_LESS = {word[:at] + word[at + 1 :]: word for word in sorted(_LONG_WORDS) for at in range(len(word))}


def _mended(token: str) -> str:
    """The known word that a token becomes when one letter is added, taken away or changed, or two change places."""
    if len(token) < 5 or token in _VOCABULARY:
        return token
    if token in _ONE_LETTER_LESS:
        return _ONE_LETTER_LESS[token]
    for at in range(len(token)):
        shorter = token[:at] + token[at + 1 :]
        if shorter in _LONG_WORDS:
            return shorter
        known = _ONE_LETTER_LESS.get(shorter)
        if known and (len(known) == len(token)) and sorted(known)[0:1] and _differs_little(known, token):
            return known
    return token


def _differs_little(one: str, other: str) -> bool:
    differing = [at for at in range(len(one)) if one[at] != other[at]]
    if len(differing) == 2:
        first, second = differing
        return second == first + 1 and one[first] == other[second] and one[second] == other[first]
    return len(differing) == 1
