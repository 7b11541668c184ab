"""`lumbung users` as a program: what it prints and how it ends."""

import os
import subprocess
import sys


def _users(database_url: str, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-c", "from marketplace.cli import main; main()", "users", *arguments],
        env={**os.environ, "DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_account_is_disabled_with_a_word_and_an_unknown_contact_named_as_such(database_url: str) -> None:
    code, said = _users(database_url, "create", "Uji Perintah", "0812-1234-0000")
    assert code == 0
    assert said.startswith("person ")
    assert _users(database_url, "disable", "0812-1234-0000") == (0, "disabled; all sessions have ended\n")
    assert _users(database_url, "enable", "0812-1234-0000") == (0, "enabled\n")
    code, said = _users(database_url, "disable", "0819-0000-1111")
    assert code == 1
    assert "Nobody with this contact can be found" in said
