"""What people are told of: who is told, where, in which words, and whether it can be switched off. Data alone."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from notifications.enums import Channel, Notice, Topic
from notifications.rules import alert_key
from notifications.wording import EVERYWHERE, NoticeKind, Text, Words

NOT_YOU = _("If you know nothing about this, call the service lines at once: somebody else may be using your name.")
ASK = _("If you did not expect this, ask your company's administrator, or call the service lines.")


# What administrators read of whatever the bank did to one of them, or to a token.
BANKS_ACT = Words(
    subject=_("The bank has acted on %(username)s: %(what)s"),
    text=_("%(by)s did this in its own office. It needed nobody's confirmation in your company."),
    advice=_("If your company did not ask for it, call the service lines."),
)

_ALL = (
    NoticeKind(
        notice=Notice.PASSWORD_GENERATED,
        topic=Topic.ACCESS,
        person=Words(
            subject=_("Your sign-in password"),
            text=_(
                "%(by)s had a password generated for you to sign in to %(brand)s, the business portal of %(bank)s. "
                "It opens one page alone, where you choose your own password. The hyphens are part of it."
            ),
            advice=_(
                "Your user name is not in this message: whoever created your user tells it to you. Never reply with "
                "your password or give it to anyone: %(bank)s will never ask you for it."
            ),
            channels=(Channel.MAIL,),
        ),
        by_bank=BANKS_ACT,
    ),
    NoticeKind(
        notice=Notice.PASSWORD_CHANGED,
        topic=Topic.ACCESS,
        person=Words(
            subject=_("Your password was changed"),
            text=_("The password of your user was changed in the portal. Every other session of yours has ended."),
            advice=NOT_YOU,
        ),
        page="own-account",
        is_ones_own=True,
    ),
    NoticeKind(
        notice=Notice.IMAGE_CHANGED,
        topic=Topic.ACCESS,
        person=Words(
            subject=_("Your security image was changed"),
            text=_("You will see the new one every time you sign in."),
            advice=NOT_YOU,
        ),
        page="own-account",
        is_ones_own=True,
    ),
    NoticeKind(
        notice=Notice.EMAIL_CHANGED,
        topic=Topic.ACCESS,
        person=Words(
            subject=_("Your e-mail address was changed"),
            text=_("From now on the portal writes to %(email)s. The earlier address gets this message too."),
            advice=ASK,
        ),
        by_bank=BANKS_ACT,
    ),
    NoticeKind(
        notice=Notice.USER_LOCKED,
        topic=Topic.ACCESS,
        person=Words(
            subject=_("Your user is locked"),
            text=_("The wrong password was given %(times)s times in a row. Nobody can sign in with your user now."),
            advice=_(
                "An administrator of your company can unlock it, or the bank through the service lines. If it was not "
                "you who tried, tell them."
            ),
        ),
        administrators=Words(
            subject=_("%(username)s is locked after failed attempts"),
            text=_("Somebody gave the wrong password of %(name)s %(times)s times in a row."),
            advice=_(
                "Ask the person whether it was them. Then unlock the user under Activation/Deactivation, or generate a "
                "new password."
            ),
        ),
        page="own-account",
        is_at_the_door=True,
    ),
    NoticeKind(
        notice=Notice.USER_UNLOCKED,
        topic=Topic.ACCESS,
        person=Words(
            subject=_("Your user is unlocked"),
            text=_("You can sign in again, with the password you had. The count of failed attempts is zero."),
            advice=ASK,
        ),
        by_bank=BANKS_ACT,
        page="own-account",
    ),
    NoticeKind(
        notice=Notice.USER_ACTIVATED,
        topic=Topic.ACCESS,
        person=Words(
            subject=_("Your user is active"),
            text=_("You can sign in to %(brand)s during the hours your company has given you."),
            advice=ASK,
        ),
        by_bank=BANKS_ACT,
        page="rights:own",
    ),
    NoticeKind(
        notice=Notice.USER_DEACTIVATED,
        topic=Topic.ACCESS,
        person=Words(
            subject=_("Your user was deactivated"),
            text=_("You cannot sign in until your user is activated again."),
            advice=ASK,
        ),
        by_bank=BANKS_ACT,
    ),
    NoticeKind(
        notice=Notice.NEW_ADDRESS,
        topic=Topic.ACCESS,
        person=Words(
            subject=_("Your user signed in from a new network address"),
            text=_("Nobody had signed in with your user from there before."),
            advice=NOT_YOU,
        ),
        page="own-account",
    ),
    NoticeKind(
        notice=Notice.SIGN_IN_REFUSED,
        topic=Topic.ACCESS,
        person=Words(
            subject=_("Attempts to sign in with your user were refused"),
            text=_("Since you last signed in, this many were refused: %(times)s. The most recent ones:\n%(attempts)s"),
            advice=NOT_YOU,
            channels=(Channel.INBOX,),
        ),
        page="own-account",
    ),
    NoticeKind(notice=Notice.ADMINISTRATOR_OPENED, topic=Topic.CHANGES, by_bank=BANKS_ACT),
    NoticeKind(
        notice=Notice.APPROVAL_ENDED,
        topic=Topic.CHANGES,
        person=Words(
            subject=_("Nothing to approve any more: %(title)s, requested by %(who)s"),
            text=_("It ended before anybody approved it, and nothing was changed: %(ending)s."),
        ),
        page="changes:approvals",
        is_optional=True,
        is_duty=True,
    ),
    NoticeKind(
        notice=Notice.BANK_ASKED,
        topic=Topic.CHANGES,
        administrators=Words(
            subject=_("%(username)s asked the bank to approve: %(title)s"),
            text=_(
                "Nobody else of your company could approve it at that moment, so the bank was asked to be the second "
                "person.\n%(lines)s"
            ),
            advice=_("If your company does not want this, call the service lines at once."),
        ),
    ),
    NoticeKind(
        notice=Notice.CHANGE_APPROVED_BY_BANK,
        topic=Topic.CHANGES,
        person=Words(
            subject=_("The bank approved: %(title)s"),
            text=_("You requested and signed it, and %(by)s was the second person.\n%(lines)s"),
            advice=NOT_YOU,
        ),
        by_bank=Words(
            subject=_("The bank approved a change by %(username)s: %(title)s"),
            text=_("%(name)s requested and signed it, and %(by)s was the second person.\n%(lines)s"),
            advice=_("If your company does not want this, call the service lines at once."),
        ),
        page="changes:approvals",
    ),
    NoticeKind(
        notice=Notice.CHANGE_REJECTED_BY_BANK,
        topic=Topic.CHANGES,
        person=Words(
            subject=_("The bank rejected: %(title)s"),
            text=_("You asked %(by)s to be the second person. Nothing was changed.\n%(lines)s"),
            advice=_("Call the service lines if you still want the change."),
        ),
        by_bank=Words(
            subject=_("The bank rejected a change by %(username)s: %(title)s"),
            text=_("%(name)s had asked %(by)s to be the second person. Nothing was changed.\n%(lines)s"),
        ),
        page="changes:approvals",
    ),
    NoticeKind(notice=Notice.TOKEN_ADDED, topic=Topic.TOKEN, by_bank=BANKS_ACT),
    NoticeKind(
        notice=Notice.TOKEN_ASSIGNED,
        topic=Topic.TOKEN,
        person=Words(
            subject=_("A token was assigned to you"),
            text=_("It opens nothing until it is enrolled in your app and activated."),
            advice=ASK,
        ),
        by_bank=BANKS_ACT,
    ),
    NoticeKind(
        notice=Notice.TOKEN_PENDING,
        topic=Topic.TOKEN,
        person=Words(
            subject=_("Your token waits for its activation"),
            text=_("Your app has it. It opens nothing until it is activated."),
            advice=ASK,
        ),
        by_bank=BANKS_ACT,
    ),
    NoticeKind(
        notice=Notice.TOKEN_ACTIVATED,
        topic=Topic.TOKEN,
        person=Words(
            subject=_("Your token is active"),
            text=_("From now on you sign in with its code, and never without it."),
            advice=NOT_YOU,
        ),
        by_bank=BANKS_ACT,
        page="rights:own",
    ),
    NoticeKind(
        notice=Notice.TOKEN_BLOCKED,
        topic=Topic.TOKEN,
        person=Words(
            subject=_("Your token was blocked"),
            text=_("You cannot sign in until it is unblocked or you have another one."),
            advice=ASK,
        ),
        by_bank=BANKS_ACT,
    ),
    NoticeKind(
        notice=Notice.TOKEN_UNBLOCKED,
        topic=Topic.TOKEN,
        person=Words(
            subject=_("Your token was unblocked"), text=_("You can sign in with its code again."), advice=NOT_YOU
        ),
        by_bank=BANKS_ACT,
        page="rights:own",
    ),
    NoticeKind(
        notice=Notice.TOKEN_RELEASED,
        topic=Topic.TOKEN,
        person=Words(
            subject=_("Your token was unassigned"),
            text=_("Its codes are worth nothing any more: delete it from your app."),
            advice=ASK,
        ),
        by_bank=BANKS_ACT,
    ),
    NoticeKind(
        notice=Notice.TOKEN_LOST,
        topic=Topic.TOKEN,
        person=Words(
            subject=_("Your token was reported lost"),
            text=_("Its codes are worth nothing any more, for good. To sign in you need another one."),
            advice=ASK,
        ),
        by_bank=BANKS_ACT,
    ),
    NoticeKind(
        notice=Notice.TOKEN_REPLACED,
        topic=Topic.TOKEN,
        person=Words(
            subject=_("Your earlier token is disabled"),
            text=_("Another token of yours took its place. Its codes are worth nothing any more."),
            advice=ASK,
        ),
        by_bank=BANKS_ACT,
    ),
    NoticeKind(
        notice=Notice.TOKEN_LOCKED,
        topic=Topic.TOKEN,
        person=Words(
            subject=_("Your token is locked for a while"),
            text=_("Wrong codes were given several times in a row. No code of it is accepted until the time below."),
            advice=NOT_YOU,
        ),
        is_at_the_door=True,
    ),
    NoticeKind(
        notice=Notice.TOKEN_LOCK_LIFTED,
        topic=Topic.TOKEN,
        person=Words(
            subject=_("Your token is not locked any more"),
            text=_("Its codes are accepted again."),
            advice=ASK,
        ),
        by_bank=BANKS_ACT,
    ),
    NoticeKind(
        notice=Notice.TOKEN_NOT_REQUIRED,
        topic=Topic.TOKEN,
        person=Words(
            subject=_("You may sign in without a token again"),
            text=_("Your password alone opens your own data, until a token of yours is active."),
            advice=NOT_YOU,
        ),
        by_bank=BANKS_ACT,
    ),
    NoticeKind(
        notice=Notice.PROFILE_CHANGED,
        topic=Topic.RIGHTS,
        person=Words(subject=_("Your profile was changed"), text=_("Your profile is now %(profile)s."), advice=ASK),
        page="rights:own",
        is_optional=True,
    ),
    NoticeKind(
        notice=Notice.PRODUCTS_CHANGED,
        topic=Topic.RIGHTS,
        person=Words(
            subject=_("Your products were changed"),
            text=_("Products added: %(added)s. Products removed: %(removed)s."),
            advice=ASK,
        ),
        page="rights:own",
        is_optional=True,
    ),
    NoticeKind(
        notice=Notice.LIMITS_CHANGED,
        topic=Topic.RIGHTS,
        person=Words(
            subject=_("Your limits were changed"),
            text=_("How many of your limits are new: %(count)s. What you can do now is in the portal."),
            advice=ASK,
        ),
        page="rights:own",
        is_optional=True,
    ),
    NoticeKind(
        notice=Notice.HOURS_CHANGED,
        topic=Topic.RIGHTS,
        person=Words(
            subject=_("Your days and hours were changed"),
            text=_("When you can sign in is in the portal, under what you can do."),
            advice=ASK,
        ),
        page="rights:own",
        is_optional=True,
    ),
)
KINDS: Mapping[Notice, NoticeKind] = MappingProxyType({kind.notice: kind for kind in _ALL})
OPTIONAL = tuple(kind for kind in _ALL if kind.is_optional)
ALWAYS_TOLD = tuple(kind for kind in _ALL if not kind.is_optional and kind.person)
ALERTS = frozenset(alert_key(kind.notice, channel) for kind in OPTIONAL for channel in EVERYWHERE)
AT_THE_DOOR = frozenset(kind.notice for kind in _ALL if kind.is_at_the_door)

# What is said of an event besides its words, in this order, where it is known.
FACTS: tuple[tuple[str, Text], ...] = (
    ("company", _("Company")),
    ("subject", _("User concerned")),
    ("token", _("Token")),
    ("reason", _("Reason")),
    ("done_by", _("Done by")),
    ("from_address", _("Network address")),
    ("moment", _("When")),
    ("until", _("Valid until")),
)
