"""The check itself: signature, witness, every entry, every tile, the root, and that nothing seen before has changed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from motcham_verify.merkle import Frontier, leaf, root_of_path, subtree
from motcham_verify.note import LOG, WITNESS, Bad, Checkpoint, Key, decode
from motcham_verify.remote import TILE, NotServed, Remote, tile_address

ENTRY = 32


class Wrong(Exception):
    """The log is not what it says: a code, and the facts of it."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


@dataclass(frozen=True)
class Seen:
    """What is remembered of an earlier run."""

    origin: str
    key: str
    witness_key: str
    size: int
    root: str
    frontier: list[str]
    checked_at: int

    @classmethod
    def read(cls, path: Path) -> Seen | None:
        """Read the file, None where there is none yet; ValueError where it is damaged."""
        if not path.exists():
            return None
        try:
            seen = cls(**json.loads(path.read_text(encoding="utf-8")))
            intact = Frontier(seen.size, [bytes.fromhex(part) for part in seen.frontier]).root().hex() == seen.root
        except (TypeError, ValueError) as error:
            raise ValueError(str(path)) from error
        if not intact:
            raise ValueError(str(path))
        return seen


@dataclass
class Report:
    """What was checked, for the reader and for programs."""

    origin: str = ""
    size: int = 0
    root: str = ""
    key: str = ""
    key_remembered: bool = False
    witness: str = ""
    witnessed_at: int = 0
    entries: int = 0
    tiles: int = 0
    since: int | None = None
    since_at: int = 0
    proofs: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Wish:
    """What the caller asked for."""

    key: str = ""
    witness_key: str = ""
    from_size: int = 0
    full: bool = False
    proofs: tuple[Path, ...] = ()
    opening: Path | None = None


class Check:
    """One run against one log."""

    def __init__(self, remote: Remote, wish: Wish, seen: Seen | None, progress: Callable[[int, int], None]) -> None:
        self._remote = remote
        self._wish = wish
        self._seen = seen
        self._progress = progress
        self.report = Report()

    def run(self) -> Seen:
        """Check everything; return what to remember. Raises Wrong."""
        log, witness = self._keys()
        checkpoint = self._checkpoint(log, witness)
        start = self._start(checkpoint)
        tree = self._grow(start, checkpoint)
        if tree.root() != checkpoint.root:
            raise Wrong("root", signed=checkpoint.root.hex(), computed=tree.root().hex())
        for path in self._wish.proofs:
            self._proof(path, log, checkpoint)
        frontier = [part.hex() for part in tree.hashes]
        return Seen(
            checkpoint.origin, log.text, witness.text if witness else "", tree.size, tree.root().hex(), frontier, int(time.time())
        )

    # Who signs

    def _keys(self) -> tuple[Key, Key | None]:
        try:
            served = [Key.parse(line) for line in self._text("key").splitlines() if line.strip()]
        except Bad as error:
            raise Wrong("key", detail=str(error)) from error
        log, witness = (next((key for key in served if key.kind == kind), None) for kind in (LOG, WITNESS))
        known, known_witness = self._wish.key, self._wish.witness_key
        if self._seen:
            known, known_witness = known or self._seen.key, known_witness or self._seen.witness_key
            self.report.key_remembered = True
        if log is None or (known and known != log.text):
            raise Wrong("other_key", expected=known or "—", served=log.text if log else "—")
        if known_witness and (witness is None or witness.text != known_witness):
            raise Wrong("other_witness", expected=known_witness, served=witness.text if witness else "—")
        return log, witness

    def _checkpoint(self, log: Key, witness: Key | None) -> Checkpoint:
        try:
            checkpoint = Checkpoint.parse(self._text("checkpoint"))
            if checkpoint.origin != log.name or checkpoint.signed_by(log) is None:
                raise Wrong("unsigned", by=log.name)
            when = checkpoint.signed_by(witness) if witness else 0
        except Bad as error:
            raise Wrong("checkpoint", detail=str(error)) from error
        if witness and when is None:
            raise Wrong("unwitnessed", by=witness.name)
        report = self.report
        report.origin, report.size, report.root, report.key = checkpoint.origin, checkpoint.size, checkpoint.root.hex(), log.text
        report.witness, report.witnessed_at = (witness.text, when or 0) if witness else ("", 0)
        return checkpoint

    # What is in it

    def _start(self, checkpoint: Checkpoint) -> Frontier:
        seen = self._seen
        if seen:
            if seen.size > checkpoint.size:
                raise Wrong("shrunk", before=seen.size, now=checkpoint.size)
            self.report.since, self.report.since_at = seen.size, seen.checked_at
        if self._wish.full:
            return Frontier()
        if seen:
            return Frontier(seen.size, [bytes.fromhex(part) for part in seen.frontier])
        size = min(self._wish.from_size, checkpoint.size)
        frontier = Frontier()
        for height in reversed(range(size.bit_length())):
            if size >> height & 1:
                frontier.add(self._node(height, frontier.size >> height, checkpoint.size), height)
        return frontier

    def _grow(self, tree: Frontier, checkpoint: Checkpoint) -> Frontier:
        """Add every entry from where the tree stands, comparing each tile on the way."""
        first, size = tree.size, checkpoint.size
        fresh: dict[int, bytes] = {}
        for index, entries in self._bundles(first, size):
            tile = self._tile(0, index, size)
            hashes = [leaf(entry) for entry in entries]
            if b"".join(hashes) != tile:
                raise Wrong("entries", tile=tile_address(0, index, len(entries)))
            for place, found in enumerate(hashes[max(0, first - index * TILE) :], start=max(first, index * TILE)):
                if self._seen and place == self._seen.size:
                    self._same_as_before(tree)
                tree.add(found)
            if len(hashes) == TILE:
                fresh[index] = subtree(hashes)
            self.report.entries += len(hashes)
            self._progress(tree.size, size)
        if self._seen and tree.size == self._seen.size:
            self._same_as_before(tree)
        self._upper_tiles(fresh, size)
        return tree

    def _same_as_before(self, tree: Frontier) -> None:
        assert self._seen
        if tree.root().hex() != self._seen.root:
            raise Wrong("rewritten", size=self._seen.size, before=self._seen.root, now=tree.root().hex())

    def _bundles(self, first: int, size: int) -> Iterator[tuple[int, list[bytes]]]:
        indexes = range(first // TILE, -(-size // TILE)) if first < size else range(0)
        widths = [min(TILE, size - index * TILE) for index in indexes]
        addresses = [tile_address("entries", index, width) for index, width in zip(indexes, widths, strict=True)]
        for index, width, address, body in zip(indexes, widths, addresses, self._files(addresses), strict=True):
            entries = [body[at + 2 : at + 2 + ENTRY] for at in range(0, len(body), ENTRY + 2)]
            if len(body) != width * (ENTRY + 2) or any(body[at : at + 2] != b"\x00\x20" for at in range(0, len(body), ENTRY + 2)):
                raise Wrong("bundle", tile=address)
            yield index, entries

    def _upper_tiles(self, fresh: dict[int, bytes], size: int) -> None:
        """Compare the tiles above with what was computed from those below."""
        level = 1
        while fresh:
            above: dict[int, bytes] = {}
            for index in sorted({place // TILE for place in fresh}):
                tile = self._tile(level, index, size)
                hashes = [tile[at : at + ENTRY] for at in range(0, len(tile), ENTRY)]
                for offset, found in enumerate(hashes):
                    if fresh.get(index * TILE + offset, found) != found:
                        raise Wrong("tile", tile=tile_address(level, index, len(hashes)))
                if len(hashes) == TILE:
                    above[index] = subtree(hashes)
            fresh, level = above, level + 1

    def _tile(self, level: int, index: int, size: int) -> bytes:
        width = min(TILE, (size >> 8 * level) - index * TILE)
        address = tile_address(level, index, width)
        body = self._get(address)
        self.report.tiles += 1
        if len(body) != width * ENTRY:
            raise Wrong("tile", tile=address)
        return body

    def _node(self, height: int, index: int, size: int) -> bytes:
        """Return the hash of a complete subtree, from the tile that holds it."""
        level, above = divmod(height, 8)
        start = index << above
        tile = self._tile(level, start // TILE, size)
        at = start % TILE * ENTRY
        return subtree([tile[at + i * ENTRY : at + (i + 1) * ENTRY] for i in range(1 << above)])

    # One entry

    def _proof(self, path: Path, log: Key, checkpoint: Checkpoint) -> None:
        """Check a proof against its own checkpoint, and that the entry is still in its place in the log of today."""
        commitment, index, steps, note = read_proof(path)
        try:
            then = Checkpoint.parse(note)
            if then.signed_by(log) is None:
                raise Wrong("proof_name", file=str(path), by=then.origin)
            if root_of_path(commitment, index, then.size, steps) != then.root:
                raise Wrong("proof", file=str(path), index=index)
        except ValueError as error:
            raise Wrong("proof", file=str(path), index=index, detail=str(error)) from error
        if index >= checkpoint.size or self._root_from(commitment, index, checkpoint.size) != checkpoint.root:
            raise Wrong("proof_gone", file=str(path), index=index)
        self.report.proofs.append({"file": str(path), "index": index, "commitment": commitment.hex()})
        if self._wish.opening and not opens(self._wish.opening, commitment):
            raise Wrong("opening", file=str(self._wish.opening))

    def _root_from(self, commitment: bytes, index: int, size: int) -> bytes:
        """Return the root reached from an entry through the tiles that are served today."""
        start, end = 0, size
        beside: list[tuple[int, int]] = []
        while end - start > 1:
            middle = start + (1 << ((end - start - 1).bit_length() - 1))
            beside.append((middle, end) if index < middle else (start, middle))
            start, end = (start, middle) if index < middle else (middle, end)
        return root_of_path(commitment, index, size, [self._range(start, end, size) for start, end in reversed(beside)])

    def _range(self, start: int, end: int, size: int) -> bytes:
        frontier = Frontier()
        shift = start
        while start < end:
            height = (end - start).bit_length() - 1
            # Seen from its own beginning, a range of the tree is a tree.
            frontier.add(self._node(height, start >> height, size), height)
            start += 1 << height
        assert frontier.size == end - shift
        return frontier.root()

    # Fetching

    def _get(self, path: str) -> bytes:
        try:
            return self._remote.get(path)
        except NotServed as error:
            raise Wrong("missing", file=path) from error

    def _files(self, paths: list[str]) -> Iterator[bytes]:
        try:
            yield from self._remote.many(paths)
        except NotServed as error:
            raise Wrong("missing", file=str(error)) from error

    def _text(self, path: str) -> str:
        return self._get(path).decode("utf-8", "replace")


def read_proof(path: Path) -> tuple[bytes, int, list[bytes], str]:
    """Read commitment, place, path and checkpoint from a `.tlog-proof` or `.json` file of an entry."""
    try:
        text = path.read_text(encoding="utf-8")
        commitment = ""
        if text.lstrip().startswith("{"):
            data = json.loads(text)
            text, commitment = data["proof"], data["commitment"]
        head, _, note = text.partition("\n\n")
        lines = head.split("\n")
        if lines.pop(0) != "c2sp.org/tlog-proof@v1":
            raise Bad("not a c2sp.org/tlog-proof@v1")
        extra = decode(lines.pop(0).removeprefix("extra ")) if lines[0].startswith("extra ") else bytes.fromhex(commitment)
        word, _, number = lines.pop(0).partition(" ")
        if word != "index" or not number.isdigit() or len(extra) != ENTRY:
            raise Bad("no index, or no commitment")
        return extra, int(number), [decode(line) for line in lines], note
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise Wrong("proof_file", file=str(path), detail=str(error)) from error


def opens(path: Path, commitment: bytes) -> bool:
    """Say whether salt and payload in a file are what a commitment was made of."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return sha256(bytes.fromhex(data["salt"]) + data["payload"].encode()).digest() == commitment
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Wrong("opening", file=str(path), detail=str(error)) from error
