"""What the laws of the repository look at: its files, parsed once."""

from __future__ import annotations

import ast
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "motcham"


@dataclass(frozen=True)
class Source:
    """One Python file of the package."""

    path: Path
    name: str
    module: str
    text: str
    tree: ast.Module

    @property
    def is_test(self) -> bool:
        """Tell whether it is a test or what tests share."""
        return ".tests." in self.module or self.path.name in ("testing.py", "conftest.py")

    @property
    def is_migration(self) -> bool:
        """Tell whether it is a migration."""
        return ".migrations." in self.module


def _source(path: Path, base: Path) -> Source:
    text = path.read_text()
    module = ".".join(path.relative_to(base).with_suffix("").parts).removesuffix(".__init__")
    return Source(path, str(path.relative_to(ROOT)), module, text, ast.parse(text))


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the folder of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def package() -> Path:
    """Return the folder of the package."""
    return PACKAGE


@pytest.fixture(scope="session")
def sources() -> tuple[Source, ...]:
    """Return every Python file of the package."""
    return tuple(_source(path, ROOT / "src") for path in sorted(PACKAGE.rglob("*.py")))


@pytest.fixture(scope="session")
def code(sources: tuple[Source, ...]) -> tuple[Source, ...]:
    """Return every Python file of the package that runs: no tests, no migrations."""
    return tuple(source for source in sources if not source.is_test and not source.is_migration)


@pytest.fixture(scope="session")
def templates() -> tuple[Path, ...]:
    """Return every template of the package."""
    return tuple(sorted(PACKAGE.rglob("templates/**/*.html")))


@pytest.fixture(scope="session")
def committed() -> tuple[Path, ...]:
    """Return every text file that is committed or would be."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return tuple(path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file())
