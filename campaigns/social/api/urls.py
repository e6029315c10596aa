from django.urls import path

from campaigns.social.api import moderation, views

urlpatterns = [
    path("social/posts", views.ShopPosts.as_view()),
    path("social/posts/webhook", views.PostWebhook.as_view()),
    path("social/posts/<uuid:post_id>", views.ShopPost.as_view()),
    path("social/posts/<uuid:post_id>/picture", views.Picture.as_view()),
    path("social/follows/webhook", views.FollowWebhook.as_view()),
    path("social/rights/<str:rights_token>", views.LinkRights.as_view()),
    path("social/moderation", moderation.Queue.as_view()),
    path("social/moderation/<uuid:post_id>", moderation.QueueDetail.as_view()),
    path("social/moderation/<uuid:post_id>/products", moderation.TagProducts.as_view()),
    path("social/moderation/<uuid:post_id>/ask-rights", moderation.AskRights.as_view()),
    path("social/moderation/<uuid:post_id>/approve", moderation.Approve.as_view()),
    path("social/moderation/<uuid:post_id>/reject", moderation.Reject.as_view()),
    path("social/moderation/<uuid:post_id>/reconsider", moderation.Reconsider.as_view()),
    path("social/moderation/<uuid:post_id>/repost", moderation.Repost.as_view()),
    path("me/social-handles", views.MyHandles.as_view()),
    path("me/social-handles/<uuid:claim_id>", views.MyHandle.as_view()),
    path("me/posts", views.MyPosts.as_view()),
    path("me/posts/<uuid:post_id>/rights", views.MyPostRights.as_view()),
]
