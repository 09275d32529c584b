from django.urls import path

from contests.views import assigning, desk, judging, panel, public

app_name = "contests"

urlpatterns = [
    path("cuoc-thi/", public.contests, name="contests"),
    path("cuoc-thi/<slug:slug>/", public.contest, name="contest"),
    path("cuoc-thi/<slug:slug>/dieu-hanh/", desk.desk, name="desk"),
    path("cuoc-thi/<slug:slug>/buoc/<slug:step>/", desk.step, name="step"),
    path("cuoc-thi/<slug:slug>/giam-khao/", panel.judges, name="panel"),
    path("cuoc-thi/<slug:slug>/giam-khao/<int:pk>/", panel.judge, name="panel_judge"),
    path(
        "cuoc-thi/<slug:slug>/giam-khao/<int:pk>/xung-dot/", panel.conflict, name="panel_conflict"
    ),
    path("cuoc-thi/<slug:slug>/giam-khao/<int:pk>/<slug:step>/", panel.step, name="panel_step"),
    path("giam-khao/<str:token>/", panel.invitation, name="judge_invitation"),
    path("cuoc-thi/<slug:slug>/vong/<slug:code>/phan-cong/", assigning.assign, name="assign"),
    path(
        "cuoc-thi/<slug:slug>/vong/<slug:code>/phan-cong/chuyen/",
        assigning.move,
        name="assign_move",
    ),
    path("cham-thi/", judging.home, name="judging"),
    path("cham-thi/phieu/<int:pk>/tep/<uuid:key>/", judging.file, name="sheet_file"),
    path("cham-thi/<slug:slug>/thoi/", judging.leave, name="judging_leave"),
    path("cham-thi/<slug:slug>/<slug:code>/khai/", judging.declare, name="declare"),
]
