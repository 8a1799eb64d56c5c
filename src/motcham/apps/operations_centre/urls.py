"""Addresses of the board."""

from django.urls import path

from motcham.apps.operations_centre import cards, data, drill, pages, pages_depth

urlpatterns = [
    path("", pages.board, name="board"),
    path("agency/<str:code>/", pages.agency, name="board_agency"),
    path("ward/<str:code>/", pages.ward, name="board_ward"),
    path("ranking/<slug:kind>/", pages.ranking, name="board_ranking"),
    path("wards/", pages_depth.areas, name="board_areas"),
    path("times/", pages_depth.times, name="board_times"),
    path("kinds/", pages_depth.kinds, name="board_kinds"),
    path("tomorrow/", pages_depth.soon, name="board_soon"),
    path("data/", data.method, name="board_data"),
    path("figures.csv", data.as_csv, name="board_figures"),
    path("figures.json", data.as_json, name="board_figures_json"),
    path("openapi.json", data.described_as, name="board_openapi"),
    path("wards.geojson", data.boundaries, name="board_boundaries"),
    path("closing/<str:day>.json", data.closing, name="board_closing"),
    path("card/<slug:kind>/<str:code>/", cards.card, name="board_card"),
    path("share.png", cards.share, name="board_share"),
    path("share/<slug:kind>/<str:code>.png", cards.share, name="board_share_of"),
    path("wall/", cards.wall, name="board_wall"),
    path("cases/", drill.cases_behind, name="board_cases"),
]
