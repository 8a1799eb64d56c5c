"""Addresses of bills, receipts, the officer's lists and the gateway's callback."""

from django.conf import settings
from django.urls import path

from motcham.blocks.payments import pages, pages_desk

app_name = "payments"
urlpatterns = [
    path("payos/", pages.callback, name="callback"),
    path("receipts/", pages.find_receipt, name="find_receipt"),
    path("receipts/<str:code>/", pages.receipt, name="receipt"),
    path("receipts/<str:code>.json", pages.receipt_data, name="receipt_data"),
    path("desk/", pages_desk.day, name="desk"),
    path("desk/report/", pages_desk.report, name="report"),
    path("desk/ask/", pages_desk.ask, name="ask"),
    path("desk/<uuid:bill_id>/", pages_desk.bill, name="desk_bill"),
    path("desk/<uuid:bill_id>/take/", pages_desk.take, name="take"),
    path("desk/<uuid:bill_id>/refund/", pages_desk.refund, name="refund"),
]
if settings.DEMO:
    from motcham.blocks.payments import pages_demo

    urlpatterns.append(path("demo-gateway/<int:order_code>/", pages_demo.page, name="demo_gateway"))
urlpatterns += [
    path("<str:code>.json", pages.bill_data, name="bill_data"),
    path("<str:code>/", pages.bill, name="bill"),
    path("<str:code>/pay/", pages.pay, name="pay"),
    path("<str:code>/result/", pages.result, name="result"),
]
