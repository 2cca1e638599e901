from django.urls import URLPattern, URLResolver

app_name = "limits"
urlpatterns: list[URLPattern | URLResolver] = []
