from django.urls import path

from exports import views
from exports.registry import LISTINGS

app_name = "exports"
urlpatterns = [
    path("archivos/", views.files, name="files"),
    path("archivos/<uuid:export_id>/", views.download, name="download"),
    path("listas/<slug:key>/", views.keep_layout, name="keep-layout"),
    *(path(f"exportar/{listing.key}/", views.export_of(listing), name=listing.key) for listing in LISTINGS),
]
