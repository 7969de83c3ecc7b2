"""The product's addresses, and the bare view."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from bench.views import bare
from config.urls import urlpatterns as shipped

urlpatterns: list[URLPattern | URLResolver] = [path("bare/", bare, name="bare"), *shipped]
