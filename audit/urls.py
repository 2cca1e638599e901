from django.urls import path

from audit import views

app_name = "trail"
urlpatterns = [path("administracion/usuarios/<uuid:user_id>/historia/", views.history, name="of-user")]
