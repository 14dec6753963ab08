"""A Flask API behind Tesseral's own middleware, unchanged: configured by the environment, it prints its port and serves."""

import os
from wsgiref.simple_server import make_server

from flask import Flask, jsonify
from tesseral.client import Tesseral
from tesseral_flask import credentials_type, has_permission, organization_id, require_auth

app = Flask(__name__)
app.before_request(
    require_auth(
        publishable_key=os.environ["TESSERAL_PUBLISHABLE_KEY"],
        config_api_hostname=os.environ["TESSERAL_CONFIG_API_HOSTNAME"],
        api_keys_enabled=True,
        tesseral_client=Tesseral(base_url=os.environ["TESSERAL_API_URL"]),
    )
)


@app.get("/")
def who():
    return jsonify(type=credentials_type(), organization=organization_id(), reads=has_permission("widgets.read"))


server = make_server("127.0.0.1", 0, app)
print(server.server_port, flush=True)
server.serve_forever()
