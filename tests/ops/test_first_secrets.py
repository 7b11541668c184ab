"""Secrets of a first start: processes that start at once agree on them, and none reads one half written."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from marketplace.settings import SettingsError, load_settings

_NAMES = ("lumbung_secret", "lumbung_sealing_keys")
# Each waits for the others at a pipe that is closed under all of them, then has the secrets of twenty first starts.
_START = """
import os, sys
from marketplace.settings import load_settings
print("ready", flush=True)
os.read(int(sys.argv[1]), 1)
for number in range(20):
    settings = load_settings({"LUMBUNG_DATA": f"{sys.argv[2]}/{number}"})
    print(settings.secret_key, settings.sealing_keys)
"""


def test_processes_that_start_at_once_have_the_same_secrets(tmp_path: Path) -> None:
    gate, opener = os.pipe()
    starts = [
        subprocess.Popen(
            [sys.executable, "-c", _START, str(gate), str(tmp_path)],
            pass_fds=(gate,),
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(6)
    ]
    for start in starts:
        assert start.stdout is not None
        assert start.stdout.readline() == "ready\n"
    os.close(opener)
    said = [start.communicate(timeout=60)[0].splitlines() for start in starts]
    os.close(gate)
    assert [start.returncode for start in starts] == [0] * 6
    assert all(lines == said[0] for lines in said)
    assert [len(secret) for line in said[0] for secret in line.split()] == [43] * 40
    assert len(set(said[0])) == 20
    for number in range(20):
        assert sorted(path.name for path in (tmp_path / str(number)).iterdir()) == sorted(_NAMES)


def test_secret_is_readable_by_its_owner_alone_and_stays(tmp_path: Path) -> None:
    first = load_settings({"LUMBUNG_DATA": str(tmp_path)})
    assert {(tmp_path / name).stat().st_mode & 0o777 for name in _NAMES} == {0o600}
    again = load_settings({"LUMBUNG_DATA": str(tmp_path)})
    assert (again.secret_key, again.sealing_keys) == (first.secret_key, first.sealing_keys)
    assert first.secret_key != first.sealing_keys


def test_empty_secret_of_a_start_cut_off_is_refused_not_used(tmp_path: Path) -> None:
    (tmp_path / "lumbung_secret").touch()
    with pytest.raises(SettingsError, match="is empty"):
        load_settings({"LUMBUNG_DATA": str(tmp_path)})


def test_draft_of_a_start_that_cannot_write_is_left_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", refuse)
    with pytest.raises(PermissionError):
        load_settings({"LUMBUNG_DATA": str(tmp_path)})
    assert list(tmp_path.iterdir()) == []
