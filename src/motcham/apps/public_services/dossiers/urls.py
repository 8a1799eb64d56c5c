"""Addresses of the register, of the codes of agencies, and of what belongs to one dossier: its papers, its result, a report."""

from django.urls import path

from motcham.apps.public_services.dossiers import pages, pages_money, pages_papers, pages_results, register

app_name = "dossiers"
urlpatterns = [
    path("", register.front, name="front"),
    path("register/", register.page, name="register"),
    path("register.xlsx", register.export, name="register_xlsx"),
    path("register.pdf", register.printed, name="register_pdf"),
    path("codes/", pages.codes, name="codes"),
    path("of/<str:code>/slips/<int:slip_id>.pdf", pages_papers.slip_of_code, name="slip_of_code"),
    path("of/<str:code>/results/<str:result>.pdf", pages_papers.result_of_code, name="result_of_code"),
    path("of/<str:code>/report/", pages_papers.report, name="report"),
    path("<uuid:case_id>/slips/<int:slip_id>.pdf", pages_papers.slip, name="slip"),
    path("<uuid:case_id>/control/", pages_papers.control, name="control"),
    path("<uuid:case_id>/exempt/", pages_money.exempt, name="exempt"),
    path("<uuid:case_id>/result/", pages_results.draw, name="draw"),
    path("<uuid:case_id>/results/<str:result>.pdf", pages_papers.result, name="result"),
    path("<uuid:case_id>/results/<str:result>/withdraw/", pages_results.withdraw, name="withdraw_result"),
]
