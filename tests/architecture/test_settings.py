"""Every variable of the environment that the house reads is in the reference, and no other."""

from __future__ import annotations

import re

VARIABLE = re.compile(r"\bMOTCHAM_[A-Z][A-Z_]*[A-Z]\b")
# Read as a beginning and a name: `settings.secret`, `settings.sign_in_providers`.
COMPOSED = {
    "MOTCHAM_SECRET_KEY",
    *(f"MOTCHAM_OIDC_{name}" for name in ("ISSUER", "ID", "NAME", "CLIENT_ID", "CLIENT_SECRET", "ACR_1", "ACR_2")),
}
READERS = {".py", ".service", ".timer", ".target", ""}


def test_every_setting_is_in_the_reference(committed, root):
    here = root / "tests/architecture"
    read = set(COMPOSED)
    for path in committed:
        if path.suffix in READERS and path.is_file() and here not in path.parents:
            read |= set(VARIABLE.findall(path.read_text(errors="ignore")))
    told = set(re.findall(r"^\| `(MOTCHAM_\w+)`", (root / "docs/reference/settings.md").read_text(), re.MULTILINE))
    assert (read - told, told - read) == (set(), set())
