"""Python's collector of cycles, told what need not be walked again and again.

A process of ours has some hundred thousand objects that stay for good (modules, models, urls, dictionaries of
pinyin). A full collection walks them all, a tenth of a second each time, in the middle of somebody's request.
"""

from __future__ import annotations

import gc


def leave_alone_what_is_loaded() -> None:
    """Freeze what there is now, and look for cycles less often. For the end of a process's start."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
