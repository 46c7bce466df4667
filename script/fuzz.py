"""Reads mutated files, each within a time, and counts how they end; script/fuzz runs it."""

import argparse
import collections
import faulthandler
import json
import signal
import sys
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import django

django.setup()

from plans.understanding import PlanDraft, summary, understand_plans
from prevent_portal.tables_in import UnreadableFile, read_document
from tests.mutate import mutated_files

HANGS_AFTER_SECONDS = 30
"""A file takes a tenth of a second; on a busy machine, one."""


class TookTooLong(Exception):
    """A file was not done in time."""


def ended(name: str, data: bytes) -> str:
    """How it ends: "read", "refused", or the name of what went wrong."""
    try:
        drafts = understand_plans(read_document(data, name))
    except UnreadableFile as error:
        return "refused" if str(error).endswith(".") else "refused without a sentence"
    for draft in drafts:
        summary(draft)
        PlanDraft.from_json(json.loads(json.dumps(draft.to_json())))
    return "read"


def main() -> int:
    """Print the figures as JSON; 1 if a file failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5_000, help="how many files (5,000)")
    parser.add_argument("--seed", type=int, default=1, help="another seed makes other files (1)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where to keep the files that failed")
    options = parser.parse_args()

    def too_long(*_) -> None:
        raise TookTooLong

    signal.signal(signal.SIGALRM, too_long)
    counted: collections.Counter[str] = collections.Counter()
    failed: list[str] = []
    for number, (name, data) in enumerate(mutated_files(options.count, options.seed), start=1):
        signal.alarm(HANGS_AFTER_SECONDS)
        # The alarm waits for the interpreter; this ends the process even inside a parser written in C.
        faulthandler.dump_traceback_later(4 * HANGS_AFTER_SECONDS, exit=True)
        try:
            result = ended(name, data)
        except Exception as error:
            result = f"failed: {type(error).__name__}"
            print(f"{name}\n{traceback.format_exc(limit=-4)}", file=sys.stderr)
        finally:
            signal.alarm(0)
            faulthandler.cancel_dump_traceback_later()
        counted[result] += 1
        if result not in ("read", "refused"):
            failed.append(name)
            if options.keep:
                options.keep.mkdir(parents=True, exist_ok=True)
                (options.keep / name[-150:]).write_bytes(data)
        if number % 500 == 0:
            print(f"{number} files: {dict(counted)}", file=sys.stderr)
    print(json.dumps({"files": options.count, "seed": options.seed, **counted, "names": failed}, indent=2))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
