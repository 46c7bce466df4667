"""Which files are kept as evidence: told by what is in them, whatever their names say.

SECURITY: a file comes from outside, is handed to colleagues and is opened on their machines. Nothing here runs or
renders it. What is taken in is a short list; macros, scripts and web pages are not on it, nor hidden inside what is.
"""

import bisect
import email
import email.policy
import io
import re
import unicodedata
import zlib
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image

from .tables_in import UnreadableFile
from .tables_in.safety import looks_like_ole, looks_like_zip, open_package

FILE_NAME_CHARACTERS = 200

KINDS = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".csv": "text/csv; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    # As text: a browser that knew it as a message might draw the web page inside.
    ".eml": "text/plain; charset=utf-8",
}
"""The endings that are taken in, and as what such a file is given out again."""

_OFFICE = {
    b"wordprocessingml.document.main": ".docx",
    b"spreadsheetml.sheet.main": ".xlsx",
    b"presentationml.presentation.main": ".pptx",
}
_RUNS = frozenset(
    ".app .bat .cmd .cpl .exe .hta .htm .html .jar .js .jse .lnk .mht .mhtml .msi .ps1 .py .reg .scr .sh .svg .url .vb "
    ".vbe .vbs .wsf .xhtml .xml .docm .dotm .xlsm .xltm .xlsb .xlam .pptm .potm .ppsm".split()
)
"""Endings of what a machine or a browser runs: in the middle of a name they make it look harmless."""

_MARKUP = re.compile(
    r"\s*(?:<!--.*?-->\s*|<\?xml[^>]*\?>\s*)*"
    r"<(?:!doctype|html|head|body|meta|title|script|style|svg|iframe|object|embed|form|table|div|p|img|a|base|link|\?)"
    r"(?![a-z])",
    re.IGNORECASE | re.DOTALL,
)
_RUNS_IN_TEXT = re.compile(r"<\s*(?:script|svg|iframe|object|embed|applet)\b|<\?php|^\ufeff?#!", re.IGNORECASE)


def _pdf_name(name: str) -> re.Pattern[bytes]:
    """SECURITY: PDF lets each letter of a name be written as a code: /J#61vaScript."""
    letters = (f"(?:{letter}|#(?i:{ord(letter):02x}))" for letter in name)
    return re.compile(f"/{''.join(letters)}".encode())


_PDF_NAMES = {name: _pdf_name(name) for name in ("JavaScript", "Launch", "RichMedia", "EmbeddedFile", "Encrypt")}
_PDF_STREAM = re.compile(rb"\bstream\r?\n")
_PDF_STREAM_ENDS = re.compile(rb"endstream")
_PDF_UNPACKED_BYTES = 100 * 1024 * 1024
_PEEK_BYTES = 512
_BEGINS_A_LIST = (b"%", b"+", b"-", *(b"%d" % digit for digit in range(10)))
_PICTURE_PIXELS = 200_000_000


class RefusedFile(ValidationError):
    """A file that is not kept; its message says why and what to do, for whoever chose it."""


@dataclass(frozen=True)
class KeptFile:
    """A file that may be kept: its name without anything that misleads, and as what it is given out."""

    name: str
    content_type: str
    data: bytes


def check_file(name: str, data: bytes, *, most_bytes: int) -> KeptFile:
    """The file as it may be kept. Raises RefusedFile for everything else; `most_bytes` is the largest size."""
    name = clean_name(name)
    extension = PurePath(name).suffix.lower()
    if not data.strip(b"\x00\r\n\t "):
        raise RefusedFile(_("The file is empty. Check that it was saved, and choose it again."))
    if len(data) > most_bytes:
        raise RefusedFile(too_large(most_bytes))
    hidden = [each.lower() for each in PurePath(name).suffixes[:-1] if each.lower() in _RUNS]
    if hidden:
        raise RefusedFile(
            _("The name has two endings, %(first)s and %(last)s. Give the file a name with one ending.")
            % {"first": hidden[0], "last": extension}
        )
    if extension not in KINDS:
        raise RefusedFile(_refusal_by_name(extension))
    actual = kind_of(data)
    if actual is None:
        # Text has no first bytes of its own: any other file that says it is text has been told by now.
        if extension not in (".csv", ".txt", ".eml"):
            raise RefusedFile(_content_differs(extension))
        _check_text(data, extension)
    elif actual != extension and {actual, extension} != {".jpg", ".jpeg"}:
        raise RefusedFile(_content_differs(extension, actual))
    elif actual == ".pdf":
        _check_pdf(data)
    elif actual in (".png", ".jpg"):
        _check_picture(data)
    return KeptFile(name, KINDS[extension], data)


def too_large(most_bytes: int) -> str:
    """What to say of a file that is too large."""
    return _("The file is larger than %(limit)s MB. Make it smaller, or keep it elsewhere and enter its address.") % {
        "limit": most_bytes // (1024 * 1024)
    }


def clean_name(name: str) -> str:
    """The last part of a file's name, without folders and without characters that cannot be seen."""
    # SECURITY: a mark that turns the direction of writing makes "cod.exe" of "exe.doc".
    seen = "".join(
        " " if unicodedata.category(each) in ("Zl", "Zp") else each
        for each in unicodedata.normalize("NFC", name.replace("\\", "/"))
        if unicodedata.category(each) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    last = " ".join(seen.rpartition("/")[2].split()).strip(" .") or "file"
    path = PurePath(last)
    return path.stem[: FILE_NAME_CHARACTERS - len(path.suffix[:20])] + path.suffix[:20]


def kind_of(data: bytes) -> str | None:
    """The ending that belongs to this content; None for what may be text. Raises RefusedFile for an unsafe file."""
    if data.startswith(b"%PDF-"):
        return ".pdf"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return ".png"
    if data.startswith(b"\xff\xd8\xff"):
        return ".jpg"
    if looks_like_ole(data):
        raise RefusedFile(
            _(
                "The file is protected by a password, or in an Office format of before 2007 (.doc, .xls, .ppt, .msg). "
                "Save it without a password as .docx, .xlsx, .pptx or PDF."
            )
        )
    return _kind_of_package(data) if looks_like_zip(data) else None


def _kind_of_package(data: bytes) -> str:
    try:
        package = open_package(data)
        declared = package.read("[Content_Types].xml").lower() if "[Content_Types].xml" in package.names else b""
        if any(word in declared for word in (b"macroenabled", b"vbaproject", b"macrosheet", b"activex")):
            raise RefusedFile(_has_macros())
        extension = next((ending for word, ending in _OFFICE.items() if word in declared), None)
        if extension is None:
            raise RefusedFile(
                _("This is a zip or other archive. Unpack it, and choose the document that is the evidence.")
            )
        package.check_xml_parts()
    except UnreadableFile as error:
        raise RefusedFile(_of_an_office_file(str(error))) from error
    return extension


def _has_macros() -> str:
    return _("The file contains macros, which are not accepted. Save it as .docx, .xlsx or .pptx without macros.")


def _of_an_office_file(refusal: str) -> str:
    """What the readers of plans say, where it is true of any file; else in general words."""
    if "macros" in refusal:
        return _has_macros()
    if "plan" in refusal or "tables" in refusal:
        return _(
            "The file takes content from elsewhere, or is built in a way that Word, Excel and PowerPoint never use, so "
            "it is not kept. Copy its content into a new file, or save it as PDF."
        )
    return refusal


def _refusal_by_name(extension: str) -> str:
    if extension in _RUNS:
        return _("Files that can run or that are web pages (%(ending)s) are not accepted. Save it as PDF.") % {
            "ending": extension
        }
    return _(
        "This kind of file is not accepted. Choose a PDF, a Word, Excel or PowerPoint file (.docx, .xlsx, .pptx), a "
        "picture (.png, .jpg), text (.txt, .csv) or an e-mail (.eml)."
    )


def _content_differs(extension: str, actual: str = "") -> str:
    if actual:
        return _("The name ends in %(ending)s, but the content is a %(actual)s file. Give it the right ending.") % {
            "ending": extension,
            "actual": actual,
        }
    return _(
        "The name ends in %(ending)s, but the content is something else. Open the file in the program that made it, "
        "and save it again."
    ) % {"ending": extension}


def _check_picture(data: bytes) -> None:
    try:
        # SECURITY: these two readers alone, whatever else is installed; `verify` unpacks nothing.
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as picture:
            width, height = picture.size
            picture.verify()
    except Exception as error:  # each reader has errors of its own: all mean a damaged picture
        raise RefusedFile(_("The picture is damaged. Open it, save it again and choose it once more.")) from error
    if width * height > _PICTURE_PIXELS:
        raise RefusedFile(_("The picture has too many pixels to be opened safely. Save it in a smaller size."))


def _check_pdf(data: bytes) -> None:
    found = {name for name, pattern in _PDF_NAMES.items() for part in _pdf_parts(data) if pattern.search(part)}
    if "Encrypt" in found:
        raise RefusedFile(_("The PDF is protected. Print it to a new PDF without a password, and choose that."))
    if "EmbeddedFile" in found:
        raise RefusedFile(
            _("The PDF has other files attached inside it. Print it to a new PDF, and add what is attached by itself.")
        )
    if found:
        raise RefusedFile(_("The PDF contains a script or starts other programs. Print it to a new PDF."))


def _pdf_parts(data: bytes) -> list[bytes]:
    """The file itself, and of what is packed in it whatever may be a list of objects.

    What is packed in an older way than Flate is not looked into: no program of today packs objects so.
    """
    parts, view = [data], memoryview(data)
    ends = [found.start() for found in _PDF_STREAM_ENDS.finditer(data)]
    # SECURITY: a made-up file could have the same bytes unpacked again and again.
    room, to_read = _PDF_UNPACKED_BYTES, 3 * len(data)
    for keyword in _PDF_STREAM.finditer(data):
        if not _may_list_objects(data[keyword.end() : keyword.end() + _PEEK_BYTES]):
            continue
        unpacker, unpacked, position = zlib.decompressobj(), bytearray(), keyword.end()
        for number in range(bisect.bisect_left(ends, position), len(ends) + 1):
            end = ends[number] if number < len(ends) else len(data)
            to_read -= end - position
            try:
                unpacked += unpacker.decompress(view[position:end], room + 1 - len(unpacked))
            except zlib.error:
                break
            # The word may stand in the packed bytes themselves.
            position = end
            if unpacker.eof or len(unpacked) > room or to_read < 0:
                break
        room -= len(unpacked)
        if room < 0 or to_read < 0:
            raise RefusedFile(
                _("The PDF is damaged or built in an unusual way, so it cannot be checked. Print it to a new PDF.")
            )
        parts.append(bytes(unpacked))
    return parts


def _may_list_objects(packed: bytes) -> bool:
    """Whether it unpacks to something that begins with a number, as every list of objects does."""
    try:
        return zlib.decompressobj().decompress(packed, _PEEK_BYTES).lstrip()[:1] in _BEGINS_A_LIST
    except zlib.error:
        return False


def _check_text(data: bytes, extension: str) -> None:
    text = _decoded(data)
    if extension == ".eml":
        _check_email(data)
    elif _MARKUP.match(text[:4096]) or _RUNS_IN_TEXT.search(text):
        raise RefusedFile(
            _("The file contains a web page or a script, whatever its name ends in. Save it as PDF, and choose that.")
        )


def _decoded(data: bytes) -> str:
    is_wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if is_wide else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(each < " " and each not in "\t\r\n\f" for each in text):
            return text
    raise RefusedFile(_("The name says that this is text, but the content is something else."))


def _check_email(data: bytes) -> None:
    try:
        message = email.message_from_bytes(data, policy=email.policy.default)
        is_email = bool(message["From"] and (message["Date"] or message["Subject"] or message["To"]))
        attached = [(part.get_filename() or "", part) for part in message.walk() if _is_attached(part)]
    except Exception as error:  # the reader of e-mails has no error of its own for what it cannot make out
        raise RefusedFile(_("The e-mail is damaged. Save it again as .eml, or as PDF.")) from error
    if not is_email:
        raise RefusedFile(
            _("The name says that this is an e-mail, but it has no sender or date. Save the e-mail again as .eml.")
        )
    for name, part in attached:
        _check_attachment(name, part)


def _is_attached(part: EmailMessage) -> bool:
    if part.get_filename() or part.get_content_disposition() == "attachment":
        return True
    kind = part.get_content_type()
    return kind == "image/svg+xml" or part.get_content_maintype() not in {"text", "multipart", "message", "image"}


def _check_attachment(name: str, part: EmailMessage) -> None:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        # An e-mail within the e-mail: its own parts are looked at as well.
        return
    if part.get_content_type() == "image/gif" and payload.startswith((b"GIF87a", b"GIF89a")):
        # Pictures of this kind stand in signatures.
        return
    try:
        check_file(name, payload, most_bytes=len(payload))
    except RefusedFile as error:
        raise RefusedFile(
            _("The e-mail has an attachment that is not accepted, “%(name)s”: %(why)s")
            % {"name": clean_name(name), "why": error.messages[0]}
        ) from error
