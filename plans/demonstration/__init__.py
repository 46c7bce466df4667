"""The demonstration county's plans. Every council, person and event in them is invented."""

import datetime as dt

from benchmarks.models import Benchmark
from prevent_portal.models import Organisation, User

from .county import EXAMPLESHIRE
from .writing import Writer

COUNCILS = (EXAMPLESHIRE,)


def load(*, today: dt.date) -> None:
    """Write the plans of every council of the demonstration; its organisations and accounts must be there."""
    organisations = {organisation.slug: organisation for organisation in Organisation.objects.all()}
    users = {user.email: user for user in User.objects.all()}
    benchmarks = {
        (benchmark.framework.slug, benchmark.number): benchmark
        for benchmark in Benchmark.objects.select_related("framework")
    }
    for council in COUNCILS:
        Writer(organisations[council.slug], council, today, users, benchmarks).write()
