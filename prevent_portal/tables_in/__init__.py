"""Reading tables out of Word, Excel, CSV and text files: the one door for everything that is imported.

`read_document` answers what the file says and where it says it, never what it means: understanding a plan,
a staff list or a benchmark return belongs to the app that imports it. Nothing here imports Django.
"""

from prevent_portal.tables_in.document import (
    Block,
    Cell,
    Document,
    Paragraph,
    Row,
    SourceKind,
    Table,
    UnreadableFile,
)
from prevent_portal.tables_in.reading import read_document
from prevent_portal.tables_in.safety import (
    MAX_CELLS,
    MAX_COMPRESSION_RATIO,
    MAX_FILE_BYTES,
    MAX_PARAGRAPHS,
    MAX_UNPACKED_BYTES,
    MAX_ZIP_ENTRIES,
)

__all__ = [
    "MAX_CELLS",
    "MAX_COMPRESSION_RATIO",
    "MAX_FILE_BYTES",
    "MAX_PARAGRAPHS",
    "MAX_UNPACKED_BYTES",
    "MAX_ZIP_ENTRIES",
    "Block",
    "Cell",
    "Document",
    "Paragraph",
    "Row",
    "SourceKind",
    "Table",
    "UnreadableFile",
    "read_document",
]
