"""The page behind the link that went to a handle: the picture, the words, yes or no."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from campaigns.social.api.views import post_behind
from campaigns.social.queries.pictures import small_picture
from campaigns.social.services.rights import WORDS
from omnichannel.brand.queries import get_brand
from omnichannel.kernel.errors import DomainError


@require_GET
def rights_page(request: HttpRequest, token: str) -> HttpResponse:
    """What is asked; the page itself calls `POST /api/v1/social/rights/{token}`."""
    brand = get_brand()
    shown = {"brand": brand.name, "colour": brand.colour, "token": token, "words": WORDS}
    try:
        post = post_behind(token)
    except DomainError as error:
        return render(request, "social/rights.html", {**shown, "problem": error.problem_title}, status=404)
    response = render(
        request,
        "social/rights.html",
        {**shown, "handle": post.handle, "rights": post.rights, "picture": small_picture(post)},
    )
    response["Cache-Control"] = "no-store"
    return response
