"""Gives one application a post and prints its API token: `python -m bench.token ROLE AGENCY`."""

from __future__ import annotations

import sys
from datetime import date


def main(role: str, agency: str) -> None:
    """Print a token of an account that holds the role in the agency."""
    import django

    django.setup()
    from motcham.blocks.identity import api as identity
    from motcham.blocks.identity.define import Actor

    by = Actor.system("bench")
    account = identity.ensure_account(by=by, username=f"bench-{role}-{agency}", is_application=True)
    post = identity.ensure_post(by=by, account_id=account, agency_code=agency, role=role, valid_from=date(2025, 7, 1))
    print(identity.issue_token(by=by, post_id=post, label="bench"))


if __name__ == "__main__":
    main(*sys.argv[1:])
