from django.urls import path

from accounts.views import inbox

app_name = "inbox"
urlpatterns = [
    path("mensajes/", inbox.messages, name="messages"),
    path("notificaciones/", inbox.notifications, name="notifications"),
    path("mensajes/<uuid:message_id>/leido/", inbox.mark_read, name="mark-read"),
]
