"""The two published frameworks, in the portal's own words.

A council loads the official wording from the published toolkit; these short titles and outcomes are ours.
"""

from django.db import migrations

FRAMEWORKS = {
    ("duty-2018", "Prevent duty benchmarks 2018", 2018): [
        ("Local risk assessment", "The authority knows the terrorism risks of its area and plans from that knowledge."),
        ("Multi-agency partnership board", "A board of partners steers Prevent work and watches what comes of it."),
        ("Partnership plan", "Partners share one plan that answers the risks found."),
        ("Referral process", "Concerns about a person reach the right place by one agreed route."),
        ("Channel panel", "A panel meets monthly and arranges support for people at risk."),
        ("Problem-solving process", "Spaces and groups that radicalise are identified and disrupted lawfully."),
        ("Training programme", "Everybody who needs to can recognise susceptibility and knows what to do."),
        ("Venue hire and IT policies", "Public venues, money and computers give no platform to extremists."),
        ("Community engagement", "Communities are heard, and understand what Prevent is for."),
        ("Communications", "What the authority says about Prevent is planned, open and clear."),
    ],
    ("duty-2024", "Prevent duty benchmarks 2024", 2024): [
        ("Partnership group", "A multi-agency group gives Prevent its direction and holds delivery to account."),
        ("Risk assessment", "A local assessment, reviewed against police and other sources, guides decisions."),
        ("Partnership plan", "An agreed plan turns the risk assessment into work with owners and dates."),
        ("Referral pathway", "Staff and partners know and use an agreed pathway for concerns."),
        ("Channel panel", "A panel with the right membership meets monthly and offers support."),
        ("Training", "Staff, contractors and leads are trained to the depth that their roles need."),
        ("Reducing permissive environments", "Partners act together and lawfully where spaces allow radicalisation."),
        ("Communications and engagement", "The authority engages communities and communicates Prevent openly."),
    ],
}


def load_frameworks(apps, schema_editor):
    framework_model = apps.get_model("benchmarks", "Framework")
    benchmark_model = apps.get_model("benchmarks", "Benchmark")
    for (slug, title, year), benchmarks in FRAMEWORKS.items():
        framework = framework_model.objects.create(slug=slug, title=title, year=year)
        benchmark_model.objects.bulk_create(
            benchmark_model(framework=framework, number=number, title=title, outcome=outcome)
            for number, (title, outcome) in enumerate(benchmarks, start=1)
        )


def unload_frameworks(apps, schema_editor):
    slugs = [slug for slug, _title, _year in FRAMEWORKS]
    apps.get_model("benchmarks", "Benchmark").objects.filter(framework__slug__in=slugs).delete()
    apps.get_model("benchmarks", "Framework").objects.filter(slug__in=slugs).delete()


class Migration(migrations.Migration):
    dependencies = [("benchmarks", "0001_initial")]

    operations = [migrations.RunPython(load_frameworks, unload_frameworks)]
