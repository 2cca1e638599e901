"""The bank's back office: Django admin behind django-otp, on a host of its own."""

from django_otp.admin import OTPAdminSite


class BackOffice(OTPAdminSite):
    site_header = "Occired"
    site_title = "Occired"
