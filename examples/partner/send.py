"""Sends one signed message: a deal of ours. Needs Python 3.9, nothing else."""

import base64
import hashlib
import hmac
import json
import os
import time
import urllib.request
import uuid
from datetime import datetime, timezone

BASE_URL = os.environ.get("BASE_URL", "http://127.0.0.1:3000")
PARTNER = os.environ.get("PARTNER", "severn")
SECRET = os.environ["WEBHOOK_SECRET"]

body = json.dumps(
    {
        "type": "trade-deal.logged",
        "timestamp": datetime.now(timezone.utc).isoformat(),
        "data": {
            "externalRef": {"ref": "python-1042"},
            "title": "Tram doors for the airport line",
            "direction": "uk-export",
            "organisations": [{"name": "Pearl River Rolling Stock (invented)", "place": "guangzhou"}],
            "value": {"amount": "1250000.00", "currency": "CNY"},
        },
    }
).encode()

message_id = f"msg_{uuid.uuid4()}"  # a repeat of the same message has the same id
sent_at = str(int(time.time()))
key = base64.b64decode(SECRET.removeprefix("whsec_"))
signed = f"{message_id}.{sent_at}.".encode() + body
signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()

request = urllib.request.Request(
    f"{BASE_URL}/webhooks/{PARTNER}",
    data=body,
    headers={
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": sent_at,
        "webhook-signature": f"v1,{signature}",
    },
)
with urllib.request.urlopen(request, timeout=30) as answer:
    print(answer.read().decode())
