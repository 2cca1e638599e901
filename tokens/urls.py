from django.urls import path

from tokens import views

app_name = "tokens"
urlpatterns = [
    path("", views.token_list, name="list"),
    path("<uuid:user_id>/", views.user_token, name="user"),
]
