from django.urls import path

from operations.views import confirmation, rights

app_name = "operations"
urlpatterns = [
    path("consultas/productos/", rights.own_products, name="products"),
    path("transacciones/derechos/", rights.own_rights, name="rights"),
    path("administracion/usuarios/<uuid:user_id>/derechos/", rights.user_rights, name="user-rights"),
    path("autorizaciones/", confirmation.approvals, name="approvals"),
    path("autorizaciones/<uuid:change_id>/", confirmation.confirm, name="confirm"),
    path("autorizaciones/<uuid:change_id>/retirar/", confirmation.withdraw, name="withdraw"),
]
