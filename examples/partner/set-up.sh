#!/usr/bin/env bash
# Run once per partner, as an administrator: creates the partner and a secret shared by both sides. Prints the secret.
set -euo pipefail

base_url=${BASE_URL:-http://127.0.0.1:3000}
partner=${PARTNER:-severn}

# A token from a server on this machine; a deployed one gives it to an administrator who signs in.
token=${TOKEN:-$(curl -sS --fail-with-body "$base_url/oauth2/token" -d grant_type=client_credentials -d client_id=admin -d client_secret=local |
  jq -r .access_token)}

call() { # method, path, body
  curl -sS --fail-with-body -X "$1" "$base_url$2" -H "authorization: Bearer $token" -H 'content-type: application/json' -d "$3"
}

call PUT "/v1/partners/$partner" '{
  "name": "Severn Trade Portal (invented)",
  "scheme": "standard-webhooks",
  "defaults": {"strand": "business-engagement", "place": "guangzhou"},
  "eventTypes": ["trade-deal.logged", "trade-deal.amended", "trade-deal.moved", "trade-deal.noted"],
  "active": true
}' >&2
call POST "/v1/partners/$partner/secrets" '{}' | jq -r .secret
