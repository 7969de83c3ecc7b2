"""The gallery of components, for tests and for the eye. These addresses exist in the test suite alone."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from tests.gallery import views

urlpatterns = [
    path("gallery/", login_not_required(views.gallery), name="gallery"),
    path("gallery/errors/", login_not_required(views.gallery_errors), name="gallery_errors"),
    path("gallery/poll/", login_not_required(views.poll), name="gallery_poll"),
    path("gallery/broken/<int:status>/", login_not_required(views.broken), name="gallery_broken"),
    path("", include("config.urls")),
]
