"""Addresses of the desk: the inbox, the page of a case, what officers share, the intake by telephone."""

from django.urls import path

from motcham.blocks.cases import (
    pages_asked,
    pages_bulk,
    pages_desk,
    pages_export,
    pages_inbox,
    pages_intake,
    pages_merge,
    pages_tomorrow,
    pages_work,
)

patterns = [
    path("desk/", pages_inbox.inbox, name="inbox"),
    path("desk/find/", pages_inbox.find, name="find"),
    path("desk/fresh/", pages_inbox.fresh, name="fresh"),
    path("desk/tomorrow/", pages_tomorrow.tomorrow_list, name="tomorrow"),
    path("desk/bulk/", pages_bulk.bulk, name="bulk"),
    path("desk/undo/", pages_bulk.undo, name="undo"),
    path("desk/export/", pages_export.export, name="export"),
    path("desk/filters/", pages_desk.keep_filter, name="keep_filter"),
    path("desk/filters/<int:filter_id>/drop/", pages_desk.drop_filter, name="drop_filter"),
    path("desk/templates/", pages_desk.templates, name="templates"),
    path("desk/templates/<int:template_id>/drop/", pages_desk.drop_template, name="drop_template"),
    path("desk/people/", pages_desk.people, name="people"),
    path("desk/people/hand-over/", pages_desk.hand_over, name="hand_over"),
    path("desk/intake/", pages_intake.intake, name="intake"),
    path("desk/intake/around/", pages_intake.around, name="intake_around"),
    path("desk/<uuid:case_id>/", pages_work.case, name="case"),
    path("desk/<uuid:case_id>/act/", pages_work.act, name="act"),
    path("desk/<uuid:case_id>/hold/", pages_work.hold, name="hold"),
    path("desk/<uuid:case_id>/merge/", pages_merge.merge, name="merge"),
    path("desk/<uuid:case_id>/split/", pages_merge.split, name="split"),
    path("desk/<uuid:case_id>/reveal/", pages_work.reveal, name="reveal"),
    path("desk/<uuid:case_id>/parts/<uuid:part_id>/", pages_asked.take_in, name="take_in"),
    path("desk/<uuid:case_id>/files/<uuid:document_id>/", pages_work.file, name="file"),
]
