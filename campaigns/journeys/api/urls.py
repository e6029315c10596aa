from django.urls import path

from campaigns.journeys.api import people, views

_ONE = "journeys/<uuid:journey_id>"
_STEP = f"{_ONE}/steps/<str:step>"
_PERSON = f"{_ONE}/people/<uuid:enrolment_id>"

urlpatterns = [
    path("journeys", views.JourneysView.as_view(), name="journeys"),
    path("journeys/kinds", views.KindsView.as_view(), name="journey-kinds"),
    path("journeys/check", views.CheckView.as_view(), name="journey-check"),
    path(_ONE, views.JourneyView.as_view(), name="journey"),
    path(f"{_ONE}/versions", views.VersionsView.as_view(), name="journey-versions"),
    path(f"{_ONE}/versions/<int:number>", views.VersionView.as_view(), name="journey-version"),
    path(f"{_ONE}/draft", views.DraftView.as_view(), name="journey-draft"),
    path(f"{_ONE}/publish", views.PublishView.as_view(), name="journey-publish"),
    path(f"{_ONE}/pause", views.PauseView.as_view(), name="journey-pause"),
    path(f"{_ONE}/resume", views.ResumeView.as_view(), name="journey-resume"),
    path(f"{_ONE}/end", views.EndView.as_view(), name="journey-end"),
    path(f"{_ONE}/simulate", views.SimulateView.as_view(), name="journey-simulate"),
    path(f"{_ONE}/counts", views.CountsView.as_view(), name="journey-counts"),
    path(f"{_ONE}/people", people.PeopleView.as_view(), name="journey-people"),
    path(_PERSON, people.PersonView.as_view(), name="journey-person"),
    path(f"{_PERSON}/resume", people.PersonResumeView.as_view(), name="journey-person-resume"),
    path(f"{_PERSON}/exit", people.PersonExitView.as_view(), name="journey-person-exit"),
    path(f"{_STEP}/people", people.StepPeopleView.as_view(), name="journey-step-people"),
    path(f"{_STEP}/here", people.StepHereView.as_view(), name="journey-step-here"),
]
