from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import BadRequest, ValidationError
from django.db import IntegrityError, models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from audit.authority import Authority
from audit.enums import Event
from audit.services import save_record

# What Django's own filters append to the name of a field, besides the key of a row it refers to.
FILTER_SUFFIXES = ("", "__exact", "__isnull", "__gte", "__lt")


class BackOfficeAdmin(admin.ModelAdmin):
    """Nothing is deleted, and what is written goes through a service, with before and after in the audit trail.

    Django's own log stays for the history page; it is not the trail.
    """

    event = Event.BACK_OFFICE
    list_per_page = 50
    show_full_result_count = False
    save_on_top = False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only by its filters and by key: any other comparison would read hashes and secrets letter by letter."""
        return lookup in {
            *(f"{key}{end}" for key in ("pk", self.opts.pk.name) for end in ("", "__exact")),
            *(f"{name}{end}" for name in self._filters(request) for end in FILTER_SUFFIXES),
        }

    def _filters(self, request: HttpRequest | None) -> Iterable[str]:
        """The names in `list_filter`, which are the model's own fields; for a related row, its key too."""
        for name in map(str, self.get_list_filter(request) if request else self.list_filter):
            yield name
            field: Any = self.opts.get_field(name)
            if field.is_relation:
                yield f"{name}__{field.target_field.name}"

    def response_action(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | None:
        """Django passes the keys a form sends to the database unchecked."""
        try:
            for key in request.POST.getlist(ACTION_CHECKBOX_NAME):
                self.opts.pk.to_python(key)
        except ValidationError as error:
            raise BadRequest("a row's key that is none") from error
        return super().response_action(request, *args, **kwargs)

    def authority(self, request: HttpRequest) -> Authority:
        """The bank's, on the word of the member of staff who asks."""
        staff: Any = request.user
        return Authority.of_bank(staff)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        before, after = changed_values(form)
        save_record(authority=self.authority(request), row=obj, event=self.event, before=before, after=after)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A form sent twice at once passes its checks twice; the database takes one, the other is told."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except (IntegrityError, ValidationError):
            self.message_user(
                request, _("Somebody else saved the same thing in the meantime. Nothing was changed."), messages.ERROR
            )
            return redirect(request.path)

    def asked(
        self,
        request: HttpRequest,
        rows: QuerySet[Any],
        *,
        question: str,
        service: Callable[[Any], Any],
        done: str,
        form: forms.Form | None = None,
    ) -> HttpResponse | None:
        """An action: first the page that asks; once confirmed, the service for each row. `form` is what else the page
        asks for, again until it is valid."""
        if "confirmed" in request.POST and (form is None or form.is_valid()):
            self.run(request, rows, service, done)
            return None
        action = request.POST["action"]
        title = dict(self.get_action_choices(request))[action]
        context = {
            "opts": self.opts,
            "title": title,
            "question": question,
            "rows": rows,
            "action": action,
            "form": form,
        }
        return TemplateResponse(
            request, "admin/confirm_action.html", {**self.admin_site.each_context(request), **context}
        )

    def run(self, request: HttpRequest, rows: Iterable[Any], service: Callable[[Any], Any], done: str) -> None:
        """One call of a service for each row; rows that break a rule are named with the reason."""
        for row in rows:
            try:
                service(row)
            except ValidationError as error:
                self.message_user(request, f"{row}: {' '.join(error.messages)}", messages.ERROR)
            else:
                self.message_user(request, f"{row}: {done}", messages.SUCCESS)


class ReadOnlyAdmin(BackOfficeAdmin):
    """Read-only in the back office."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def changed_values(form: forms.ModelForm) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the form changes, before and after, as values the trail can keep."""
    before = {name: as_json(form.initial.get(name)) for name in form.changed_data}
    after = {name: as_json(form.cleaned_data.get(name)) for name in form.changed_data}
    return before, after


def as_json(value: Any) -> Any:
    """A value as JSON; rows by their names."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Mapping):
        return {str(key): as_json(each) for key, each in value.items()}
    if isinstance(value, models.QuerySet | list | tuple):
        return [as_json(each) for each in value]
    return str(value)
