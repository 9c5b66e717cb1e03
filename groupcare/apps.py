from django.apps import AppConfig

from groupcare import checks


class GroupCareConfig(AppConfig):
    name = "groupcare"

    def ready(self) -> None:
        checks.register_all()
