from django.urls import path

from accounts.views import addresses, alerts, parameters, profiles, states, users

app_name = "users"
urlpatterns = [
    path("configuracion/", users.search, name="search"),
    path("configuracion/nuevo/", users.create, name="create"),
    path("configuracion/<uuid:user_id>/principal/", users.main, name="main"),
    path("configuracion/<uuid:user_id>/informacion/", users.contact, name="contact"),
    path("configuracion/<uuid:user_id>/contrasena/", users.password, name="password"),
    path("activacion/", states.states, name="states"),
    path("activacion/<uuid:user_id>/", states.set_state, name="set-state"),
    path("perfiles/", profiles.profiles, name="profiles"),
    path("perfiles/nuevo/", profiles.create_profile, name="create-profile"),
    path("perfiles/<uuid:profile_id>/", profiles.edit_profile, name="edit-profile"),
    path("alertas/", alerts.alerts, name="alerts"),
    path("direcciones-ip/", addresses.addresses, name="addresses"),
    path("parametros/", parameters.parameters, name="parameters"),
]
