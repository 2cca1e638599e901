"""How every form of the portal becomes HTML: one field template, Bootstrap's classes, words for screen readers."""

from typing import Any, cast

from django.forms import BaseForm, BoundField, ChoiceField, ModelChoiceField
from django.forms import widgets as w
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _

# The first choice of a list that narrows a search: no filter.
NOT_ASKED = ("", _("All"))
NO_ROWS: Any = None

CLASS_OF_WIDGET: tuple[tuple[type[w.Widget], str], ...] = (
    (w.RadioSelect, ""),  # its class would end up on the frame around the choices
    (w.CheckboxSelectMultiple, ""),
    (w.CheckboxInput, "form-check-input"),
    (w.Select, "form-select"),
    (w.Input, "form-control"),
    (w.Textarea, "form-control"),
)


def choice(form: BaseForm, name: str) -> ChoiceField:
    """A field whose choices depend on the viewer."""
    return cast(ChoiceField, form.fields[name])


def row_choice(form: BaseForm, name: str) -> ModelChoiceField:
    """A field whose rows depend on the viewer, and which is therefore declared with `NO_ROWS`."""
    return cast(ModelChoiceField, form.fields[name])


class PortalBoundField(BoundField):
    """A field that marks itself: Bootstrap's class, `is-invalid`, `aria-required`, and that cuts nothing.

    `aria-required` replaces `required`: the browser's own bubble speaks its language, not the portal's, and hides the
    summary of all errors. The server decides what is missing.
    """

    @property
    def is_tick(self) -> bool:
        return isinstance(self.field.widget, w.CheckboxInput)

    @property
    def is_single_choice(self) -> bool:
        """One of several choices, all visible; Django builds the multiple-choice widget from the same class."""
        widget = self.field.widget
        return isinstance(widget, w.RadioSelect) and not isinstance(widget, w.CheckboxSelectMultiple)

    @property
    def is_password(self) -> bool:
        return isinstance(self.field.widget, w.PasswordInput)

    def build_widget_attrs(self, attrs: dict[str, Any], widget: w.Widget | None = None) -> dict[str, Any]:
        widget = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)
        if widget.is_hidden:
            return attrs
        widget.attrs.pop("maxlength", None)  # a browser cuts what is pasted and says nothing; the server refuses it
        if attrs.pop("required", False) and not self.use_fieldset:
            attrs["aria-required"] = "true"
            if not self.is_tick:
                attrs.setdefault("placeholder", " ")  # by which the style sheet knows what is still empty
        if given := next((name for kind, name in CLASS_OF_WIDGET if isinstance(widget, kind)), ""):
            own = str(attrs.get("class") or widget.attrs.get("class", ""))
            attrs["class"] = " ".join(filter(None, (given, own, "is-invalid" if self.errors else "")))
        return attrs


class PortalRenderer(TemplatesSetting):
    """Renders `{{ form }}`, `{{ formset }}` and `{{ form.name.as_field_group }}` through templates/components/."""

    form_template_name = "components/form.html"
    formset_template_name = "components/formset.html"
    field_template_name = "components/field.html"
    bound_field_class = PortalBoundField
