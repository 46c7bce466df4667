"""Makes the plans in files/ that the import is tested with; run it with `python -m tests.plans.make_files`.

They have the shapes of published plans (repeated headings, RAG by shading, bullets and letters in one cell, leftovers
of a scan, text with tabs) with invented councils, people and wording.
"""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.table import _Cell
from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.colors import Color

FILES = Path(__file__).parent / "files"
MADE_AT = dt.datetime(2026, 1, 5, 9, 0)
GREEN, AMBER, RED, GREY = "00B050", "FFC000", "FF0000", "D9D9D9"

COLOUR_HEADER = (
    "Ref", "Objective – what do we want?", "Town / County", "Owner", "Action – what we will do about it.",
    "Target Date", "Evidence / Outcome Measure", "Progress", "RAG Completed",
)  # fmt: skip

# (ref, objective, tier, owner, action, date, outcome, progress, shading); a list is paragraphs, "* " a bullet
COLOUR_PLAN: list[tuple[str, list[tuple]]] = [
    (
        "PRIORITY 1: LEADING THE WORK",
        [
            (
                "1.",
                "The town has a named lead.",
                "Town",
                "Ada Moor (Director) & Sam Field (Safety & Inclusion Manager)",
                "Name a lead and a deputy.",
                "",
                "Names published.",
                "Done in spring.",
                GREEN,
            ),
            (
                "2.",
                "The picture of risk is current.",
                "County and Town",
                "Kit Lowe – County Prevent lead and Lyn Dale -T&C lead",
                "Refresh the risk assessment each year.",
                "03/2025",
                "Assessment adopted.",
                "Ongoing",
                GREEN,
            ),
        ],
    ),
    (
        "PRIORITY 2: SAFE PLACES",
        [
            (
                "1.",
                "Implement the 2023-24 national assurance recommendation (recommendation #1 of 2) Hire rooms safely.",
                "Town",
                "Sam Field/ Facilities Team",
                "Write the policy and train booking staff.",
                "March 2025",
                "",
                "Drafted.",
                AMBER,
            ),
            (
                "2",
                "Grants carry the duty.",
                "Town",
                "Legal Services",
                "Add the clause to every new grant agreement.",
                "tbc",
                "Clause in use",
                "Currently in place",
                GREEN,
            ),
            (
                "3.",
                ["Public computers are filtered", "* library machines", "* guest wireless"],
                "Town",
                "ICT Team",
                ["Check the filter.", "Log what is blocked.", "Report once a year."],
                "",
                "",
                "To be started",
                RED,
            ),
        ],
    ),
]

BULLET_HEADER = ("", "Description", "Actions", "Partners and Resources", "Milestones/Outcomes", "By not later than")
BULLET_PLAN: list[tuple[str, list[tuple]]] = [
    (
        "Governance",
        [
            (
                "1",
                "Set up a working group",
                ["* Bring the services together"],
                ["* Prevent Lead", "* Police", "* A head teacher"],
                ["* First meeting held"],
                ["* January 2026"],
            ),
            (
                "2",
                "Let rooms safely",
                ["* Write guidance;", "* brief staff"],
                ["* Prevent Lead", "* Legal", "*"],
                ["* Guidance out", "* Briefings held"],
                ["* Halls and schools by March 2026", "* All other buildings by June 2026"],
            ),
            (
                "3",
                "Use new contracts",
                ["* Add the clause"],
                ["* Procurement"],
                ["* Clause agreed"],
                ["* With effect from 1st January 2026"],
            ),
        ],
    ),
    (
        "Training",
        [
            (
                "4",
                "Train those who meet residents",
                "Plan sessions",
                ["* Prevent Lead"],
                ["* Sessions held"],
                ["* Start of the summer term 2026"],
            ),
            ("5", "Train managers", ["* Offer places"], ["* HR Team"], ["* Places taken"], ["* See 4 above"]),
            (
                "6",
                "Keep policies current",
                ["* Review them"],
                ["* All services"],
                ["* Reviewed"],
                [
                    "* March 2026 and annual review",
                    "* Board to consider when list is available",
                    "* As resources allow",
                ],
            ),
        ],
    ),
]

LETTER_HEADER = (
    "Objective/Bench Mark", "Lead Officer/Owner", "Actions – what to do to reach the objective", "Target date",
    "Outcome/performance measure",
)  # fmt: skip
LETTER_PLAN: list[tuple] = [
    (
        ["1.Partnership group", "A group of partners steers the work and looks at results every quarter of the year"],
        ["Fenshire", "Community Safety Manager"],
        [
            "See Fenshire Delivery Plan 2024/25",
            "Local actions:",
            "a) Director attends the county board",
            "b) Minutes are shared with the district's own partnership",
            "c) Prevent is in the partnership's plan.",
        ],
        "On going",
        ["County board", "District partnership"],
    ),
    (
        "partners steers the work and looks at results every quarter of the year Director attends the county board",
        "",
        "Minules are shared with the district's own partnership",
        "",
        "",
    ),
    (
        ["2. Risk assessment", "Risks in the district are known"],
        ["Community Safety Manager", "Fenshire"],
        ["a) Review the assessment every year", "b) Answer the county's survey"],
        ["03/2024", "September 2024"],
        "Review done",
    ),
    (
        ["3. Plan", "There is an agreed plan."],
        "Fenshire",
        "Fenshire has an agreed plan which is kept by the county.",
        "",
        "",
    ),
    (
        ["4. Referrals", "There is a pathway for referrals"],
        ["Fenshire", "Safeguarding lead"],
        ["See FCC Delivery Plan", "Review of safeguarding policies once a year."],
        "March 2025",
        "Policies are sound.",
    ),
    (
        [
            "5. Safe places – Rooms and systems of the district are not used to spread hatred",
            "Room hire – partners work together.",
        ],
        ["Assets Manager", "Events Manager"],
        ["a) Update the hire process", "b) Train booking staff"],
        "March 2025",
        "Process in place",
    ),
    ("IT policy – systems are filtered.", "ICT Manager", ["a) Keep a policy", "b) Filter public computers"], "", ""),
    (
        ["6. Communication", "People know where to turn"],
        "Communications Team",
        ["a) Arrange events", "b)oulia ranta orchis", "b) Publish a page on the website"],
        "",
        "People are informed",
    ),
    ("Members take the message to their wards.", "", "c) Brief members twice a year", "", ""),
]


def main() -> None:
    """Write every file; the same bytes each time."""
    FILES.mkdir(exist_ok=True)
    (FILES / "colour-plan.docx").write_bytes(colour_plan())
    (FILES / "colour-plan.txt").write_text(colour_plan_text(), encoding="utf-8")
    (FILES / "bullet-plan.docx").write_bytes(bullet_plan())
    (FILES / "bullet-plan.txt").write_text(bullet_plan_text(), encoding="utf-8")
    (FILES / "letter-plan.docx").write_bytes(letter_plan())
    (FILES / "scanned-plan.txt").write_text(scanned_plan_text(), encoding="utf-8")
    (FILES / "sheet-plan.xlsx").write_bytes(sheet_plan())
    (FILES / "sheet-plan.csv").write_text(sheet_plan_csv(), encoding="utf-8")


# Word


def colour_plan() -> bytes:
    """A table for each priority, the headings repeated, RAG by shading alone, declared totals, an OFFICIAL footer."""
    document = Document()
    document.add_heading("Marlbrook Prevent Delivery Plan 2024/25", level=1)
    document.add_paragraph("What the town does about the Prevent duty this year.")
    document.add_heading("Summary Sheet", level=2)
    table = document.add_table(rows=0, cols=2)
    for key, value in SUMMARY:
        _fill_row(table.add_row().cells, (key, value))
    for title, rows in COLOUR_PLAN:
        document.add_paragraph()
        table = document.add_table(rows=2, cols=9)
        _fill_row(table.rows[0].cells, COLOUR_HEADER, shading=GREY)
        table.rows[1].cells[0].merge(table.rows[1].cells[8]).text = title
        for *texts, shading in rows:
            cells = table.add_row().cells
            _fill_row(cells, (*texts, ""))
            shade(cells[8], shading)
    document.sections[0].footer.paragraphs[0].text = "OFFICIAL"
    return _saved(document)


SUMMARY = (
    ("Date of update:", "14/01/25"),
    ("Total number of actions:", "5"),
    ("Number of actions that are green (on track):", "3"),
    ("Number of actions that are amber (some slippage/risk):", "1"),
    ("Number of actions that are red (significant slippage/risk):", "1"),
)


def bullet_plan() -> bytes:
    """One table, sections merged across all but the number, bullets everywhere."""
    document = Document()
    document.add_heading("Eastmere Prevent Action Plan", level=1)
    table = document.add_table(rows=1, cols=6)
    _fill_row(table.rows[0].cells, BULLET_HEADER, shading=GREY)
    for title, rows in BULLET_PLAN:
        cells = table.add_row().cells
        cells[1].merge(cells[5]).text = title
        for texts in rows:
            _fill_row(table.add_row().cells, texts)
    return _saved(document)


def letter_plan() -> bytes:
    """Benchmarks in the objective column, lettered actions, a garbage row and a garbage letter from a scan."""
    document = Document()
    document.add_heading("Fenwick District Prevent Action Plan 2024-25", level=1)
    document.add_paragraph("Aim: Work with partners to keep people safe.")
    table = document.add_table(rows=1, cols=5)
    _fill_row(table.rows[0].cells, LETTER_HEADER, shading=GREY)
    for texts in LETTER_PLAN:
        _fill_row(table.add_row().cells, texts)
    return _saved(document)


def long_plan(actions: int) -> bytes:
    """A plan of ten sections with so many actions, for measuring; not kept as a file."""
    document = Document()
    document.add_heading("Marlbrook Prevent Delivery Plan 2024/25", level=1)
    table = document.add_table(rows=1, cols=9)
    _fill_row(table.rows[0].cells, COLOUR_HEADER, shading=GREY)
    template = table.add_row()._tr
    _fill_row(table.rows[1].cells, [f"cell {column}" for column in range(9)])
    table._tbl.remove(template)
    for number in range(actions):
        if number % max(1, actions // 10) == 0:
            table._tbl.append(_plain_row([f"PRIORITY {number * 10 // actions + 1}: PART OF THE WORK"], None))
        texts = [
            f"{number + 1}.", f"Objective number {number + 1} of a long plan", "Town", "Ada Moor (Director)",
            f"Do what number {number + 1} asks for, and say so to the board", "March 2025", "It is done", "Under way",
            "",
        ]  # fmt: skip
        table._tbl.append(_plain_row(texts, (GREEN, AMBER, RED)[number % 3]))
    return _saved(document)


def shade(cell: _Cell, fill: str | None) -> None:
    """Give a Word cell a background."""
    if fill:
        shading = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", fill)):
            shading.set(qn(f"w:{name}"), value)
        cell._tc.get_or_add_tcPr().append(shading)


def _plain_row(texts: Sequence[str], fill: str | None) -> OxmlElement:
    """A row straight as XML: python-docx would look through the whole table for every cell."""
    row = OxmlElement("w:tr")
    for text in texts:
        cell, properties, paragraph, run, words = (OxmlElement(f"w:{name}") for name in ("tc", "tcPr", "p", "r", "t"))
        words.text = text
        run.append(words)
        paragraph.append(run)
        cell.append(properties)
        cell.append(paragraph)
        row.append(cell)
    if fill:
        shading = OxmlElement("w:shd")
        shading.set(qn("w:val"), "clear")
        shading.set(qn("w:fill"), fill)
        properties.append(shading)
    return row


def _fill_row(cells: Sequence[_Cell], texts: Sequence[str | list[str]], shading: str | None = None) -> None:
    for cell, text in zip(cells, texts, strict=True):
        lines = text if isinstance(text, list) else [text]
        for index, line in enumerate(lines):
            paragraph = cell.paragraphs[0] if index == 0 else cell.add_paragraph()
            if line.startswith("*"):
                paragraph.style = "List Bullet"
            paragraph.add_run(line.removeprefix("*").strip())
        shade(cell, shading)


def _saved(document: Document) -> bytes:
    document.core_properties.created = document.core_properties.modified = MADE_AT
    buffer = io.BytesIO()
    document.save(buffer)
    return _repacked(buffer.getvalue())


def _repacked(data: bytes) -> bytes:
    """The same package with a fixed time on every part, so that the files only change when this script does."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = re.sub(rb"(?<=W3CDTF\">)[^<]+", MADE_AT.isoformat().encode() + b"Z", old.read(name))
            new.writestr(zipfile.ZipInfo(name, MADE_AT.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


# Text


def colour_plan_text() -> str:
    """The coloured plan as published text: a row a line, colours lost, tags left in, one cell over several lines."""
    lines = ["Marlbrook Prevent Delivery Plan 2024/25", "", "What the town does about the Prevent duty this year.", ""]
    lines += ["Summary Sheet", "", "Date of update: 14/01/25\t"]
    lines += [f"{key}\t{value}" for key, value in SUMMARY[1:3]] + [""] + [f"{k}\t{v}" for k, v in SUMMARY[3:]]
    for title, rows in COLOUR_PLAN:
        lines += ["", "\t".join(COLOUR_HEADER), title + "\t" * 8]
        for *texts, _ in rows:
            cells = []
            for text in texts:
                if isinstance(text, list) and text[1].startswith("*"):
                    items = "".join(f"<li>{item.removeprefix('* ')}</li>" for item in text[1:])
                    cells.append(f"<p>{text[0]}</p> <ul>{items}</ul>")
                else:
                    cells.append("\n".join(text) if isinstance(text, list) else text)
            lines.append("\t".join((*cells, "")))
    return "\n".join(lines) + "\n"


def bullet_plan_text() -> str:
    """The plan of bullets as published text: a cell a line, each new cell after a tab, blank lines between bullets."""
    lines = ["APPENDIX 1", "", "Eastmere Prevent Action Plan", "", "The duty asks the council for a plan.", ""]
    lines += [f"\t{heading}" for heading in BULLET_HEADER]
    for title, rows in BULLET_PLAN:
        lines += ["", "\t", f"\t{title}", "\t"]
        for texts in rows:
            lines.append("")
            for text in texts:
                items = [item.replace("*", "·", 1) for item in text] if isinstance(text, list) else [text]
                lines.append("\t" + "\n\n".join(items))
    return "\n".join([*lines, "", "", "Agreed by the board on 5 January 2026.", ""])


def scanned_plan_text() -> str:
    """A scan: the heading row run together, rows broken over lines, cells shifted."""
    return """Fenwick District Prevent Action Plan 2024-25

Aim: Work with partners to keep people safe.

1.→Partnership group There is a group.→See Action Plan
2.→Risk assessment It is done every year.→Yes

Action Plan

Objective/Bench Mark Lead Officer/Owner the objective Actions – what to do Target date measure Outcome 1.Partnership
group of partners steers the work and looks at results Mimutes are shared Community Safety Nanaqer
and looks at results every quarter c) (PLG) has District

2. Risk assessment Risks in the→Community Safety→a)→Review the→03/2024→Review done→
district are known→→b)→Answer the county's→→11.5 5→
→→۵,→survey→→→
""".replace("→", "\t")


# Tables


SHEET_HEADER = (
    "Section", "Ref", "Objective", "Tier", "Action ref", "Action", "Owners", "Partners", "Target date",
    "Outcome measure", "Milestones", "Progress", "RAG",
)  # fmt: skip
SHEET_ROWS: list[tuple] = [
    (
        "1 Leadership",
        "1",
        "The borough leads by example.",
        "Borough",
        "a",
        "Name a lead.",
        "Ada Moor, Director",
        "Police",
        dt.date(2025, 3, 31),
        "Name published",
        "Letter sent\nName online",
        "Done.",
        "Blue: complete",
    ),
    (
        "1 Leadership",
        "1",
        "The borough leads by example.",
        "Borough",
        "b",
        "Brief the members:\n• in spring\n• in autumn",
        "Sam Field\nDemocratic Services",
        "",
        "Ongoing",
        "",
        "",
        "Spring done.",
        "Green: on track",
    ),
    (
        "1 Leadership",
        "2",
        "Risks are known.",
        "County",
        "",
        "Answer the county's survey.",
        "Community Safety Manager",
        "County Council\nHealth Trust",
        "September 2024\nannually thereafter",
        "Answered",
        "",
        "",
        "Not stated",
    ),
    (
        "2 Training",
        "1",
        "Staff are trained.",
        "Borough",
        "",
        "=Keep the register",
        "HR Team",
        "",
        "",
        "95% trained",
        "",
        "",
        "Amber: some slippage",
    ),
]


def sheet_plan() -> bytes:
    """A workbook with a title above the table, a real date, theme and plain fills, merged cells and a hidden sheet."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "Plan"
    sheet["A1"], sheet["A1"].font = "Northolm Prevent Action Plan 2024-25", Font(bold=True)
    sheet["A2"], sheet["B2"] = "Date of update", dt.date(2025, 1, 14)
    sheet["A3"], sheet["B3"] = "Total number of actions", 4
    for column, heading in enumerate(SHEET_HEADER, start=1):
        cell = sheet.cell(5, column, heading)
        cell.fill, cell.font = PatternFill("solid", fgColor=Color(theme=4)), Font(bold=True)
    for number, texts in enumerate(SHEET_ROWS, start=6):
        for column, text in enumerate(texts, start=1):
            cell = sheet.cell(number, column, text or None)
            if isinstance(text, str) and text.startswith("="):
                cell.data_type = "s"
    sheet.merge_cells("A6:A8")
    for row, colour in ((6, Color(rgb="FF0070C0")), (7, Color(theme=6, tint=-0.25)), (9, Color(rgb="FFFFC000"))):
        sheet.cell(row, 13).fill = PatternFill("solid", fgColor=colour)
    hidden = workbook.create_sheet("Lists")
    hidden["A1"], hidden.sheet_state = "Red", "hidden"
    workbook.properties.created = workbook.properties.modified = MADE_AT
    buffer = io.BytesIO()
    workbook.save(buffer)
    return _repacked(buffer.getvalue())


def sheet_plan_csv() -> str:
    """The same table as Excel saves it as CSV in Britain."""
    rows = [SHEET_HEADER, *SHEET_ROWS]
    return "".join(
        ",".join(
            '"' + (f"{cell:%d/%m/%Y}" if isinstance(cell, dt.date) else cell).replace('"', '""') + '"' for cell in row
        )
        + "\r\n"
        for row in rows
    )


if __name__ == "__main__":
    main()
