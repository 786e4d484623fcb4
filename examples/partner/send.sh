#!/usr/bin/env bash
# Sends one signed message: a deal of ours. Needs bash, curl and openssl.
set -euo pipefail

base_url=${BASE_URL:-http://127.0.0.1:3000}
partner=${PARTNER:-severn}
secret=${WEBHOOK_SECRET:?the secret that you were given, whsec_...}

body='{
  "type": "trade-deal.logged",
  "timestamp": "'$(date -u +%Y-%m-%dT%H:%M:%SZ)'",
  "data": {
    "externalRef": {"ref": "curl-1042"},
    "title": "Tram doors for the airport line",
    "direction": "uk-export",
    "organisations": [{"name": "Pearl River Rolling Stock (invented)", "place": "guangzhou"}],
    "value": {"amount": "1250000.00", "currency": "CNY"}
  }
}'

id="msg_$(openssl rand -hex 12)" # a repeat of the same message has the same id
time=$(date +%s)
key=$(printf %s "${secret#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \n')
signature=$(printf '%s.%s.%s' "$id" "$time" "$body" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | openssl base64 -A)

curl -sS --fail-with-body "$base_url/webhooks/$partner" \
  -H 'content-type: application/json' \
  -H "webhook-id: $id" -H "webhook-timestamp: $time" -H "webhook-signature: v1,$signature" \
  --data-binary "$body"
