"""What axe-core finds on a page that is open in the browser."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe

GRAVE = ("serious", "critical")


def faults(page: Any) -> list[str]:
    """Return what is seriously or critically wrong on the page as it is now: rule, element, why."""
    return [
        f"{found['id']} at {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for found in Axe().run(page).response["violations"]
        if found["impact"] in GRAVE
        for node in found["nodes"]
    ]
