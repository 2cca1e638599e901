"""The lists that can be taken away as a file."""

from accounts.users.listing import USERS
from pages.lists import Listing

LISTINGS: tuple[Listing, ...] = (USERS,)
BY_KEY = {listing.key: listing for listing in LISTINGS}
