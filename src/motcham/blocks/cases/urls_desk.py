"""Addresses of the desk: the inbox, the page of a case, what officers share, the intake by telephone."""

from django.urls import path

from motcham.blocks.cases import pages_bulk, pages_desk, pages_export, pages_inbox, pages_intake, pages_merge, pages_work

patterns = [
    path("work/", pages_inbox.inbox, name="inbox"),
    path("work/find/", pages_inbox.find, name="find"),
    path("work/fresh/", pages_inbox.fresh, name="fresh"),
    path("work/bulk/", pages_bulk.bulk, name="bulk"),
    path("work/undo/", pages_bulk.undo, name="undo"),
    path("work/export/", pages_export.export, name="export"),
    path("work/filters/", pages_desk.keep_filter, name="keep_filter"),
    path("work/filters/<int:filter_id>/drop/", pages_desk.drop_filter, name="drop_filter"),
    path("work/templates/", pages_desk.templates, name="templates"),
    path("work/templates/<int:template_id>/drop/", pages_desk.drop_template, name="drop_template"),
    path("work/people/", pages_desk.people, name="people"),
    path("work/people/hand-over/", pages_desk.hand_over, name="hand_over"),
    path("work/intake/", pages_intake.intake, name="intake"),
    path("work/intake/around/", pages_intake.around, name="intake_around"),
    path("work/<uuid:case_id>/", pages_work.case, name="case"),
    path("work/<uuid:case_id>/act/", pages_work.act, name="act"),
    path("work/<uuid:case_id>/hold/", pages_work.hold, name="hold"),
    path("work/<uuid:case_id>/merge/", pages_merge.merge, name="merge"),
    path("work/<uuid:case_id>/split/", pages_merge.split, name="split"),
    path("work/<uuid:case_id>/reveal/", pages_work.reveal, name="reveal"),
    path("work/<uuid:case_id>/files/<uuid:document_id>/", pages_work.file, name="file"),
]
