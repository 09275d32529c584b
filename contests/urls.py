from django.urls import path

from contests.views import desk, public, results, rounds

app_name = "contests"

urlpatterns = [
    path("cuoc-thi/", public.contests, name="contests"),
    path("cuoc-thi/<slug:slug>/", public.contest, name="contest"),
    path("cuoc-thi/<slug:slug>/dieu-hanh/", desk.desk, name="desk"),
    path("cuoc-thi/<slug:slug>/ket-qua/", results.results, name="results"),
    path("cuoc-thi/<slug:slug>/vong/<slug:code>/", rounds.panel, name="round"),
    path("cuoc-thi/<slug:slug>/vong/<slug:code>/buoc/<slug:step>/", rounds.step, name="round_step"),
    path(
        "cuoc-thi/<slug:slug>/vong/<slug:code>/khac-quy-tac/<uuid:key>/",
        rounds.override,
        name="override",
    ),
    path(
        "cuoc-thi/<slug:slug>/vong/<slug:code>/khac-quy-tac/<uuid:key>/bo/",
        rounds.drop_override,
        name="drop_override",
    ),
    path("cuoc-thi/<slug:slug>/vong/<slug:code>/giai/", rounds.decide_prizes, name="prizes"),
    path("cuoc-thi/<slug:slug>/buoc/<slug:step>/", desk.step, name="step"),
]
