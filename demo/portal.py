"""The demo's portal: an invented bank with the guide's cities and texts (S0-01, S0-02, S1-001..020, S1-048; decisions
27 and 38)."""

from directory.editions import OCCIRED
from directory.models import Portal

CODE = "occired"
CITIES = ("Bogotá", "Cali", "Medellín", "Barranquilla", "Otras ciudades")
CONDITIONS = """\
1. Su usuario, su clave y los códigos de su token son personales. No los preste, no los escriba donde otros los vean y \
no los entregue a nadie: el Banco nunca se los pedirá por teléfono, correo, mensaje o redes sociales.

2. Ingrese siempre escribiendo usted mismo la dirección del portal. Compruebe que comienza por https y que el nombre \
es el del Banco antes de escribir cualquier dato.

3. En el segundo paso verá la imagen de seguridad que usted eligió. Si no es la suya, no escriba su clave y \
comuníquese con las líneas de servicio.

4. Cada código del token sirve una sola vez y por menos de un minuto. Antes de confirmar una operación o un cambio lea \
lo que aparece en pantalla: al escribir el código usted declara que está de acuerdo con ello.

5. El administrador de la empresa responde por los usuarios que crea, por los productos, topes y horarios que les \
asigna y por inactivarlos cuando dejan de necesitar el acceso.

6. Si pierde su teléfono o su token, o sospecha que alguien conoce su clave, comuníquese de inmediato con el \
administrador de su empresa o con el Banco para bloquearlos.

7. Todo lo que se hace en el portal queda registrado con usuario, fecha, hora y dirección IP.

8. Use un equipo con sistema operativo, navegador y antivirus actualizados, y cierre siempre con «Salida Segura».
"""


def the_portal() -> Portal:
    return Portal(
        code=CODE,
        edition_code=OCCIRED.code,
        brand="OcciRed",
        tagline="Tenga una sucursal del Banco en su escritorio",
        bank_name="Banco Demostración",
        legend="VIGILADO SUPERINTENDENCIA FINANCIERA DE COLOMBIA",
        hostnames=["localhost", "127.0.0.1"],
        country="CO",
        time_zone="America/Bogota",
        currency="COP",
        headline="Nuevo Portal Empresarial OcciRed",
        slogan="Nos renovamos para que su experiencia sea cada vez mejor. Le presentamos nuestra nueva imagen.",
        sign_in_links=[
            {"label": "Chat", "value": "https://chat.banco.example"},
            {"label": "Inscripción Correo Seguro", "value": "https://banco.example/correo-seguro"},
        ],
        banners=[
            {"text": "Conoce todo sobre la actualización de tu portal empresarial OcciRed", "link": "", "url": ""},
            {
                "text": "Con FACTORING garantice su liquidez, mediante el descuento de facturas o pago anticipado a "
                "sus proveedores.",
                "link": "CONOZCA MÁS",
                "url": "https://banco.example/factoring",
            },
            {
                "text": "CONOZCA NUESTRAS TARJETAS Y SOLICITE LA SUYA",
                "link": "CONOZCA MÁS",
                "url": "https://banco.example/tarjetas",
            },
        ],
        browsers="Google Chrome, Microsoft Edge, Mozilla Firefox y Safari, en sus dos últimas versiones",
        support_lines=[{"label": city, "value": "000 00 00"} for city in CITIES],
        conditions=CONDITIONS,
        conditions_version="2026-11",
    )
