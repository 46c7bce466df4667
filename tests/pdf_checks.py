"""Is a PDF accessible? Checks of PDF/UA-1 (ISO 14289-1) that a machine can make, and readers for other tests.

There is no complete validator that can be installed with Python, so this joins what there is: qpdf for the syntax,
the package pdfua, and a walk of our own over structure tree and page content. What no machine can judge (is the
description of an image true, does the order make sense) stays with people.
"""

import io
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pdfua
import pikepdf

PAINTING = frozenset(["S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "Do", "INLINE IMAGE", "Tj", "TJ", "'", '"'])
TABLE_PARTS = {"/Caption", "/THead", "/TBody", "/TFoot", "/TR"}
ALLOWED_KIDS = {
    "/Table": TABLE_PARTS,
    "/THead": {"/TR"},
    "/TBody": {"/TR"},
    "/TFoot": {"/TR"},
    "/TR": {"/TH", "/TD"},
    "/L": {"/LI", "/Caption"},
    "/LI": {"/Lbl", "/LBody"},
}
ALLOWED_PARENTS = {
    "/TR": {"/Table", "/THead", "/TBody", "/TFoot"},
    "/TH": {"/TR"},
    "/TD": {"/TR"},
    "/LI": {"/L"},
    "/Lbl": {"/LI"},
    "/LBody": {"/LI"},
}
GROUPING = {"/Document", "/Part", "/Sect", "/Art", "/Div", "/BlockQuote", "/Table", "/TR", "/L", "/LI"}
HEADINGS = [f"/H{level}" for level in range(1, 7)]

RULE_THAT_CRASHES = "UA-14-001"
"""pdfua 0.1.3 asks the array of a heading's kids for the attribute `is_integer` and falls over wherever a heading has
more than one kid or one that is not a number. `_check_headings` looks for empty headings in its place."""


def assert_accessible_pdf(data: bytes) -> None:
    """Raise AssertionError with everything that keeps this PDF from being accessible."""
    problems = accessibility_problems(data)
    assert not problems, "Not an accessible PDF:\n" + "\n".join(problems)


def accessibility_problems(data: bytes) -> list[str]:
    """What is wrong, one sentence each; empty when nothing was found."""
    problems = _pdfua_findings(data)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        problems += [f"qpdf: {problem}" for problem in pdf.check_pdf_syntax()]
        problems += _check_document(pdf)
        if "/StructTreeRoot" not in pdf.Root:
            return [*problems, "There is no structure tree."]
        tree = _Structure(pdf)
        problems += _check_content(pdf, tree)
        problems += _check_structure(tree)
        problems += _check_headings(tree)
        for table in tree.having("/Table"):
            problems += _check_table(table)
        problems += _check_annotations(pdf, tree)
        problems += _check_fonts(pdf)
    return problems


def pdf_text(data: bytes, *, first_page: int = 1, last_page: int = 0) -> str:
    """The text as poppler reads it off the pages (from 1; 0: to the end), headers and footers included."""
    command = ["pdftotext", "-f", str(first_page), "-l", str(last_page), "-layout", "-", "-"]
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout.decode()


def pdf_outline(data: bytes) -> list[tuple[int, str]]:
    """The bookmarks as (level from 1, title), in order."""
    with pikepdf.open(io.BytesIO(data)) as pdf, pdf.open_outline() as outline:

        def walk(items: Any, level: int) -> Iterator[tuple[int, str]]:
            for item in items:
                yield level, item.title
                yield from walk(item.children, level + 1)

        return list(walk(outline.root, 1))


def pdf_structure(data: bytes) -> Counter[str]:
    """How often each structure element occurs: {"Table": 5, "TR": 60, ...}."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return Counter(str(element["/S"])[1:] for element, _ in _Structure(pdf).elements)


def pdf_read_aloud(data: bytes) -> list[tuple[str, str]]:
    """What a screen reader comes across: (structure element, text) in reading order, artifacts left out."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        tree = _Structure(pdf)
        texts = [_texts_by_mark(page) for page in pdf.pages]
        read = []
        for element, _ in tree.elements:
            marks = tree.marks[element.objgen]
            if marks:
                read.append((str(element["/S"])[1:], "".join(texts[page].get(mark, "") for page, mark in marks)))
        return read


def _pdfua_findings(data: bytes) -> list[str]:
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(data)
        file.flush()
        report = pdfua.validate(file.name)
    problems = [f"pdfua {found.rule_id}: {found.message} ({found.location.describe()})" for found in report.findings]
    for outcome in report.skipped:
        if outcome.rule_id != RULE_THAT_CRASHES or "is_integer" not in (outcome.skipped_reason or ""):
            problems.append(f"pdfua {outcome.rule_id} did not run: {outcome.skipped_reason}")
    return problems


class _Structure:
    """The structure tree read once: its elements with their parents, and where their content is."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self.root = pdf.Root.StructTreeRoot
        self.problems: list[str] = []
        self.elements: list[tuple[Any, Any]] = []
        self.marks: dict[tuple[int, int], list[tuple[int, int]]] = {}
        self.objects: dict[tuple[int, int], Any] = {}
        """Annotation -> the element that holds it."""
        self._pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
        for kid in _kids(self.root):
            self._walk(kid, self.root)

    def _walk(self, element: Any, parent: Any) -> None:
        self.elements.append((element, parent))
        if element.get("/P") is None or element["/P"].objgen != parent.objgen:
            self.problems.append(f"{element['/S']} does not name its parent.")
        marks = self.marks[element.objgen] = []
        for kid in _kids(element):
            if isinstance(kid, int):
                marks.append((self._pages[element["/Pg"].objgen], kid))
            elif kid.get("/Type") == "/MCR":
                marks.append((self._pages[kid["/Pg"].objgen], int(kid["/MCID"])))
            elif kid.get("/Type") == "/OBJR":
                self.objects[kid["/Obj"].objgen] = element
            else:
                self._walk(kid, element)

    def having(self, *roles: str) -> list[Any]:
        return [element for element, _ in self.elements if element["/S"] in roles]

    def has_content(self, element: Any) -> bool:
        return bool(self.marks[element.objgen]) or any(self.has_content(kid) for kid in _elements_in(element))


def _kids(element: Any) -> list[Any]:
    kids = element.get("/K")
    if kids is None:
        return []
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _elements_in(element: Any) -> list[Any]:
    return [kid for kid in _kids(element) if not isinstance(kid, int) and "/S" in kid]


def _attributes(element: Any) -> dict[str, Any]:
    given = element.get("/A", [])
    dictionaries = given if isinstance(given, pikepdf.Array) else [given]
    return {key: value for dictionary in dictionaries for key, value in dictionary.items()}


def _check_document(pdf: pikepdf.Pdf) -> list[str]:
    problems = []
    if not str(pdf.docinfo.get("/Title", "")).strip():
        problems.append("The document has no title.")
    with pdf.open_metadata(update_docinfo=False) as metadata:
        if not str(metadata.get("dc:title") or "").strip():
            problems.append("The XMP metadata have no title.")
        if str(metadata.get("pdfuaid:part")) != "1":
            problems.append("The XMP metadata do not say PDF/UA-1.")
    if not pdfua.document.is_well_formed_language(str(pdf.Root.get("/Lang", ""))):
        problems.append("The document has no language.")
    if not bool(pdf.Root.get("/MarkInfo", {}).get("/Marked", False)):
        problems.append("The document is not marked as tagged.")
    if not bool(pdf.Root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False)):
        problems.append("The viewer is not told to show the title.")
    for number, page in enumerate(pdf.pages, start=1):
        if page.obj.get("/Tabs") != "/S":
            problems.append(f"Page {number}: the tab order does not follow the structure.")
    return problems


def _check_content(pdf: pikepdf.Pdf, tree: _Structure) -> list[str]:
    """Everything painted is content with a number or an artifact, and the numbers agree in all three places."""
    problems = list(tree.problems)
    referenced = Counter(mark for marks in tree.marks.values() for mark in marks)
    problems += [f"Page {page + 1}: mark {mark} is read {n} times." for (page, mark), n in referenced.items() if n > 1]
    parent_tree = _number_tree(tree.root["/ParentTree"])
    for number, page in enumerate(pdf.pages):
        painted: list[int] = []
        open_marks: list[int | str] = []
        bare = Counter()
        for instruction in pikepdf.parse_content_stream(page):
            operator = str(instruction.operator)
            if operator in ("BDC", "BMC"):
                mark = _mark_of(instruction.operands)
                if open_marks and (mark == "Artifact") != (open_marks[-1] == "Artifact") and mark != "":
                    problems.append(f"Page {number + 1}: content and artifact inside each other.")
                open_marks.append(mark)
                if isinstance(mark, int):
                    painted.append(mark)
            elif operator == "EMC":
                open_marks.pop()
            elif operator in PAINTING and not any(mark != "" for mark in open_marks):
                bare[operator] += 1
        if bare:
            problems.append(f"Page {number + 1}: painted, but neither content nor artifact: {dict(bare)}.")
        if len(painted) != len(set(painted)):
            problems.append(f"Page {number + 1}: two pieces of content have the same number.")
        read = {mark for page_number, mark in referenced if page_number == number}
        if set(painted) != read:
            problems.append(f"Page {number + 1}: content outside the structure, or missing: {set(painted) ^ read}.")
        owners = parent_tree.get(int(page.obj.get("/StructParents", -1)), [])
        for mark in painted:
            owner = owners[mark] if mark < len(owners) else None
            if owner is None or (number, mark) not in tree.marks.get(owner.objgen, []):
                problems.append(f"Page {number + 1}: the parent tree does not lead from mark {mark} to its element.")
    return problems


def _mark_of(operands: Any) -> int | str:
    """The number of marked content, or "Artifact", or "" for a mark that is neither."""
    if str(operands[0]) == "/Artifact":
        return "Artifact"
    if len(operands) > 1 and isinstance(operands[1], pikepdf.Dictionary) and "/MCID" in operands[1]:
        return int(operands[1]["/MCID"])
    return ""


def _number_tree(node: Any) -> dict[int, Any]:
    numbers = list(node.get("/Nums", []))
    found = {int(key): value for key, value in zip(numbers[::2], numbers[1::2], strict=True)}
    for kid in node.get("/Kids", []):
        found |= _number_tree(kid)
    return found


def _check_structure(tree: _Structure) -> list[str]:
    problems = []
    for element, parent in tree.elements:
        role = str(element["/S"])
        for kid in _elements_in(element):
            if role in ALLOWED_KIDS and kid["/S"] not in ALLOWED_KIDS[role]:
                problems.append(f"{role} holds {kid['/S']}.")
        if role in ALLOWED_PARENTS and parent.get("/S") not in ALLOWED_PARENTS[role]:
            problems.append(f"{role} stands in {parent.get('/S')}.")
        if role in GROUPING and tree.marks[element.objgen]:
            problems.append(f"Text stands directly in {role}.")
        if role == "/Figure" and not str(element.get("/Alt", "")).strip():
            problems.append("A figure has no description.")
        if role == "/TH" and str(_attributes(element).get("/Scope")) not in ("/Column", "/Row", "/Both"):
            problems.append("A header cell has no scope.")
        has_labels = role == "/L" and any(
            kid["/S"] == "/Lbl" for li in _elements_in(element) for kid in _elements_in(li)
        )
        if has_labels and "/ListNumbering" not in _attributes(element):
            problems.append("A list with labels does not say how it is numbered.")
    return problems


def _check_headings(tree: _Structure) -> list[str]:
    problems = []
    previous = 0
    for heading in tree.having(*HEADINGS):
        level = HEADINGS.index(str(heading["/S"])) + 1
        if level > previous + 1:
            problems.append(f"A heading of level {level} follows one of level {previous}.")
        if not tree.has_content(heading):
            problems.append(f"A heading of level {level} is empty.")
        previous = level
    if not previous:
        problems.append("There are no headings.")
    return problems


def _check_table(table: Any) -> list[str]:
    """A table has a header, and with spans counted all its rows are equally long."""
    rows = []
    for part in _elements_in(table):
        rows += [part] if part["/S"] == "/TR" else [row for row in _elements_in(part) if row["/S"] == "/TR"]
    widths = set()
    still_covered: list[int] = []  # for each column: rows for which a cell from above still covers it
    for row in rows:
        covered = [max(0, rows_left - 1) for rows_left in still_covered]
        column = 0
        for cell in _elements_in(row):
            attributes = _attributes(cell)
            while column < len(covered) and covered[column]:
                column += 1
            for _ in range(int(attributes.get("/ColSpan", 1))):
                covered.extend([0] * (column + 1 - len(covered)))
                covered[column] = int(attributes.get("/RowSpan", 1))
                column += 1
        widths.add(sum(1 for rows_left in covered if rows_left))
        still_covered = covered
    problems = []
    if len(widths) > 1:
        problems.append(f"A table has rows of different lengths: {sorted(widths)}.")
    if not any(cell["/S"] == "/TH" for row in rows for cell in _elements_in(row)):
        problems.append("A table has no header cell.")
    return problems


def _check_annotations(pdf: pikepdf.Pdf, tree: _Structure) -> list[str]:
    problems = []
    parent_tree = _number_tree(tree.root["/ParentTree"])
    for number, page in enumerate(pdf.pages, start=1):
        for annotation in page.obj.get("/Annots", []):
            owner = tree.objects.get(annotation.objgen)
            if owner is None or owner["/S"] != "/Link":
                problems.append(f"Page {number}: a link is not in the structure.")
            elif parent_tree.get(int(annotation.get("/StructParent", -1))) != owner:
                problems.append(f"Page {number}: the parent tree does not lead from a link to its element.")
            if not str(annotation.get("/Contents", "")).strip():
                problems.append(f"Page {number}: a link has no description.")
    return problems


def _check_fonts(pdf: pikepdf.Pdf) -> list[str]:
    problems = []
    for font in pdf.objects:
        if not (isinstance(font, pikepdf.Dictionary) and font.get("/Type") == "/Font" and "/BaseFont" in font):
            continue
        if font.get("/Subtype") in ("/CIDFontType0", "/CIDFontType2"):
            continue  # reached through the font that has it as its descendant
        carrier = font["/DescendantFonts"][0] if "/DescendantFonts" in font else font
        descriptor = carrier.get("/FontDescriptor", {})
        if not any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")):
            problems.append(f"The font {font['/BaseFont']} is not embedded.")
        if "/ToUnicode" not in font:
            problems.append(f"The font {font['/BaseFont']} does not say which letters its shapes are.")
    return problems


def _texts_by_mark(page: pikepdf.Page) -> dict[int, str]:
    """The text of each piece of marked content, through the fonts' ToUnicode tables."""
    tables = {name: _unicode_table(font) for name, font in page.resources.get("/Font", {}).items()}
    texts: dict[int, str] = {}
    open_marks: list[int | str] = []
    table: dict[int, str] = {}
    for instruction in pikepdf.parse_content_stream(page):
        operator = str(instruction.operator)
        if operator in ("BDC", "BMC"):
            open_marks.append(_mark_of(instruction.operands))
        elif operator == "EMC":
            open_marks.pop()
        elif operator == "Tf":
            table = tables[str(instruction.operands[0])]
        elif operator in ("Tj", "TJ") and open_marks and isinstance(open_marks[-1], int):
            shown = instruction.operands[0]
            strings = [
                bytes(part) for part in (shown if operator == "TJ" else [shown]) if isinstance(part, pikepdf.String)
            ]
            codes = [int.from_bytes(text[i : i + 2]) for text in strings for i in range(0, len(text), 2)]
            texts[open_marks[-1]] = texts.get(open_marks[-1], "") + "".join(table.get(code, "�") for code in codes)
    return texts


def _unicode_table(font: Any) -> dict[int, str]:
    table: dict[int, str] = {}
    inside = ""
    for line in bytes(font["/ToUnicode"].read_bytes()).decode("ascii").splitlines():
        if line.endswith(("beginbfchar", "endbfchar")):
            inside = "" if line.startswith("end") else "char"
        elif inside:
            code, text = line.replace("<", " ").replace(">", " ").split()[:2]
            table[int(code, 16)] = bytes.fromhex(text).decode("utf-16-be")
    return table
