"""How gunicorn serves the portal for script/run."""

import os
import signal
import sys

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
# Two processes, so that a long PDF does not keep everybody waiting; threads, because browsers open spare connections.
workers = 2
threads = 4
loglevel = "warning"
control_socket_disable = True


def when_ready(server) -> None:
    print(f"\nPrevent Portal: http://{bind}/  (Ctrl+C stops it)", file=sys.stderr)


def post_worker_init(worker) -> None:
    # Ctrl+C reaches the master and the workers, and the master passes it on: told twice, a worker with threads
    # locks itself up in its signal handler and is killed after half a minute.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
