from django.urls import path

from notifications import views

app_name = "inbox"
urlpatterns = [
    path("mensajes/", views.messages, name="messages"),
    path("notificaciones/", views.notifications, name="notifications"),
    path("mensajes/leidos/", views.mark_all_read, name="mark-all-read"),
    path("mensajes/<uuid:message_id>/abrir/", views.open_message, name="open"),
    path("mensajes/<uuid:message_id>/leido/", views.mark_read, name="mark-read"),
]
