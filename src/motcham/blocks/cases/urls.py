"""Addresses of cases: the forms, tracking by code, and the inbox."""

from django.urls import path

from motcham.blocks.cases import (
    pages_asked,
    pages_confirm,
    pages_drafts,
    pages_form,
    pages_near,
    pages_place,
    pages_reference,
    pages_release,
    pages_review,
    pages_track,
    urls_desk,
)

app_name = "cases"
urlpatterns = [
    path("new/place-map/<str:frame>.svg", pages_place.map_image, name="place_map"),
    path("new/", pages_drafts.mine, name="drafts"),
    path("new/details/", pages_drafts.own_details, name="details"),
    path("new/kept/<uuid:draft_id>/", pages_drafts.go_on, name="draft"),
    path("new/kept/<uuid:draft_id>/delete/", pages_drafts.delete, name="delete_draft"),
    path("new/<str:key>/forget/", pages_drafts.forget_here, name="forget_draft"),
    path("new/<str:key>/", pages_form.form, name="new"),
    path("new/<str:key>/<int:page>/", pages_form.form, name="new_page"),
    path("new/<str:key>/review/", pages_review.review, name="review"),
    path("new/<str:key>/advice/", pages_form.advice, name="advice"),
    path("new/<str:key>/near/", pages_near.near, name="near"),
    path("new/<str:key>/received/", pages_review.receipt, name="receipt"),
    path("new/<str:key>/files/<uuid:document_id>/", pages_form.draft_file, name="draft_file"),
    path("photos/<str:ref>/<uuid:document_id>/", pages_near.public_photo, name="public_photo"),
    path("join/<str:ref>/", pages_near.join, name="join"),
    path("track/", pages_track.track, name="track"),
    path("track/<str:code>/", pages_track.case_of_code, name="case_of_code"),
    path("track/<str:code>/qr.svg", pages_track.qr_of_code, name="qr_of_code"),
    path("track/<str:code>/add/", pages_track.add, name="add"),
    path("track/<str:code>/parts/<uuid:part_id>/", pages_asked.answer, name="answer_part"),
    path("track/<str:code>/leave/", pages_track.leave, name="leave"),
    path("track/<str:code>/confirm/", pages_confirm.confirm, name="confirm"),
    path("track/<str:code>/reopen/", pages_track.reopen, name="reopen"),
    path("track/<str:code>/rate/", pages_track.rate, name="rate"),
    path("track/<str:code>/files/<uuid:document_id>/", pages_track.file_of_code, name="file_of_code"),
    path("desk/<uuid:case_id>/release/", pages_release.release, name="release"),
    *urls_desk.patterns,
    path("services/", pages_reference.services, name="services"),
    path("services/personal-data/", pages_reference.personal_data, name="personal_data"),
    path("services/<str:key>/", pages_reference.service, name="service"),
]
