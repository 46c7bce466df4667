"""The bytes of files that were given for import, kept once."""

import hashlib
from collections.abc import Iterable

from plans.models import ImportedFile, PlanImport
from prevent_portal.models import Organisation


def keep_file(organisation: Organisation, data: bytes) -> ImportedFile:
    """The authority's row for these bytes, new or not, locked until the transaction ends."""
    digest = hashlib.sha256(data).hexdigest()
    file, _is_new = ImportedFile.objects.select_for_update().get_or_create(
        organisation=organisation, sha256=digest, defaults={"data": data}
    )
    return file


def drop_unused_files(organisation: Organisation, pks: Iterable[int | None]) -> None:
    """Delete those of these files that no import keeps any more."""
    # Locked first: somebody who gives the same file at this moment must not point at a row that goes away.
    locked = ImportedFile.objects.of(organisation).filter(pk__in=set(pks) - {None}).order_by("pk").select_for_update()
    unused = set(locked.values_list("pk", flat=True))
    unused -= set(PlanImport.objects.filter(file__in=unused).values_list("file", flat=True))
    if unused:
        ImportedFile.objects.filter(pk__in=unused).delete()
