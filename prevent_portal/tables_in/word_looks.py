"""How a Word cell looks, as far as it says something: its colour, and whether it is all bold or struck through."""

from lxml import etree

from prevent_portal.tables_in import colours
from prevent_portal.tables_in.word_signs import W, is_on, value_of


class Shadings:
    """Backgrounds as hex digits, with the file's theme for the colours that it names."""

    def __init__(self, theme: dict[str, str]) -> None:
        self._theme = theme

    def of_cell(self, properties: etree._Element | None, cell: etree._Element) -> str | None:
        """The colour of the cell itself, or the one that all of its text has."""
        shading = properties.find(f"{W}shd") if properties is not None else None
        fill = self._of(shading)
        if fill:
            return fill
        # Some authors colour the letter's paragraph or highlight the letter instead of shading the cell.
        marks = {self._of_run(run) for run in cell.iter(f"{W}r") if "".join(run.itertext(f"{W}t")).strip()}
        if len(marks) == 1 and (mark := marks.pop()):
            return mark
        marks = {self._of(shading) for shading in cell.iterfind(f"{W}p/{W}pPr/{W}shd")}
        return marks.pop() if len(marks) == 1 else None

    def ink_of_cell(self, cell: etree._Element) -> str | None:
        """The colour that all of the cell's text was given; a link's blue is none."""
        runs = [run for run in cell.iter(f"{W}r") if "".join(run.itertext(f"{W}t")).strip()]
        linked = {id(run) for link in cell.iter(f"{W}hyperlink") for run in link.iter(f"{W}r")}
        inks = {None if id(run) in linked else self._ink_of_run(run) for run in runs}
        return inks.pop() if len(inks) == 1 else None

    def _ink_of_run(self, run: etree._Element) -> str | None:
        colour = run.find(f"{W}rPr/{W}color")
        if colour is None:
            return None
        base = self._theme.get(colours.WORD_THEME_SLOTS.get(colour.get(f"{W}themeColor", ""), ""))
        if base:
            return colours.word_tint(base, colour.get(f"{W}themeTint"), colour.get(f"{W}themeShade"))
        return colours.clean(colour.get(f"{W}val"))

    def _of_run(self, run: etree._Element) -> str | None:
        highlight = value_of(run.find(f"{W}rPr"), "highlight")
        if highlight in colours.HIGHLIGHTS:
            return colours.HIGHLIGHTS[highlight]
        return self._of(run.find(f"{W}rPr/{W}shd"))

    def _of(self, shading: etree._Element | None) -> str | None:
        if shading is None:
            return None
        attribute, theme = ("color", "themeColor") if shading.get(f"{W}val") == "solid" else ("fill", "themeFill")
        base = self._theme.get(colours.WORD_THEME_SLOTS.get(shading.get(f"{W}{theme}", ""), ""))
        if base:
            return colours.word_tint(base, shading.get(f"{W}{theme}Tint"), shading.get(f"{W}{theme}Shade"))
        return colours.clean(shading.get(f"{W}{attribute}"))


def is_all_bold(cell: etree._Element) -> bool:
    """Whether all of a cell's text is bold."""
    return _all_are(cell, "b")


def is_all_struck(cell: etree._Element) -> bool:
    """Whether a line, or two, is drawn through all of a cell's text."""
    return _all_are(cell, "strike", "dstrike")


def _all_are(cell: etree._Element, *settings: str) -> bool:
    runs = [run for run in cell.iter(f"{W}r") if "".join(run.itertext(f"{W}t")).strip()]
    return bool(runs) and all(any(is_on(run.find(f"{W}rPr"), each) for each in settings) for run in runs)
