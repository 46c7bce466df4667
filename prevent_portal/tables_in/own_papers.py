"""What the portal itself has written round a plan in its Word papers: contents, summary sheet, lists.

It brackets these with hidden bookmarks. Read back in, they would come in twice, or as what a person wrote.
"""

from lxml import etree

DERIVED_BOOKMARK = "_portal_derived_"

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_START, _END, _TEXT = f"{_W}bookmarkStart", f"{_W}bookmarkEnd", f"{_W}t"


def derived_parts(body: etree._Element) -> set[etree._Element]:
    """The paragraphs and tables of a document's body that stand between such bookmarks.

    Word moves a bookmark from between two paragraphs to the beginning of the one that follows it.
    """
    numbers = {
        start.get(f"{_W}id") for start in body.iter(_START) if start.get(f"{_W}name", "").startswith(DERIVED_BOOKMARK)
    }
    if not numbers:
        return set()
    found: set[etree._Element] = set()
    is_open: set[str | None] = set()
    for element in body.iter(f"{_W}p", f"{_W}tbl", _START, _END):
        number = element.get(f"{_W}id")
        if element.tag == _START and number in numbers:
            is_open.add(number)
        elif element.tag == _END:
            is_open.discard(number)
        elif element.tag not in (_START, _END):
            began, ended = _bookmarks_at_its_head(element)
            if began & numbers or is_open - ended:
                found.add(element)
    return found


def _bookmarks_at_its_head(element: etree._Element) -> tuple[set[str | None], set[str | None]]:
    """The bookmarks that begin and end in an element before its first text."""
    began, ended = set(), set()
    for each in element.iter(_START, _END, _TEXT):
        if each.tag == _TEXT:
            break
        (began if each.tag == _START else ended).add(each.get(f"{_W}id"))
    return began, ended
