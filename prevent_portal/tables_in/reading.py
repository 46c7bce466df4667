"""From bytes and a name to a Document: decide by content what the file is, and hand it to its reader."""

from pathlib import PurePath

from prevent_portal.tables_in import kinds, safety
from prevent_portal.tables_in.document import Document, UnreadableFile
from prevent_portal.tables_in.excel import read_excel
from prevent_portal.tables_in.text import read_csv, read_text
from prevent_portal.tables_in.word import read_word

_ACCEPTED = "Word (.docx), Excel (.xlsx), CSV (.csv) or text with tabs (.txt, .tsv)"
_TEXT_READERS = {".csv": read_csv, ".txt": read_text, ".tsv": read_text}


def read_document(data: bytes, filename: str) -> Document:
    """Read a Word, Excel, CSV or text file of at most MAX_FILE_BYTES.

    The name decides what is expected, the content must agree. Raises UnreadableFile, whose message is meant
    for the officer who chose the file. Nothing outside the file is ever fetched.
    """
    extension = PurePath(filename.replace("\\", "/")).suffix.lower()
    safety.check_size(data)
    if safety.looks_like_ole(data):
        if extension in (".msg", ".ppt"):  # containers of the same kind, with better advice
            kinds.refuse_by_name(extension)
        safety.refuse_ole(data)
    kinds.refuse_by_content(data)
    is_zip = safety.looks_like_zip(data)
    if is_zip:
        kinds.refuse_other_zip(*kinds.mimetype_of_zip(data))
    kinds.refuse_by_name(extension)
    if extension in _TEXT_READERS:
        if is_zip:
            raise UnreadableFile(
                f"The name ends in {extension}, but the content is an Office or zip file. "
                "If it is a Word or Excel file, give its name the right ending (.docx or .xlsx)."
            )
        document = _TEXT_READERS[extension](data)
    elif extension in (".docx", ".xlsx"):
        document = _read_office(data, extension)
    else:
        raise UnreadableFile(f"This kind of file is not accepted. Choose a file in one of these formats: {_ACCEPTED}.")
    document.filename = PurePath(filename.replace("\\", "/")).name
    return document


def _read_office(data: bytes, extension: str) -> Document:
    if not safety.looks_like_zip(data):
        raise UnreadableFile(
            f"The name ends in {extension}, but the content is something else. "
            "Open the file in the program that made it and save it again as .docx or .xlsx."
        )
    package = safety.open_package(data)
    _check_declared_type(package, extension)
    package.check_xml_parts()
    return read_word(package) if extension == ".docx" else read_excel(package, data)


def _check_declared_type(package: safety.Package, extension: str) -> None:
    if "[Content_Types].xml" not in package.names:
        raise UnreadableFile(kinds.ARCHIVE)
    declared = package.read("[Content_Types].xml").lower()
    if b"macroenabled" in declared or b"vbaproject" in declared or b"macrosheet" in declared:
        raise UnreadableFile(safety.MACROS)
    actual = (
        ".docx"
        if b"wordprocessingml.document.main" in declared
        else ".xlsx"
        if b"spreadsheetml.sheet.main" in declared
        else ""
    )
    if actual == extension:
        return
    if actual:
        raise UnreadableFile(
            f"The name ends in {extension}, but the content is a {actual} file. Give its name the right ending "
            "and try again."
        )
    raise UnreadableFile(
        f"The name ends in {extension}, but the content is not a Word or Excel file. "
        "Open it in the program that made it and save it again as .docx or .xlsx."
    )
