"""The page of the made-up gateway, in the demo alone: nobody's money moves, but what the gateway would tell is told."""

from __future__ import annotations

import json

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from motcham.blocks.identity.define import Actor
from motcham.blocks.payments import actions_callback, demo_gateway
from motcham.kernel.access import public

BANK = Actor.system("payos")


@public(reason="The made-up gateway exists in the demo alone, where no money moves.")
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, order_code: int) -> HttpResponse:
    """Ask what shall become of a payment, and let it."""
    if settings.PAYOS_URL != "demo":
        raise Http404
    fake = demo_gateway.fake()
    order = fake.order(order_code)
    if order is None:
        raise Http404
    if request.method != "POST":
        return render(request, "payments/demo_gateway.html", {"order": order})
    act = request.POST.get("act")
    if act == "cancel":
        fake.close(order_code, "CANCELLED")
        return redirect(f"{order['returnUrl']}?code=00&cancel=true&status=CANCELLED&orderCode={order_code}")
    left = order["amount"] - demo_gateway.paid(order)
    told = fake.transfer(order_code, amount=max(1, order["amount"] // 2) if act == "half" else left if left > 0 else None)
    if act != "silent":
        actions_callback.callback(by=BANK, body=json.dumps(told).encode())
    return redirect(f"{order['returnUrl']}?code=00&cancel=false&status=PAID&orderCode={order_code}")
