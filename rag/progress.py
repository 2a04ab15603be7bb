"""Progress of long steps: a bar on a terminal, a plain line every ten seconds elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any, Protocol, TextIO

QUIET_SECONDS = 10.0  # between plain lines: often enough to show life, few enough for a log


class Progress(Protocol):
    """What a long step tells about itself."""

    def say(self, text: str) -> None:
        """Show one line that stays."""
        ...

    def update(self, label: str, done: float, total: float, unit: str) -> None:
        """Tell that `done` of `total` (in `unit`: "B" bytes, or a noun) is reached; total 0 = unknown."""
        ...

    def finish(self) -> None:
        """Close whatever `update` drew."""
        ...


class Silent:
    """Shows nothing."""

    def say(self, text: str) -> None:
        """Drop the line."""

    def update(self, label: str, done: float, total: float, unit: str) -> None:
        """Drop the figures."""

    def finish(self) -> None:
        """Do nothing."""


class Shown:
    """Shows progress on `stream` (standard error): tqdm on a terminal, plain lines otherwise."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._terminal = self._stream.isatty()
        self._bar: Any = None
        self._label = ""
        self._since = self._last = 0.0
        self._first = 0.0  # what was there when this label began: not part of the rate

    def say(self, text: str) -> None:
        """Write one line."""
        self.finish()
        print(text, file=self._stream, flush=True)

    def update(self, label: str, done: float, total: float, unit: str) -> None:
        """Move the bar, or write a line when the last one is ten seconds old."""
        now = time.monotonic()
        if label != self._label:
            self.finish()
            self._label, self._since, self._last, self._first = label, now, now, done
        if self._terminal:
            self._draw(label, done, total, unit)
        elif now - self._last >= QUIET_SECONDS:
            self._last = now
            rate = (done - self._first) / (now - self._since)
            self.say_keeping(f"  {label}: {describe(done, total, unit, rate)}")

    def say_keeping(self, text: str) -> None:
        """Write one line without ending the current label."""
        print(text, file=self._stream, flush=True)

    def finish(self) -> None:
        """Remove the bar."""
        if self._bar is not None:
            self._bar.close()
        self._bar, self._label = None, ""

    def _draw(self, label: str, done: float, total: float, unit: str) -> None:
        if self._bar is None:
            from tqdm import tqdm

            size = {"unit": "B", "unit_scale": True} if unit == "B" else {"unit": f" {unit}"}
            self._bar = tqdm(
                total=total or None, desc=f"  {label}", initial=done, file=self._stream, leave=False, **size
            )
        self._bar.n, self._bar.total = done, total or None
        self._bar.refresh()


def reading(shown: Progress, unit: str) -> Callable[[int, int, str], None]:
    """Return what `Library.add` tells its reading to."""
    return lambda done, total, _name: shown.update("reading", done, total, unit)


def computing(shown: Progress) -> Callable[[int, int], None]:
    """Return what `Library.add` and `Library.compute` tell their vectors to."""
    return lambda done, total: shown.update("computing the meaning", done, total, "passages")


def describe(done: float, total: float, unit: str, rate: float) -> str:
    """Return e.g. "310 of 1,117 MB, 28.0 MB/s, 29 s left"; `rate` in units a second."""
    scale, name = (1e6, "MB") if unit == "B" else (1.0, unit)
    if not total:
        return f"{done / scale:,.0f} {name}"
    text = f"{done / scale:,.0f} of {total / scale:,.0f} {name}"
    if rate <= 0:
        return text
    return f"{text}, {rate / scale:,.1f} {name}/s, {duration(max(0.0, total - done) / rate)} left"


def duration(seconds: float) -> str:
    """Return e.g. "29 s", "3 min 20 s", "2 h 5 min"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600:,} h {whole % 3600 // 60} min"
