"""What is to be done to each of those who were marked: one form an action."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.many.actions import Action
from accounts.many.rules import MOST_PASSWORDS_WAITED_FOR
from accounts.many.selectors import products_held
from accounts.passwords.changes import GeneratePassword, OrderPassword
from accounts.set_up.selectors import rights_like
from accounts.states.changes import SetState, Unlock
from accounts.states.rules import MOST_REASON
from accounts.users.changes import DeleteUser, EditMain
from changes.forms import ChangeForm
from changes.kinds import ChangeKind
from directory.enums import UserState
from directory.models import User
from directory.selectors.users import profiles_of, secondary_users_of
from limits.changes import SetUserLimits
from pages.forms import NO_ROWS, choice, row_choice
from products.changes import AssignProducts
from products.selectors import assignable_products
from schedules.changes import SetUserSchedule
from schedules.forms import ScheduleForm
from schedules.selectors import schedule_of, schedules_of

Parts = Sequence[ChangeKind[Any]]


class ManyForm(ChangeForm):
    """What is asked for all of `users`. `proposed` are the parts of a change the person is going back to."""

    fields_template = "accounts/many/_fields.html"

    def __init__(
        self, *args: Any, action: Action, viewer: User, users: Sequence[User], proposed: Parts = (), **kwargs: Any
    ) -> None:
        self.viewer, self.users = viewer, users
        super().__init__(*args, **{"initial": self.typed(proposed), **kwargs})
        if "reason" in self.fields:
            self.fields["reason"].required = not action.protects

    def typed(self, proposed: Parts) -> dict[str, Any]:
        """What was typed before."""
        first = vars(proposed[0]) if proposed else {}
        return {name: first[name] for name in self.base_fields if name in first}

    def why_not(self, user: User) -> str:
        """Why what the valid form asks for is nothing to this one; empty if it is something."""
        return ""

    def parts_for(self, user: User) -> Iterable[ChangeKind[Any]]:
        """What the valid form asks for, for one of them."""
        raise NotImplementedError


class ReasonForm(ManyForm):
    """Why it is done to all of them."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=MOST_REASON,
        help_text=gettext_lazy("It is kept with the change and the audit trail, and other administrators read it."),
    )

    @property
    def reason_given(self) -> str:
        return str(self.cleaned_data["reason"])


class ActivateForm(ReasonForm):
    def parts_for(self, user: User) -> Iterable[ChangeKind[Any]]:
        yield SetState(user=user.pk, state=UserState.ACTIVE, reason=self.reason_given)


class DeactivateForm(ReasonForm):
    def parts_for(self, user: User) -> Iterable[ChangeKind[Any]]:
        yield SetState(user=user.pk, state=UserState.INACTIVE, reason=self.reason_given)


class UnlockForm(ReasonForm):
    def parts_for(self, user: User) -> Iterable[ChangeKind[Any]]:
        yield Unlock(user=user.pk, reason=self.reason_given)


class DeleteForm(ReasonForm):
    def parts_for(self, user: User) -> Iterable[ChangeKind[Any]]:
        yield DeleteUser(user=user.pk, reason=self.reason_given)


class PasswordsForm(ReasonForm):
    """The tick is for those who are not active (decision 11). The passwords of very many are made one by one
    afterwards."""

    activate = forms.BooleanField(label=gettext_lazy("Activate those who are not active"), required=False, initial=True)

    def parts_for(self, user: User) -> Iterable[ChangeKind[Any]]:
        kind = GeneratePassword if len(self.users) <= MOST_PASSWORDS_WAITED_FOR else OrderPassword
        yield kind(user=user.pk, activate=self.cleaned_data["activate"], reason=self.reason_given)


class ProfileForm(ManyForm):
    profile = forms.ModelChoiceField(NO_ROWS, label=gettext_lazy("Profile"), empty_label="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row_choice(self, "profile").queryset = profiles_of(self.viewer)

    def why_not(self, user: User) -> str:
        return _("Has this profile already.") if user.profile_id == self.cleaned_data["profile"].pk else ""

    def parts_for(self, user: User) -> Iterable[ChangeKind[Any]]:
        yield with_profile(self.viewer, user, self.cleaned_data["profile"].pk)


class ProductsForm(ManyForm):
    """What is given to all of them and what is taken from all; whatever is ticked in neither stays as it is."""

    give = forms.MultipleChoiceField(
        label=gettext_lazy("Give"), required=False, widget=forms.CheckboxSelectMultiple, choices=()
    )
    take = forms.MultipleChoiceField(
        label=pgettext_lazy("products", "Take"), required=False, widget=forms.CheckboxSelectMultiple, choices=()
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(str(product.pk), str(product)) for product in assignable_products(self.viewer)]
        for name in ("give", "take"):
            choice(self, name).choices = offered
        self.offered = {UUID(key) for key, _name in offered}

    def typed(self, proposed: Parts) -> dict[str, Any]:
        self.held = products_held(self.viewer, self.users)
        sets = [part.products for part in proposed if isinstance(part, AssignProducts)]
        if not sets:
            return {}
        have = [
            self.held[part.user] for part in proposed if isinstance(part, AssignProducts) and part.user in self.held
        ]
        given, kept = frozenset.intersection(*sets), frozenset.union(*sets)
        return {
            "give": [str(key) for key in given if any(key not in held for held in have)],
            "take": [str(key) for held in have for key in held - kept],
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        given, taken = set(cleaned.get("give", ())), set(cleaned.get("take", ()))
        if not given and not taken and not self.errors:
            raise ValidationError(_("Tick the products to give or to take."), code="nothing")
        if given & taken:
            self.add_error("take", ValidationError(_("A product cannot be given and taken at once."), code="both"))
        return cleaned

    def why_not(self, user: User) -> str:
        same = self._wanted(user) == self.held[user.pk] & self.offered
        return _("Their products stay the same.") if same else ""

    def parts_for(self, user: User) -> Iterable[ChangeKind[Any]]:
        yield AssignProducts(user=user.pk, products=frozenset(self._wanted(user)))

    def _wanted(self, user: User) -> set[UUID]:
        given, taken = ({UUID(key) for key in self.cleaned_data[name]} for name in ("give", "take"))
        return (self.held[user.pk] & self.offered | given) - taken


class HoursForm(ManyForm, ScheduleForm):
    """One week for all of them; it begins as the company's."""

    fields_template = "schedules/_week_fields.html"

    def __init__(self, *args: Any, viewer: User, proposed: Parts = (), **kwargs: Any) -> None:
        company = schedule_of(viewer, None).company
        week = next((part.week for part in proposed if isinstance(part, SetUserSchedule)), company)
        super().__init__(*args, viewer=viewer, proposed=proposed, week=week, company=company, **kwargs)
        self.known = schedules_of(viewer.company, [user.pk for user in self.users])

    def why_not(self, user: User) -> str:
        return _("Has these hours already.") if self.known[user.pk].stored == self.week() else ""

    def parts_for(self, user: User) -> Iterable[ChangeKind[Any]]:
        yield SetUserSchedule(user=user.pk, week=self.week())


LIKE: dict[str, type[ChangeKind[Any]]] = {
    "products": AssignProducts,
    "limits": SetUserLimits,
    "hours": SetUserSchedule,
    "with_profile": EditMain,
}


class LikeForm(ManyForm):
    """What another user has, for all of them. Limits are those of the source: others stay as they are."""

    source = forms.CharField(
        label=gettext_lazy("Like the user"),
        max_length=20,
        help_text=gettext_lazy("The user name of whom to copy from."),
    )
    products = forms.BooleanField(label=gettext_lazy("Products: exactly the same ones"), required=False, initial=True)
    limits = forms.BooleanField(label=gettext_lazy("Limits, for the products they have"), required=False, initial=True)
    hours = forms.BooleanField(label=gettext_lazy("Days and hours"), required=False)
    with_profile = forms.BooleanField(label=gettext_lazy("Profile"), required=False)

    def typed(self, proposed: Parts) -> dict[str, Any]:
        self.held = products_held(self.viewer, self.users)
        if not proposed:
            return {}
        kinds = {type(part) for part in proposed}
        return {name: kind in kinds for name, kind in LIKE.items()}

    def clean_source(self) -> User:
        found = secondary_users_of(self.viewer).filter(username__iexact=self.cleaned_data["source"].strip()).first()
        if found is None:
            raise ValidationError(_("That user does not exist."), code="no_user")
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not any(cleaned.get(name) for name in LIKE):
            raise ValidationError(_("Tick what they are to have like that user."), code="nothing")
        if isinstance(cleaned.get("source"), User):
            self.rights = self._rights(cleaned["source"])
        return cleaned

    def why_not(self, user: User) -> str:
        if user == self.cleaned_data["source"]:
            return _("Is the one to copy from.")
        return "" if any(True for _part in self.parts_for(user)) else _("Nothing of it applies to this user.")

    def parts_for(self, user: User) -> Iterable[ChangeKind[Any]]:
        asked, source = self.cleaned_data, self.cleaned_data["source"]
        products = next((part for part in self.rights if isinstance(part, AssignProducts)), None)
        limits = next((part for part in self.rights if isinstance(part, SetUserLimits)), None)
        held: Iterable[UUID] = products.products if products and asked["products"] else self.held[user.pk]
        if products and asked["products"]:
            yield replace(products, user=user.pk)
        if limits and asked["limits"]:
            kept = tuple(row for row in limits.limits if row.product in held)
            if kept:
                yield replace(limits, user=user.pk, limits=kept)
        if asked["hours"]:
            yield SetUserSchedule(user=user.pk, week=self.week)
        if asked["with_profile"] and source.profile_id:
            yield with_profile(self.viewer, user, source.profile_id)

    def _rights(self, source: User) -> list[ChangeKind[Any]]:
        self.week = schedule_of(self.viewer, source).effective
        return rights_like(self.viewer, source, source.pk)


def with_profile(viewer: User, user: User, profile: UUID) -> EditMain:
    """Everything else of the tab stays."""
    names = viewer.portal.edition.texts_on("main")
    return EditMain(user=user.pk, profile=profile, texts={name: getattr(user, name) for name in names})


FORMS: dict[str, type[ManyForm]] = {
    "activar": ActivateForm,
    "inactivar": DeactivateForm,
    "desbloquear": UnlockForm,
    "contrasenas": PasswordsForm,
    "perfil": ProfileForm,
    "productos": ProductsForm,
    "horario": HoursForm,
    "como": LikeForm,
    "eliminar": DeleteForm,
}
