from django.apps import AppConfig


class JourneysConfig(AppConfig):
    name = "campaigns.journeys"
    label = "campaign_journeys"
    verbose_name = "Journeys"

    def ready(self) -> None:
        from campaigns.journeys.errors import KeyTaken
        from campaigns.journeys.facts import SENTENCES
        from campaigns.journeys.handlers import FACTS, hear_events
        from campaigns.journeys.personal_data import JourneysOfPeople
        from campaigns.journeys.ports import step_kinds
        from campaigns.journeys.providers.actions import IssueCode, Points, Send
        from campaigns.journeys.providers.flow import Exit, Goal, Jump, Split, Trigger, WaitStep
        from campaigns.journeys.providers.paper import Postcard
        from campaigns.journeys.providers.profile import JourneysPanel
        from campaigns.journeys.providers.questions import Condition
        from customers.ports import profile_panels
        from omnichannel.events.ports import describe, subscribe
        from omnichannel.kernel.personal_data import personal_data
        from omnichannel.rest.idempotency import map_constraint

        step_kinds.register("trigger", Trigger(), order=10)
        step_kinds.register("wait", WaitStep(), order=20)
        step_kinds.register("condition", Condition(), order=21)
        step_kinds.register("split", Split(), order=22)
        step_kinds.register("jump", Jump(), order=23)
        step_kinds.register("send", Send(), order=40)
        step_kinds.register("issue_code", IssueCode(), order=41)
        step_kinds.register("points", Points(), order=42)
        step_kinds.register("postcard", Postcard(), order=43)
        step_kinds.register("goal", Goal(), order=80)
        step_kinds.register("exit", Exit(), order=81)
        subscribe(name="journeys.hear", facts=FACTS, handle=hear_events)
        for name, sentence in SENTENCES.items():
            describe(name, sentence)
        personal_data.register("journeys", JourneysOfPeople(), order=70)
        profile_panels.register("journeys", JourneysPanel(), order=60)
        map_constraint("campaign_journeys_journey_key_key", KeyTaken)
