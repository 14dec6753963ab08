# An API written for Lambda itself, in Python: answers who calls, as the examples do.
import json
import os
import re
import urllib.error
import urllib.request

BACKEND_API_KEY = os.environ["TESSERAL_BACKEND_API_KEY"]
URL = os.environ["TESSERAL_API_URL"] + "/v1/api-keys/authenticate"


def answer(status, body):
    return {"statusCode": status, "body": json.dumps(body)}


def handler(event, context):
    bearer = re.fullmatch(r"Bearer ([a-z0-9_]{1,512})", event["headers"].get("authorization", ""))
    if not bearer:
        return answer(401, {"error": "unauthorized"})
    request = urllib.request.Request(
        URL,
        data=json.dumps({"secretToken": bearer[1]}).encode(),
        headers={"authorization": f"Bearer {BACKEND_API_KEY}", "content-type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as response:
            return answer(200, {"organizationId": json.load(response)["organizationId"]})
    except urllib.error.HTTPError as error:
        if json.load(error).get("message") == "unauthenticated_api_key":
            return answer(401, {"error": "unauthorized"})
        return answer(503, {"error": "unavailable"})
