"""One shape for every set of definitions: named, found by key, never changed after start-up."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar

from motcham.kernel.errors import DefinitionError


class Keyed(Protocol):
    """Anything that is registered: it has a stable key."""

    @property
    def key(self) -> str: ...


T = TypeVar("T", bound=Keyed)


class Registry(Generic[T]):
    """The definitions of one kind, each with the file that it came from."""

    def __init__(self, noun: str) -> None:
        self.noun = noun
        self._items: dict[str, T] = {}
        self._files: dict[str, str] = {}

    def register(self, item: T, *, file: str) -> None:
        """Add a definition; a second one of the same key is refused, naming both files."""
        if item.key in self._items:
            raise DefinitionError(
                f"The {self.noun} '{item.key}' is defined twice: in {self._files[item.key]} and in {file}. Rename one."
            )
        self._items[item.key] = item
        self._files[item.key] = file

    def __getitem__(self, key: str) -> T:
        try:
            return self._items[key]
        except KeyError:
            near = difflib.get_close_matches(key, self._items, n=1, cutoff=0.5)
            hint = f" Did you mean {near[0]}?" if near else f" Known: {', '.join(sorted(self._items)) or 'none'}."
            raise DefinitionError(f"There is no {self.noun} called '{key}'.{hint}") from None

    def __contains__(self, key: object) -> bool:
        return key in self._items

    def __iter__(self) -> Iterator[T]:
        return iter(self._items.values())

    def __len__(self) -> int:
        return len(self._items)

    def get(self, key: str) -> T | None:
        """Return the definition, or None where nobody defined it."""
        return self._items.get(key)

    def file_of(self, key: str) -> str:
        """Return the file that defines `key`, for messages and for `motcham definitions`."""
        self[key]
        return self._files[key]

    def remove(self, key: str) -> None:
        """Take a definition out again: for tests only."""
        del self._items[key], self._files[key]
