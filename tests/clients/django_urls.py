"""The pages of the Django site."""

import django_site
import django_social
from django.urls import include, path

urlpatterns = [
    path("oidc/", include("mozilla_django_oidc.urls")),
    path("social/member/", django_social.member),
    path("social/", include("social_django.urls", namespace="social")),
    path("private/", django_site.private),
    path("failed/", django_site.failed),
    path("authlib/login/", django_site.authlib_login),
    path("authlib/callback/", django_site.authlib_callback),
]
