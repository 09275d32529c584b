"""Taking times in turns, and printing tables of them."""

import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Taken:
    """The median of some runs: seconds on the clock and seconds of this process's CPU."""

    wall: float
    cpu: float

    @property
    def ms(self) -> str:
        return f"{self.wall * 1000:.1f}"

    @property
    def cpu_ms(self) -> str:
        return f"{self.cpu * 1000:.1f}"


def once(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds that ``work`` takes, and what it answers."""
    start = time.perf_counter()
    answer = work()
    return time.perf_counter() - start, answer


def in_turns(works: Sequence[Callable[[], Any]], runs: int) -> list[Taken]:
    """The medians of ``works``, run one after the other ``runs`` times, so that noise hits all."""
    taken: list[list[tuple[float, float]]] = [[] for _work in works]
    for _run in range(runs):
        for times, work in zip(taken, works, strict=True):
            wall, cpu = time.perf_counter(), time.process_time()
            work()
            times.append((time.perf_counter() - wall, time.process_time() - cpu))
    return [
        Taken(statistics.median(w for w, _c in times), statistics.median(c for _w, c in times))
        for times in taken
    ]


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print ``rows`` under ``title``: the first column to the left, the others to the right."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(line[i]) for line in [list(columns), *cells]) for i in range(len(columns))]
    print(f"\n{title}")
    for line in (columns, ["-" * width for width in widths], *cells):
        first, *rest = zip(line, widths, strict=True)
        print("  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest)]))


def ratio(ours: Taken, limit: Taken, reach: float) -> str:
    """How many times the limit we take; marked where it is beyond the reach."""
    times = ours.wall / limit.wall
    return f"{times:.2f}{' !' if times > reach else ''}"
