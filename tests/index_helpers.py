"""Invented articles and small tools that the tests of `index` share."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ARTICLES = ROOT.parent / "shared" / "articles"

ENGLISH = """Harbour City opens its third bridge

The third bridge over the Lam River was opened on 4 May 2021. It cost 120 million USD and is 2.4 km long.

Who pays for it?

"The toll is 1.5 USD," said Mayor Anna Reed. Lorries pay twice as much. The city expects 9,000 cars a day.

Next steps

A tunnel will follow by 2030. It shall join the harbour to the airport.
"""

VIETNAMESE = """Thành phố Cảng khánh thành cầu thứ ba

Cây cầu thứ ba bắc qua sông Lam được khánh thành ngày 4/5/2021. Cầu dài 2,4 km, tổng vốn 120 triệu USD.

Theo ông Trần Văn Bình, phí qua cầu là 35.000 đồng. Xe tải trả gấp đôi. Mỗi ngày có khoảng 9.000 lượt xe.
"""


def unable_to_write(command: list[str], folder: Path) -> list[str]:
    """Return the command that runs `command` as somebody who may read `folder` but write nowhere; else skip.

    Root may write anywhere, and temporary folders are shut to others all the way up.
    """
    if os.geteuid() != 0:
        return command
    if shutil.which("setpriv") is None:
        pytest.skip("root without setpriv cannot give up writing")
    for parent in folder.parents:
        if parent.parent.is_relative_to(tempfile.gettempdir()):
            parent.chmod(0o755)
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command]


def to_cp1258(text: str) -> bytes:
    """Encode Vietnamese as Windows did: the tone is a mark of its own after the letter."""
    import unicodedata

    out = bytearray()
    for character in text:
        try:
            out += character.encode("cp1258")
            continue
        except UnicodeEncodeError:
            pass
        parts = unicodedata.normalize("NFD", character)
        tone = [part for part in parts if part in "\u0300\u0301\u0303\u0309\u0323"]
        base = unicodedata.normalize("NFC", "".join(part for part in parts if part not in tone))
        out += (base + "".join(tone)).encode("cp1258")
    return bytes(out)


def run_python(code: str, *args: str, **options) -> subprocess.Popen:
    """Start `code` in a Python of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *args],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )
