"""Logs a trade deal, moves it, and watches the pipeline change."""

import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

BASE_URL = os.environ.get("BASE_URL", "http://127.0.0.1:3000")


def local_token():
    """A token from a server on this machine; a deployed one gives it to those who sign in."""
    form = {"grant_type": "client_credentials", "client_id": "bd-officer", "client_secret": "local"}
    with urllib.request.urlopen(f"{BASE_URL}/oauth2/token", urllib.parse.urlencode(form).encode()) as answer:
        return json.load(answer)["access_token"]


TOKEN = os.environ.get("TOKEN") or local_token()


def call(method, path, body=None, **headers):
    """Calls the API and gives status and answer. An error is a problem (RFC 9457), which says where the fault is."""
    request = urllib.request.Request(
        BASE_URL + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"authorization": f"Bearer {TOKEN}", "content-type": "application/json", **headers},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        raise SystemExit(f"{method} {path}: {error.code} {error.read().decode()}") from error


def row_of(stage):
    """The row of trade deals of business engagement in a stage."""
    _, pipeline = call("GET", "/v1/pipeline")
    wanted = ("business-engagement", "trade-deal", stage)
    return next(row for row in pipeline["rows"] if (row["strand"], row["kind"], row["stage"]) == wanted)


def watch(stage, before):
    """Waits until a stage counts one more: the pipeline follows the records within a second."""
    for _ in range(100):
        row = row_of(stage)
        if row["count"] > before:
            print(f"{stage}: {before} -> {row['count']}", row["byCurrency"])
            return
        time.sleep(0.1)
    raise SystemExit(f"The pipeline does not count the deal in {stage}.")


enquiries, qualified = row_of("enquiry")["count"], row_of("qualified")["count"]

deal = {
    "title": "Surgical instruments for a teaching hospital",
    "strand": "business-engagement",
    "direction": "uk-export",
    "organisations": [{"name": "Purple Mountain Biomedical (invented)", "place": "nanjing"}],
    "value": {"amount": "180000.00", "currency": "GBP"},
}
# With a key of one's own a repeat is harmless, should the answer get lost on the way.
status, record = call("POST", "/v1/trade-deals", deal, **{"idempotency-key": str(uuid.uuid4())})
if status == 202:
    raise SystemExit(f"Taken in and not recorded yet; ask /v1/receipts/{record['eventId']}.")
print(f"logged {record['id']} in {record['stage']} with {record['organisations'][0]['name']}")
watch("enquiry", enquiries)

call("POST", f"/v1/trade-deals/{record['id']}/moves", {"to": "qualified"})
print(f"moved {record['id']} to qualified")
watch("qualified", qualified)
