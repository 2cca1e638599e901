from django.urls import path

from rights import views

app_name = "rights"
urlpatterns = [
    path("transacciones/derechos/", views.own_rights, name="own"),
    path("administracion/usuarios/<uuid:user_id>/derechos/", views.user_rights, name="of-user"),
    path("administracion/topes/acumulados/", views.usage, name="usage"),
    path("administracion/topes/acumulados/matriz/", views.matrix, name="matrix"),
]
