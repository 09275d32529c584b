from django.urls import URLPattern, path

from projects.views import (
    assisted,
    before,
    calls,
    certificates,
    checkins,
    dossier,
    exports,
    facts,
    help_requests,
    intake,
    ledger,
    office,
    own,
    products,
    public,
    publishing,
    receipt,
    register,
    resume,
    screening,
    stories,
    team,
    ventures,
)

app_name = "projects"


def of_fact(kind: str, new: str, one: str) -> list[URLPattern]:
    """The addresses of a kind of fact: written under ``new`` of its venture, read at ``one``.

    Without ``new`` it is written about something else than a venture.
    """
    told = {"kind": kind}
    of_venture = [path(f"du-an/<str:code>/{new}/moi/", facts.new, told, name=f"{kind}_new")]
    return [
        *(of_venture if new else []),
        path(f"{one}/<int:pk>/", facts.show, told, name=kind),
        path(f"{one}/<int:pk>/sua/", facts.edit, told, name=f"{kind}_edit"),
        path(f"{one}/<int:pk>/buoc/<slug:step>/", facts.step, told, name=f"{kind}_step"),
    ]


urlpatterns = [
    # ideas
    path("y-tuong/", own.ideas, name="ideas"),
    path("y-tuong/moi/", intake.new, name="idea_new"),
    path("y-tuong/tu-kiem-tra/", before.self_check, name="self_check"),
    path("y-tuong/mau-giay.docx", before.paper, name="paper_form"),
    path("y-tuong/giong/", before.alike, name="alike"),
    path("y-tuong/nhap/<uuid:key>/viet-tiep/", resume.ask, name="resume_ask"),
    path("y-tuong/viet-tiep/<str:token>/", resume.open_link, name="resume"),
    path("y-tuong/nhap/<uuid:key>/<slug:step>/", intake.draft, name="draft"),
    path("y-tuong/cua-toi/", own.own, name="own_ideas"),
    path("y-tuong/phat-hanh/", office.release, name="release"),
    path("y-tuong/nhap-giup/", assisted.begin, name="assist"),
    path("y-tuong/nhap-giup/<uuid:key>/", assisted.entry, name="assisted"),
    path("y-tuong/nhap-giup/<uuid:key>/giay/", assisted.paper, name="assisted_paper"),
    path("y-tuong/nhap-giup/<uuid:key>/nhan-ve/", assisted.claim, name="claim"),
    path("y-tuong/loi-moi/<str:token>/", team.invitation, name="invitation"),
    path("y-tuong/xuat.xlsx", exports.queue, name="ideas_export"),
    path("y-tuong/tiep-theo/", screening.following, name="following"),
    path("y-tuong/thoi-gian-tra-loi/", screening.times, name="answer_times"),
    path("y-tuong/thong-ke/", screening.statistics, name="screening_figures"),
    path("y-tuong/<str:code>/", own.idea, name="idea"),
    path("y-tuong/<str:code>/bien-nhan/", receipt.receipt, name="receipt"),
    path("y-tuong/<str:code>/bien-nhan.pdf", receipt.pdf, name="receipt_pdf"),
    path("y-tuong/<str:code>/ban-goc.json", receipt.source, name="receipt_source"),
    path("y-tuong/<str:code>/ban/<int:number>/", receipt.version, name="version"),
    path(
        "y-tuong/<str:code>/ban/<int:number>/bien-nhan.pdf",
        receipt.version_pdf,
        name="version_pdf",
    ),
    path(
        "y-tuong/<str:code>/ban/<int:number>/ban-goc.json",
        receipt.version_source,
        name="version_source",
    ),
    path("y-tuong/<str:code>/cong-bo/", publishing.choose, name="publish"),
    path("y-tuong/<str:code>/dong-y/", own.consents, name="consents"),
    path("y-tuong/<str:code>/nhan-xet/", screening.remark, name="remark"),
    path("y-tuong/<str:code>/y-kien/", screening.ask, name="opinion_ask"),
    path("y-tuong/<str:code>/y-kien/<int:pk>/", screening.opinion, name="opinion"),
    path("y-tuong/<str:code>/buoc/<slug:step>/", office.idea_step, name="idea_step"),
    # dated calls
    path("dot-nhan/", calls.listed, name="calls"),
    path("dot-nhan/moi/", calls.new, name="call_new"),
    path("dot-nhan/<slug:slug>/", calls.one, name="call"),
    path("dot-nhan/<slug:slug>/sua/", calls.edit, name="call_edit"),
    path("dot-nhan/<slug:slug>/buoc/<slug:step>/", calls.step, name="call_step"),
    path("dot-nhan/<slug:slug>/cau-hoi/", calls.questions, name="call_questions"),
    path("dot-nhan/<slug:slug>/cau-hoi/<int:pk>/", calls.question, name="call_question"),
    path(
        "dot-nhan/<slug:slug>/cau-hoi/<int:pk>/<slug:verb>/",
        calls.question_verb,
        name="call_question_verb",
    ),
    path("y-tuong/<str:reference>/nhom/", team.page, name="team"),
    path("y-tuong/<str:reference>/nhom/<int:pk>/bo/", team.remove, name="team_remove"),
    path("y-tuong/<str:reference>/nhom/<int:pk>/quyen/", team.rights, name="team_rights"),
    path("y-tuong/<str:reference>/nhom/<int:pk>/ban-giao/", team.offer, name="team_offer"),
    path("y-tuong/<str:reference>/nhom/roi/", team.leave, name="team_leave"),
    path("y-tuong/<str:reference>/nhom/ten/", team.show_name, name="team_name"),
    path("y-tuong/<str:reference>/nhom/nhan-vai/", team.lead, name="lead"),
    # projects and enterprises
    path("du-an/", public.projects, name="projects"),
    path("du-an/ban-do/", public.ward_map, name="wards"),
    path("du-an/xuat.xlsx", exports.projects, name="projects_export"),
    path("doanh-nghiep/xuat.xlsx", exports.enterprises, name="enterprises_export"),
    path("du-an/<str:code>/ho-tro/xuat.xlsx", exports.ledger, name="ledger_export"),
    path("so-ho-tro/xuat.xlsx", exports.supports, name="supports_export"),
    path("san-pham/xuat.xlsx", exports.products, name="products_export"),
    path("chung-nhan/xuat.xlsx", exports.certificates, name="certificates_export"),
    path("yeu-cau/xuat.xlsx", exports.help_requests, name="help_requests_export"),
    path("du-an/<str:code>/", ventures.venture, name="project"),
    path("du-an/<str:code>/anh/", publishing.picture, name="picture"),
    path("du-an/<str:code>/moc/du-dinh/", stories.plan, name="plan"),
    path("moc-du-dinh/<int:pk>/bo/", stories.drop, name="plan_drop"),
    path("du-an/<str:code>/ho-so/", dossier.venture_dossier, name="dossier"),
    path("doanh-nghiep/", public.enterprises, name="enterprises"),
    path("doanh-nghiep/<str:code>/", ventures.venture, name="enterprise"),
    # facts
    *of_fact("support", "ho-tro", "ho-tro-da-ghi"),
    *of_fact("formation", "doanh-nghiep", "dang-ky-doanh-nghiep"),
    *of_fact("stagereached", "giai-doan", "giai-doan-da-toi"),
    *of_fact("milestone", "moc", "moc-da-dat"),
    *of_fact("investment", "dau-tu", "dau-tu-da-ghi"),
    path("ho-tro-da-ghi/<int:pk>/ket-qua/", stories.result, name="support_result"),
    path("dau-tu-da-ghi/<int:pk>/cong-bo/", stories.investment_show, name="investment_show"),
    path("dang-ky-doanh-nghiep/<int:pk>/cham-dut/", facts.new_closing, name="closing_new"),
    *of_fact("closing", "", "cham-dut-doanh-nghiep"),
    path(
        "cong-nhan/<int:pk>/buoc/<slug:step>/", ventures.recognition_step, name="recognition_step"
    ),
    # products and where they are sold
    path("san-pham/", products.product_list, name="products"),
    path("san-pham/<str:code>/", products.product, name="product"),
    path("san-pham/<str:code>/sua/", products.product_edit, name="product_edit"),
    path("san-pham/<str:code>/cho-ban/moi/", products.listing_new, name="listing_new"),
    path("du-an/<str:code>/san-pham/moi/", products.product_new, name="product_new"),
    path("cho-ban/<int:pk>/sua/", products.listing_edit, name="listing_edit"),
    path("cho-ban/<int:pk>/buoc/<slug:step>/", products.listing_step, name="listing_step"),
    # certificates, fairs, supply to lead firms
    path("chung-nhan/", certificates.certificate_list, name="certificates"),
    *of_fact("certificate", "chung-nhan", "chung-nhan"),
    *of_fact("fairvisit", "hoi-cho", "hoi-cho"),
    *of_fact("supplylink", "cung-ung", "cung-ung"),
    # the quarterly check-in and what is asked for
    path("hoi-tham/<str:token>/", checkins.checkin, name="checkin"),
    path("yeu-cau/", help_requests.help_requests, name="help_requests"),
    path("yeu-cau/<int:pk>/", help_requests.help_request, name="help_request"),
    path(
        "yeu-cau/<int:pk>/buoc/<slug:step>/",
        help_requests.help_request_step,
        name="help_request_step",
    ),
    # the support ledger
    path("so-ho-tro/", ledger.ledger, name="ledger"),
    path("y-tuong/<str:code>/nhom-doi-tuong/", stories.groups, name="groups"),
    # the Excel register
    path("nhap-so/", register.register, name="register"),
    path("nhap-so/mau.xlsx", register.template, name="register_template"),
    path("nhap-so/<int:pk>/", register.preview, name="register_preview"),
    path("nhap-so/<int:pk>/nhap-that/", register.confirm, name="register_confirm"),
]
