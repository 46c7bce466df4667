# Read by the other scripts: where the project is, and how they speak. Not for running by itself.
# Progress goes to standard error, so that what a command prints can be piped.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv="$root/.venv"
python="$venv/bin/python"
export PYTHONUNBUFFERED=1

say() { printf '%s\n' "$@" >&2; }

die() {
    say "$@"
    exit 1
}
