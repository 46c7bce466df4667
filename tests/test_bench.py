"""script/bench runs, and says what it should; how good the figures are is for people to judge."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def bench(database: Path, *arguments: str) -> subprocess.CompletedProcess:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "prevent_portal.settings.test",
        "PORTAL_VAR_DIR": str(database),
    }
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "script/bench.py", "--small", "2", "--actions", "3", "--rounds", "1", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_bench_measures_both_sizes_of_plan_and_wants_an_empty_database(tmp_path):
    done = bench(tmp_path, "--json")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert set(result["machine"]) == {"python", "django", "database", "cores", "system"}
    assert [figure["actions"] for figure in result["figures"]] == [2] * 7 + [3] * 7
    table, pdf = result["figures"][2], result["figures"][4]
    assert table["queries"] > 0
    assert min(table["ms"], table["bytes"], pdf["pages"], pdf["peak_mb"]) > 0
    # Found in use, it refuses: nobody's plans are to be among made-up ones.
    again = bench(tmp_path)
    assert again.returncode != 0
    assert "This database is in use." in again.stderr


def test_bench_prints_a_table_for_people(tmp_path):
    lines = bench(tmp_path).stdout.splitlines()
    assert lines[0].startswith("Python ")
    assert lines[2].split() == ["what", "actions", "time", "queries", "size", "pages", "memory"]
    assert len(lines) == 17


def test_bench_works_in_a_folder_of_its_own():
    script = (ROOT / "script" / "bench").read_text()
    assert "mktemp -d" in script
    assert "trap" in script


def test_bench_of_a_living_plan_loses_no_update_and_sends_nothing_twice(tmp_path):
    done = bench(tmp_path, "--living", "--owners", "4", "--updates", "10", "--json")
    assert done.returncode == 0, done.stderr
    _worked_out, sent, killed, updates = json.loads(done.stdout)["figures"]
    assert sent["queries"] > 0
    assert "exit codes [-9, 0]" in killed["note"]
    assert "0 of them twice" in killed["note"]
    assert updates["note"].startswith("0 lost, 0 twice")
