"""Which browser session listens to which answer."""

from __future__ import annotations

from collections.abc import Callable

import gradio as gr

from rag.web.desk import Run


class Listeners:
    """Which browser session listens to which run, so that its stop button stops that one."""

    def __init__(self) -> None:
        self._runs: dict[str, Run] = {}

    def begin(self, session: str, run: Run) -> None:
        """Remember the run; one that the same session left behind is stopped."""
        self.stop(session)
        self._runs[session] = run

    def end(self, session: str, run: Run) -> None:
        """Forget the run and make sure that it ends."""
        run.stop()
        if self._runs.get(session) is run:
            del self._runs[session]

    def stop(self, session: str) -> None:
        """Stop the session's run, if there is one."""
        run = self._runs.get(session)
        if run is not None:
            run.stop()


def stopper(listeners: Listeners) -> Callable[[gr.Request], None]:
    """Return what stops the run that a session listens to."""

    def stop(request: gr.Request) -> None:
        listeners.stop(str(request.session_hash))

    return stop
