"""Addresses under /tai-khoan/: our own, and allauth's views under Vietnamese names.

``allauth_names`` holds every name that allauth's own code reverses, so that
``allauth.urls`` need not be mounted.
"""

from allauth.account import views as allauth
from django.urls import include, path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("ho-so/", views.profile, name="profile"),
    path("ho-so/dong-y/<int:pk>/rut-lai/", views.withdraw_consent, name="withdraw_consent"),
    path("ho-so/hoi-phu-huynh/", views.ask_guardian, name="ask_guardian"),
    path("xac-thuc-hai-lop/", views.second_factor, name="second_factor"),
    path("phu-huynh/<str:token>/", views.guardian, name="guardian"),
    path("ma/", views.code_sign_in, name="code_sign_in"),
]

allauth_names = [
    path("dang-nhap/", allauth.login, name="account_login"),
    path("dang-nhap/ma/", views.request_login_code, name="account_request_login_code"),
    path("dang-nhap/nhap-ma/", allauth.confirm_login_code, name="account_confirm_login_code"),
    path("dang-xuat/", allauth.logout, name="account_logout"),
    path("da-khoa/", allauth.account_inactive, name="account_inactive"),
    path("dang-ky/", allauth.signup, name="account_signup"),
    path("xac-nhan-lai/", allauth.reauthenticate, name="account_reauthenticate"),
    path("thu-dien-tu/", allauth.email, name="account_email"),
    path(
        "thu-dien-tu/xac-nhan/",
        allauth.email_verification_sent,
        name="account_email_verification_sent",
    ),
    path("mat-khau/doi/", allauth.password_change, name="account_change_password"),
    path("mat-khau/dat/", allauth.password_set, name="account_set_password"),
    path("mat-khau/quen/", allauth.password_reset, name="account_reset_password"),
    path(
        "mat-khau/quen/ma/",
        allauth.confirm_password_reset_code,
        name="account_confirm_password_reset_code",
    ),
    path(
        "mat-khau/quen/dat-moi/",
        allauth.complete_password_reset,
        name="account_complete_password_reset",
    ),
    path(
        "mat-khau/quen/xong/",
        allauth.password_reset_from_key_done,
        name="account_password_reset_completed",
    ),
    path("hai-lop/", include("allauth.mfa.urls")),
]
