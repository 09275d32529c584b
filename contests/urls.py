from django.urls import path

from contests.views import desk, diplomas, feedback, papers, public, referrals

app_name = "contests"

ROUND = "cuoc-thi/<slug:slug>/vong/<slug:code>"
WORDS = f"{ROUND}/nhan-xet"
PRINTED = f"{ROUND}/van-ban"
OUTCOME = "ket-qua-gui-du-thi/<int:pk>"

urlpatterns = [
    path("cuoc-thi/", public.contests, name="contests"),
    path("cuoc-thi/<slug:slug>/", public.contest, name="contest"),
    path("cuoc-thi/<slug:slug>/dieu-hanh/", desk.desk, name="desk"),
    path("cuoc-thi/<slug:slug>/buoc/<slug:step>/", desk.step, name="step"),
    # papers of a round, words to entrants
    path(f"{PRINTED}/", papers.papers, name="papers"),
    path(f"{PRINTED}/goi/", papers.package, name="papers_zip"),
    path(f"{PRINTED}/<slug:key>.docx", papers.paper, name="paper"),
    path(f"{PRINTED}/phieu/<int:pk>.docx", papers.sheet, name="paper_sheet"),
    path(f"{PRINTED}/thu/<int:pk>.docx", papers.letter, name="paper_letter"),
    path(f"{WORDS}/", feedback.listed, name="feedback"),
    path(f"{WORDS}/<int:pk>/<slug:step>/", feedback.decide, name="feedback_step"),
    path("bai-du-thi/<uuid:key>/nhan-ve/", feedback.after, name="entry_after"),
    # certificates
    path("cuoc-thi/<slug:slug>/giay-chung-nhan/", diplomas.listed, name="diplomas"),
    path("cuoc-thi/<slug:slug>/giay-chung-nhan/cap/", diplomas.issue, name="diplomas_issue"),
    path("cuoc-thi/<slug:slug>/giay-chung-nhan/goi/", diplomas.package, name="diplomas_zip"),
    path("chung-nhan/<str:code>/", diplomas.check, name="certificate"),
    path("chung-nhan/<str:code>/giay.pdf", diplomas.pdf, name="certificate_pdf"),
    path("chung-nhan/<str:code>/buoc/<slug:step>/", diplomas.step, name="diploma_step"),
    # on to a higher contest
    path("cuoc-thi/<slug:slug>/gui-du-thi/", referrals.listed, name="referrals"),
    path("gui-du-thi/<int:pk>/", referrals.one, name="referral"),
    path("gui-du-thi/<int:pk>/cong-van.docx", referrals.letter, name="referral_letter"),
    path("gui-du-thi/<int:pk>/goi/", referrals.package, name="referral_zip"),
    path("gui-du-thi/<int:pk>/da-gui/", referrals.send, name="referral_send"),
    path("gui-du-thi/<int:pk>/buoc/<slug:step>/", referrals.step, name="referral_step"),
    path("gui-du-thi/<int:pk>/ket-qua/", referrals.record, name="outcome_new"),
    path(f"{OUTCOME}/", referrals.outcome, name="outcome"),
    path(f"{OUTCOME}/sua/", referrals.edit, name="outcome_edit"),
    path(f"{OUTCOME}/buoc/<slug:step>/", referrals.outcome_step, name="outcome_step"),
]
