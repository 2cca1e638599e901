"""The kinds of change of this app (`settings.CHANGES`)."""

from accounts.addresses.changes import SetAddresses
from accounts.alerts.changes import SetAlerts
from accounts.company.changes import SetParameters
from accounts.passwords.changes import GeneratePassword
from accounts.profiles.changes import SaveProfile
from accounts.states.changes import SetState, Unlock
from accounts.users.changes import CreateUser, DeleteUser, EditContact, EditMain

KINDS = (
    SaveProfile,
    CreateUser,
    EditMain,
    EditContact,
    DeleteUser,
    SetAlerts,
    SetState,
    Unlock,
    GeneratePassword,
    SetParameters,
    SetAddresses,
)
