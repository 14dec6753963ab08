import os
from contextlib import asynccontextmanager

import uvicorn
from fastapi import APIRouter, Depends, FastAPI

from api_key_auth import ApiKey, CurrentApiKey, Tesseral, answer_errors_as_json, require_action, require_api_key
from api_key_cache import ApiKeyCache


@asynccontextmanager
async def lifespan(app: FastAPI):
    backend_api_key = os.environ.get("TESSERAL_BACKEND_API_KEY")
    if not backend_api_key:
        raise RuntimeError("TESSERAL_BACKEND_API_KEY is not set")
    cache = ApiKeyCache(os.environ.get("TESSERAL_CACHE_SECONDS"), os.environ.get("TESSERAL_STALE_SECONDS"))
    app.state.tesseral = Tesseral(backend_api_key, os.environ.get("TESSERAL_API_URL"), cache)
    yield
    await app.state.tesseral.close()


app = FastAPI(lifespan=lifespan)
answer_errors_as_json(app)

# Everything on this router needs a managed API key.
api = APIRouter(dependencies=[Depends(require_api_key)])


@api.get("/whoami")
async def whoami(api_key: CurrentApiKey) -> ApiKey:
    return api_key


@api.get("/widgets", dependencies=[require_action("widgets.read")])
async def widgets(api_key: CurrentApiKey):
    return {"organizationId": api_key.organization_id, "widgets": ["flange", "sprocket"]}


app.include_router(api)


@app.get("/healthz")
async def healthz():
    return {"ok": True}


if __name__ == "__main__":
    uvicorn.run(app, host="0.0.0.0", port=int(os.environ.get("PORT") or 8080), access_log=False)
