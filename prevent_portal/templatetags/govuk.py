"""Template tags for the page parts in `templates/components/`.

{% component "details" summary="..." %}inner HTML{% endcomponent %}   a part that wraps what stands between
{% pagination page_obj %}                                             numbered pages of a list
{{ attributes|attrs }}                                                a dictionary as HTML attributes
{% page_title errors=form.errors organisation=organisation %}         the text of the title element
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.core.paginator import Page, Paginator
from django.forms.boundfield import BoundField
from django.forms.utils import flatatt
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.template.exceptions import TemplateSyntaxError
from django.utils.html import conditional_escape, strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from prevent_portal.forms_fields import FieldParts, describe_field, error_links

register = template.Library()

PORTAL_NAME = "Prevent Portal"


@register.filter
def attrs(attributes: Mapping[str, Any] | None) -> SafeString | str:
    """` name="value"` for each attribute; `True` gives a bare name, `False` and `None` leave it out."""
    return flatatt(dict(attributes)) if attributes else ""


class WrappingNode(template.Node):
    """A tag with keyword arguments and inner HTML."""

    def __init__(self, arguments: dict[str, FilterExpression], nodelist: NodeList):
        self.arguments, self.nodelist = arguments, nodelist

    def resolve(self, context: Context) -> dict[str, Any]:
        return {name: value.resolve(context) for name, value in self.arguments.items()}


class ComponentNode(WrappingNode):
    """Hands the inner HTML to a component as `html`."""

    def __init__(self, name: FilterExpression, arguments: dict[str, FilterExpression], nodelist: NodeList):
        super().__init__(arguments, nodelist)
        self.name = name

    def render(self, context: Context) -> SafeString:
        part = context.template.engine.get_template(f"components/{self.name.resolve(context)}.html")
        return part.render(context.new({**self.resolve(context), "html": self.nodelist.render(context)}))


class PageTitleNode(WrappingNode):
    """The page, the authority, the portal; `Error:` before them all where a form was sent back."""

    def render(self, context: Context) -> str:
        arguments = self.resolve(context)
        prefix = _("Error:")
        # What is inside is HTML already escaped by its template; a title has no elements.
        title = " ".join(strip_tags(self.nodelist.render(context)).split()).removeprefix(prefix).strip()
        owner = conditional_escape(getattr(arguments.get("organisation"), "name", ""))
        text = " – ".join(part for part in (title, owner, PORTAL_NAME) if part)
        return f"{prefix} {text}" if arguments.get("errors") else text


def _parse(parser: Parser, token: Token, end: str, positional: int) -> tuple[list, dict, NodeList]:
    name, *bits = token.split_contents()
    first, rest = bits[:positional], bits[positional:]
    arguments = token_kwargs(rest, parser)
    if len(first) < positional or rest:
        raise TemplateSyntaxError(f"{name} takes {positional} positional and then only keyword arguments")
    nodelist = parser.parse((end,))
    parser.delete_first_token()
    return [parser.compile_filter(bit) for bit in first], arguments, nodelist


@register.tag
def component(parser: Parser, token: Token) -> ComponentNode:
    """`{% component "details" summary=text %}...{% endcomponent %}`; see the head of the component's file."""
    (name,), arguments, nodelist = _parse(parser, token, "endcomponent", 1)
    return ComponentNode(name, arguments, nodelist)


@register.tag
def page_title(parser: Parser, token: Token) -> PageTitleNode:
    """`{% page_title errors=... organisation=... %}text{% end_page_title %}`."""
    _first, arguments, nodelist = _parse(parser, token, "end_page_title", 0)
    return PageTitleNode(arguments, nodelist)


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page: Page, parameter: str = "page") -> dict[str, Any]:
    """Links to the pages of a list, keeping the rest of the query string; nothing where there is one page only."""
    if not page.has_other_pages():
        return {}
    query = context["request"].GET.copy()

    def address(number: int) -> str:
        query[parameter] = str(number)
        return f"?{query.urlencode()}"

    items = [
        {"ellipsis": True}
        if number == Paginator.ELLIPSIS
        else {"number": number, "href": address(number), "is_current": number == page.number}
        for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]
    return {
        "items": items,
        "previous": {"href": address(page.previous_page_number())} if page.has_previous() else None,
        "next": {"href": address(page.next_page_number())} if page.has_next() else None,
    }


@register.simple_tag
def any_has(rows: Sequence[Mapping[str, Any] | None], name: str) -> bool:
    """Whether any of the rows has something under `name`."""
    return any(row and row.get(name) for row in rows or ())


@register.simple_tag
def error_list(form: Any, errors: Sequence[Mapping[str, Any]] | None) -> Sequence[Mapping[str, Any]]:
    """The errors of an error summary: those given, or those of a form or formset."""
    return errors if errors else error_links(form or None)


@register.simple_tag(name="describe_field")
def describe_field_tag(field: BoundField, mark_optional: Any = True) -> FieldParts:
    """What a field's template in `templates/govuk/fields/` prints."""
    return describe_field(field, mark_optional=mark_optional is not False)
