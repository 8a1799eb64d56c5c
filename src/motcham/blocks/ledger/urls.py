"""Addresses under /ledger/: the C2SP files, and pages for people."""

from django.urls import path

from motcham.blocks.ledger import pages

app_name = "ledger"
urlpatterns = [
    path("", pages.overview, name="overview"),
    path("checkpoint", pages.checkpoint, name="checkpoint"),
    path("key", pages.key, name="key"),
    path("tile/<path:address>", pages.tile, name="tile"),
    path("entry/<int:entry_id>", pages.entry, name="entry"),
    path("entry/<int:entry_id>.json", pages.proof_json, name="proof-json"),
    path("entry/<int:entry_id>.tlog-proof", pages.proof_file, name="proof-file"),
]
