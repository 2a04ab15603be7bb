"""Checks of `rag doctor` that concern the models: every byte, and a build that runs them."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from rag.config import Config
from rag.doctor.check import Check
from rag.errors import RagError
from rag.models import packs
from rag.setup import build


def models(config: Config) -> Iterator[Check]:
    """Hash every byte of the two models of the settings."""
    for setting, kind in (("llm", "llm"), ("embedder", "embedder")):
        name = getattr(config.models, setting)
        try:
            model = packs.get(name)
        except RagError as error:
            yield Check("models", "problem", f"models.{setting}: {error}", "rag models list")
            continue
        if model.kind != kind:
            detail = f"models.{setting} is {name}, which is of kind {model.kind}, not {kind}"
            yield Check("models", "problem", detail, "rag models list")
            continue
        status = packs.status(name, full=True)
        if status.state == "ready":
            yield Check("models", "ok", f"{name}: every byte as it should be, in {status.message}")
        else:
            accept = " --accept-terms" if model.terms else ""
            yield Check("models", "problem", status.message, f"rag models fetch {name}{accept}")


def llama(config: Config) -> Iterator[Check]:
    """Run a small generation in a child process: a bad build of llama-cpp-python kills its process."""
    version, wanted = build.installed_version(), build.wanted_version()
    if version is None:
        yield Check("llama", "problem", f"{build.PACKAGE} {wanted} is not installed", "rag setup")
        return
    if version != wanted:
        detail = f"{build.PACKAGE} is {version}, this program is made for {wanted}"
        yield Check("llama", "warning", detail, "rag setup")
    try:
        model = packs.path(config.models.llm)
    except RagError as error:
        detail = f"not tried, because there is no model to try it with: {error}"
        yield Check("llama", "warning", detail, f"rag models fetch {config.models.llm}")
        return
    proof = build.prove(model)
    if proof.ok:
        yield Check("llama", "ok", f"{build.PACKAGE} {version}: {proof.message}")
        return
    # A build that was proven once is taken for good by `rag setup`; one that is gone is made anew.
    again = f"{sys.executable} -m pip uninstall -y {build.PACKAGE} && rag setup"
    fix = again if build.proven() else "rag setup"
    yield Check("llama", "problem", f"{build.PACKAGE} {version}: {proof.message}", fix)
