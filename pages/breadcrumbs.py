from django.utils.translation import gettext as _


def crumbs(*steps: tuple[str, str | None] | str, group: str = "") -> list[tuple[str, str | None]]:
    """The Ruta of the guides (S1-049): Administración / Usuarios / ..."""
    path = [_("Administration"), group or _("Users"), *steps]
    return [step if isinstance(step, tuple) else (step, None) for step in path]
