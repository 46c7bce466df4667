"""Whether a text says of itself that it is OFFICIAL-SENSITIVE.

Pure functions; nothing here imports Django. This is the one place where the words are looked for: the import marks what
carries them, forms and services refuse them in a row that is not marked, the public edition leaves them out.
"""

import re
import unicodedata
from collections.abc import Iterable

_BETWEEN = r"[\W_]{0,5}"
_DASHED = r"\s*[-‐-―−_/|:;,.·•(\[]+\s*"


def _spaced(word: str) -> str:
    """The word with its letters apart, or parted by a hyphen at the end of a line."""
    return r"(?:\s|[-‐]\s*\n\s*)?".join(word)


_MISSPELT = "OFF?I?C?[IA]{1,3}L", "SENS(?:I?TIVE?|ITVE|IIVE|ETIVE|ITII?VE|ITIVIE|ITIVTE)"
_MARKING = re.compile(
    # In capitals, or joined by a dash or the like, it can be nothing else. "An official sensitive to local concerns"
    # is a person.
    rf"(?<![^\W_])(?:OFFICIAL{_BETWEEN}SENSITIVE|(?i:official{_DASHED}sensitive)|(?i:official\s*sensitive)(?!\s+to\b))(?![^\W_])"
    # Letters apart, as in some headers, and parted at the end of a line.
    rf"|(?<![^\W_]){_spaced('OFFICIAL')}{_BETWEEN}{_spaced('SENSITIVE')}(?![^\W_])"
    # Misspelt in capitals; and in Welsh.
    rf"|(?<![^\W_]){_MISSPELT[0]}{_BETWEEN}{_MISSPELT[1]}(?![^\W_])"
    rf"|(?<![^\W_])(?i:swyddogol{_BETWEEN}sensitif)(?![^\W_])"
    # Higher markings stand on a line of their own; in a sentence "secret" is a word like others.
    r"|^[^\w\n]{0,20}(?:UK )?(?:TOP )?SECRET(?:[^\w\n]{1,5}UK EYES ONLY)?[^\w\n]{0,20}$"
    # How it is abbreviated. Without brackets "O/S" is as often "outstanding".
    r"|\[\s*O\s*[-‐-―−/]\s*S\s*\]|\(\s*O\s*[-‐-―−]\s*S\s*\)|\bOFF[-‐-―− ]?SENS?\b",
    re.MULTILINE,
)
_INVISIBLE = {"Cf", "Mn"}  # soft hyphens, spaces without width; marks that stand on a letter


def carries_marking(text: str) -> bool:
    """Whether the words OFFICIAL-SENSITIVE stand in the text, with whatever dash, space and case, as a marking.

    Also "[O-S]", "(O-S)" and "OFF-SEN", the Welsh words, common slips of the pen, and SECRET on a line of its own. A
    sentence about the marking counts too: what is withheld without need can be worded otherwise, what is published
    without leave cannot be taken back.
    """
    if not text or ("S" not in text and "s" not in text and text.isascii()):
        return False
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join(each for each in text if unicodedata.category(each) not in _INVISIBLE)
    return _MARKING.search(text) is not None


def any_carries_marking(texts: Iterable[str]) -> bool:
    """Whether one of the texts does."""
    return any(map(carries_marking, texts))
