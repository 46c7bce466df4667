"""What is served: nothing of gov.uk's own, nothing missing, nothing that the Content Security Policy refuses."""

import json
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.management import call_command

STATIC = settings.BASE_DIR / "static"
BUILD = STATIC / "build"
TEMPLATES = settings.BASE_DIR / "templates"
BUILD_FIRST = "The style sheet is not built: run `npm ci` and `npm run build` in static/, or script/run"

# A page, as far as a browser is concerned; WeasyPrint, which prints papers, and mail programs have no such policy.
NO_PAGES = {"reports", "mail"}
WEB_TEMPLATES = sorted(
    file for file in TEMPLATES.rglob("*.html") if file.relative_to(TEMPLATES).parts[0] not in NO_PAGES
)


@pytest.fixture(scope="module")
def style_sheet() -> str:
    file = BUILD / "portal.css"
    assert file.exists(), BUILD_FIRST
    return file.read_text()


@pytest.mark.parametrize("name", ["portal.css", "portal.js", "supported.js", "govuk-frontend.min.js", "favicon.svg"])
def test_build_puts_out_what_pages_ask_for(name):
    assert (BUILD / name).exists(), BUILD_FIRST


def test_what_belongs_to_gov_uk_alone_is_not_served(style_sheet):
    assert "GDS Transport" not in style_sheet
    assert "@font-face" not in style_sheet
    assert "crest" not in style_sheet
    assert ".govuk-header" not in style_sheet
    assert ".govuk-footer" not in style_sheet
    served = [file.name for file in BUILD.rglob("*") if re.search(r"crest|crown|\.woff|govuk-icon", file.name)]
    assert not served


def test_style_sheets_ask_for_nothing_that_is_missing():
    for file in BUILD.glob("*.css"):
        text = file.read_text()
        assert "@import" not in text
        for address in re.findall(r"url\(\s*['\"]?([^'\")]+)", text):
            assert not address.startswith(("http:", "https:", "//", "data:", "/")), address
            assert (file.parent / address).exists(), f"{file.name} asks for {address}"


def test_scripts_import_only_what_is_built():
    for name in ("portal.js", "supported.js"):
        for address in re.findall(r"""(?:from|import\()\s*['"]([^'"]+)""", (BUILD / name).read_text()):
            assert (BUILD / address).exists(), f"{name} imports {address}"


def test_classes_of_our_own_are_styled(style_sheet):
    used = set()
    for file in WEB_TEMPLATES:
        # Not the classes that a variable completes.
        used |= set(re.findall(r"\bportal-[a-z0-9_-]*[a-z0-9](?![a-z0-9_{-])", file.read_text()))
    classes = {name for name in used if f".{name}" in style_sheet}
    ids = {"portal-search"}
    assert used - classes - ids == set()


def test_files_can_be_collected_under_hashed_names(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    assert json.loads((tmp_path / "staticfiles.json").read_text())["paths"]["portal.css"] != "portal.css"
    # A module is imported by its plain name.
    assert (tmp_path / "govuk-frontend.min.js").exists()


def test_lock_names_no_registry():
    lock = json.loads((STATIC / "package-lock.json").read_text())
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]
    assert "omit-lockfile-registry-resolved=true" in (STATIC / ".npmrc").read_text()


@pytest.mark.parametrize("file", WEB_TEMPLATES, ids=lambda file: str(Path(file).relative_to(TEMPLATES)))
def test_template_has_nothing_inline(file):
    source = re.sub(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}", "", file.read_text(), flags=re.DOTALL)
    soup = BeautifulSoup(source, "html.parser")
    assert not soup.find_all("style")
    assert not [script for script in soup.find_all("script") if not script.get("src")]
    assert not re.search(r"<[^>]*\s(style|on[a-z]+)\s*=", source)
    assert "javascript:" not in source
