"""Managed API keys as FastAPI dependencies: asks Tesseral whether the caller's key is good."""

import asyncio
import logging
import re
from typing import Annotated

import httpx
from fastapi import Depends, FastAPI, HTTPException, Request, Security
from fastapi.responses import JSONResponse
from fastapi.security import APIKeyHeader
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

log = logging.getLogger("tesseral")

# The form of a managed API key. Anything else is refused without asking Tesseral.
SECRET_TOKEN_FORM = re.compile(r"[a-z0-9_]{1,512}")

# APIKeyHeader and not HTTPBearer: that one takes any spelling of "Bearer", Tesseral's own packages take one.
authorization_header = APIKeyHeader(
    name="Authorization", auto_error=False, scheme_name="Managed API key", description="`Bearer <managed API key>`"
)


class ApiKey(BaseModel):
    """What Tesseral says of a good key. `actions` is left out there when there are none."""

    model_config = ConfigDict(alias_generator=to_camel, strict=True, frozen=True)

    organization_id: str = Field(min_length=1)
    api_key_id: str = Field(min_length=1)
    actions: tuple[str, ...] = ()


class ErrorDetail(BaseModel):
    description: str = ""


class ErrorAnswer(BaseModel):
    message: str = ""
    details: list[ErrorDetail] = []


class Unavailable(Exception):
    """Tesseral gave no usable answer, so nothing is known about the key."""


class Tesseral:
    """One connection pool for the life of the app; made in `lifespan`, kept in `app.state.tesseral`.

    With a `cache` (see api_key_cache.py) Tesseral is not asked each time.
    """

    def __init__(self, backend_api_key: str, api_url: str | None, cache=None):
        self._cache = cache
        self._client = httpx.AsyncClient(
            base_url=api_url or "https://api.tesseral.com",
            headers={"Authorization": f"Bearer {backend_api_key}"},
            follow_redirects=False,  # to follow one would send the keys to another host
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def authenticate(self, secret_token: str) -> ApiKey | None:
        """The key's data, or None when the key is not good."""
        if self._cache is None:
            return await self._ask_or_log(secret_token)
        return await self._cache.answer(secret_token, self._ask_or_log)

    async def _ask_or_log(self, secret_token: str) -> ApiKey | None:
        try:
            return await self._ask(secret_token)
        except Unavailable as error:
            log.error("API keys cannot be checked: %s", error)
            raise

    async def _ask(self, secret_token: str) -> ApiKey | None:
        try:
            async with asyncio.timeout(5):
                response = await self._client.post("/v1/api-keys/authenticate", json={"secretToken": secret_token})
        except (httpx.HTTPError, TimeoutError) as error:
            # The type alone: the text of an error can quote a header, and headers hold the key.
            raise Unavailable(type(error).__name__) from None

        if response.status_code == 200:
            try:
                return ApiKey.model_validate_json(response.content)
            except ValidationError:
                raise Unavailable("Tesseral answered 200 and nothing that can be used") from None

        error = error_answer(response)
        answer = f"Tesseral answered {response.status_code} {describe(error)}"
        if response.status_code == 403:
            log.error("API key refused: %s", answer)
            return None
        # Other 400s are about the backend API key: the operator's fault, not the caller's.
        if response.status_code == 400 and error.message == "unauthenticated_api_key":
            return None
        raise Unavailable(answer)


async def require_api_key(request: Request, header: Annotated[str | None, Security(authorization_header)]) -> ApiKey:
    """The caller's key. 401 when it is not good, 503 when Tesseral gives no usable answer."""
    secret_token = header[len("Bearer ") :] if header and header.startswith("Bearer ") else ""
    # fullmatch: `$` would let a trailing newline pass
    if not SECRET_TOKEN_FORM.fullmatch(secret_token):
        raise unauthorized()
    try:
        api_key = await request.app.state.tesseral.authenticate(secret_token)
    except Unavailable:
        raise HTTPException(503, "unavailable") from None
    if api_key is None:
        raise unauthorized()
    return api_key


CurrentApiKey = Annotated[ApiKey, Depends(require_api_key)]


def require_action(action: str):
    """A dependency that answers 403 unless the caller's key has the action."""

    async def check(api_key: CurrentApiKey) -> None:
        if action not in api_key.actions:
            raise HTTPException(403, "forbidden")

    return Depends(check)


def unauthorized() -> HTTPException:
    return HTTPException(401, "unauthorized", headers={"WWW-Authenticate": "Bearer"})


def answer_errors_as_json(app: FastAPI) -> None:
    """Answers `{"error": …}` where FastAPI would answer `{"detail": …}`."""

    @app.exception_handler(HTTPException)
    async def answer(_request: Request, error: HTTPException) -> JSONResponse:
        return JSONResponse({"error": error.detail}, error.status_code, error.headers)


def error_answer(response: httpx.Response) -> ErrorAnswer:
    """Tesseral's error, or an empty one for any other body: proxies send HTML, a failed server nothing."""
    try:
        return ErrorAnswer.model_validate_json(response.content)
    except ValidationError:
        return ErrorAnswer()


def describe(error: ErrorAnswer) -> str:
    return (error.details[0].description if error.details else "") or error.message or "and nothing that can be used"
