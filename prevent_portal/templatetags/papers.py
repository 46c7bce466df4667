"""Template tags of the papers."""

from django import template

from prevent_portal.documents import Figure, Heading, Table, TextBlock
from prevent_portal.documents import text_blocks as blocks_of

register = template.Library()


@register.filter
def block_kind(block: object) -> str:
    """Which partial draws a block of a paper: heading, table, figure or text."""
    for kind, name in ((Heading, "heading"), (Table, "table"), (Figure, "figure")):
        if isinstance(block, kind):
            return name
    return "text"


@register.filter
def text_blocks(text: str) -> tuple[TextBlock, ...]:
    """Typed text as paragraphs and lists: `{% for block in text|text_blocks %}`."""
    return blocks_of(text)
