"""Files changed at random, the same ones for a seed: what bad copies, bad programs and bad intent leave."""

import copy
import io
import random
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import docx
from lxml import etree
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule, FormulaRule
from openpyxl.styles import PatternFill

from tests.plans.make_files import long_plan

FILES = Path(__file__).parent / "plans" / "files"
HOSTILE_TEXTS = (
    "", " ", "\u200b" * 50, "=1+1", "<script>alert(1)</script>", "{{ x }}{% y %}", "'; DROP TABLE plans_plan; --",
    "a" * 5_000, "word " * 1_000, "é" * 300, "\u202eright to left", "\ud7ff\ue000\ufffd", "1e999", "-1",
    "99999999999999", "31/02/2025", "00/00/0000", "March 0000", "29 February 9999", "12/2025/2024", "a) " * 300,
    "1.1.1.1.1.1", "\n" * 99, "%s%n%(x)s", "../../etc/passwd", "https://example.org/" + "x" * 300,
    "☺" * 100, "۱۲۳", "Ⅷ", "𝟙/𝟚/𝟚𝟘𝟚𝟝", "²", "NaN",
    "Objective", "RAG", "Green", "(" * 200, '"' * 99, "\t" * 99, "|" * 99, "&amp;#0;", "<p><ul><li>" * 50, "Q1 2024/25",
)  # fmt: skip
HOSTILE_VALUES = (
    "", "0", "-1", "99999999999999999999", "1e9", "NaN", "2147483648", "A1:XFD1048576", "ZZZ999999999", "true",
    "x" * 2_000, "#REF!", "²", "٣", "FFFFFF", "restart", "../../x", "http://example.org/", "0x10", " 7 ", "None",
)  # fmt: skip
XML_ENDINGS = (".xml", ".rels")
MOST_ELEMENTS_DEEPER = 300
MADE_ON = (2026, 1, 1, 0, 0, 0)
_MOMENT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?")

Mutation = Callable[[bytes, random.Random], bytes]


def sources() -> list[tuple[str, bytes]]:
    """Our own test files, and two generated ones in which more of what Word and Excel can do is used."""
    own = [(path.name, path.read_bytes()) for path in sorted(FILES.glob("*-plan.*"))]
    made = [("long-plan.docx", long_plan(12)), ("rich-plan.docx", rich_word()), ("rich-plan.xlsx", rich_excel())]
    return [*own, *((name, _undated(data)) for name, data in made)]


def rich_word() -> bytes:
    """Lists, a table in a table, merged cells, a comment, headers and footers."""
    document = docx.Document()
    document.add_heading("Prevent plan 2025-26", level=1)
    paragraph = document.add_paragraph("What we do", style="List Number")
    document.add_comment(paragraph.runs, text="Still so?", author="A colleague")
    table = document.add_table(rows=4, cols=5)
    for cell, heading in zip(table.rows[0].cells, ("Ref", "Action", "Owner", "Target date", "RAG"), strict=True):
        cell.text = heading
    table.rows[1].cells[0].merge(table.rows[1].cells[4]).text = "Priority 1: Lead"
    for cell, text in zip(table.rows[2].cells, ("1", "Name a lead", "Director", "March 2026", "Green"), strict=True):
        cell.text = text
    table.rows[2].cells[0].merge(table.rows[3].cells[0])
    table.rows[3].cells[1].add_table(rows=2, cols=2).rows[0].cells[0].text = "inner"
    document.sections[0].header.paragraphs[0].text = "OFFICIAL"
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def rich_excel() -> bytes:
    """Rules that colour, merged cells, hidden rows, dates, a comment, a second sheet."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.append(["Ref", "Objective", "Action", "Owner", "Target date", "RAG"])
    sheet.append(["Priority 1: Lead"])
    sheet.merge_cells("A2:F2")
    for number in range(1, 6):
        sheet.append([number, "Lead well", f"Name a lead for part {number}", "Director", f"{number}/2026", "Green"])
    green = PatternFill("solid", bgColor="FF00B050")
    sheet.conditional_formatting.add("F3:F9", CellIsRule(operator="equal", formula=['"Green"'], fill=green))
    sheet.conditional_formatting.add("A3:F9", FormulaRule(formula=['OR($F3="Red",$A3>2)'], fill=green))
    sheet.row_dimensions[4].hidden = True
    sheet["C3"].comment = Comment("Is this so?", "A colleague")
    workbook.create_sheet("Lists").append(["Red", "Amber", "Green"])
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def mutated_files(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """`count` files, each a name and the changed bytes; the name tells source, number and changes."""
    originals = sources()
    for number in range(count):
        chance = random.Random(f"{seed}-{number}")
        name, data = chance.choice(originals)
        is_zip = data[:2] == b"PK"
        done = []
        for _ in range(chance.choice((1, 1, 1, 2, 4))):
            # Bytes are changed less often than what they mean: nearly all such files end at the archive's checksums.
            kinds = (OF_PACKAGES if is_zip else OF_TEXTS) if chance.random() < 0.85 else OF_BYTES
            kind = chance.choice(kinds)
            try:
                data = kind(data, chance)
            except Exception:  # an earlier change has spoilt the archive or the part for this one
                continue
            done.append(kind.__name__.removeprefix("_"))
        stem, _, ending = name.rpartition(".")
        if chance.random() < 0.02:
            ending = chance.choice(("docx", "xlsx", "csv", "txt", "tsv", "doc", "pdf", ""))
        yield f"{stem}-{number}-{'-'.join(done)}.{ending}", data


# Bytes


def _bytes_changed(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 3, 20))):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _cut_short(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(1, len(data))]


def _block_moved(data: bytes, chance: random.Random) -> bytes:
    start, length, target = chance.randrange(len(data)), chance.randrange(1, 500), chance.randrange(len(data))
    block = data[start : start + length]
    rest = data[:start] + data[start + length :]
    return rest[:target] + block + rest[target:]


def _block_emptied(data: bytes, chance: random.Random) -> bytes:
    start, length = chance.randrange(len(data)), chance.randrange(1, 300)
    return data[:start] + bytes(len(data[start : start + length])) + data[start + length :]


OF_BYTES: tuple[Mutation, ...] = (_bytes_changed, _cut_short, _block_moved, _block_emptied)


# Texts


def _lines_shuffled(data: bytes, chance: random.Random) -> bytes:
    lines = data.split(b"\n")
    first, second = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[first], lines[second] = lines[second], lines[first]
    return b"\n".join(lines)


def _line_repeated(data: bytes, chance: random.Random) -> bytes:
    lines = data.split(b"\n")
    at = chance.randrange(len(lines))
    return b"\n".join(lines[:at] + [lines[at]] * chance.choice((2, 50)) + lines[at + 1 :])


def _separator_changed(data: bytes, chance: random.Random) -> bytes:
    return data.replace(
        chance.choice((b"\t", b",", b"\n", b'"')), chance.choice((b"\t", b";", b"", b"\r", b'"', b"\n\n"))
    )


def _text_inserted(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + chance.choice(HOSTILE_TEXTS).encode() + data[at:]


OF_TEXTS: tuple[Mutation, ...] = (_lines_shuffled, _line_repeated, _separator_changed, _text_inserted)


# Parts of a package


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _packed(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            # Of one date, or the same seed would make other bytes two seconds later.
            entry = zipfile.ZipInfo(name, MADE_ON)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return buffer.getvalue()


def _undated(data: bytes) -> bytes:
    """An Office file without the moment at which it was made: in its entries, properties and comments."""
    return _packed({name: _MOMENT.sub(b"2026-01-01T00:00:00Z", content) for name, content in _parts(data).items()})


def _part_removed(data: bytes, chance: random.Random) -> bytes:
    parts = _parts(data)
    del parts[chance.choice(list(parts))]
    return _packed(parts)


def _part_renamed(data: bytes, chance: random.Random) -> bytes:
    parts = _parts(data)
    name = chance.choice(list(parts))
    parts[chance.choice((name.upper(), name + ".xml", "xl/" + name, name.replace("1", "2")))] = parts.pop(name)
    return _packed(parts)


def _parts_swapped(data: bytes, chance: random.Random) -> bytes:
    parts = _parts(data)
    first, second = chance.choice(list(parts)), chance.choice(list(parts))
    parts[first], parts[second] = parts[second], parts[first]
    return _packed(parts)


def _part_spoilt(data: bytes, chance: random.Random) -> bytes:
    parts = _parts(data)
    name = chance.choice(list(parts))
    parts[name] = chance.choice(OF_BYTES)(parts[name] or b"x", chance)
    return _packed(parts)


# XML: the part that matters most is changed most often


def _xml_changed(data: bytes, chance: random.Random, change: Callable[[etree._Element, random.Random], None]) -> bytes:
    parts = _parts(data)
    names = [name for name in parts if name.lower().endswith(XML_ENDINGS)]
    main = [name for name in names if name == "word/document.xml" or "worksheets/sheet" in name]
    name = chance.choice(main if main and chance.random() < 0.7 else names)
    root = etree.fromstring(parts[name], etree.XMLParser(resolve_entities=False, huge_tree=True))
    for _ in range(chance.choice((1, 1, 5))):
        change(root, chance)
    parts[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return _packed(parts)


def _elements(root: etree._Element) -> list[etree._Element]:
    return [element for element in root.iter() if element is not root and isinstance(element.tag, str)]


def _remove(root: etree._Element, chance: random.Random) -> None:
    element = chance.choice(_elements(root))
    element.getparent().remove(element)


def _repeat(root: etree._Element, chance: random.Random) -> None:
    element = chance.choice(_elements(root))
    if len(list(element.iter())) < 500:
        for _ in range(chance.choice((1, 1, 20))):
            element.addnext(copy.deepcopy(element))


def _swap(root: etree._Element, chance: random.Random) -> None:
    elements = _elements(root)
    first = chance.choice(elements)
    alike = [element for element in elements if element.tag == first.tag and element is not first]
    second = chance.choice(alike or elements)
    if first in second.iterancestors() or second in first.iterancestors() or first is second:
        return
    placeholder = etree.Element("placeholder")
    first.addprevious(placeholder)
    second.addprevious(first)
    placeholder.addprevious(second)
    placeholder.getparent().remove(placeholder)


def _deepen(root: etree._Element, chance: random.Random) -> None:
    inner = chance.choice(_elements(root))
    for _ in range(chance.choice((3, 30, MOST_ELEMENTS_DEEPER))):
        outer = etree.Element(inner.tag, inner.attrib, inner.nsmap)
        inner.addprevious(outer)
        outer.append(inner)
        inner = outer


def _move(root: etree._Element, chance: random.Random) -> None:
    element, target = chance.choice(_elements(root)), chance.choice(_elements(root))
    if element is not target and element not in target.iterancestors():
        target.append(element)


def _change_attribute(root: etree._Element, chance: random.Random) -> None:
    with_attributes = [element for element in root.iter() if isinstance(element.tag, str) and element.attrib]
    element = chance.choice(with_attributes)
    name = chance.choice(list(element.attrib))
    if chance.random() < 0.25:
        del element.attrib[name]
    else:
        element.set(name, chance.choice(HOSTILE_VALUES))


def _change_text(root: etree._Element, chance: random.Random) -> None:
    with_text = [element for element in root.iter() if isinstance(element.tag, str) and (element.text or "").strip()]
    chance.choice(with_text).text = chance.choice(HOSTILE_TEXTS)


def _rename(root: etree._Element, chance: random.Random) -> None:
    element, other = chance.choice(_elements(root)), chance.choice(_elements(root))
    element.tag = other.tag


def _of_xml(change: Callable[[etree._Element, random.Random], None]) -> Mutation:
    def mutation(data: bytes, chance: random.Random) -> bytes:
        return _xml_changed(data, chance, change)

    mutation.__name__ = f"_xml{change.__name__}"
    return mutation


OF_PACKAGES: tuple[Mutation, ...] = (
    _part_removed,
    _part_renamed,
    _parts_swapped,
    _part_spoilt,
    *map(_of_xml, (_remove, _repeat, _swap, _deepen, _move, _change_attribute, _change_attribute, _change_text)),
    *map(_of_xml, (_change_text, _rename)),
)
