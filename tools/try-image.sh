#!/usr/bin/env bash
# Shows that the image built by build-image.sh serves: without settings on its unix socket, where the first administrator
# signs in and makes a component key; then with a certificate, over TLS, to that key and to nobody without it.
# Needs openssl, oathtool and grpcurl. usage: tools/try-image.sh
set -euo pipefail
cd "$(dirname "$0")/.."
source tools/image-engine.sh

work=$(mktemp -d)
mkdir -p "$work/data" "$work/keys" "$work/tls"
chown -R 1000:1000 "$work"
chmod 711 "$work"
mounts=(-v "$work/data:/data" -v "$work/keys:/keys" -v "$work/tls:/tls:ro")

# One container that serves, and commands inside it: `serve NAME=VALUE…`, `inside COMMAND…`, `halt`.
if [ "$engine" = docker ]; then
  container=sallyport-try-$$
  serve() { docker run -d --name "$container" -p 127.0.0.1::50051 "${mounts[@]}" "${@/#/-e}" "$image" >/dev/null; }
  serves() { [ "$(docker inspect -f '{{.State.Running}}' "$container")" = true ]; }
  inside() { docker exec -i "$container" "$@"; }
  outside_port() { docker port "$container" 50051/tcp | sed 's/.*://;q'; }
  halt() { docker stop -t 15 "$container" >/dev/null && discard; }
  discard() { docker logs "$container" >>"$work/log" 2>&1; docker rm -f "$container" >/dev/null 2>&1; }
else
  # A chroot has this machine's network and processes. The network at least can be its own.
  unshare --net sh -c 'ip link set lo up && exec sleep 600' &
  network=$!
  in_network=(nsenter --net="/proc/$network/ns/net")
  until "${in_network[@]}" ip link show lo up 2>/dev/null | grep -q UP; do sleep 0.1; done
  container=$(b from --pull=never "localhost/$image")
  serve() {
    b run --isolation chroot "${mounts[@]}" "${@/#/--env=}" "$container" -- sallyport serve >>"$work/log" 2>&1 &
    server=$!
  }
  serves() { kill -0 "$server" 2>/dev/null; }
  inside() { b run --isolation chroot "${mounts[@]}" "$container" -- "$@"; }
  outside_port() { echo 50051; }
  halt() { kill -TERM "$(program)" && wait "$server"; }
  # The program is the last of those that buildah started for it.
  program() {
    local pid=$server child
    while child=$(pgrep -n -P "$pid"); do pid=$child; done
    echo "$pid"
  }
  discard() {
    serves && kill -KILL "$(program)"
    b rm "$container" >/dev/null
    kill "$network"
  }
fi
server=
trap 'discard 2>/dev/null || true; rm -rf "$work"' EXIT

passed=0
shows() { passed=$((passed + 1)); echo "ok  $1"; }
fail() { echo "FAILED  $1"; tail -n 20 "$work/log" 2>/dev/null; exit 1; }

until_serving() {
  for _ in $(seq 60); do
    inside sallyport health >/dev/null 2>&1 && return
    serves || break
    sleep 0.5
  done
  fail 'the server does not serve'
}

# Without settings.
serve
until_serving
[ "$(inside node -p 'process.getuid()')" = 1000 ] || fail 'it runs as root'
shows 'runs as a user that is not root'
inside node -e 'fs.writeFileSync("/app/x", "")' 2>/dev/null && fail 'it can write to its own program'
shows 'cannot change its own program'
shows 'serves without settings on its unix socket'

# The first administrator, with a phone that oathtool plays: the secret is printed once, the code is asked for after it.
password=$(openssl rand -hex 16)
sign_in() {
  local secret
  exec 3>"$work/answers"
  printf '%s\n' "$(cat "$work/keys/first-administrator")" "$password" "$password" >&3
  for _ in $(seq 100); do
    secret=$(sed -nE 's/^Secret: ([A-Z2-7]+).*/\1/p' "$work/login")
    [ -n "$secret" ] && break
    sleep 0.2
  done
  [ -n "$secret" ] || return 1
  oathtool --totp --base32 - <<<"$secret" >&3
  exec 3>&-
}
mkfifo "$work/answers"
inside sallyport login administrator <"$work/answers" >"$work/login" 2>&1 &
login=$!
sign_in || fail "no secret was shown: $(cat "$work/login")"
wait "$login" || fail "no sign-in: $(cat "$work/login")"
inside sallyport components keys create console >"$work/key" || fail 'no component key was made'
shows 'signs its first administrator in and makes a component key'

halt
shows 'stops when asked to'

# With a certificate, from outside, over TLS.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
  -addext subjectAltName=DNS:localhost -keyout "$work/tls/key.pem" -out "$work/tls/certificate.pem" 2>/dev/null
chown 1000:1000 "$work"/tls/*
serve 'SALLYPORT_LISTEN=0.0.0.0:50051,unix:/data/run/sallyport.sock' \
  SALLYPORT_TLS_CERTIFICATE_FILE=/tls/certificate.pem SALLYPORT_TLS_KEY_FILE=/tls/key.pem
until_serving

# What ValidateSession says to a token that is none: with a key, that; without, that a key is missing.
reason() {
  local said
  said=$("${in_network[@]}" grpcurl -cacert "$work/tls/certificate.pem" -expand-headers "$@" -d '{"session_token":"sst_none"}' \
    "localhost:$(outside_port)" sallyport.auth.v1.AuthService/ValidateSession 2>&1) && return
  sed -nE 's/.*"reason": "([A-Z_]+)".*/\1/p' <<<"$said"
}
[ "$(reason)" = COMPONENT_REQUIRED ] || fail "a caller without a key was told: $(reason)"
shows 'refuses callers without a key over TLS'
KEY=$(grep -oE 'spk_[A-Za-z0-9_-]+' "$work/key") || fail 'no key was printed'
export KEY
answer=$(reason -H 'sallyport-component-key: ${KEY}')
[ "$answer" = SESSION_INACTIVE ] || fail "a caller with the key was told: $answer"
shows 'serves over TLS to the key made inside'
halt
echo "image: $passed shown"
