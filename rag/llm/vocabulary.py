"""Text to tokens and back, so that foreign text never becomes a control token.

Runs only inside the worker process, as `rag.llm.engine` does.
"""

from __future__ import annotations

import ctypes
from itertools import pairwise

import llama_cpp as cpp


class Vocabulary:
    """The model's tokens. Text that is not ours never becomes a control token."""

    def __init__(self, vocab: cpp.llama_vocab_p) -> None:
        self._vocab = vocab
        self.size = int(cpp.llama_vocab_n_tokens(vocab))
        mark = cpp.LLAMA_TOKEN_ATTR_CONTROL | cpp.LLAMA_TOKEN_ATTR_USER_DEFINED | cpp.LLAMA_TOKEN_ATTR_UNKNOWN
        marked = [i for i in range(self.size) if cpp.llama_vocab_get_attr(vocab, i) & mark]
        text = {i: cpp.llama_vocab_get_text(vocab, i).decode() for i in marked}
        # Some vocabularies also mark runs of blanks or a single letter: those say nothing to a template.
        self.special = {i: word for i, word in text.items() if len(word.strip()) > 1}
        self.end = frozenset(i for i in range(self.size) if cpp.llama_vocab_is_eog(vocab, i))
        first = cpp.llama_vocab_bos(vocab) if cpp.llama_vocab_get_add_bos(vocab) else None
        self.start: tuple[int, ...] = () if first is None else (int(first),)

    def tokens(self, text: str, *, trusted: bool) -> list[int]:
        """Tokenise; only in trusted text do the strings of control tokens become control tokens.

        llama.cpp leaves control strings alone when asked, but not the user-defined ones, and ordinary
        merges can build a token such as "</s>". So untrusted text is cut inside each such string.
        """
        if trusted:
            return self._tokenize(text, special=True)
        cuts = {0, len(text)}
        for word in self.special.values():
            at = text.find(word)
            while at >= 0:
                cuts.add(at + 1)
                at = text.find(word, at + 1)
        edges = sorted(cuts)
        found: list[int] = []
        for start, end in pairwise(edges):
            found += self._tokenize(text[start:end], special=False)
        forged = [self.special[i] for i in found if i in self.special]
        if forged:
            raise RuntimeError(f"control tokens {forged} came out of untrusted text")
        return found

    def piece(self, token: int) -> bytes:
        """Return the bytes of a token, which may end inside a letter; nothing for a control token."""
        size = 64
        while True:
            buffer = ctypes.create_string_buffer(size)
            n = cpp.llama_token_to_piece(self._vocab, token, buffer, size, 0, False)
            if n >= 0:
                return buffer.raw[:n]
            size = -n

    def _tokenize(self, text: str, *, special: bool) -> list[int]:
        data = text.encode("utf-8", "replace")  # a lone surrogate becomes "?"
        room = len(data) + 2  # no token is shorter than a byte
        ids = (cpp.llama_token * room)()
        n = cpp.llama_tokenize(self._vocab, data, len(data), ids, room, False, special)
        if n < 0:
            raise RuntimeError(f"llama.cpp cannot tokenise {len(data)} bytes")
        return list(ids[:n])
