from django.urls import path

from customers.api import desk, identities, me, notes, preferences, sources, timeline

urlpatterns = [
    path("me", me.MeView.as_view()),
    path("me/addresses", me.MyAddressesView.as_view()),
    path("me/addresses/<uuid:address_id>", me.MyAddressView.as_view()),
    path("me/timeline", timeline.MyTimelineView.as_view(), name="my-timeline"),
    path("me/preferences", preferences.MyPreferencesView.as_view()),
    path("preferences/<str:preferences_token>", preferences.LinkPreferencesView.as_view()),
    path("newsletter", preferences.NewsletterView.as_view()),
    path("newsletter/confirm", preferences.NewsletterConfirmView.as_view()),
    path("sources/<uuid:source_id>/latest", sources.SourceLatestView.as_view()),
    path("customers", desk.CustomersView.as_view()),
    path("customers/<uuid:customer_id>", desk.CustomerView.as_view()),
    path("customers/<uuid:customer_id>/timeline", timeline.CustomerTimelineView.as_view()),
    path("customers/<uuid:customer_id>/notes", notes.NotesView.as_view()),
    path("customers/<uuid:customer_id>/profile", timeline.ProfileView.as_view()),
    path("customers/<uuid:customer_id>/identities/<uuid:identity_id>/release", identities.IdentityView.as_view()),
    path("customers/<uuid:customer_id>/merges", identities.MergesView.as_view()),
    path("customers/<uuid:customer_id>/merges/<uuid:customer_merge_id>/undo", identities.MergeUndoView.as_view()),
    path("customers/<uuid:customer_id>/addresses", desk.CustomerAddressesView.as_view()),
    path("customers/<uuid:customer_id>/addresses/<uuid:address_id>", desk.CustomerAddressView.as_view()),
]
