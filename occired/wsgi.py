import os

from django.core.wsgi import get_wsgi_application

from tenancy.connections import refuse_to_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "occired.settings")
application = get_wsgi_application()
refuse_to_start()
