"""Payments: what a procedure costs on a day, bills for a subject, money that came in and went back, and its proof.

It promises that a fee nobody published is never shown as nothing, that a bill is paid once however often it is told so, that each
đồng received is either owed or on the list of what must go back, and that receipts are numbered without a gap. It knows nothing
of what is paid for: a bill names a subject (`case:…`), and whoever owns it follows the event `paid`.
"""
