"""The colours of a sheet's cells: their own fill, and the fill that a conditional format gives them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lxml import etree
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.formatting.rule import Rule
from openpyxl.styles import GradientFill, PatternFill
from openpyxl.styles.colors import COLOR_INDEX, Color
from openpyxl.utils import column_index_from_string
from openpyxl.worksheet.worksheet import Worksheet

from prevent_portal.tables_in import colours

MAX_CHECKS = 500_000
"""Cells times rules that are looked at in a sheet. SECURITY: a sheet may have thousands of rules for all its cells."""

_REFERENCE = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)([0-9]{1,7})")
_COMPARISON = re.compile(r"([^=<>]{1,60}?)(<>|<=|>=|=|<|>)(.{1,300})", re.DOTALL)
_SEARCH = re.compile(r'(?:NOT\(ISERROR\(|ISNUMBER\()SEARCH\("([^"]{1,200})",([^()"]{1,20})\)\)?\)', re.IGNORECASE)
_LEFT = re.compile(r'LEFT\(([^(),"]{1,20}),(?:\d{1,3}|LEN\("[^"]{0,200}"\))\)="([^"]{1,200})"', re.IGNORECASE)
_BOTH = re.compile(r"(AND|OR)\((.{1,500})\)", re.IGNORECASE | re.DOTALL)
_COMPARE: dict[str, Callable] = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
_OPERATORS = {
    "equal": "=",
    "notEqual": "<>",
    "lessThan": "<",
    "lessThanOrEqual": "<=",
    "greaterThan": ">",
    "greaterThanOrEqual": ">=",
}
_RULES_WITHOUT_FILL = {"colorScale": "colour scales", "dataBar": "data bars", "iconSet": "icons"}


class Palette:
    """The fills of cells and the colours of their text as hex digits, looked up once a style."""

    def __init__(self, theme: bytes | None) -> None:
        self._theme: dict[str, str] = {}
        if theme:
            try:
                parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
                self._theme = colours.theme_colours(etree.fromstring(theme, parser))
            except etree.XMLSyntaxError:
                self._theme = {}  # a broken theme costs colours, not the plan
        self._known: dict[int, str | None] = {}
        self._inks: dict[int, str | None] = {}

    def fill(self, cell: SheetCell) -> str | None:
        if not cell.has_style:
            return None
        key = cell._style.fillId
        if key not in self._known:
            fill = cell.fill
            # The two kinds of fill come in a wrapper that is an instance of neither.
            if stops := getattr(fill, "stop", None):
                self._known[key] = self.hex(stops[0].color)
            else:
                self._known[key] = self.hex(fill.fgColor) if getattr(fill, "patternType", None) == "solid" else None
        return self._known[key]

    def ink(self, cell: SheetCell) -> str | None:
        """The colour of a cell's text; a link's blue is none."""
        if not cell.has_style or cell.hyperlink:
            return None
        key = cell._style.fontId
        if key not in self._inks:
            self._inks[key] = self.hex(cell.font.color) if cell.font is not None else None
        return self._inks[key]

    def of_rule(self, fill: PatternFill | GradientFill | None) -> str | None:
        """The colour that a conditional format gives: in a rule, the background colour is the fill."""
        if not isinstance(fill, PatternFill) or fill.patternType not in (None, "solid"):
            return None
        # openpyxl fills in black, wholly transparent, for a colour that the rule does not state
        stated = [each for each in (fill.bgColor, fill.fgColor) if each is not None and each.rgb != "00000000"]
        return self.hex(stated[0]) if stated else None

    def hex(self, colour: Color | None) -> str | None:
        if colour is None:
            return None
        if colour.type == "theme":
            number = colour.theme
            base = self._theme.get(colours.THEME_SLOTS[number]) if 0 <= number < len(colours.THEME_SLOTS) else None
        elif colour.type == "indexed":
            # 64 and 65 are the system's text and window colours: no fill
            base = colours.clean(COLOR_INDEX[colour.indexed]) if 0 <= colour.indexed < 64 else None
        else:
            base = colours.clean(colour.rgb) if isinstance(colour.rgb, str) else None
        return colours.tinted(base, colour.tint) if base and colour.tint else base


class _NotUnderstood(Exception):
    """A rule's formula is of a kind that is not worked out here."""


@dataclass(slots=True)
class ConditionalFills:
    """The colour by (row, column), and the kinds of rule that could not be followed."""

    colours: dict[tuple[int, int], str] = field(default_factory=dict)
    not_understood: list[str] = field(default_factory=list)


def conditional_fills(sheet: Worksheet, palette: Palette) -> ConditionalFills:
    """Follow the rules that colour a cell by a word or number in it or in its row, first come first served.

    Understood are comparisons, "contains", "begins with", "ends with" and simple formulas ($H2="Green"). Of what is
    not, `not_understood` tells the kind; a cell that no rule colours keeps its own fill.
    """
    found = ConditionalFills()
    checks = 0
    rules = [(rule, area) for area in sheet.conditional_formatting for rule in area.rules]
    for rule, area in sorted(rules, key=lambda each: each[0].priority or 0):
        if name := _RULES_WITHOUT_FILL.get(rule.type or ""):
            _add(found.not_understood, name)
            continue
        colour = palette.of_rule(rule.dxf.fill) if rule.dxf is not None and rule.dxf.fill is not None else None
        if colour is None:
            continue
        boxes = [(each.min_row, each.min_col, each.max_row, each.max_col) for each in area.cells.ranges]
        origin = (min(box[0] for box in boxes), min(box[1] for box in boxes))
        for box in boxes:
            checks += min((box[2] - box[0] + 1) * (box[3] - box[1] + 1), len(sheet._cells))
            if checks > MAX_CHECKS:
                _add(found.not_understood, "too many rules")
                return found
            for cell in _cells_in(sheet, box):
                at = (cell.row, cell.column)
                if at in found.colours:
                    continue
                try:
                    if _applies(rule, cell, sheet, origin):
                        found.colours[at] = colour
                except _NotUnderstood:
                    _add(found.not_understood, "formulas")
                    break
    return found


def _add(names: list[str], name: str) -> None:
    if name not in names:
        names.append(name)


def _cells_in(sheet: Worksheet, box: tuple[int, int, int, int]) -> Iterator[SheetCell]:
    """The cells that the file has within the box: walking whichever of the two is smaller."""
    top, left, bottom, right = box
    if (bottom - top + 1) * (right - left + 1) <= len(sheet._cells):
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                if (cell := sheet._cells.get((row, column))) is not None:
                    yield cell
    else:
        for (row, column), cell in sheet._cells.items():
            if top <= row <= bottom and left <= column <= right:
                yield cell


def _applies(rule: Rule, cell: SheetCell, sheet: Worksheet, origin: tuple[int, int]) -> bool:
    shift = (cell.row - origin[0], cell.column - origin[1])
    text = str(cell.value if cell.value is not None else "").strip().lower()
    words = (rule.text or "").lower()
    formulas = rule.formula or []
    match rule.type:
        case "containsText" if words:
            return words in text
        case "notContainsText" if words:
            return words not in text
        case "beginsWith" if words:
            return text.startswith(words)
        case "endsWith" if words:
            return text.endswith(words)
        case "containsBlanks":
            return not text
        case "notContainsBlanks":
            return bool(text)
        case "cellIs" if rule.operator in _OPERATORS and formulas:
            return _compared(cell.value, _OPERATORS[rule.operator], _operand(formulas[0], sheet, shift))
        case "cellIs" if rule.operator in ("between", "notBetween") and len(formulas) > 1:
            low, high = (_operand(formula, sheet, shift) for formula in formulas[:2])
            inside = _compared(cell.value, ">=", low) and _compared(cell.value, "<=", high)
            return inside is (rule.operator == "between")
        case "expression" | "containsText" | "beginsWith" | "endsWith" if formulas:
            return _holds(formulas[0], sheet, shift)
    raise _NotUnderstood


def _holds(formula: str, sheet: Worksheet, shift: tuple[int, int], depth: int = 0) -> bool:
    formula = formula.strip().removeprefix("=").strip()
    if depth < 3 and (both := _BOTH.fullmatch(formula)):
        conditions = _split(both[2])
        # All are worked out: one that is not understood makes the whole not understood.
        results = [_holds(each, sheet, shift, depth + 1) for each in conditions]
        return all(results) if both[1].upper() == "AND" else any(results)
    if found := _SEARCH.fullmatch(formula):
        return found[1].lower() in str(_operand(found[2], sheet, shift)).lower()
    if found := _LEFT.fullmatch(formula):
        return str(_operand(found[1], sheet, shift)).lower().startswith(found[2].lower())
    if found := _COMPARISON.fullmatch(formula):
        return _compared(_operand(found[1], sheet, shift), found[2], _operand(found[3], sheet, shift))
    raise _NotUnderstood


def _split(conditions: str) -> list[str]:
    """The parts between the commas that stand in no brackets and no quotation marks."""
    parts, depth, is_quoted = [""], 0, False
    for character in conditions:
        is_quoted ^= character == '"'
        depth += 0 if is_quoted else (character == "(") - (character == ")")
        if character == "," and not depth and not is_quoted:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def _operand(formula: str, sheet: Worksheet, shift: tuple[int, int]) -> str | float:
    """A text in quotation marks, a number, or the value of a cell of this sheet, moved with the cell that is asked."""
    formula = formula.strip().removeprefix("=").strip()
    if len(formula) > 1 and formula[0] == formula[-1] == '"' and '"' not in formula[1:-1]:
        return formula[1:-1]
    if (found := _REFERENCE.fullmatch(formula)) is not None:
        row = int(found[4]) + (0 if found[3] else shift[0])
        column = column_index_from_string(found[2].upper()) + (0 if found[1] else shift[1])
        cell = sheet._cells.get((row, column))
        value = cell.value if cell is not None else None
        return value if isinstance(value, int | float) else str(value if value is not None else "")
    try:
        return float(formula)
    except ValueError:
        raise _NotUnderstood from None


def _compared(value: object, operator: str, other: str | float) -> bool:
    """As Excel compares: text without regard to case; a number and a text are never equal, the text is greater."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and not isinstance(other, str):
        return _COMPARE[operator](value, other)
    if is_number or not isinstance(other, str):
        # An empty cell counts as nought beside a number; a rule for dates or errors is not followed.
        if not is_number and value in (None, ""):
            return _COMPARE[operator](0, other)
        if isinstance(value, str) or is_number:
            return operator == "<>" or operator.startswith("<" if is_number else ">")
        raise _NotUnderstood
    return _COMPARE[operator](str(value if value is not None else "").strip().lower(), other.strip().lower())
