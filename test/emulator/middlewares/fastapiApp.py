"""A FastAPI API behind Tesseral's own middleware, unchanged: configured by the environment, it prints its port and serves."""

import os
import socket

import uvicorn
from fastapi import Depends, FastAPI
from tesseral import AsyncTesseral
from tesseral_fastapi import Auth, RequireAuthMiddleware, get_auth

app = FastAPI()
app.add_middleware(
    RequireAuthMiddleware,
    publishable_key=os.environ["TESSERAL_PUBLISHABLE_KEY"],
    config_api_hostname=os.environ["TESSERAL_CONFIG_API_HOSTNAME"],
    api_keys_enabled=True,
    tesseral_client=AsyncTesseral(base_url=os.environ["TESSERAL_API_URL"]),
)


@app.get("/")
def who(auth: Auth = Depends(get_auth)):
    return {
        "type": auth.credentials_type(),
        "organization": auth.organization_id(),
        "reads": auth.has_permission("widgets.read"),
    }


with socket.create_server(("127.0.0.1", 0)) as listening:
    print(listening.getsockname()[1], flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="critical")).run(sockets=[listening])
