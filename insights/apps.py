from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "insights"
    verbose_name = "Insights"

    def ready(self) -> None:
        from insights.handlers import JOIN_FACTS, PATH_FACTS, follow_identities, follow_orders
        from insights.personal_data import PathRecords
        from omnichannel.events.ports import subscribe
        from omnichannel.kernel.personal_data import personal_data

        # After orders: paths go where these went.
        personal_data.register("insights", PathRecords(), order=90)
        subscribe(name="insights.follow_orders", facts=PATH_FACTS, handle=follow_orders, queue="bulk")
        subscribe(name="insights.follow_identities", facts=JOIN_FACTS, handle=follow_identities, queue="bulk")
