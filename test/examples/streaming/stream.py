"""The FastAPI example with a route that writes one part, waits for the gate, and writes another."""

import os

import httpx
import uvicorn
from app import app
from api_key_auth import CurrentApiKey
from fastapi.responses import StreamingResponse


@app.get("/export")
async def export(_: CurrentApiKey):
    async def lines():
        yield "first\n"
        async with httpx.AsyncClient(timeout=30) as client:
            await client.get(os.environ["GATE_URL"])
        yield "second\n"

    return StreamingResponse(lines(), media_type="application/x-ndjson")


uvicorn.run(app, host="0.0.0.0", port=int(os.environ["PORT"]), access_log=False)
