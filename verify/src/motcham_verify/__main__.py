"""So that `python -m motcham_verify` works without installing."""

from motcham_verify.cli import main

main()
