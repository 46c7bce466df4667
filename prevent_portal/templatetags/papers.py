"""Template tags of the papers."""

from django import template

from prevent_portal.documents import TextBlock
from prevent_portal.documents import text_blocks as blocks_of

register = template.Library()


@register.filter
def text_blocks(text: str) -> tuple[TextBlock, ...]:
    """Typed text as paragraphs and lists: `{% for block in text|text_blocks %}`."""
    return blocks_of(text)
