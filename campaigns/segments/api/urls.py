from django.urls import path

from campaigns.segments.api import views

urlpatterns = [
    path("segments", views.SegmentsView.as_view(), name="segments"),
    path("segments/preview", views.PreviewView.as_view(), name="segments-preview"),
    path("segments/vocabulary", views.VocabularyView.as_view(), name="segments-vocabulary"),
    path("segments/<uuid:segment_id>", views.SegmentView.as_view(), name="segment"),
    path("segments/<uuid:segment_id>/versions", views.VersionsView.as_view(), name="segment-versions"),
    path("segments/<uuid:segment_id>/members", views.MembersView.as_view(), name="segment-members"),
    path("segments/<uuid:segment_id>/upload", views.UploadView.as_view(), name="segment-upload"),
]
