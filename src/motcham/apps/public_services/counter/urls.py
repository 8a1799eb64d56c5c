"""Addresses of the counter. Codes of offices have a point in them, so no office is called like a page."""

from django.urls import path

from motcham.apps.public_services.counter import (
    pages_booking,
    pages_bundles,
    pages_desk,
    pages_filing,
    pages_kiosk,
    pages_setup,
)

app_name = "counter"
urlpatterns = [
    path("", pages_desk.home, name="home"),
    path("set-up/", pages_setup.set_up, name="set_up"),
    path("set-up/desks/<int:desk_id>/close/", pages_setup.close_desk, name="close_desk"),
    path("set-up/hours/end/", pages_setup.end_hours, name="end_hours"),
    path("book/", pages_booking.offices, name="offices"),
    path("book/<str:office>/", pages_booking.times, name="times"),
    path("appointments/", pages_booking.find, name="find"),
    path("appointments/<str:code>/", pages_booking.appointment, name="appointment"),
    path("appointments/<str:code>/move/", pages_booking.move, name="move"),
    path("appointments/<str:code>/cancel/", pages_booking.cancel, name="cancel"),
    path("tickets/<uuid:ticket_id>/", pages_kiosk.slip, name="slip"),
    path("tickets/<uuid:ticket_id>/file/<str:code>/", pages_filing.form, name="form"),
    path("tickets/<uuid:ticket_id>/filed/<uuid:case_id>/", pages_filing.filed, name="filed"),
    path("tickets/<uuid:ticket_id>/filed/<uuid:case_id>/<uuid:document_id>/", pages_filing.paper, name="paper"),
    path("scans/<uuid:document_id>/", pages_filing.scan, name="scan"),
    path("bundles/", pages_bundles.bundles, name="bundles"),
    path("bundles/<uuid:bundle_id>/", pages_bundles.bundle, name="bundle"),
    path("bundles/<uuid:bundle_id>/list.pdf", pages_bundles.bundle_pdf, name="bundle_pdf"),
    path("<str:office>/", pages_kiosk.machine, name="machine"),
    path("<str:office>/machine/", pages_kiosk.make_machine, name="make_machine"),
    path("<str:office>/screen/", pages_kiosk.screen, name="screen"),
    path("<str:office>/desk/", pages_desk.desks, name="desks"),
    path("<str:office>/desk/<int:number>/", pages_desk.desk, name="desk"),
    path("<str:office>/desk/<int:number>/next/", pages_desk.call_next, name="call_next"),
    path("<str:office>/desk/<int:number>/act/", pages_desk.act, name="act"),
    path("<str:office>/desk/<int:number>/give/", pages_desk.give, name="give"),
]
