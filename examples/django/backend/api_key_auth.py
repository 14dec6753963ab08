"""Managed API keys as Django middleware: asks Tesseral whether the caller's key is good."""

import functools
import json
import logging
import re
import time
from dataclasses import dataclass

import httpx
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import JsonResponse

log = logging.getLogger("tesseral")

# The form of a managed API key. Anything else is refused without asking Tesseral.
SECRET_TOKEN_FORM = re.compile(r"[a-z0-9_]{1,512}")

# Seconds for one answer of Tesseral's.
TIMEOUT = 5.0


@dataclass(frozen=True)
class ApiKey:
    """What Tesseral says of a good key."""

    organization_id: str
    api_key_id: str
    actions: tuple[str, ...]


class Unavailable(Exception):
    """Tesseral gave no usable answer, so nothing is known about the key."""


class ApiKeyMiddleware:
    """Guards every view that is not marked with `api_key_not_required`.

    Sets `request.api_key`, or answers 401 (the caller's fault) or 503 (no usable answer from Tesseral).
    It works in `process_view`, after the URL is resolved: paths that do not exist never ask Tesseral.
    With the setting `TESSERAL_API_KEY_CACHE` (see api_key_cache.py) Tesseral is not asked each time.
    """

    def __init__(self, get_response):
        if not settings.TESSERAL_BACKEND_API_KEY:
            # Not sys.exit: gunicorn would start the worker again and again.
            raise ImproperlyConfigured("TESSERAL_BACKEND_API_KEY is not set")
        self.get_response = get_response
        self._cache = getattr(settings, "TESSERAL_API_KEY_CACHE", None)
        self._client = httpx.Client(
            base_url=settings.TESSERAL_API_URL,
            headers={"Authorization": f"Bearer {settings.TESSERAL_BACKEND_API_KEY}"},
            timeout=TIMEOUT,
            follow_redirects=False,  # to follow one would send the keys to another host
        )

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, view_args, view_kwargs):
        if getattr(view, "api_key_required", True) is False:
            return None
        header = request.headers.get("Authorization", "")
        secret_token = header[len("Bearer ") :] if header.startswith("Bearer ") else ""
        # fullmatch: `$` would let a trailing newline pass
        if not SECRET_TOKEN_FORM.fullmatch(secret_token):
            return unauthorized()
        try:
            api_key = self._look_up(secret_token)
        except Unavailable:
            return JsonResponse({"error": "unavailable"}, status=503)
        if api_key is None:
            return unauthorized()
        request.api_key = api_key
        return None

    def _look_up(self, secret_token: str) -> ApiKey | None:
        if self._cache is None:
            return self._ask_or_log(secret_token)
        return self._cache.answer(secret_token, self._ask_or_log)

    def _ask_or_log(self, secret_token: str) -> ApiKey | None:
        try:
            return self._authenticate(secret_token)
        except Unavailable as error:
            log.error("API keys cannot be checked: %s", error)
            raise

    def _authenticate(self, secret_token: str) -> ApiKey | None:
        """The key's data, or None when the key is not good."""
        try:
            status, text = self._ask(secret_token)
        except httpx.HTTPError as error:
            # The type alone: the text of an error can quote a header, and headers hold the key.
            raise Unavailable(type(error).__name__) from None

        body = json_object(text)
        if status == 200:
            organization_id, api_key_id = body.get("organizationId"), body.get("apiKeyId")
            actions = body.get("actions", [])
            if is_text(organization_id) and is_text(api_key_id) and is_list_of_text(actions):
                return ApiKey(organization_id, api_key_id, tuple(actions))

        answer = f"Tesseral answered {status} {describe(body)}"
        if status == 403:
            log.error("API key refused: %s", answer)
            return None
        # Other 400s are about the backend API key: the operator's fault, not the caller's.
        if status == 400 and body.get("message") == "unauthenticated_api_key":
            return None
        raise Unavailable(answer)

    def _ask(self, secret_token: str) -> tuple[int, bytes]:
        """Status and body of Tesseral's answer. The client's timeout bounds each wait, the deadline all of them."""
        deadline = time.monotonic() + TIMEOUT
        request = {"method": "POST", "url": "/v1/api-keys/authenticate", "json": {"secretToken": secret_token}}
        with self._client.stream(**request) as response:
            text = b""
            for part in response.iter_bytes():
                text += part
                if time.monotonic() > deadline:
                    raise httpx.ReadTimeout("the answer takes too long")
            return response.status_code, text


def api_key_not_required(view):
    """Marks a view that anyone may call. Put it outermost."""
    view.api_key_required = False
    return view


def require_action(action: str):
    """Answers 403 unless the caller's key has the action."""

    def decorate(view):
        @functools.wraps(view)
        def guarded(request, *args, **kwargs):
            if action not in request.api_key.actions:
                return JsonResponse({"error": "forbidden"}, status=403)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def unauthorized() -> JsonResponse:
    return JsonResponse({"error": "unauthorized"}, status=401, headers={"WWW-Authenticate": "Bearer"})


def is_text(value) -> bool:
    return isinstance(value, str) and value != ""


def is_list_of_text(value) -> bool:
    return isinstance(value, list) and all(is_text(item) for item in value)


def json_object(text: bytes) -> dict:
    """The JSON object in a text, {} for any other text: proxies send HTML, a failed server nothing."""
    try:
        body = json.loads(text)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def describe(body: dict) -> str:
    try:
        return body["details"][0]["description"] or body["message"]
    except (LookupError, TypeError):
        return body.get("message") or "and nothing that can be used"
