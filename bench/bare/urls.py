"""The page, and the sign-in under the portal's own addresses."""

from django.urls import path

from bench.bare import views

urlpatterns = [
    path("", views.page, name="page"),
    path("ingreso/", views.username_step, name="sign-in"),
    path("ingreso/clave/", views.password_step, name="sign-in-password"),
    path("ingreso/imagen/", views.image, name="image"),
]
