"""Addresses of the board."""

from django.urls import path

from motcham.apps.operations_centre import drill, pages

urlpatterns = [
    path("", pages.board, name="board"),
    path("agency/<str:code>/", pages.agency, name="board_agency"),
    path("ward/<str:code>/", pages.ward, name="board_ward"),
    path("ranking/<slug:kind>/", pages.ranking, name="board_ranking"),
    path("figures.csv", pages.figures, name="board_figures"),
    path("cases/", drill.cases_behind, name="board_cases"),
]
