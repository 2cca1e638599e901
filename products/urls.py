from django.urls import path

from products import views

app_name = "products"
urlpatterns = [
    path("", views.company_products, name="company"),
    path("usuarios/<uuid:user_id>/", views.user_products, name="user"),
]
