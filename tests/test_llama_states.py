"""States in files: whole or not there, for one model and build only, and not without end."""

import os

from rag.llm.states import FILES, StateFiles

PAYLOAD = bytes(range(256)) * 9


def test_what_was_saved_is_loaded(tmp_path):
    StateFiles(tmp_path / "new", b"model a").save(b"key", PAYLOAD)
    assert StateFiles(tmp_path / "new", b"model a").load(b"key") == PAYLOAD
    assert StateFiles(tmp_path / "new", b"model a").load(b"other") is None
    assert StateFiles(tmp_path / "new", b"model b").load(b"key") is None


def test_every_changed_byte_is_seen_and_the_file_dropped(tmp_path):
    files = StateFiles(tmp_path, b"m")
    files.save(b"key", PAYLOAD)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    for at in (0, 20, 60, len(whole) - 1):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert files.load(b"key") is None
        assert not file.exists()
    file.write_bytes(whole)
    assert files.load(b"key") == PAYLOAD


def test_the_oldest_go(tmp_path):
    files = StateFiles(tmp_path, b"m")
    for n in range(FILES):
        files.save(bytes([n]), PAYLOAD)
        for age, path in enumerate(sorted(tmp_path.iterdir(), key=os.path.getmtime)):
            os.utime(path, (age, age))
    assert files.load(b"\0") == PAYLOAD  # used just now
    files.save(b"new", PAYLOAD)
    assert len(list(tmp_path.iterdir())) == FILES
    assert files.load(b"\0") == PAYLOAD
    assert files.load(b"\1") is None


def test_a_folder_that_cannot_be_written_costs_no_answer(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    files = StateFiles(blocked / "states", b"m")
    files.save(b"key", PAYLOAD)
    assert files.load(b"key") is None
