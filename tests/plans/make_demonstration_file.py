"""Makes files/oakhampton-plan.docx, the Word plan that the demonstration imports.

Run it with `python -m tests.plans.make_demonstration_file`. The file has what councils' own files have: a summary
sheet with declared totals, two tables with the header repeated, priorities as rows merged across, references that
restart, RAG by cell colour alone, bullets within a cell, two owners in one cell, a pointer to another body's plan,
dates of several kinds. Everything in it is invented.
"""

import datetime as dt
import io
import zipfile
from pathlib import Path

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import _Cell, _Row

FILE = Path(__file__).parent / "files" / "oakhampton-plan.docx"
MADE_AT = dt.datetime(2026, 9, 30, 9, 0)

GREEN, AMBER, RED, BLUE = "00B050", "FFC000", "FF0000", "00B0F0"
DECLARED = {"total": 17, "green": 10, "amber": 3, "red": 2, "blue": 2}

HEADER = (
    "Ref",
    "Objective – what do we want to achieve?",
    "Borough / County",
    "Owner",
    "Action – what are we going to do?",
    "Target date",
    "Evidence of impact / outcome measure",
    "Progress",
    "RAG",
)
WIDTHS_CM = (1.1, 4.2, 2.2, 3.0, 5.6, 2.4, 3.6, 4.0, 1.2)

LEE, JO = "Lee Carrow, Community Safety Manager", "Jo Lindell, Safeguarding and Inclusion Officer"

# Each row: ref, objective, tier, owner, action (first the sentence, then its bullets), date, measure, progress,
# colour.
FIRST_TABLE = (
    (
        "PRIORITY 1: LEADERSHIP AND GOVERNANCE",
        (
            (
                "1.",
                "The borough has a named Prevent lead with time for the task.",
                "Borough",
                LEE,
                ["Put half a day a week for Prevent into the manager's work plan and name a deputy."],
                "June 2026",
                "Lead and deputy named on the website.",
                "Done; deputy named in May.",
                BLUE,
            ),
            (
                "2.",
                "Senior managers and members know the duty and the borough's part in it.",
                "Borough",
                f"{LEE} & Chief Executive's office",
                [
                    "Brief those who decide:",
                    "corporate management team, twice a year",
                    "all members, once a year, together with the county",
                    "portfolio holder, every quarter",
                ],
                "Ongoing",
                "30 of 36 members briefed in the year.",
                "Management team briefed in April. Members' evening planned for November.",
                GREEN,
            ),
            (
                "3.",
                "The borough takes part in the county's partnership board and operational group.",
                "Borough / County",
                "Community Safety Manager",
                ["Attend, report back to the community safety partnership, and send the deputy when needed."],
                "Ongoing – monthly and quarterly meetings",
                "No meeting missed.",
                "All meetings attended.",
                GREEN,
            ),
            (
                "4.",
                "The local picture of risk is up to date.",
                "Borough / County",
                LEE,
                [
                    (
                        "Send the borough's return for the county's situational risk assessment and discuss the result "
                        "with service leads."
                    )
                ],
                "Annually – return in November",
                "Return in on time.",
                "Form received from the county.",
                GREEN,
            ),
        ),
    ),
    (
        "PRIORITY 2: KNOWING WHAT TO DO WITH A CONCERN",
        (
            (
                "1.",
                "Everybody who works for the borough knows the referral pathway.",
                "Borough",
                JO,
                [
                    "Make the pathway easy to find:",
                    "poster at every staff notice board and depot",
                    "one page on the intranet that points to the national form",
                    "a minute of it in every team's safeguarding talk",
                ],
                "October 2026",
                "9 of 10 staff asked can say where a concern goes.",
                "Posters up. Intranet page waits for the county's new page.",
                AMBER,
            ),
            (
                "2.",
                "Safeguarding and Prevent are one system.",
                "Borough",
                JO,
                [
                    (
                        "Add Prevent to the safeguarding policy, the induction pack and the safeguarding champions' "
                        "meetings."
                    )
                ],
                "",
                "Policy adopted.",
                "In place.",
                GREEN,
            ),
            (
                "3.",
                "Lessons from assurance reach the borough.",
                "Borough / County",
                "Community Safety Manager",
                ["Discuss the general lessons that the county passes on; change local practice where they apply."],
                "When the county has published them",
                "Lessons minuted.",
                "First lessons expected in the winter.",
                GREEN,
            ),
        ),
    ),
    (
        "PRIORITY 3: SAFE PLACES AND SYSTEMS",
        (
            (
                "1.",
                (
                    "Implement the 2025-26 Home Office annual assurance recommendation (recommendation #2 of 4): county "
                    "and district plans fit together. One venue hire policy for all councils."
                ),
                "County and districts",
                "Leisure Services Manager / Community Safety Manager",
                ["Adopt the county's model policy for the town hall, three community centres and two leisure centres."],
                "December 2026",
                "Policy adopted; 25 booking staff trained.",
                "Model policy expected after the county's Cabinet has decided.",
                AMBER,
            ),
            (
                "2.",
                "Parish councils and village halls can ask for help.",
                "Borough",
                "Parish Liaison Officer",
                ["Send the short guide on bookings to 22 parish councils and 31 halls and offer a telephone number."],
                "14/08/26",
                "Guide received by all; five halls asked for advice.",
                "Sent to the parish councils. Addresses of the halls are being collected.",
                RED,
            ),
            (
                "3.",
                "Public computers and guest wireless are filtered.",
                "Borough",
                "ICT Team",
                ["Test filtering at the customer centre and in sheltered housing lounges twice a year."],
                "September 2026 and every six months",
                "Test report without open points.",
                "First test in March: one lounge repaired. Second test done on 22 September.",
                GREEN,
            ),
            (
                "4.",
                "Grants and contracts carry the duty.",
                "Borough",
                "Procurement Officer/ Legal Services",
                ["Add the standard clause to new contracts and to the community grants' conditions."],
                "With effect from 1 April 2026",
                "Clause in all new contracts.",
                "In use.",
                BLUE,
            ),
        ),
    ),
)
SECOND_TABLE = (
    (
        "PRIORITY 4: LISTENING TO RESIDENTS",
        (
            (
                "1.",
                "Residents of all parts of the borough are heard.",
                "Borough",
                JO,
                ["Bring Prevent, among other safety topics, to six neighbourhood meetings and note what people ask."],
                "March 2027",
                "Six meetings; questions and answers published.",
                "Two meetings held, 64 people.",
                GREEN,
            ),
            (
                "2.",
                "Community groups have confidence to raise a worry.",
                "Borough",
                "Communities Team",
                [
                    (
                        "Offer the voluntary sector's awareness session to sports clubs, arts groups, and faith and belief "
                        "groups."
                    )
                ],
                "tbc",
                "15 groups take part.",
                "Waiting for dates from the trainer.",
                AMBER,
            ),
            (
                "3",
                "Young people learn to think critically about what they meet online.",
                "Borough",
                "Youth Council Coordinator",
                ["Plan a day with the youth council; let young people choose the topics."],
                "Start of the summer term 2026",
                "40 young people; their own summary published.",
                "Put off twice: the coordinator's post is vacant.",
                RED,
            ),
            (
                "4.",
                "Schools and colleges are supported with their own duty.",
                "County",
                "",
                ["See Exampleshire County Council Delivery Plan"],
                "",
                "",
                "",
                None,
            ),
        ),
    ),
    (
        "PRIORITY 5: TRAINING AND COMMUNICATIONS",
        (
            (
                "1.",
                "Staff and members are trained for their role.",
                "Borough",
                f"{JO} and HR Team",
                [
                    "Keep the training register and chase what is overdue:",
                    "awareness module for all staff",
                    "face-to-face session for housing, licensing and leisure staff",
                    "all three modules for safeguarding leads",
                ],
                "Ongoing, reviewed each quarter",
                "95% of staff in date.",
                "93% at the end of September.",
                GREEN,
            ),
            (
                "2.",
                "Contractors' staff are trained too.",
                "Borough",
                "Waste and Streets Manager",
                ["Ask the waste and grounds contractors for the number of staff trained, once a year."],
                "January 2027",
                "Numbers received.",
                "",
                GREEN,
            ),
            (
                "3.",
                "What the borough says about Prevent is clear and joined up.",
                "Borough / County",
                "Communications Officer",
                ["Share the county's material, with a local contact, twice a year and after events that worry people."],
                "Ongoing",
                "Reach of posts; questions answered.",
                "Spring round shared.",
                GREEN,
            ),
        ),
    ),
)


def _shade(cell: _Cell, colour: str) -> None:
    shading = OxmlElement("w:shd")
    shading.set(qn("w:val"), "clear")
    shading.set(qn("w:color"), "auto")
    shading.set(qn("w:fill"), colour)
    cell._tc.get_or_add_tcPr().append(shading)


def _repeat_as_header(row: _Row) -> None:
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _write(cell: _Cell, text: str, *, is_bold: bool = False) -> None:
    run = cell.paragraphs[0].add_run(text)
    run.bold = is_bold
    run.font.size = Pt(8)


def _add_summary(document) -> None:
    document.add_heading("Summary sheet", level=1)
    table = document.add_table(rows=0, cols=2)
    table.style = "Table Grid"
    for label, value in (
        ("Date of update:", "30/09/26"),
        ("Total number of actions:", DECLARED["total"]),
        ("Number of actions that are green (on track):", DECLARED["green"]),
        ("Number of actions that are amber (some slippage):", DECLARED["amber"]),
        ("Number of actions that are red (significant slippage):", DECLARED["red"]),
        ("Number of actions that are blue (complete):", DECLARED["blue"]),
    ):
        cells = table.add_row().cells
        _write(cells[0], label)
        _write(cells[1], str(value), is_bold=True)


def _add_plan_table(document, sections) -> None:
    table = document.add_table(rows=1, cols=len(HEADER))
    table.style = "Table Grid"
    table.autofit = False
    for cell, text in zip(table.rows[0].cells, HEADER, strict=True):
        _write(cell, text, is_bold=True)
        _shade(cell, "D9D9D9")
    _repeat_as_header(table.rows[0])
    for title, rows in sections:
        cells = table.add_row().cells
        merged = cells[0].merge(cells[-1])
        _write(merged, title, is_bold=True)
        _shade(merged, "F2F2F2")
        for row in rows:
            _add_plan_row(document, table, row)
    for row in table.rows:
        for cell, width in zip(row.cells, WIDTHS_CM, strict=True):
            cell.width = Cm(width)


def _add_plan_row(document, table, row) -> None:
    ref, objective, tier, owner, action, date, measure, progress, colour = row
    cells = table.add_row().cells
    for cell, text in zip(cells, (ref, objective, tier, owner, action[0], date, measure, progress), strict=False):
        _write(cell, text)
    for bullet in action[1:]:
        paragraph = cells[4].add_paragraph(style="List Bullet")
        paragraph.add_run(bullet).font.size = Pt(8)
    if colour:
        _shade(cells[-1], colour)


def build() -> bytes:
    """The Word file; the same bytes every time."""
    document = Document()
    document.core_properties.author = "Oakhampton Borough Council"
    document.core_properties.title = "Oakhampton Prevent Delivery Plan 2026-27"
    document.core_properties.created = document.core_properties.modified = MADE_AT
    page = document.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = Cm(29.7), Cm(21)
    page.left_margin = page.right_margin = Cm(1.2)
    page.header.paragraphs[0].text = "OFFICIAL"
    document.add_heading("Oakhampton Prevent Delivery Plan 2026-27", level=0)
    document.add_paragraph(
        "This plan says what Oakhampton Borough Council does to carry out the Prevent duty, in step with the county's "
        "partnership plan. It covers every ideology alike and is proportionate to the local risk assessment. It was "
        "agreed by the community safety partnership and is reviewed each quarter."
    )
    _add_summary(document)
    document.add_page_break()
    _add_plan_table(document, FIRST_TABLE)
    document.add_paragraph()
    _add_plan_table(document, SECOND_TABLE)
    raw = io.BytesIO()
    document.save(raw)
    return _with_fixed_times(raw.getvalue())


def _with_fixed_times(data: bytes) -> bytes:
    """The same archive without the time of its making, so that making it again changes nothing in git."""
    fixed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            member = zipfile.ZipInfo(name, MADE_AT.timetuple()[:6])
            member.compress_type = zipfile.ZIP_DEFLATED
            after.writestr(member, before.read(name))
    return fixed.getvalue()


if __name__ == "__main__":
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_bytes(build())
