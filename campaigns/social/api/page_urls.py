from django.urls import path

from campaigns.social.api.pages import rights_page

urlpatterns = [path("rights/<str:token>", rights_page, name="social-rights-page")]
