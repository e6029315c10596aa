from django.urls import path

from campaigns.messages.api import campaigns, desk, letters, people, results

urlpatterns = [
    path("me/inbox", people.InboxView.as_view()),
    path("me/inbox/<uuid:inbox_id>/read", people.InboxReadView.as_view()),
    path("customers/<uuid:customer_id>/prompts", people.PromptsView.as_view()),
    path("customers/<uuid:customer_id>/prompts/<uuid:prompt_id>/told", people.PromptToldView.as_view()),
    path("customers/<uuid:customer_id>/letters", letters.LettersView.as_view()),
    path("messages/why", desk.WhyView.as_view()),
    path("messages/results", results.MessageResultsView.as_view()),
    path("messages/sent", results.SentView.as_view()),
    path("messages/orders", results.MessageOrdersView.as_view()),
    path("messages/templates", desk.TemplatesView.as_view()),
    path("messages/templates/<slug:key>", desk.TemplateView.as_view()),
    path("messages/templates/<slug:key>/preview", desk.PreviewView.as_view()),
    path("messages/templates/<slug:key>/paper", desk.PaperView.as_view()),
    path("messages/templates/<slug:key>/test", desk.TestView.as_view()),
    path("campaigns", campaigns.CampaignsView.as_view()),
    path("campaigns/audience", campaigns.AudienceView.as_view()),
    path("campaigns/<uuid:campaign_id>", campaigns.CampaignView.as_view()),
    path("campaigns/<uuid:campaign_id>/schedule", campaigns.CampaignScheduleView.as_view()),
    path("campaigns/<uuid:campaign_id>/pause", campaigns.CampaignPauseView.as_view()),
    path("campaigns/<uuid:campaign_id>/resume", campaigns.CampaignResumeView.as_view()),
    path("campaigns/<uuid:campaign_id>/cancel", campaigns.CampaignCancelView.as_view()),
    path("campaigns/<uuid:campaign_id>/results", campaigns.CampaignResultsView.as_view()),
]
