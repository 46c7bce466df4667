"""What the two importing commands share."""

from pathlib import Path

from django.core.management.base import CommandError

from prevent_portal.models import Organisation
from prevent_portal.tables_in import UnreadableFile
from training.lists import Columns, ListTable, guessed_columns, missing_columns, read_list
from training.models import ListHeading
from training.services.completions import require_columns


def read_file(path: Path, kind: str, organisation: Organisation) -> tuple[ListTable, Columns]:
    """A list and what its columns hold; raises CommandError if it cannot be read, ValidationError if it is unclear."""
    try:
        table = read_list(path.read_bytes(), kind)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
    except UnreadableFile as error:
        raise CommandError(f"{path.name}: {error}") from error
    remembered = dict(ListHeading.objects.of(organisation).filter(kind=kind).values_list("heading", "field"))
    columns = guessed_columns(table, kind, remembered)
    require_columns(missing_columns(columns, kind))
    return table, columns
