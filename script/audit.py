"""Asks whether a weakness is known in any package that the portal is served with.

pip-audit passes over what its service does not answer for, and ends as if all were well. Here that counts as
"not done", which is said and is no failure: a machine without the service must still be able to run the rest.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

LOCK = Path(__file__).resolve().parent.parent / "requirements.txt"
FIRST = "django"
"""Asked for alone at first, so that a service that is not there is asked once and not for every package."""


def main() -> int:
    lock = LOCK.read_text()
    entries = re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE)[1:]
    first = next(entry for entry in entries if entry.startswith(f"{FIRST}=="))
    problem, _, _ = _ask(first)
    if problem:
        print(f"NOT DONE: the service that lists known weaknesses cannot be used from here.\n  {problem}")
        return 0
    problem, weak, answered = _ask("".join(entries))
    for line in weak:
        print(line)
    if problem:
        print(f"Not every package could be looked up.\n  {problem}")
    print(f"{answered} of {len(entries)} packages looked up; {len(weak)} known weaknesses.")
    return 1 if weak or problem else 0


def _ask(requirements: str) -> tuple[str, list[str], int]:
    """Returns what went wrong (empty if nothing did), one line for each weakness, and how many were answered."""
    with tempfile.TemporaryDirectory() as folder:
        asked, report = Path(folder, "requirements.txt"), Path(folder, "report.json")
        asked.write_text(requirements)
        command = [sys.executable, "-m", "pip_audit", "-r", asked, "--require-hashes", "--disable-pip"]
        options = ["--timeout", "10", "--progress-spinner", "off", "--format", "json", "--output", report]
        run = subprocess.run([*command, *options], capture_output=True, text=True, check=False)  # noqa: S603
        if not report.exists() or not report.read_text():
            return (run.stderr.strip() or "no answer").splitlines()[-1], [], 0
        dependencies = json.loads(report.read_text())["dependencies"]
    skipped = [dependency["skip_reason"] for dependency in dependencies if "skip_reason" in dependency]
    weak = [
        f"{dependency['name']} {dependency['version']}: {weakness['id']}, mended in {weakness['fix_versions']}"
        for dependency in dependencies
        for weakness in dependency.get("vulns", ())
    ]
    return (skipped[0] if skipped else ""), weak, len(dependencies) - len(skipped)


if __name__ == "__main__":
    sys.exit(main())
