from django.urls import path

from reports import views

app_name = "reports"

one = "bao-cao/<int:year>/quy-<int:number>/"

urlpatterns = [
    path("tien-do/", views.progress, name="progress"),
    path("tien-do/<slug:indicator>/<slug:phase>/", views.figure, name="figure"),
    path("dieu-hanh/", views.dashboard, name="dashboard"),
    path("bao-cao/", views.reports, name="reports"),
    path("bao-cao/kiem-tra/", views.verify, name="verify"),
    path(one, views.report, name="report"),
    path(f"{one}dung/", views.build, name="build"),
    path(f"{one}buoc/<slug:step>/", views.step, name="step"),
    path(f"{one}muc/<str:key>/", views.section, name="section"),
    path(f"{one}thay-the/", views.replace, name="replace"),
    path(f"{one}so-lieu/<slug:indicator>/<slug:phase>/", views.line, name="line"),
    path(f"{one}bao-cao.docx", views.docx, name="docx"),
    path(f"{one}bao-cao.pdf", views.pdf, name="pdf"),
    path(f"{one}so-lieu.json", views.figures_json, name="json"),
]
