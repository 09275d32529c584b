from django.urls import path

from contests.views import desk, entries, entry_desk, public

app_name = "contests"

urlpatterns = [
    path("cuoc-thi/", public.contests, name="contests"),
    path("cuoc-thi/<slug:slug>/", public.contest, name="contest"),
    path("cuoc-thi/<slug:slug>/dieu-hanh/", desk.desk, name="desk"),
    path("cuoc-thi/<slug:slug>/buoc/<slug:step>/", desk.step, name="step"),
    path("cuoc-thi/<slug:slug>/du-thi/", entries.enter, name="enter"),
    path("cuoc-thi/<slug:slug>/ho-so/", entry_desk.listing, name="entries"),
    path("cuoc-thi/<slug:slug>/ho-so/excel/", entry_desk.workbook, name="entries_file"),
    path("cuoc-thi/<slug:slug>/ho-so/mo-niem-phong/", entry_desk.unseal, name="unseal"),
    path("cuoc-thi/<slug:slug>/ho-so/ma-nop-muon/", entry_desk.late_codes, name="late_codes"),
    path("bai-du-thi/", entries.own, name="own_entries"),
    path("bai-du-thi/<uuid:key>/", entries.entry, name="entry"),
    path("bai-du-thi/<uuid:key>/bien-nhan/", entries.receipt, name="entry_receipt"),
    path("bai-du-thi/<uuid:key>/lam/<slug:step>/", entries.take_step, name="entry_take"),
    path("bai-du-thi/<uuid:key>/viet/<slug:step>/", entries.step, name="entry_step"),
]
