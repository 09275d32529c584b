from django.urls import path

from contests.views import desk, paper, public, sheets

app_name = "contests"

urlpatterns = [
    path("cuoc-thi/", public.contests, name="contests"),
    path("cuoc-thi/<slug:slug>/", public.contest, name="contest"),
    path("cuoc-thi/<slug:slug>/dieu-hanh/", desk.desk, name="desk"),
    path("cuoc-thi/<slug:slug>/buoc/<slug:step>/", desk.step, name="step"),
    path("cuoc-thi/<slug:slug>/vong/<slug:code>/phieu-giay/", paper.paper, name="paper"),
    path(
        "cuoc-thi/<slug:slug>/vong/<slug:code>/phieu-giay/<int:pk>/",
        paper.paper_sheet,
        name="paper_sheet",
    ),
    path("cham-thi/phieu/<int:pk>/", sheets.sheet, name="sheet"),
    path("cham-thi/phieu/<int:pk>/luu/", sheets.save, name="sheet_save"),
    path("cham-thi/phieu/<int:pk>/buoc/<slug:step>/", sheets.step, name="sheet_step"),
    path("cham-thi/<slug:slug>/<slug:code>/", sheets.sheets, name="sheets"),
]
