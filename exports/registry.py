"""The lists that can be taken away as a file."""

from accounts.profiles.listing import PROFILES
from accounts.states.listing import STATES
from accounts.users.listing import USERS
from limits.listing import USAGE
from notifications.listing import MESSAGES, NOTIFICATIONS
from pages.lists import Listing
from rights.listing import MATRIX
from tokens.listing import TOKENS

LISTINGS: tuple[Listing, ...] = (USERS, STATES, PROFILES, USAGE, MATRIX, TOKENS, MESSAGES, NOTIFICATIONS)
BY_KEY = {listing.key: listing for listing in LISTINGS}
