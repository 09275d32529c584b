from django.urls import path

from contests.views import (
    assigning,
    commendations,
    desk,
    diplomas,
    entries,
    entry_desk,
    feedback,
    judging,
    panel,
    papers,
    poll_desk,
    polls,
    public,
    referrals,
)

app_name = "contests"

ROUND = "cuoc-thi/<slug:slug>/vong/<slug:code>"
WORDS = f"{ROUND}/nhan-xet"
PRINTED = f"{ROUND}/van-ban"
OUTCOME = "ket-qua-gui-du-thi/<int:pk>"

urlpatterns = [
    path("cuoc-thi/", public.contests, name="contests"),
    path("cuoc-thi/<slug:slug>/", public.contest, name="contest"),
    path("cuoc-thi/<slug:slug>/binh-chon/", polls.of_contest, name="contest_polls"),
    path("binh-chon/", polls.polls, name="polls"),
    path("binh-chon/moi/", poll_desk.new, name="poll_new"),
    path("binh-chon/<slug:slug>/", polls.poll, name="poll"),
    path("binh-chon/<slug:slug>/ma/<uuid:key>/", polls.code, name="poll_code"),
    path("binh-chon/<slug:slug>/phieu/", polls.ballot, name="poll_ballot"),
    path("binh-chon/<slug:slug>/da-bo/", polls.receipt, name="poll_receipt"),
    path("binh-chon/<slug:slug>/bien-nhan/", polls.receipts, name="poll_receipts"),
    path("binh-chon/<slug:slug>/bien-nhan.txt", polls.receipts_text, name="poll_receipts_text"),
    path("binh-chon/<slug:slug>/dieu-hanh/", poll_desk.desk, name="poll_desk"),
    path("binh-chon/<slug:slug>/sua/", poll_desk.edit, name="poll_edit"),
    path("binh-chon/<slug:slug>/lua-chon/", poll_desk.option, name="poll_option"),
    path("binh-chon/<slug:slug>/lua-chon/bai/", poll_desk.entries, name="poll_entries"),
    path("binh-chon/<slug:slug>/lua-chon/<int:pk>/bo/", poll_desk.drop_option, name="poll_drop"),
    path("binh-chon/<slug:slug>/the/", poll_desk.cards, name="poll_cards"),
    path("binh-chon/<slug:slug>/the/<int:pk>/huy/", poll_desk.void, name="poll_void"),
    path("binh-chon/<slug:slug>/loai/", poll_desk.annul, name="poll_annul"),
    path("binh-chon/<slug:slug>/buoc/<slug:step>/", poll_desk.step, name="poll_step"),
    path("tuyen-duong/", commendations.wall, name="commendations"),
    path("tuyen-duong/moi/", commendations.new, name="commendation_new"),
    path("tuyen-duong/<uuid:key>/", commendations.one, name="commendation"),
    path("tuyen-duong/<uuid:key>/sua/", commendations.edit, name="commendation_edit"),
    path("tuyen-duong/<uuid:key>/buoc/<slug:step>/", commendations.step, name="commendation_step"),
    path(
        "tuyen-duong/<uuid:key>/y-kien/<slug:verb>/", commendations.word, name="commendation_word"
    ),
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
