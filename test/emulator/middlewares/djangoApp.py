"""A Django API behind Tesseral's own middleware, unchanged: configured by the environment, it prints its port and serves."""

import os
from wsgiref.simple_server import make_server

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import JsonResponse
from django.urls import path
from tesseral_django import credentials_type, has_permission, organization_id, require_auth

# No setting says where Tesseral's API is: the middleware calls api.tesseral.com.
settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    MIDDLEWARE=["tesseral_django.middleware.AuthMiddleware"],
    ROOT_URLCONF=__name__,
    TESSERAL_API_KEYS_ENABLED=True,
    TESSERAL_CONFIG_API_HOSTNAME=os.environ["TESSERAL_CONFIG_API_HOSTNAME"],
    TESSERAL_PUBLISHABLE_KEY=os.environ["TESSERAL_PUBLISHABLE_KEY"],
)


@require_auth
def who(request):
    return JsonResponse(
        {
            "type": credentials_type(request),
            "organization": organization_id(request),
            "reads": has_permission(request, "widgets.read"),
        }
    )


urlpatterns = [path("", who)]

server = make_server("127.0.0.1", 0, get_wsgi_application())
print(server.server_port, flush=True)
server.serve_forever()
