from django.urls import path

from operations.views import confirmation

app_name = "operations"
urlpatterns = [
    path("autorizaciones/", confirmation.approvals, name="approvals"),
    path("autorizaciones/<uuid:change_id>/", confirmation.confirm, name="confirm"),
    path("autorizaciones/<uuid:change_id>/retirar/", confirmation.withdraw, name="withdraw"),
]
