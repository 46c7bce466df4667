"""Work counted instead of timed: the same on a busy machine and an idle one."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def calls_made(work: Callable[..., Any], *arguments: Any, **named: Any) -> int:
    """How many Python and C functions are called until `work` has ended."""
    count = 0

    def counted(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal count
        if event in ("call", "c_call"):
            count += 1

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        work(*arguments, **named)
    finally:
        sys.setprofile(before)
    return count


def grows_in_step(work: Callable[[Any], Any], small: Any, large: Any, *, times: int) -> bool:
    """Whether an input `times` as large takes about `times` as many calls, not the square of that.

    The small one is done once before, so that what is made ready on the first call is not counted.
    """
    work(small)
    return calls_made(work, large) < 1.3 * times * calls_made(work, small)
