"""What a file really is, told by its first bytes, and what to do with one that cannot be read."""

import io
import re
import zipfile

from prevent_portal.tables_in.document import UnreadableFile

_COPY = "Copy the plan's tables into a new Word or Excel file"
_PDF = "A PDF does not keep its tables. Ask for the Word or Excel file that it was made from."
_RTF = "This is a rich text file (.rtf). Open it in Word, choose Save As, and save it as a Word document (.docx)."
_WEB = (
    "This is a web page, whatever its name ends in; reports from other systems are often saved like this. "
    "Open it in Word or Excel, choose Save As, and save it as .docx or .xlsx."
)
_OPEN_DOCUMENT = "This is an OpenDocument file (.odt or .ods). Open it, choose Save As, and save it as .docx or .xlsx."
_APPLE = (
    "This is a Pages or Numbers file. Open it on the Mac, choose File, Export To, Word or Excel, "
    "and import the file that this makes."
)
_PICTURE = "This is a picture: it has no text to read. Ask for the Word or Excel file that it was made from."
_SLIDES = f"This is a PowerPoint file. {_COPY} and try again."
_EMAIL = "This is an e-mail. Save the plan that is attached to it, and import that file."
ARCHIVE = "This is a zip or other archive, not a Word or Excel file. Unpack it, and import the plan that is inside."
_OLD = "Files of the old kind (.doc and .xls) are not accepted. Open it, choose Save As, and save it as .docx or .xlsx."
_MACRO = "Files that can carry macros ({}) are not accepted. Save it as .docx or .xlsx and try again."

_BY_NAME = {
    **dict.fromkeys((".docm", ".dotm", ".xlsm", ".xltm", ".xlsb", ".xla", ".xlam"), _MACRO),
    **dict.fromkeys((".doc", ".dot", ".xls", ".xlt", ".wps"), _OLD),
    **dict.fromkeys((".odt", ".ods", ".ott", ".ots", ".fodt", ".fods"), _OPEN_DOCUMENT),
    **dict.fromkeys((".pages", ".numbers"), _APPLE),
    **dict.fromkeys((".htm", ".html", ".mht", ".mhtml", ".xhtml"), _WEB),
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".heic", ".webp", ".svg"), _PICTURE),
    **dict.fromkeys((".ppt", ".pptx", ".pptm", ".odp", ".key"), _SLIDES),
    **dict.fromkeys((".msg", ".eml"), _EMAIL),
    **dict.fromkeys((".zip", ".7z", ".rar", ".gz", ".tar"), ARCHIVE),
    ".pdf": _PDF,
    ".rtf": _RTF,
}
_BY_START = (
    (b"%PDF", _PDF),
    (b"{\\rtf", _RTF),
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"BM", _PICTURE),
    (b"II*\x00", _PICTURE),
    (b"MM\x00*", _PICTURE),
    (b"Rar!", ARCHIVE),
    (b"7z\xbc\xaf", ARCHIVE),
    (b"\x1f\x8b", ARCHIVE),
    (b"MIME-Version:", _WEB),
)
_WEB_PAGE = re.compile(
    rb"(?:<\?xml[^>]{0,200}\?>|<!--.{0,2000}?-->|\s)*<(?:!doctype\s+html|html|head|body|meta|table)\b", re.I | re.S
)
_LOOKED_AT_BYTES = 4096


def refuse_by_name(extension: str) -> None:
    """Raise UnreadableFile for endings (lower case, with the dot) that are known and not taken in."""
    if advice := _BY_NAME.get(extension):
        raise UnreadableFile(advice.format(extension))


def refuse_by_content(data: bytes) -> None:
    """Raise UnreadableFile for content that is known and not taken in, whatever the name ends in.

    Old and password-protected Office files are `safety.refuse_ole`'s.
    """
    start = data[:_LOOKED_AT_BYTES].removeprefix(b"\xef\xbb\xbf").lstrip()
    for begin, advice in _BY_START:
        # A text may begin with two letters that a picture begins with; a picture has zeros near its start.
        if start.startswith(begin) and (begin != b"BM" or b"\x00" in start[:16]):
            raise UnreadableFile(advice)
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        start = start.replace(b"\x00", b"")[2:]
    if _WEB_PAGE.match(start):
        raise UnreadableFile(_WEB)


def refuse_other_zip(names: set[str], mimetype: bytes) -> None:
    """Raise UnreadableFile for a zip file that is known to be something other than Word or Excel."""
    if mimetype.startswith(b"application/vnd.oasis.opendocument"):
        raise UnreadableFile(_OPEN_DOCUMENT)
    if any(name.endswith(".iwa") or name == "Index.zip" for name in names):
        raise UnreadableFile(_APPLE)
    if "ppt/presentation.xml" in names:
        raise UnreadableFile(_SLIDES)


def mimetype_of_zip(data: bytes) -> tuple[set[str], bytes]:
    """The names in a zip file and the start of its part `mimetype`; nothing of one that cannot be opened."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if "mimetype" not in names:
                return names, b""
            with archive.open("mimetype") as part:
                return names, part.read(100)
    except Exception:  # a damaged archive says nothing of itself; the package reader tells the officer
        return set(), b""
