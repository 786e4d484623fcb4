#!/usr/bin/env bash
# Logs a trade deal, moves it, and watches the pipeline change.
set -euo pipefail

base_url=${BASE_URL:-http://127.0.0.1:3000}

# A token from a server on this machine; a deployed one gives it to those who sign in.
token=${TOKEN:-$(curl -sS --fail-with-body "$base_url/oauth2/token" -d grant_type=client_credentials -d client_id=bd-officer -d client_secret=local |
  jq -r .access_token)}

call() { # method, path, further arguments of curl
  curl -sS --fail-with-body -X "$1" "$base_url$2" -H "authorization: Bearer $token" -H 'content-type: application/json' "${@:3}"
}

# How many trade deals of business engagement are in a stage.
count_in() {
  call GET /v1/pipeline | jq --arg stage "$1" \
    '.rows[] | select(.strand == "business-engagement" and .kind == "trade-deal" and .stage == $stage) | .count'
}

# Waits until a stage counts one more: the pipeline follows the records within a second.
watch_stage() { # stage, count before
  for _ in $(seq 100); do
    local count
    count=$(count_in "$1")
    if ((count > $2)); then
      echo "$1: $2 -> $count"
      return
    fi
    sleep 0.1
  done
  echo "The pipeline does not count the deal in $1." >&2
  return 1
}

enquiries=$(count_in enquiry)
qualified=$(count_in qualified)

# With a key of one's own a repeat is harmless, should the answer get lost on the way.
record=$(call POST /v1/trade-deals -H "idempotency-key: $(date +%s)-$RANDOM$RANDOM" -d '{
  "title": "Hand embroidery for a Bristol shop",
  "strand": "business-engagement",
  "direction": "uk-import",
  "organisations": [{ "name": "Miao Mountain Crafts Co-operative (invented)", "place": "guizhou" }],
  "value": { "amount": "24000.00", "currency": "USD" }
}')
id=$(jq -r '.id // empty' <<<"$record")
if [[ -z $id ]]; then
  echo "Taken in and not recorded yet: $record" >&2
  exit 1
fi
echo "logged $id in $(jq -r .stage <<<"$record") with $(jq -r '.organisations[0].name' <<<"$record")"
watch_stage enquiry "$enquiries"

call POST "/v1/trade-deals/$id/moves" -d '{ "to": "qualified" }' >/dev/null
echo "moved $id to qualified"
watch_stage qualified "$qualified"
