from django.urls import path

from products import views

app_name = "products"
urlpatterns = [
    path("consultas/productos/", views.own_products, name="own"),
    path("administracion/productos/", views.company_products, name="company"),
    path("administracion/productos/usuarios/<uuid:user_id>/", views.user_products, name="user"),
]
