"""The page of the Django site for members who came by python-social-auth, which can be imported once Django is set up."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from social_django.utils import load_strategy


@login_required
def member(request: HttpRequest) -> HttpResponse:
    """Who is signed in, and what was got at first and by refreshing."""
    user, association = request.user, request.user.social_auth.get()
    before = dict(association.extra_data)
    association.refresh_token(load_strategy(request))
    return JsonResponse(
        {
            "sub": association.uid,
            "name": user.get_full_name(),
            "email": user.email,
            "before": before,
            "refreshed": association.extra_data,
        }
    )
