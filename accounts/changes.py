"""The kinds of change of this app (`settings.CHANGES`)."""

from accounts.addresses.changes import SetAddresses
from accounts.alerts.changes import SetAlertChoice, SetAlerts
from accounts.company.changes import SetParameters
from accounts.passwords.changes import GeneratePassword, OrderPassword
from accounts.profiles.changes import RestoreProfile, RetireProfile, SaveProfile, SetTemplate
from accounts.states.changes import SetState, Unlock
from accounts.users.changes import CreateUser, DeleteUser, EditContact, EditMain

KINDS = (
    SaveProfile,
    SetTemplate,
    RetireProfile,
    RestoreProfile,
    CreateUser,
    EditMain,
    EditContact,
    DeleteUser,
    SetAlerts,
    SetAlertChoice,
    SetState,
    Unlock,
    GeneratePassword,
    OrderPassword,
    SetParameters,
    SetAddresses,
)
