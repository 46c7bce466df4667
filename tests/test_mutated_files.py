"""Files changed at random end as a draft or as a refusal that says why; never in an error, never half written.

`script/fuzz` does the same with thousands.
"""

import json
import time
from pathlib import PurePath

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from plans import services
from plans.models import Action, ImportedFile, Objective, PlanImport, Section
from plans.understanding import PlanDraft, summary, understand_plans
from prevent_portal.permissions import Role
from prevent_portal.scoping import acting_for
from prevent_portal.tables_in import MAX_FILE_BYTES, UnreadableFile, read_document
from tests.factories import address, make_authority, make_user, signed_in
from tests.mutate import mutated_files, sources
from tests.test_tables_in import excel_file, with_parts, word_file

SEED = 20_261
BATCHES = range(5)
FILES_IN_A_BATCH = 40


def read_or_refused(name: str, data: bytes) -> str:
    """ "read" or the refusal; anything else is raised."""
    try:
        drafts = understand_plans(read_document(data, name))
    except UnreadableFile as error:
        return str(error)
    for draft in drafts:
        summary(draft)
        assert PlanDraft.from_json(json.loads(json.dumps(draft.to_json()))) == draft
    return "read"


@pytest.mark.parametrize("batch", BATCHES)
def test_mutated_files_are_read_or_refused_with_a_sentence(batch):
    ends = {name: read_or_refused(name, data) for name, data in mutated_files(FILES_IN_A_BATCH, SEED + batch)}
    assert [name for name, end in ends.items() if end != "read" and not end.endswith(".")] == []
    # A mutator that spoils every archive, or none, would test nothing.
    read = sum(end == "read" for end in ends.values())
    assert FILES_IN_A_BATCH / 4 < read < FILES_IN_A_BATCH


def test_the_same_seed_makes_the_same_files_at_any_time(monkeypatch):
    now = list(mutated_files(10, SEED))
    tomorrow = time.localtime(time.time() + 86_400)
    monkeypatch.setattr(time, "localtime", lambda *_: tomorrow)
    assert list(mutated_files(10, SEED)) == now
    assert list(mutated_files(10, SEED)) != list(mutated_files(10, SEED + 1))


@pytest.mark.parametrize(("name", "data"), sources(), ids=[name for name, _ in sources()])
def test_what_is_mutated_is_read_before(name, data):
    assert read_or_refused(name, data) == "read"


# Through the service and the page


@pytest.fixture
def authority():
    return make_authority("Ashmere District Council")


def rows_of_plans() -> dict[str, int]:
    """How many rows there are of everything that the app of plans owns, its staged imports aside."""
    return {
        model.__name__: model.objects.count()
        for model in apps.get_app_config("plans").get_models()
        if model not in (PlanImport, ImportedFile)
    }


@pytest.mark.django_db
def test_a_mutated_file_is_staged_whole_or_not_at_all(authority):
    for name, data in mutated_files(20, SEED):
        with acting_for(authority):
            before, staged_before = rows_of_plans(), PlanImport.objects.count()
            try:
                staged = services.stage_imports(organisation=authority, file_name=name, data=data, user=None)
            except (UnreadableFile, ValidationError):
                staged = []
            assert PlanImport.objects.count() == staged_before + len(staged)
            assert rows_of_plans() == before, name
            for each in staged:
                assert services.draft_of(each) == services.draft_of(PlanImport.objects.get(pk=each.pk)), name


@pytest.mark.django_db
def test_a_mutated_file_is_written_whole_or_not_at_all(authority):
    for name, data in mutated_files(20, SEED + 100):
        with acting_for(authority):
            before = rows_of_plans()
            try:
                staged = services.stage_imports(organisation=authority, file_name=name, data=data, user=None)[0]
            except (UnreadableFile, ValidationError):
                continue
            draft = services.draft_of(staged)
            try:
                plan = services.commit_import(plan_import=staged)
            except ValidationError:
                assert rows_of_plans() == before, name
                continue
            written = [model.objects.filter(plan=plan).count() for model in (Section, Objective, Action)]
            assert written == [len(draft.sections), len(draft.objectives), len(draft.actions)], name


@pytest.mark.django_db
def test_a_mutated_file_given_in_the_browser_never_ends_in_an_error(authority):
    client = signed_in(make_user(Role.COORDINATOR, authority))
    url = address(authority, "plans:plan_import_create")
    seen = set()
    for name, data in mutated_files(20, SEED + 200):
        with acting_for(authority):
            before = rows_of_plans()
        response = client.post(url, {"file": SimpleUploadedFile(PurePath(name).name[-90:], data)})
        seen.add(response.status_code)
        assert response.status_code in (200, 302), name
        if response.status_code == 302:
            assert client.get(response.headers["Location"]).status_code in (200, 302), name
        else:
            assert response.context["form"].errors, name
        with acting_for(authority):
            assert rows_of_plans() == before, name
    assert seen == {200, 302}


@pytest.mark.django_db
def test_a_file_of_50_megabytes_is_an_error_of_the_form_and_is_not_read(authority, monkeypatch):
    monkeypatch.setattr(services.imports, "read_document", lambda *_: pytest.fail("a file over the limit was read"))
    client = signed_in(make_user(Role.COORDINATOR, authority))
    file = SimpleUploadedFile("plan.docx", b"PK\x03\x04" + bytes(50 * 1024 * 1024))
    response = client.post(address(authority, "plans:plan_import_create"), {"file": file})
    assert response.status_code == 200
    assert f"{MAX_FILE_BYTES // 1024 // 1024} MB" in str(response.context["form"].errors["file"])


# Numbers that are none, one by one: too many places for chance to meet them all

NO_NUMBERS = ["", "x", "-1", "²", "1e9", "99999999999999999999"]


@pytest.mark.parametrize("value", NO_NUMBERS)
@pytest.mark.parametrize(
    "xml",
    [
        '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="{}"/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>',
        '<w:tbl><w:tr><w:trPr><w:gridBefore w:val="{}"/></w:trPr><w:tc><w:p/></w:tc></w:tr></w:tbl>',
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="{}"/><w:numId w:val="1"/></w:numPr></w:pPr></w:p>',
        '<w:p><w:pPr><w:outlineLvl w:val="{}"/></w:pPr></w:p>',
        '<w:p><w:r><w:sym w:char="{}"/></w:r></w:p>',
        '<w:p><w:r><w:fldChar><w:ffData><w:ddList><w:result w:val="{}"/></w:ddList></w:ffData></w:fldChar></w:r></w:p>',
        '<w:tbl><w:tr><w:tc><w:tcPr><w:shd w:themeFill="accent1" w:themeFillTint="{}"/></w:tcPr></w:tc></w:tr></w:tbl>',
    ],
)
def test_what_is_no_number_in_word_counts_as_none_given(xml, value):
    document = read_document(word_file(f"<w:p><w:r><w:t>text</w:t></w:r></w:p>{xml.format(value)}"), "plan.docx")
    assert document.blocks[0].text == "text"


@pytest.mark.parametrize("value", NO_NUMBERS)
@pytest.mark.parametrize(
    "xml",
    [
        '<sheetData><row r="1"><c r="A1" s="{}"><v>1</v></c></row></sheetData>',
        '<sheetData><row r="{}"><c><v>1</v></c></row></sheetData>',
        '<sheetData><row r="1"><c r="A{}"><v>1</v></c></row></sheetData>',
        '<sheetData><row r="1"><c r="A1" t="s"><v>{}</v></c></row></sheetData>',
        '<sheetData><row r="1"><c r="A1" t="d"><v>{}</v></c></row></sheetData>',
        '<sheetData><row r="1" ht="{}"><c r="A1"><v>1</v></c></row></sheetData>',
        '<cols><col min="{0}" max="{0}" hidden="1"/></cols><sheetData><row r="1"><c r="A1"/></row></sheetData>',
    ],
)
def test_what_is_no_number_in_a_sheet_is_read_or_refused(xml, value):
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<worksheet xmlns="{main}">{xml.format(value)}</worksheet>'
    assert read_or_refused("plan.xlsx", with_parts(excel_file([["a"]]), xl__worksheets__sheet1=sheet))
