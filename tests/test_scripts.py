"""The two commands, the lock files, and the settings that refuse to start."""

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PYTHON_LOCKS = ["requirements.txt", "requirements-test.txt", "requirements-assets.txt"]
LOCKS = [*PYTHON_LOCKS, "static/.npmrc", "pyproject.toml"]
SCRIPTS = sorted(
    path for path in [*(ROOT / "script").iterdir(), ROOT / ".ci" / "run"] if path.is_file() and path.suffix != ".py"
)
COMMANDS = [path for path in SCRIPTS if path.suffix != ".sh"]
PRODUCTION = {
    "SECRET_KEY": "v8Jq2-x0ZkRn5uWm7TfYb3LcHs6PdGa9XeQo1Ni4Uw-rKtBzVjMy",
    "ALLOWED_HOSTS": "prevent.example.gov.uk",
    "DATABASE_URL": "postgres://portal:example@localhost/portal",
    "EMAIL_URL": "smtp+tls://portal:example@localhost:587",
    "DEFAULT_FROM_EMAIL": "prevent@example.gov.uk",
}


def ids(paths: list[Path]) -> list[str]:
    return [path.name for path in paths]


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_file_says_where_packages_came_from(lock):
    # A council's own mirror is nobody else's business, and an address decides where everybody installs from.
    text = (ROOT / lock).read_text()

    assert not re.search(r"https?://|file://|--(extra-)?index-url|--find-links|@ /|_authToken", text)


def test_the_lock_file_of_the_style_sheet_says_what_but_not_where_from():
    packages = json.loads((ROOT / "static" / "package-lock.json").read_text())["packages"]

    installed = {name: package for name, package in packages.items() if name}
    assert installed
    assert not [name for name, package in installed.items() if "resolved" in package]
    assert not [name for name, package in installed.items() if "integrity" not in package]


@pytest.mark.parametrize("lock", PYTHON_LOCKS)
def test_every_locked_python_package_has_one_version_and_a_hash(lock):
    entries = re.split(r"^(?=[A-Za-z0-9])", (ROOT / lock).read_text(), flags=re.MULTILINE)[1:]

    assert entries
    for entry in entries:
        assert re.match(r"[a-z0-9.-]+(\[[a-z,]+\])?==\S+", entry)
        assert "--hash=sha256:" in entry


def test_the_tests_run_on_the_versions_that_are_served():
    served = set(re.findall(r"^(\S+==\S+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE))
    tested = set(re.findall(r"^(\S+==\S+)", (ROOT / "requirements-test.txt").read_text(), re.MULTILINE))

    assert served <= tested


@pytest.mark.parametrize("script", SCRIPTS, ids=ids(SCRIPTS))
def test_scripts_are_free_of_syntax_errors(script):
    subprocess.run(["bash", "-n", script], check=True)


@pytest.mark.parametrize("script", COMMANDS, ids=ids(COMMANDS))
def test_commands_can_be_run_and_stop_at_the_first_error(script):
    assert os.access(script, os.X_OK)
    assert "set -euo pipefail" in script.read_text()


def test_run_says_that_the_port_is_taken():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        run = subprocess.run(
            [ROOT / "script" / "run"],
            env={**os.environ, "HOST": "127.0.0.1", "PORT": str(port)},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    assert run.returncode == 1
    assert f"Port {port} of 127.0.0.1 is taken" in run.stderr


def check_production(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    return subprocess.run(
        [sys.executable, "-c", "from django.conf import settings; print(settings.SECRET_KEY_FALLBACKS)"],
        cwd=ROOT,
        env={**inherited, "DJANGO_SETTINGS_MODULE": "prevent_portal.settings.production", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_starts_when_everything_is_said():
    run = check_production(PRODUCTION)

    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("name", PRODUCTION)
def test_production_refuses_to_start_without(name):
    run = check_production({key: value for key, value in PRODUCTION.items() if key != name})

    assert run.returncode != 0
    assert f"Set {name}" in run.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "insecure-for-development-and-demonstration-only"),
        ("SECRET_KEY", "too-short-to-be-random"),
        ("SECRET_KEY", "a" * 60),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "prevent.example.gov.uk, *"),
        ("CSRF_TRUSTED_ORIGINS", "http://prevent.example.gov.uk"),
        ("DATABASE_URL", "sqlite:////srv/portal.sqlite3"),
    ],
)
def test_production_refuses_unsafe(name, value):
    run = check_production({**PRODUCTION, name: value})

    assert run.returncode != 0
    assert "ImproperlyConfigured" in run.stderr
    assert name in run.stderr


def test_refusal_does_not_repeat_the_secret():
    secret = "hunter2-hunter2"

    run = check_production({**PRODUCTION, "SECRET_KEY": secret})

    assert secret not in run.stdout + run.stderr
