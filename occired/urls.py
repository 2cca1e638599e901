"""The portal's URLs, for customers. Bank staff have others, on their own host (`occired.staff_urls`)."""

from django.urls import include, path

from occired import views

help_urls = (
    [
        path("condiciones/", views.conditions, name="conditions"),
        path("recomendaciones/", views.recommendations, name="recommendations"),
        path("contacto/", views.contact, name="contact"),
        path("tutoriales/", views.tutorials, name="tutorials"),
        path("olvido-su-clave/", views.forgotten_password, name="forgotten-password"),
    ],
    "help",
)

urlpatterns = [
    path("readyz", views.readyz, name="readyz"),
    path("", views.home, name="home"),
    path("buscar/", views.find, name="find"),
    path("idioma/", views.language, name="language"),
    path("ayudas/", include(help_urls)),
    path("", include("accounts.urls")),
    path("", include("notifications.urls")),
    path("", include("products.urls")),
    path("administracion/horarios/", include("schedules.urls")),
    path("administracion/topes/", include("limits.urls")),
    path("administracion/token/", include("tokens.urls")),
    path("", include("rights.urls")),
    path("", include("exports.urls")),
    path("", include("changes.urls")),
    path("", include("audit.urls")),
]

handler403 = "occired.views.forbidden"
handler500 = "occired.views.failed"
