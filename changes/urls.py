from django.urls import path

from changes import views

app_name = "changes"
urlpatterns = [
    path("autorizaciones/", views.approvals, name="approvals"),
    path("autorizaciones/aprobar/", views.approve_together, name="approve-together"),
    path("autorizaciones/<uuid:change_id>/", views.confirm, name="confirm"),
    path("autorizaciones/<uuid:change_id>/texto/", views.text, name="text"),
    path("autorizaciones/<uuid:change_id>/texto/archivo/", views.text_file, name="text-file"),
    path("autorizaciones/<uuid:change_id>/retirar/", views.withdraw, name="withdraw"),
    path("autorizaciones/<uuid:change_id>/banco/", views.ask_bank, name="ask-bank"),
    path("autorizaciones/<uuid:change_id>/rechazar/", views.reject, name="reject"),
]
