"""Prints the roles and the permission matrix as the documentation shows them."""

from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from ...permissions import MATRIX, READ_ONLY_ROLES, ROLES_SEEING_RELEASED_ONLY, Role

INTRODUCTION = """\
# Who may do what

Written by `script/manage permission_table > docs/permissions.md` from `prevent_portal/permissions.py`; a test holds the
two equal. Which *rows* somebody sees is another question: see [architecture.md](architecture.md), "What you may see".

A person may hold several roles in one authority and has the rights of all of them. Requests made with read-only roles
alone run with the database itself refusing to write.
"""

AFTER_THE_TABLE = """\
The **platform operator** is no role in an authority: they create authorities, accounts and shared lists under
`/platform/` and see no authority's rows.

Who may record progress on the actions one owns may do so where the owner of the action is linked to their account. In
the officers' admin a kind of record without a row of its own follows the plan: adding follows changing.
"""


def permission_table() -> str:
    """`docs/permissions.md`, in English."""
    with translation.override("en-gb"):
        return "\n".join([INTRODUCTION, *_roles(), "", *_matrix(), "", AFTER_THE_TABLE])


def _roles() -> Iterable[str]:
    yield "## Roles"
    yield ""
    yield "| Role | In the database | Read-only | Sees drafts |"
    yield "|---|---|---|---|"
    for role in Role:
        read_only = "yes" if role in READ_ONLY_ROLES else ""
        sees_drafts = "" if role in ROLES_SEEING_RELEASED_ONLY else "yes"
        yield f"| {role.label} | `{role.value}` | {read_only} | {sees_drafts} |"


def _matrix() -> Iterable[str]:
    yield "## Permissions"
    yield ""
    yield "| May | " + " | ".join(_short(role) for role in Role) + " | Code |"
    yield "|---|" + ":-:|" * len(Role) + "---|"
    for permission in MATRIX:
        cells = " | ".join("yes" if role in permission.roles else "" for role in Role)
        yield f"| {permission.label} | {cells} | `{permission.code}` |"


def _short(role: Role) -> str:
    return str(role.label).partition(" (")[0]


class Command(BaseCommand):
    """`script/manage permission_table > docs/permissions.md`"""

    help = "Print the roles and the permission matrix as Markdown, as docs/permissions.md holds them."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(permission_table(), ending="")
