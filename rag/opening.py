"""The library, its embedding model and the language model, as the settings name them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from index import Library
    from index.embed import Embedder
    from index.records import Lang
    from rag.config import Config
    from rag.llm import LLM


def embedder(config: Config) -> Embedder:
    """Return the embedding model of the settings; its weights are loaded with the first vector.

    Raises BadSetting for an unknown id, ModelMissing and ModelDamaged.
    """
    from index.embed import SentenceTransformerEmbedder
    from rag.llm.threads import physical_cores
    from rag.models import packs as models

    folder = models.path(config.models.embedder)
    return SentenceTransformerEmbedder(folder, threads=config.llm.threads or physical_cores())


def llm(config: Config, model: str | None = None) -> LLM:
    """Return the language model of the settings, or another; its process starts with the first call.

    Raises BadSetting for an unknown id, ModelMissing and ModelDamaged.
    """
    from rag.llm.llama import LlamaProcess
    from rag.models import packs as models

    name = model or config.models.llm
    return LlamaProcess(
        models.path(name),
        name,
        markup=models.get(name).markup,
        n_ctx=config.llm.context,
        states=models.folder(name) / "states",
        threads=config.llm.threads or None,
    )


def library(config: Config, *, create: bool = True, vectors: bool = True) -> Library:
    """Open the library of the settings; without `vectors` no embedding model is needed (or there).

    The settings' glossary holds from then on, in this process. Raises LibraryError.
    """
    from index import Library
    from index.text import glossary

    glossary.extend(config.search.glossary)
    return Library.open(config.library_dir(), embedder(config) if vectors else None, create)


COMPUTE = "rag index"  # the command that goes on with the vectors that are missing


_MEANING: Mapping[Lang, str] = {
    "en": "{ready:,} of {all:,} passages have their meaning computed; the others are found by their words",
    "vi": "Đã tính nghĩa của {ready:,} trong {all:,} đoạn; các đoạn còn lại được tìm theo từ",
}
_MEANING_OF_ONE: Mapping[Lang, str] = {
    "en": "The only passage has no meaning computed yet; it is found by its words",
    "vi": "Chưa tính nghĩa của đoạn duy nhất; đoạn này được tìm theo từ",
}


def meaning(counts: Mapping[str, int], lang: Lang = "en") -> str:
    """Return how many of the passages have vectors, in words, of `Library.counts`; "" if all have."""
    if not counts["waiting"]:
        return ""
    passages = counts["passages"]
    if passages == 1:
        return _MEANING_OF_ONE[lang]
    return _MEANING[lang].format(ready=passages - counts["waiting"], all=passages)


def repair(problems: Iterable[str]) -> str:
    """Return the command that repairs what `Library.verify` found.

    The saved index and the groups of near-copies are derived and can be made again; a damaged article has to
    come from its file.
    """
    if all(any(one in problem for one in ("vector index", ".faiss", "near-copies")) for problem in problems):
        return "rag rebuild"
    return "rag remove ARTICLE, then rag index FILE, for each article that is named"
