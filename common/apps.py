from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models import CharField

from common import quick_instants
from common.beginning import Begins
from common.second_wall import on_new_connection


class CommonConfig(AppConfig):
    name = "common"

    def ready(self) -> None:
        connection_created.connect(on_new_connection, dispatch_uid="second wall")
        connection_created.connect(quick_instants.on_new_connection, dispatch_uid="quick instants")
        CharField.register_lookup(Begins)
