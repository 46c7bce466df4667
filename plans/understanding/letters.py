"""The lettered actions of a cell: "a)", "(b)", "C." at the start of a line or within it."""

import re

from .draft import ActionDraft
from .words import Line

_LETTER = re.compile(r"^\(?(?P<letter>[a-zA-Z])[.)]\s*(?P<rest>.*)$", re.DOTALL)
_WEAK_LETTER = re.compile(r"^\(?(?P<letter>[a-zA-Z])(?:[.)]|\s?[:–—-](?=\s))\s*(?P<rest>.*)$", re.DOTALL)
_NUMBERED = re.compile(r"^\(?\d{1,2}[.)]")
_LETTER_MARKER = re.compile(r"^\(?(?P<letter>[a-zA-Z])[.)]$")
_ROMAN = re.compile(r"^\(?(?:ii|iii|iv|vi|vii|viii|ix)[.)]", re.IGNORECASE)
_INLINE = re.compile(r"(?:(?<=\s)|^)\(?([a-z])\)\s*")


def split_letters(
    lines: list[Line], last_letter: str = "", *, is_action: bool = True
) -> tuple[list[Line], list[tuple[str, list[Line]]]]:
    """The lines before the first letter, and the lines of each letter.

    Letters count only if they start at "a" or go on from the last one of the section, so that a sentence that begins
    with "I." is not taken for one. "A." and "a -" count only where a "b" follows, and nowhere but in actions: elsewhere
    they are initials. "i) ii)" are Roman numbers, and letters that restart under numbers are steps of those.
    """
    lines = [piece for line in lines for piece in _split_inline(line)]
    found = [_letter_of(line) for line in lines]
    if is_action and not any(letter for letter, _ in found):
        found = _weak_letters(lines) or found
    letters = [letter for letter, _ in found if letter]
    if any(_ROMAN.match(line.full_text) for line in lines):
        if not {"a", "b"} <= set(letters):
            return lines, []
        found = [
            ("", line.text) if each[0] in ("i", "v", "x") else each for each, line in zip(found, lines, strict=True)
        ]
    if letters.count("a") > 1 and any(_NUMBERED.match(line.full_text) for line in lines):
        return lines, []
    lead: list[Line] = []
    lettered: list[tuple[str, list[Line]]] = []
    allowed = {"a"} | ({chr(ord(last_letter) + 1)} if last_letter else set())
    for line, (letter, rest) in zip(lines, found, strict=True):
        if letter and (lettered or letter in allowed):
            lettered.append((letter, [Line(rest)] if rest else []))
        elif lettered:
            lettered[-1][1].append(line)
        else:
            lead.append(line)
    return lead, [(letter, body) for letter, body in lettered if body]


def _weak_letters(lines: list[Line]) -> list[tuple[str, str]]:
    """ "A. one", "B. two" or "a - one", "b - two": letters if the first is an a and the next one a b."""
    found = []
    for line in lines:
        match = _WEAK_LETTER.match(line.text) if not line.marker or line.is_bullet else None
        found.append((match["letter"].lower(), match["rest"].strip()) if match else ("", line.text))
    return found if [letter for letter, _ in found if letter][:2] == ["a", "b"] else []


def _letter_of(line: Line) -> tuple[str, str]:
    if match := _LETTER_MARKER.match(line.marker):
        return match["letter"].lower(), line.text
    match = _LETTER.match(line.text) if not line.marker or line.is_bullet else None
    if match and (match["letter"].islower() or ")" in line.text[:3]):
        return match["letter"].lower(), match["rest"].strip()
    return "", line.text


def _split_inline(line: Line) -> list[Line]:
    """ "a) one b) two" on one line as two; only for letters in their order from "a"."""
    wanted, cuts = ord("a"), []
    for match in _INLINE.finditer(line.text):
        if ord(match[1]) == wanted:
            cuts.append(match.start())
            wanted += 1
    if len(cuts) < 2:
        return [line]
    pieces = [line.text[: cuts[0]], *(line.text[a:b] for a, b in zip(cuts, [*cuts[1:], None], strict=True))]
    return [Line(piece.strip(), line.marker if at == 0 else "") for at, piece in enumerate(pieces) if piece.strip()]


def match_letters(lines: list[Line], actions: list[ActionDraft]) -> list[tuple[ActionDraft, list[Line]]]:
    lead, lettered = split_letters(lines, is_action=False)
    by_letter = {action.letter: action for action in actions}
    if lead or not lettered or any(letter not in by_letter for letter, _ in lettered):
        return []
    return [(by_letter[letter], own) for letter, own in lettered]
