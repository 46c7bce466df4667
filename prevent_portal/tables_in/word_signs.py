"""The smallest pieces of Word's XML: values, switches, and the signs that are settings or symbol fonts, not text."""

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

DINGBATS = {
    "\uf0fc": "✓",
    "\uf0fe": "☑",
    "\uf0fb": "✗",
    "\uf0fd": "☒",
    "\uf0a8": "☐",
    "\uf06f": "☐",
    "\uf0b7": "•",
    "\uf0a7": "•",
    "\uf0e0": "→",
    "\uf0e8": "→",
}
"""Characters of Word's symbol fonts, which mean nothing in another font."""

_WINGDINGS = str.maketrans({"ü": "✓", "þ": "☑", "û": "✗", "ý": "☒", "¨": "☐", "o": "☐", "l": "●", "n": "■"})
_WINGDINGS_2 = str.maketrans({"P": "✓", "R": "☑", "O": "✗", "T": "☒", "Q": "☒", "£": "☐"})
_SYMBOL_FONTS = {"wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2}


def value_of(parent: etree._Element | None, name: str) -> str | None:
    """The w:val of a child element."""
    child = parent.find(f"{W}{name}") if parent is not None else None
    return child.get(f"{W}val") if child is not None else None


def is_on(parent: etree._Element | None, name: str) -> bool:
    """Whether a switch is set: the child is there, and does not say "off"."""
    child = parent.find(f"{W}{name}") if parent is not None else None
    return child is not None and child.get(f"{W}val", "true") not in ("0", "false", "off")


def whole_number(value: str | None) -> int:
    """A whole number from 0; 0 for anything else."""
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 9 else 0


def first_choice(alternatives: etree._Element) -> etree._Element | None:
    """What a present-day Word shows of an mc:AlternateContent; None where it only has the copy for old readers."""
    return alternatives.find(f"{MC}Choice")


def readable(text: etree._Element, run: etree._Element) -> str:
    """The text of a run; symbol fonts' letters become the signs that they draw."""
    words = text.text or ""
    fonts = run.find(f"{W}rPr/{W}rFonts")
    table = _SYMBOL_FONTS.get((fonts.get(f"{W}ascii") or "").lower()) if fonts is not None else None
    if table and len(words.strip()) == 1:
        words = words.translate(table)
    for private, sign in DINGBATS.items():
        if private in words:
            words = words.replace(private, sign)
    return words


def character(code: str | None) -> str:
    """The private character that a w:sym names by its hex digits, written with or without the F0 in front."""
    try:
        point = int(code or "", 16)
    except ValueError:
        return ""
    return chr(point | 0xF000) if 0 <= point < 0x10000 else ""


def old_form_field(start: etree._Element) -> str:
    """What a check box or a drop-down of a form from Word 2003 shows: it is a setting, not text."""
    data = start.find(f"{W}ffData")
    if data is None:
        return ""
    if (box := data.find(f"{W}checkBox")) is not None:
        return "☒" if is_on(box, "checked" if box.find(f"{W}checked") is not None else "default") else "☐"
    if (choices := data.find(f"{W}ddList")) is not None:
        entries = choices.findall(f"{W}listEntry")
        chosen = whole_number(value_of(choices, "result") or value_of(choices, "default"))
        return entries[chosen].get(f"{W}val", "") if chosen < len(entries) else ""
    return ""
