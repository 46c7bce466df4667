"""The register of evidence: what is taken in, what is handed out to whom, and what stays."""

import datetime as dt
import errno
import hashlib
import io
import os
import zipfile
import zlib
from email.message import EmailMessage
from pathlib import Path

import docx
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook
from PIL import Image

from prevent_portal import clock, evidence, evidence_store
from prevent_portal.evidence_kinds import RefusedFile, check_file, clean_name
from prevent_portal.models import Evidence, EvidenceVersion, LogEntry, Marking
from prevent_portal.permissions import READ_ONLY_ROLES, Role
from prevent_portal.scoping import acting_for, all_organisations

from .factories import address, make_authority, make_user, signed_in
from .test_tables_in import with_parts

MOST = 20 * 1024 * 1024
CSV = b"Course,People\nInduction,12\n"
MARKED = "Board minutes OFFICIAL-SENSITIVE"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> Path:
    """Where the files of a test are."""
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    return settings.EVIDENCE_DIR


@pytest.fixture
def council():
    return make_authority("Frostford District Council")


@pytest.fixture
def coordinator(council):
    return signed_in(make_user(Role.COORDINATOR, council))


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def pdf(*objects: bytes) -> bytes:
    return b"%PDF-1.7\n" + b"\n".join(objects) + b"\ntrailer << /Root 1 0 R >>\n%%EOF\n"


def packed(objects: bytes, dictionary: bytes = b"/Type /ObjStm /Filter /FlateDecode") -> bytes:
    return b"9 0 obj << " + dictionary + b" >> stream\n" + zlib.compress(objects) + b"\nendstream endobj"


def picture(kind: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (3, 2)).save(buffer, kind)
    return buffer.getvalue()


def word() -> bytes:
    buffer = io.BytesIO()
    docx.Document().save(buffer)
    return buffer.getvalue()


def excel() -> bytes:
    buffer = io.BytesIO()
    Workbook().save(buffer)
    return buffer.getvalue()


def slides() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        main = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
        archive.writestr(
            "[Content_Types].xml",
            f'<Types><Override PartName="/ppt/presentation.xml" ContentType="{main}"/></Types>',
        )
        archive.writestr("ppt/presentation.xml", "<presentation/>")
    return buffer.getvalue()


def letter(*attached: tuple[str, bytes]) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "clerk@council.example", "board@council.example", "Minutes"
    message.set_content("They are attached.")
    message.add_alternative("<html><body>They are attached.</body></html>", subtype="html")
    for name, data in attached:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def add(council, name: str = "figures.csv", data: bytes = CSV, **fields) -> Evidence:
    row = Evidence(organisation=council, title=fields.pop("title", "Training figures"), **fields)
    with acting_for(council):
        content = evidence.Content(file=check_file(name, data, most_bytes=MOST))
        return evidence.add_evidence(evidence=row, content=content, user=None)


def version_of(row: Evidence, number: int = 1) -> EvidenceVersion:
    with acting_for(row.organisation):
        return row.versions.get(number=number)


def file_url(row: Evidence, number: int = 1) -> str:
    return address(row.organisation, "evidence_version_file", pk=version_of(row, number).pk)


def rows() -> tuple[int, int]:
    with all_organisations(reason="counting in a test"):
        return Evidence.objects.count(), EvidenceVersion.objects.count()


# What is taken in


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("minutes.pdf", pdf(b"1 0 obj << /Type /Catalog >> endobj"), "application/pdf"),
        ("MINUTES.PDF", pdf(packed(b"2 0 << /Type /Page >>")), "application/pdf"),
        ("plan of 8.12.2026.png", picture("PNG"), "image/png"),
        ("photo.jpeg", picture("JPEG"), "image/jpeg"),
        ("policy.docx", word(), "wordprocessingml"),
        ("figures.xlsx", excel(), "spreadsheetml"),
        ("briefing.pptx", slides(), "presentationml"),
        ("figures.csv", CSV, "text/csv"),
        ("notes.txt", "Dŵr – “water”".encode("utf-16"), "text/plain"),
        ("notes.txt", "10 % < 20 %, caf\xe9".encode("cp1252"), "text/plain"),
        ("reply.eml", letter(("minutes.csv", CSV)), "text/plain"),
    ],
)
def test_documents_pictures_text_and_emails_are_taken_in(name, data, kind):
    kept = check_file(name, data, most_bytes=MOST)
    assert kind in kept.content_type
    assert (kept.name, kept.data) == (name, data)


SCRIPT = b"1 0 obj << /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >> endobj"


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("nothing.pdf", b"", "empty"),
        ("nothing.txt", b"\n \x00", "empty"),
        ("wrong.pdf", word(), "content is a .docx file"),
        ("wrong.docx", excel(), "content is a .xlsx file"),
        ("wrong.png", picture("JPEG"), "content is a .jpg file"),
        ("wrong.txt", pdf(b""), "content is a .pdf file"),
        ("wrong.docx", CSV, "content is something else"),
        ("minutes.pdf.exe", pdf(b""), "can run"),
        ("minutes.exe.pdf", pdf(b""), "two endings"),
        ("minutes.html.txt", b"Minutes", "two endings"),
        ("page.html", b"<html></html>", "can run"),
        ("page.svg", b"<svg/>", "can run"),
        ("run.exe", b"MZ\x90", "can run"),
        ("plan.docm", word(), "can run"),
        ("archive.zip", slides(), "kind of file"),
        ("without-an-ending", CSV, "kind of file"),
        ("page.txt", b"\xef\xbb\xbf <!-- x --> <!DOCTYPE html><p>", "web page or a script"),
        ("page.csv", b'<?xml version="1.0"?><svg onload="x()"/>', "web page or a script"),
        ("page.txt", "Before <script src=x>".encode("utf-16"), "web page or a script"),
        ("run.txt", b"#!/bin/sh\nrm -r /", "web page or a script"),
        ("run.csv", b"MZ\x90\x00\x03", "content is something else"),
        ("script.pdf", pdf(SCRIPT), "contains a script"),
        ("script.pdf", pdf(SCRIPT.replace(b"JavaScript", b"J#61vaScri#70t")), "contains a script"),
        ("script.pdf", pdf(packed(b"2 0 3 9 << /S /JavaScript >>")), "contains a script"),
        ("script.pdf", pdf(packed(b"2 0 << /S /JavaScript >>", b"/Filter/FlateDecode %" + b" " * 2_000)), "script"),
        ("launch.pdf", pdf(b"1 0 obj << /A << /S /Launch /F (cmd) >> >> endobj"), "starts other programs"),
        ("portfolio.pdf", pdf(b"1 0 obj << /Names << /EmbeddedFiles 2 0 R >> >> endobj"), "attached inside"),
        ("locked.pdf", pdf(b"trailer << /Encrypt 5 0 R >>"), "protected"),
        ("locked.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "password"),
        ("macros.docx", with_parts(word(), **{"word__vbaProject.bin": b"x"}), "macros"),
        ("torn.png", picture("PNG")[:40], "damaged"),
        ("torn.docx", word()[:900], "damaged"),
        ("notes.eml", b"Just a text", "no sender"),
        ("reply.eml", letter(("invoice.js", b"x()")), "“invoice.js”"),
        ("reply.eml", letter(("invoice.pdf", pdf(SCRIPT))), "contains a script"),
        ("reply.eml", letter(("invoice.pdf.exe", b"MZ")), "“invoice.pdf.exe”"),
    ],
)
def test_other_files_are_refused_with_a_sentence(name, data, says):
    with pytest.raises(RefusedFile) as refused:
        check_file(name, data, most_bytes=MOST)
    assert says in refused.value.messages[0]
    assert refused.value.messages[0].endswith(".")


def test_a_word_file_that_fetches_its_template_is_refused():
    relationships = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
        'Target="https://evil.example/x.dotm" TargetMode="External"/></Relationships>'
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word())) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("word/_rels/settings.xml.rels", relationships)
    with pytest.raises(RefusedFile, match="template"):
        check_file("policy.docx", buffer.getvalue(), most_bytes=MOST)


def test_what_is_packed_in_a_pdf_is_not_unpacked_without_end():
    bomb = packed(b"1 0 " + bytes(60 * 1024 * 1024))
    with pytest.raises(RefusedFile, match="cannot be checked"):
        check_file("bomb.pdf", pdf(bomb, bomb), most_bytes=MOST)


def test_the_same_packed_bytes_are_not_read_again_and_again():
    # Each is unpacked bytes that hold the next one.
    nested = b"\nstream\n\x78\x01\x00\xff\xff\x00\x001 0 "
    with pytest.raises(RefusedFile, match="cannot be checked"):
        check_file("nested.pdf", pdf(nested * 5_000), most_bytes=MOST)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("..\\..\\windows\\minutes.pdf", "minutes.pdf"),
        ("/absolute/minutes.pdf", "minutes.pdf"),
        ("min\x00utes\r\n.pdf", "minutes.pdf"),
        ("minutes‮fdp.exe", "minutesfdp.exe"),
        ("..", "file"),
        (" .hidden.pdf. ", "hidden.pdf"),
        ("x" * 400 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_a_name_loses_its_folders_and_whatever_cannot_be_seen(given, kept):
    assert clean_name(given) == kept


# The store


def test_a_file_is_kept_by_its_hash_below_its_council_for_the_portals_user_alone(council, folder):
    row = add(council)
    digest = hashlib.sha256(CSV).hexdigest()
    (path,) = files_in(folder)
    assert path == folder / str(council.pk) / digest[:2] / digest
    assert path.read_bytes() == CSV
    assert path.stat().st_mode & 0o077 == 0
    version = version_of(row)
    assert (version.sha256, version.size, version.number) == (digest, len(CSV), 1)


def test_the_same_bytes_are_kept_once_for_each_council(council, folder):
    add(council)
    add(council, title="The same figures again")
    add(make_authority())
    assert len(files_in(folder)) == 2


def test_the_folder_of_evidence_is_outside_of_what_is_served(settings):
    from prevent_portal.settings import base

    served = [*map(Path, settings.STATICFILES_DIRS), Path(base.STATIC_ROOT)]
    assert not any(Path(base.EVIDENCE_DIR).is_relative_to(each) for each in served)


@pytest.mark.parametrize("digest", ["", "../../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_a_path_is_made_of_nothing_but_a_hash(council, digest):
    with pytest.raises(ValueError, match="SHA-256"):
        evidence_store.path_of(council, digest)


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_write_that_fails_half_way_leaves_no_row_and_no_file(council, coordinator, folder, monkeypatch, step):
    def full(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(*((os, "fsync") if step == "fsync" else (Path, "replace")), full)
    answer = coordinator.post(
        address(council, "evidence_create"),
        {"title": "Training figures", "marking": "official", "file": SimpleUploadedFile("figures.csv", CSV)},
    )
    assert answer.status_code == 200
    assert "could not keep the file" in answer.content.decode()
    assert "No space left" not in answer.content.decode()
    assert "Training figures" in answer.content.decode()
    assert rows() == (0, 0)
    assert files_in(folder) == []


def test_a_new_version_that_the_disk_does_not_take_leaves_the_old_one(council, coordinator, folder, monkeypatch):
    row = add(council)

    def full(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    answer = coordinator.post(
        address(council, "evidence_version_create", evidence=row.pk),
        {"file": SimpleUploadedFile("figures.csv", b"other,bytes")},
    )
    assert "could not keep the file" in answer.content.decode()
    assert rows() == (1, 1)
    assert len(files_in(folder)) == 1
    assert coordinator.get(file_url(row)).content == CSV


@pytest.mark.parametrize("harm", ["changed", "gone"])
def test_a_file_that_is_no_longer_what_was_given_is_not_handed_out(council, coordinator, folder, harm):
    row = add(council)
    (path,) = files_in(folder)
    path.write_bytes(b"something else") if harm == "changed" else path.unlink()
    answer = coordinator.get(file_url(row), follow=True)
    assert answer.redirect_chain == [(row.get_absolute_url(), 302)]
    assert "no longer what was given" in answer.content.decode()


# The pages


def test_evidence_is_added_with_a_file_and_found_in_the_register(council, coordinator):
    answer = coordinator.post(
        address(council, "evidence_create"),
        {
            "title": "Training figures",
            "kept_by": "Workforce development",
            "expires_on_0": "31",
            "expires_on_1": "3",
            "expires_on_2": "2099",
            "marking": "official",
            "file": SimpleUploadedFile("figures.csv", CSV),
        },
        follow=True,
    )
    page = answer.content.decode()
    assert "The evidence has been added." in page
    assert "Download figures.csv" in page
    assert hashlib.sha256(CSV).hexdigest() in page
    assert "31 March 2099" in page
    with acting_for(council):
        row = Evidence.objects.get()
        assert row.added_by_id and version_of(row).added_by_id == row.added_by_id
    assert "Training figures" in coordinator.get(address(council, "evidence_list")).content.decode()
    assert row.get_absolute_url() in coordinator.get(address(council, "search"), {"q": "figures"}).content.decode()


def test_evidence_is_an_address_on_the_web_as_well(council, coordinator):
    page = coordinator.post(
        address(council, "evidence_create"),
        {"title": "Policy", "marking": "official", "url": "https://www.example.org/policy"},
        follow=True,
    ).content.decode()
    assert 'href="https://www.example.org/policy" rel="noopener noreferrer"' in page


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"url": "javascript:alert(1)"},
        {"url": "data:text/html,x"},
        {"url": "ftp://files.example.org/x"},
        {"url": "https://www.example.org/", "file": SimpleUploadedFile("figures.csv", CSV)},
        {"file": SimpleUploadedFile("nothing.csv", b"")},
        {"file": SimpleUploadedFile("page.html", b"<html></html>")},
        {"file": SimpleUploadedFile("minutes.pdf", CSV)},
    ],
)
def test_what_cannot_be_kept_is_said_beside_the_field_and_nothing_is_written(council, coordinator, folder, given):
    answer = coordinator.post(address(council, "evidence_create"), {"title": "X", "marking": "official", **given})
    assert "govuk-error-summary" in answer.content.decode()
    assert rows() == (0, 0)
    assert files_in(folder) == []


def test_a_file_of_21_mb_is_refused_and_one_of_20_mb_is_kept(council, coordinator, folder):
    where = address(council, "evidence_create")
    told = {"title": "X", "marking": "official"}
    line = b"0123456789abcde\n"
    large = line * (21 * 1024 * 1024 // len(line))
    answer = coordinator.post(where, {**told, "file": SimpleUploadedFile("large.txt", large)})
    assert "larger than 20 MB" in answer.content.decode()
    assert (rows(), files_in(folder)) == ((0, 0), [])
    answer = coordinator.post(where, {**told, "file": SimpleUploadedFile("large.txt", large[:MOST])})
    assert answer.status_code == 302
    assert rows() == (1, 1)


def test_the_last_good_day_is_not_before_the_documents_own(council, coordinator):
    answer = coordinator.post(
        address(council, "evidence_create"),
        {
            "title": "X", "marking": "official", "url": "https://www.example.org/",
            "dated_on_0": "2", "dated_on_1": "3", "dated_on_2": "2026",
            "expires_on_0": "1", "expires_on_1": "3", "expires_on_2": "2026",
        },
    )  # fmt: skip
    assert "cannot end before its own date" in answer.content.decode()


@pytest.mark.parametrize(
    ("days", "is_retired", "listed"),
    [
        (None, False, {"in_use"}),
        (61, False, {"in_use"}),
        (60, False, {"in_use", "expiring"}),
        (0, False, {"in_use", "expiring"}),
        (-1, False, {"in_use", "expired"}),
        (-1, True, {"retired"}),
    ],
)
def test_the_register_is_listed_by_state(council, coordinator, days, is_retired, listed):
    today = clock.today()
    expires_on = None if days is None else today + dt.timedelta(days=days)
    row = add(council, expires_on=expires_on)
    if is_retired:
        with acting_for(council):
            evidence.retire_evidence(evidence=row, on=today, reason="Out of date")
    where = address(council, "evidence_list")
    pages = {state: coordinator.get(where, {"state": state}).content.decode() for state in STATES}
    assert {state for state, page in pages.items() if row.get_absolute_url() in page} == listed
    most_telling = [state for state in STATES if state in listed][-1]
    assert row.state_on(today).value == most_telling


STATES = ("in_use", "expiring", "expired", "retired")


def test_words_narrow_the_register_and_what_is_not_found_offers_a_way_out(council, coordinator):
    row = add(council, description="Attendance at induction")
    where = address(council, "evidence_list")
    for words in ("induction TRAINING", "figures.csv", ""):
        assert row.get_absolute_url() in coordinator.get(where, {"q": words}).content.decode()
    page = coordinator.get(where, {"q": "induction elsewhere"}).content.decode()
    assert row.get_absolute_url() not in page
    assert "Show all in use" in page


def test_an_empty_register_says_what_to_do(council, coordinator):
    page = coordinator.get(address(council, "evidence_list")).content.decode()
    assert "No evidence yet" in page
    assert address(council, "evidence_create") in page


def test_a_new_version_keeps_the_old_ones(council, coordinator):
    row = add(council)
    newer = b"Course,People\nInduction,13\n"
    answer = coordinator.post(
        address(council, "evidence_version_create", evidence=row.pk),
        {"file": SimpleUploadedFile("figures-2.csv", newer), "note": "One person more"},
        follow=True,
    )
    page = answer.content.decode()
    assert "One person more" in page
    assert page.index("Version 2") < page.index("Version 1")
    assert coordinator.get(file_url(row, 1)).content == CSV
    assert coordinator.get(file_url(row, 2)).content == newer


def test_the_version_that_is_there_is_not_added_again(council, coordinator):
    row = add(council)
    answer = coordinator.post(
        address(council, "evidence_version_create", evidence=row.pk), {"file": SimpleUploadedFile("again.csv", CSV)}
    )
    assert "same as the version" in answer.content.decode()
    assert rows() == (1, 1)


def test_evidence_is_retired_with_a_reason_and_keeps_its_files(council, coordinator):
    row = add(council)
    where = address(council, "evidence_retire", pk=row.pk)
    assert "Enter why it is retired" in coordinator.post(where, {"reason": " "}).content.decode()
    page = coordinator.post(where, {"reason": "Another survey took its place"}, follow=True).content.decode()
    assert "Another survey took its place" in page
    assert coordinator.get(file_url(row)).content == CSV
    with acting_for(council):
        assert LogEntry.objects.filter(object_id=row.pk, reason="Another survey took its place").exists()
    for name, keys in (
        ("evidence_retire", {"pk": row.pk}),
        ("evidence_version_create", {"evidence": row.pk}),
    ):
        answer = coordinator.get(address(council, name, **keys), follow=True).content.decode()
        assert "This evidence has been retired." in answer, name
        assert address(council, name, **keys) not in page
    assert coordinator.get(address(council, "evidence_update", pk=row.pk)).status_code == 404


def test_what_was_retired_by_mistake_is_taken_back_into_use(council, coordinator):
    row = add(council)
    with acting_for(council):
        evidence.retire_evidence(evidence=row, on=clock.today(), reason="Out of date")
    coordinator.post(address(council, "evidence_restore", pk=row.pk))
    with acting_for(council):
        assert Evidence.objects.in_use().get() == row
    again = coordinator.post(address(council, "evidence_restore", pk=row.pk), follow=True)
    assert "This evidence is in use." in again.content.decode()


def test_nothing_is_added_to_what_somebody_retired_meanwhile(council):
    row = add(council)
    with acting_for(council):
        evidence.retire_evidence(evidence=Evidence.objects.get(), on=clock.today(), reason="Out of date")
        with pytest.raises(ValidationError, match="has been retired"):
            evidence.add_version(evidence=row, content=evidence.Content(url="https://www.example.org/"), user=None)


# Files that are handed out


def test_a_file_is_a_download_that_no_browser_shows_or_runs(council, coordinator):
    answer = coordinator.get(file_url(add(council, "minutes “final”.pdf", pdf(b""))))
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'; frame-ancestors 'none'"
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]


def test_a_download_is_in_the_log(council, coordinator):
    row = add(council)
    coordinator.get(file_url(row))
    with acting_for(council):
        line = LogEntry.objects.filter(event="downloaded").get()
    assert line.changes == {"file": "figures.csv"}
    assert line.object_id == version_of(row).pk


def test_an_email_is_handed_out_as_text(council, coordinator):
    answer = coordinator.get(file_url(add(council, "reply.eml", letter())))
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert 'filename="reply.eml"' in answer["Content-Disposition"]


def test_the_name_of_a_file_cannot_add_a_header(council, coordinator):
    row = add(council, 'x";\r\nSet-Cookie: a=b;".csv')
    answer = coordinator.get(file_url(row))
    assert "Set-Cookie" not in answer.headers
    assert not {"\r", "\n"} & set(answer["Content-Disposition"])


def test_an_address_has_no_file(council, coordinator):
    with acting_for(council):
        content = evidence.Content(url="https://www.example.org/")
        row = evidence.add_evidence(evidence=Evidence(organisation=council, title="Policy"), content=content, user=None)
    assert coordinator.get(file_url(row)).status_code == 404


PAGES = ("evidence_detail", "evidence_update", "evidence_retire", "evidence_version_file", "evidence_version_create")


def every_address(row: Evidence, council) -> list[str]:
    keys = {"evidence_version_file": {"pk": version_of(row).pk}, "evidence_version_create": {"evidence": row.pk}}
    return [address(council, name, **keys.get(name, {"pk": row.pk})) for name in PAGES]


def test_another_councils_evidence_does_not_exist(council, coordinator):
    theirs = make_authority("Grimwold Council")
    row = add(theirs, title="Their own business")
    for where in every_address(row, council) + every_address(row, theirs):
        for answer in (coordinator.get(where), coordinator.post(where, {"reason": "x", "title": "x"})):
            assert answer.status_code in (404, 405), where
            assert "Their own business" not in answer.content.decode()
    page = coordinator.get(address(council, "search"), {"q": "business"}).content.decode()
    assert row.get_absolute_url() not in page
    assert rows() == (1, 1)


def test_the_county_and_its_districts_see_no_evidence_of_each_other():
    county = make_authority(kind="county")
    district = make_authority(parent=county)
    row = add(district, title="A district's own business")
    client = signed_in(make_user(Role.COORDINATOR, county))
    for where in every_address(row, county):
        assert client.get(where).status_code == 404, where
    for where in every_address(row, district):
        assert client.get(where).status_code == 403, where
    assert "own business" not in client.get(address(county, "search"), {"q": "district"}).content.decode()


@pytest.mark.parametrize("role", sorted(READ_ONLY_ROLES - {Role.COLLEAGUE}))
def test_read_only_accounts_see_no_evidence(council, role):
    row = add(council, title="Staff's own business")
    client = signed_in(make_user(role, council))
    for where in [address(council, "evidence_list"), address(council, "evidence_create"), *every_address(row, council)]:
        for answer in (client.get(where), client.post(where, {"reason": "x"})):
            assert answer.status_code in (403, 404), where
    home = client.get(address(council, "authority_home")).content.decode()
    assert address(council, "evidence_list") not in home
    assert "own business" not in client.get(address(council, "search"), {"q": "business"}).content.decode()


@pytest.mark.parametrize(
    ("role", "may_change", "may_retire"),
    [
        (Role.COORDINATOR, True, True),
        (Role.OFFICER, True, True),
        (Role.CONTRIBUTOR, True, False),
        (Role.CLERK, False, False),
        (Role.TRAINING_OFFICER, False, False),
        (Role.VENUE_OFFICER, False, False),
        (Role.AUTHORITY_ADMINISTRATOR, False, False),
    ],
)
def test_all_staff_see_evidence_and_some_change_or_retire_it(council, role, may_change, may_retire):
    row = add(council)
    client = signed_in(make_user(role, council))
    assert client.get(row.get_absolute_url()).status_code == 200
    assert client.get(file_url(row)).content == CSV
    assert client.get(address(council, "evidence_create")).status_code == (200 if may_change else 403)
    version = address(council, "evidence_version_create", evidence=row.pk)
    assert client.get(version).status_code == (200 if may_change else 403)
    retire = address(council, "evidence_retire", pk=row.pk)
    assert client.get(retire).status_code == (200 if may_retire else 403)
    page = client.get(row.get_absolute_url()).content.decode()
    assert (version in page, retire in page) == (may_change, may_retire)


# Marking


def test_sensitive_evidence_shows_its_marking(council, coordinator):
    row = add(council, marking=Marking.OFFICIAL_SENSITIVE)
    for where in (row.get_absolute_url(), address(council, "evidence_list")):
        assert "portal-sensitive-tag" in coordinator.get(where).content.decode()


@pytest.mark.parametrize(
    "given",
    [
        {"title": MARKED},
        {"description": MARKED},
        {"kept_by": MARKED},
        {"file": SimpleUploadedFile(f"{MARKED}.csv", CSV)},
    ],
    ids=lambda given: next(iter(given)),
)
def test_unmarked_evidence_does_not_say_that_it_is_sensitive(council, coordinator, folder, given):
    told = {"title": "Minutes", "marking": "official", "file": SimpleUploadedFile("minutes.csv", CSV), **given}
    told["file"].seek(0)
    where = address(council, "evidence_create")
    assert "OFFICIAL-SENSITIVE" in coordinator.post(where, told).context["form"].errors.as_text()
    assert (rows(), files_in(folder)) == ((0, 0), [])
    told["file"].seek(0)
    assert coordinator.post(where, {**told, "marking": "official_sensitive"}).status_code == 302


def test_a_version_says_that_it_is_sensitive_only_where_its_evidence_is_marked(council, coordinator):
    row = add(council)
    where = address(council, "evidence_version_create", evidence=row.pk)
    answer = coordinator.post(where, {"url": "https://www.example.org/", "note": MARKED})
    assert "note" in answer.context["form"].errors
    with acting_for(council):
        evidence.add_version(
            evidence=row, content=evidence.Content(url="https://www.example.org/"), note="New", user=None
        )
        version = row.versions.get(number=2)
        version.note = MARKED
        with pytest.raises(ValidationError, match="OFFICIAL-SENSITIVE"):
            version.save()


def test_a_marking_is_not_taken_away_while_a_version_needs_it(council, coordinator):
    row = add(council, f"{MARKED}.csv", marking=Marking.OFFICIAL_SENSITIVE)
    with acting_for(council):
        row.marking = Marking.OFFICIAL
        with pytest.raises(ValidationError, match="OFFICIAL-SENSITIVE"):
            row.save()
    told = {"title": row.title, "marking": "official", "revision": 0}
    answer = coordinator.post(address(council, "evidence_update", pk=row.pk), told)
    assert "OFFICIAL-SENSITIVE" in answer.context["form"].errors.as_text()


def test_a_reason_for_retiring_carries_no_marking_that_the_evidence_has_not(council, coordinator):
    row = add(council)
    where = address(council, "evidence_retire", pk=row.pk)
    assert "reason" in coordinator.post(where, {"reason": MARKED}).context["form"].errors
    with acting_for(council):
        assert Evidence.objects.get().retired_on is None
