from django.urls import path

from accounts.views import own_account, sign_in

urlpatterns = [
    path("ingreso/", sign_in.username_step, name="sign-in"),
    path("ingreso/clave/", sign_in.password_step, name="sign-in-password"),
    path("ingreso/imagen/", sign_in.security_image, name="entry-image"),
    path("ingreso/cancelar/", sign_in.cancel, name="sign-in-cancel"),
    path("salida/", sign_in.sign_out, name="sign-out"),
    path("mi-cuenta/", own_account.own_account_page, name="own-account"),
    path("mi-cuenta/clave/", own_account.own_password, name="own-password"),
    path("mi-cuenta/imagen/", own_account.own_image, name="own-image"),
    path("mi-cuenta/sigo-aqui/", own_account.still_here, name="still-here"),
]
