"""mozilla-django-oidc, which signs people in to a Django site, does so here; Authlib's Django integration does too."""

import time
from urllib.parse import urlsplit

import django_site
import pytest
from authlib.integrations.base_client import OAuthError
from authlib.oidc.core.errors import *  # noqa: F403
from registrations import CLAIMS, SUB
from tampering import another_audience, another_issuer, another_nonce, another_subject, expired, signed_by_another, unsigned, untouched
