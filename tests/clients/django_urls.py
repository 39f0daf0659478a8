"""The pages of the Django site."""

import django_site
from django.urls import include, path

urlpatterns = [
    path("oidc/", include("mozilla_django_oidc.urls")),
    path("private/", django_site.private),
    path("failed/", django_site.failed),
    path("authlib/login/", django_site.authlib_login),
    path("authlib/callback/", django_site.authlib_callback),
]
