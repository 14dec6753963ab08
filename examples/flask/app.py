import os

from flask import Blueprint, Flask, g, jsonify

from api_key_auth import ApiKeyAuth
from api_key_cache import ApiKeyCache

auth = ApiKeyAuth(
    os.environ.get("TESSERAL_BACKEND_API_KEY"),
    os.environ.get("TESSERAL_API_URL"),
    ApiKeyCache(os.environ.get("TESSERAL_CACHE_SECONDS"), os.environ.get("TESSERAL_STALE_SECONDS")),
)

app = Flask(__name__)

# Everything in this blueprint needs a managed API key. Paths that do not exist never ask Tesseral.
api = Blueprint("api", __name__)
api.before_request(auth.require_api_key)


@api.get("/whoami")
def whoami():
    return jsonify(
        organizationId=g.api_key.organization_id,
        apiKeyId=g.api_key.api_key_id,
        actions=g.api_key.actions,
    )


@api.get("/widgets")
@auth.require_action("widgets.read")
def widgets():
    return jsonify(organizationId=g.api_key.organization_id, widgets=["flange", "sprocket"])


app.register_blueprint(api)


@app.get("/healthz")
def healthz():
    return jsonify(ok=True)
