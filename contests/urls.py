from django.urls import path

from contests.views import desk, public, setup

app_name = "contests"

urlpatterns = [
    path("cuoc-thi/", public.contests, name="contests"),
    path("cuoc-thi/moi/", setup.new, name="new"),
    path("cuoc-thi/<slug:slug>/", public.contest, name="contest"),
    path("cuoc-thi/<slug:slug>/the-le/", public.rules_page, name="rules"),
    path("cuoc-thi/<slug:slug>/trang-thai.json", public.state, name="state"),
    path("cuoc-thi/<slug:slug>/sua/", setup.hub, name="setup"),
    path(
        "cuoc-thi/<slug:slug>/sua/bang/<slug:code>/cau-hoi/",
        setup.question_new,
        name="setup_question_new",
    ),
    path(
        "cuoc-thi/<slug:slug>/sua/bang/<slug:code>/cau-hoi/<int:pk>/",
        setup.question,
        name="setup_question",
    ),
    path(
        "cuoc-thi/<slug:slug>/sua/bang/<slug:code>/cau-hoi/<int:pk>/<slug:verb>/",
        setup.question_verb,
        name="setup_question_verb",
    ),
    path("cuoc-thi/<slug:slug>/sua/<slug:part>/", setup.part, name="setup_part"),
    path("cuoc-thi/<slug:slug>/sua/<slug:part>/<slug:ref>/", setup.row, name="setup_row"),
    path(
        "cuoc-thi/<slug:slug>/sua/<slug:part>/<slug:ref>/<slug:verb>/",
        setup.row_verb,
        name="setup_row_verb",
    ),
    path("cuoc-thi/<slug:slug>/dieu-hanh/", desk.desk, name="desk"),
    path("cuoc-thi/<slug:slug>/buoc/<slug:step>/", desk.step, name="step"),
]
