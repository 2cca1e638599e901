"""The kinds of change of this app (`settings.CHANGES`)."""

from accounts.addresses.changes import SetAddresses
from accounts.alerts.changes import SetAlerts
from accounts.company.changes import SetParameters
from accounts.passwords.changes import GeneratePassword, OrderPassword
from accounts.profiles.changes import SaveProfile
from accounts.states.changes import SetState
from accounts.users.changes import CreateUser, EditContact, EditMain

KINDS = (
    SaveProfile,
    CreateUser,
    EditMain,
    EditContact,
    SetAlerts,
    SetState,
    GeneratePassword,
    OrderPassword,
    SetParameters,
    SetAddresses,
)
