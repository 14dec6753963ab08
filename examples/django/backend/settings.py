import os

from django.core.management.utils import get_random_secret_key

from backend.api_key_cache import ApiKeyCache

TESSERAL_BACKEND_API_KEY = os.environ.get("TESSERAL_BACKEND_API_KEY")
TESSERAL_API_URL = os.environ.get("TESSERAL_API_URL") or "https://api.tesseral.com"
TESSERAL_API_KEY_CACHE = ApiKeyCache(
    os.environ.get("TESSERAL_CACHE_SECONDS"), os.environ.get("TESSERAL_STALE_SECONDS")
)

DEBUG = False
# This API has no sessions, cookies or signed links: nothing outlives the process that this signs.
SECRET_KEY = os.environ.get("DJANGO_SECRET_KEY") or get_random_secret_key()
# The Host header is never read.
ALLOWED_HOSTS = ["*"]

ROOT_URLCONF = "backend.urls"
MIDDLEWARE = ["backend.api_key_auth.ApiKeyMiddleware"]
INSTALLED_APPS = []
DATABASES = {}
USE_TZ = True
APPEND_SLASH = False
