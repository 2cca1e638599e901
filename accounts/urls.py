"""`sign_in_urls` are on every host; `users` is what an administrator runs, in the portal alone."""

from django.urls import include, path

from accounts.addresses import views as addresses
from accounts.alerts import views as alerts
from accounts.bulk import views as bulk
from accounts.company import views as company
from accounts.many import views as many
from accounts.passwords import views as passwords
from accounts.profiles import views as profiles
from accounts.set_up import views as set_up
from accounts.sign_in import views as sign_in
from accounts.states import views as states
from accounts.users import views as users

sign_in_urls = [
    path("ingreso/", sign_in.username_step, name="sign-in"),
    path("ingreso/clave/", sign_in.password_step, name="sign-in-password"),
    path("ingreso/imagen/", sign_in.security_image, name="sign-in-image"),
    path("ingreso/cancelar/", sign_in.cancel, name="sign-in-cancel"),
    path("salida/", sign_in.sign_out, name="sign-out"),
    path("mi-cuenta/", passwords.own_account_page, name="own-account"),
    path("mi-cuenta/clave/", passwords.own_password, name="own-password"),
    path("mi-cuenta/imagen/", passwords.own_image, name="own-image"),
    path("mi-cuenta/avisos/", alerts.own_alerts, name="own-alerts"),
    path("mi-cuenta/sigo-aqui/", passwords.still_here, name="still-here"),
]

_users = [
    path("configuracion/", users.search, name="search"),
    path("configuracion/nuevo/", set_up.create, name="create"),
    path("configuracion/archivo/", bulk.bulk, name="bulk"),
    path("configuracion/archivo/libro/", bulk.workbook, name="bulk-workbook"),
    path("configuracion/archivo/<uuid:upload_id>/", bulk.upload, name="bulk-upload"),
    path("configuracion/archivo/<uuid:upload_id>/resultado/", bulk.result, name="bulk-result"),
    path("configuracion/sin-terminar/<uuid:draft_id>/revisar/", set_up.review, name="draft-review"),
    path("configuracion/sin-terminar/<uuid:draft_id>/<slug:step>/", set_up.draft_step, name="draft"),
    path("configuracion/sin-terminar/<uuid:draft_id>/<slug:step>/saltar/", set_up.skip_step, name="draft-skip"),
    path("configuracion/descartar/<uuid:draft_id>/", set_up.discard, name="draft-discard"),
    path("configuracion/<uuid:user_id>/copiar/", set_up.copy, name="copy"),
    path("configuracion/<uuid:user_id>/varias/", set_up.several, name="several"),
    path("configuracion/<uuid:user_id>/listo/", set_up.done, name="set-up-done"),
    path("configuracion/<uuid:user_id>/principal/", users.main, name="main"),
    path("configuracion/<uuid:user_id>/informacion/", users.contact, name="contact"),
    path("configuracion/<uuid:user_id>/contrasena/", passwords.password, name="password"),
    path("varios/<slug:action>/", many.act, name="many"),
    path("activacion/", states.states, name="states"),
    path("perfiles/", profiles.profiles, name="profiles"),
    path("perfiles/nuevo/", profiles.create_profile, name="create-profile"),
    path("perfiles/<uuid:profile_id>/", profiles.edit_profile, name="edit-profile"),
    path("perfiles/<uuid:profile_id>/plantilla/", profiles.profile_template, name="profile-template"),
    path("perfiles/<uuid:profile_id>/copiar/", profiles.copy_profile, name="copy-profile"),
    path("perfiles/<uuid:profile_id>/retirar/", profiles.retire_profile, name="retire-profile"),
    path("perfiles/<uuid:profile_id>/reactivar/", profiles.restore_profile, name="restore-profile"),
    path("alertas/", alerts.alerts, name="alerts"),
    path("alertas/empresa/", alerts.company_alerts, name="company-alerts"),
    path("alertas/<uuid:user_id>/", alerts.user_alerts, name="user-alerts"),
    path("direcciones-ip/", addresses.addresses, name="addresses"),
    path("parametros/", company.parameters, name="parameters"),
]
users_urls = (_users, "users")

urlpatterns = [*sign_in_urls, path("administracion/usuarios/", include(users_urls))]
