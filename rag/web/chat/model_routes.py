"""What the page asks about the language models: which there are, which answers, and to change it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, StringConstraints

from rag.api.errors import Json
from rag.errors import BadSetting
from rag.models.catalogue import Model
from rag.web import failures
from rag.web.desk import Desk
from rag.web.models import Models
from rag.web.wording import Language

WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "loading": "Loading {model}…",
        "refused": "{model} could not be loaded; {stayed} goes on answering.\n{why}",
        "in_line": "{model} answers after the questions that wait.",
    },
    "vi": {
        "loading": "Đang tải {model}…",
        "refused": "Không tải được {model}; {stayed} vẫn tiếp tục trả lời.\n{why}",
        "in_line": "{model} sẽ trả lời sau các câu hỏi đang chờ.",
    },
}


class Change(BaseModel):
    """The model that is to answer from now on, by its id."""

    model_config = ConfigDict(strict=True, extra="forbid")

    id: Annotated[str, StringConstraints(min_length=1, max_length=200)]


def routes(desk: Desk) -> APIRouter:
    """Return the routes under `/chat/model`; each answers with how things stand, as `_standing` gives it."""
    router = APIRouter(prefix="/chat/model")

    @router.get("")
    def show(lang: str = "en") -> Json:
        return Json(_standing(desk.models, desk.health.state, "vi" if lang == "vi" else "en"))

    @router.post("")
    def change(given: Change, lang: str = "en") -> Json:
        try:
            desk.change_model(given.id)
        except BadSetting as error:
            return Json({"problem": failures.said(str(error), "vi" if lang == "vi" else "en")}, 400)
        return show(lang)

    return router


def _standing(models: Models | None, state: str, language: Language) -> dict[str, Any]:
    """Return the `models` to choose from (id and label), which is `wanted`, if more will be `said` soon.

    Nothing is to be chosen before the first one is there, and where there is only one.
    """
    found = models.installed() if models and state == "ready" else []
    if models is None or len(found) < 2:
        return {"models": [], "wanted": "", "busy": models is not None and state == "starting", "said": ""}
    return {
        "models": [{"id": one.id, "label": label(one)} for one in found],
        "wanted": models.wanted,
        "busy": models.wanted != models.chosen or bool(models.loading),
        "said": _said(models, language),
    }


def _said(models: Models, language: Language) -> str:
    words = WORDS[language]
    if models.loading:
        return words["loading"].format(model=models.loading)
    if models.wanted != models.chosen:
        return words["in_line"].format(model=models.wanted)
    if problem := models.problem:
        why = failures.said(problem.why, language)
        return words["refused"].format(model=problem.model, stayed=problem.stayed, why=why)
    return ""


def label(model: Model) -> str:
    """Return what a model is called in a list: the first part of its name, and how large it is."""
    return f"{model.name.split(',')[0]} · {model.bytes / 1e9:.1f} GB"
