"""What a file must pass before a parser sees it. SECURITY: uploads come from outside and are opened by staff.

Each limit is generous beside real plans (the longest seen has 30 rows and 45 KB) and small beside what hurts
a server with two processors.
"""

import io
import re
import zipfile
from urllib.parse import unquote

from lxml import etree

from prevent_portal.tables_in.document import UnreadableFile

MAX_FILE_BYTES = 20 * 1024 * 1024
"""Largest file taken in, in bytes (20 MB)."""

MAX_UNPACKED_BYTES = 100 * 1024 * 1024
"""Largest total size of an Office file's parts once unpacked, in bytes (100 MB)."""

MAX_XML_PART_BYTES = 40 * 1024 * 1024
"""Largest single XML part, in bytes (40 MB): parsed it takes about eight times as much memory."""

MAX_COMPRESSION_RATIO = 200
"""A part larger than a megabyte may unpack to at most this many times its packed size.

Word's own styles part packs about 25 to 1 and a monotonous sheet about 60 to 1; a zip bomb starts at 1,000 to 1.
"""

MAX_ZIP_ENTRIES = 2_000
"""Most parts an Office file may consist of (a plan with a hundred pictures has about 150)."""

MAX_CELLS = 200_000
"""Most table cells read from one file: ten thousand rows of twenty columns."""

MAX_PARAGRAPHS = 200_000
"""Most paragraphs (Word) or lines (text) read from one file."""

MACROS = "The file contains macros, which are not accepted. Save it as a plain .docx or .xlsx and try again."
DAMAGED = "The file is damaged and cannot be read. Open it in Word or Excel, save it under a new name and try again."
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_DTD = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_XML_NAMES = (".xml", ".rels", ".vml")
_PARSED_KINDS = {"officeDocument", "worksheet", "chartsheet", "sharedStrings", "styles", "theme", "comments", "table"}
_MACRO_PART = re.compile(
    r"(?:^|/)vbaproject[^/]*$|^xl/(?:macrosheets|dialogsheets)/|\.(?:docm|dotm|xlsm|xltm|xlsb|pptm)$"
)
_RATIO_COUNTS_FROM_BYTES = 1024 * 1024


def check_size(data: bytes) -> None:
    """Raise UnreadableFile when the file is empty or larger than MAX_FILE_BYTES."""
    if not data.strip(b"\x00\r\n\t "):
        raise UnreadableFile("The file is empty. Check that it was saved, and choose it again.")
    if len(data) > MAX_FILE_BYTES:
        raise UnreadableFile(
            f"The file is larger than {MAX_FILE_BYTES // 1024 // 1024} MB. "
            "Remove its pictures, or copy the plan's tables into a new file, and try again."
        )


def looks_like_zip(data: bytes) -> bool:
    return data.startswith(_ZIP)


def looks_like_ole(data: bytes) -> bool:
    """True for Office files of before 2007 and for password-protected newer ones: both are OLE containers."""
    return data.startswith(_OLE)


def refuse_ole(data: bytes) -> None:
    """Say whether it is an old file or one with a password, and what to do about it."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise UnreadableFile(
            "The file is protected by a password. Open it in Word or Excel, remove the password "
            "(File, Info, Protect), save it and try again."
        )
    raise UnreadableFile(
        "The file is in the Word or Excel format of before 2007 (.doc or .xls). "
        "Open it, choose Save As, and save it as .docx or .xlsx."
    )


def open_package(data: bytes) -> "Package":
    """The Office file as a package whose parts are safe to read.

    Raises UnreadableFile for a damaged, encrypted or oversized archive and for one that carries macros.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise UnreadableFile(DAMAGED) from error
    if len(entries) > MAX_ZIP_ENTRIES:
        raise UnreadableFile(
            f"The file is made of more than {MAX_ZIP_ENTRIES:,} parts. "
            "Copy the plan's tables into a new file and try again."
        )
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise UnreadableFile(
            "The file unpacks to far more than its size suggests, so it was not opened. "
            "Copy the plan's tables into a new file and try again."
        )
    if len({entry.filename for entry in entries}) < len(entries):
        # SECURITY: of two parts of one name, the checks might see one and Word open the other.
        raise UnreadableFile(DAMAGED)
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise UnreadableFile("The file is protected by a password. Remove the password, save it and try again.")
        if entry.file_size > _RATIO_COUNTS_FROM_BYTES and entry.file_size > MAX_COMPRESSION_RATIO * entry.compress_size:
            raise UnreadableFile(
                "The file unpacks to far more than its size suggests, so it was not opened. "
                "Copy the plan's tables into a new file and try again."
            )
        if _MACRO_PART.search(entry.filename.lower()):
            raise UnreadableFile(MACROS)
    return Package(archive)


CUSTOM_PROPERTIES = "docProps/custom.xml"


class Package:
    """The parts of an Office file, each unpacked within the limits and parsed without entities or network."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.names = set(archive.namelist())
        self._unpacked_bytes = 0
        self._parts: dict[str, bytes] = {}

    def read(self, name: str) -> bytes:
        """A part's bytes; raises UnreadableFile when it is missing or bigger than the directory claims."""
        if name in self._parts:
            return self._parts[name]
        if name not in self.names:
            raise UnreadableFile(
                "The file is incomplete: a part of it is missing. Save it again in Word or Excel and try again."
            )
        try:
            # SECURITY: the sizes in the directory are the sender's word; reading stops at the limit itself.
            with self._archive.open(name) as part:
                content = part.read(MAX_UNPACKED_BYTES - self._unpacked_bytes + 1)
        except UnreadableFile:
            raise
        except Exception as error:  # zlib, CRC, unsupported method, truncated stream: all mean a damaged file
            raise UnreadableFile(DAMAGED) from error
        self._unpacked_bytes += len(content)
        if self._unpacked_bytes > MAX_UNPACKED_BYTES:
            raise UnreadableFile("The file unpacks to far more than its size suggests, so it was not opened.")
        self._parts[name] = content
        return content

    def xml(self, name: str) -> etree._Element:
        """A part's root element; "Strict Open XML" comes in the names of the usual kind."""
        return parse_xml(as_transitional(self.read(name)))

    def labels(self) -> str:
        """What programs and a council's labelling of documents have written into the file's own properties."""
        if CUSTOM_PROPERTIES not in self.names:
            return ""
        return "\n".join(text.strip() for text in self.xml(CUSTOM_PROPERTIES).itertext() if text.strip())

    def repacked(self) -> bytes | None:
        """The whole file in the usual names where it is Strict Open XML, for readers that know only those."""
        if not any(
            b"purl.oclc.org/ooxml" in self.read(name)[:4_000] for name in self.names if name.endswith(_XML_NAMES)
        ):
            return None
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name in self.names:
                archive.writestr(name, as_transitional(self.read(name)))
        return buffer.getvalue()

    def check_xml_parts(self) -> None:
        """Refuse a package in which any XML part declares a DTD or entities or is huge, whoever parses it later."""
        for name in self.names:
            if name.lower().endswith(_XML_NAMES):
                content = self.read(name)
                refuse_entities(content)
                if len(content) > MAX_XML_PART_BYTES:
                    raise UnreadableFile(
                        "The file holds far more than a plan. Copy the plan's tables into a new file and try again."
                    )
        self._refuse_disguised_parts()
        for name in sorted(self.names):
            if name.lower().endswith(".rels"):
                refuse_links(self.xml(name))

    def _refuse_disguised_parts(self) -> None:
        """SECURITY: a part that a parser will take for XML must be named as XML, or the check above has missed it."""
        for name in self.names:
            if name == "[Content_Types].xml":
                for element in self.xml(name):
                    named = element.get("PartName") or "." + element.get("Extension", "")
                    kind = element.get("ContentType", "").lower()
                    if kind.endswith("+xml") and kind != "image/svg+xml" and not named.lower().endswith(_XML_NAMES):
                        raise UnreadableFile(DAMAGED)
            elif name.lower().endswith(".rels"):
                for relationship in self.xml(name).iter(_RELATIONSHIP):
                    kind = relationship.get("Type", "").rsplit("/", 1)[-1]
                    is_inside = relationship.get("TargetMode") != "External"
                    if (
                        is_inside
                        and kind in _PARSED_KINDS
                        and not relationship.get("Target", "").lower().endswith(".xml")
                    ):
                        raise UnreadableFile(DAMAGED)


_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (b"http://purl.oclc.org/ooxml/spreadsheetml/main", b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"),
    (b"http://purl.oclc.org/ooxml/drawingml/", b"http://schemas.openxmlformats.org/drawingml/2006/"),
    (b"http://purl.oclc.org/ooxml/officeDocument/", b"http://schemas.openxmlformats.org/officeDocument/2006/"),
)
_LINK_ADVICE = {
    "attachedTemplate": (
        "The file fetches its template from another computer. In Word choose File, Options, Add-ins, Manage: "
        "Templates, Go, and take the template's address out; save the file and try again."
    ),
    "oleObject": (
        "The file shows part of another file through a link. In Word choose File, Info, Edit Links to Files, "
        "Break Link (in Excel: Data, Edit Links, Break Link); save it and try again."
    ),
    "image": (
        "The file fetches a picture from somewhere else. In Word choose File, Info, Edit Links to Files, Break Link, "
        "or delete the picture; save it and try again."
    ),
    "frame": "The file is made of frames that show other files. Copy the plan into a new Word file and try again.",
    "subDocument": (
        "The file is a master document whose parts are other files. In Word choose View, Outline, Show Document, "
        "Unlink for each part; save it and try again."
    ),
    "externalLinkPath": (
        "The workbook has links to other workbooks. In Excel choose Data, Edit Links (or Workbook Links), Break Link "
        "for each; save it and try again."
    ),
}
_OTHER_LINK = (
    "The file takes part of its content from another file or address. Copy the plan's tables into a new file, save it "
    "and try again."
)
_LOCAL_TEMPLATE = re.compile(r"(?:file:/{0,3})?[a-z]:[\\/]|file:///[^\\/]|[^:\\/][^:]*$", re.IGNORECASE)


def refuse_links(relationships: etree._Element) -> None:
    """Raise UnreadableFile when a part takes content from outside the file, with how to break that link.

    SECURITY: nothing is fetched here, but the original is kept and handed out again, and Word and Excel would fetch.
    Hyperlinks wait for somebody to follow them; a template on the author's own disk is never fetched elsewhere.
    """
    for relationship in relationships.iter(_RELATIONSHIP):
        kind = relationship.get("Type", "").rsplit("/", 1)[-1]
        if kind == "externalLink":
            raise UnreadableFile(_LINK_ADVICE["externalLinkPath"])
        if relationship.get("TargetMode", "").lower() != "external" or kind == "hyperlink":
            continue
        if kind == "attachedTemplate" and _LOCAL_TEMPLATE.match(unquote(relationship.get("Target", "").strip())):
            continue
        if kind.startswith("xlExternalLinkPath"):
            kind = "externalLinkPath"
        raise UnreadableFile(_LINK_ADVICE.get(kind, _OTHER_LINK))


def as_transitional(content: bytes) -> bytes:
    """XML of a Strict Open XML file, which has the same elements in other namespaces, in the usual ones."""
    if b"purl.oclc.org/ooxml" not in content:
        return content
    for strict, usual in _STRICT:
        content = content.replace(strict, usual)
    return content


def refuse_entities(content: bytes) -> None:
    """Raise UnreadableFile when XML declares a document type or entities. Office never writes either."""
    # SECURITY: a UTF-16 part would hide "<!DOCTYPE" from a search over bytes.
    plain = content.replace(b"\x00", b"") if b"\x00" in content[:200] else content
    if _DTD.search(plain):
        raise UnreadableFile(
            "The file contains definitions that Word and Excel never write, so it was not opened. "
            "Copy the plan's tables into a new file and try again."
        )


def parse_xml(content: bytes) -> etree._Element:
    """Parse without entities, DTD or network; raises UnreadableFile for XML that is not well formed."""
    refuse_entities(content)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableFile(DAMAGED) from error
