from django.apps import AppConfig
from django.db.backends.signals import connection_created

from common.second_wall import on_new_connection


class CommonConfig(AppConfig):
    name = "common"

    def ready(self) -> None:
        connection_created.connect(on_new_connection, dispatch_uid="second wall")
