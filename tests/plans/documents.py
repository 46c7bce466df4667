"""Documents made in a test's own words, as the readers of files make them."""

from prevent_portal.tables_in import Block, Cell, Document, Paragraph, Row, SourceKind, Table


def cell(text: str, column: int = 0, **values) -> Cell:
    """A cell whose lines are its paragraphs; `values` are the cell's other fields."""
    return Cell(tuple(Paragraph(line) for line in text.split("\n") if line), column=column, **values)


def across(text: str, width: int, column: int = 0) -> Cell:
    """A cell that is merged over `width` columns."""
    return cell(text, column, column_span=width)


def row(number: int, *texts: str | Cell, name: str = "table 1") -> Row:
    cells = tuple(each if isinstance(each, Cell) else cell(each, column) for column, each in enumerate(texts))
    return Row(cells, number, f"{name} row {number}")


def table(*rows: tuple, number: int = 1, title: str = "", sheet: bool = False) -> Table:
    name = f"sheet '{title}'" if sheet else f"table {number}"
    made = tuple(row(at, *texts, name=name) for at, texts in enumerate(rows, start=1))
    return Table(name, made, number, title)


def word(*blocks: Block) -> Document:
    return Document(SourceKind.WORD, list(blocks), filename="plan.docx")


def heading(text: str, level: int = 1) -> Paragraph:
    return Paragraph(text, heading_level=level)
