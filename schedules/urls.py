from django.urls import path

from schedules import views

app_name = "schedules"
urlpatterns = [
    path("", views.company_schedule, name="company"),
    path("modificar/", views.edit_company, name="edit-company"),
    path("usuarios/<uuid:user_id>/", views.user_schedule, name="user"),
    path("usuarios/<uuid:user_id>/modificar/", views.edit_user, name="edit-user"),
]
