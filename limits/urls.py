from django.urls import path

from limits import views

app_name = "limits"
urlpatterns = [
    path("usuarios/<uuid:user_id>/", views.user_limits, name="user"),
    path("servicios/", views.ceilings, name="ceilings"),
]
