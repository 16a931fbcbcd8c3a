#!/usr/bin/env bash
# Builds the container image `sallyport`: by Docker where its engine answers, else by buildah.
# Where no registry can be reached, buildah takes a stand-in for the base image, made of this Debian and this machine's Node:
# that proves the Dockerfile's steps, not the contents of the true base.
# usage: tools/build-image.sh            SALLYPORT_BASE=registry takes the true base with buildah, too
set -euo pipefail
cd "$(dirname "$0")/.."
source tools/image-engine.sh

if [ "$engine" = docker ]; then
  docker build -t "$image" .
  exit
fi

base=$(sed -nE '1s/^FROM ([^ ]+).*/\1/p' Dockerfile)
ca=/etc/ssl/certs/ca-certificates.crt

# A Debian with what the build stage installs anyway, kept for the next time.
stand_in_files() {
  local release kept mirror
  release=$(. /etc/os-release && echo "$VERSION_CODENAME")
  kept="$store/$release-$(dpkg --print-architecture).tar"
  if [ ! -s "$kept" ]; then
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -n 1)
    local rootfs="$store/rootfs"
    rm -rf "$rootfs"
    debootstrap --variant=minbase --include=ca-certificates,python3,make,g++ "$release" "$rootfs" "$mirror" >"$store/debootstrap.log" ||
      { tail -n 20 "$store/debootstrap.log" >&2; return 1; }
    rm -rf "$rootfs"/var/cache/apt/archives/*.deb
    tar -C "$rootfs" -cf "$kept.part" . && mv "$kept.part" "$kept"
    rm -rf "$rootfs"
  fi
  echo "$kept"
}

# The same places as in the official image: node and its headers under /usr/local, a user called node.
make_stand_in() {
  local kept container node modules
  kept=$(stand_in_files)
  node=$(readlink -f "$(command -v node)")
  modules=$(npm root -g)
  container=$(b from scratch)
  b add -q "$container" "$kept" /
  b copy -q "$container" "$node" /usr/local/bin/node
  b copy -q "$container" "$modules/npm" /usr/local/lib/node_modules/npm
  b copy -q "$container" "$(headers "$node")" /usr/local/include/node
  b run --isolation chroot "$container" -- sh -c '
    ln -sf ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
    ln -sf ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx
    useradd --create-home --uid 1000 --shell /bin/sh node'
  b commit -q --rm "$container" "docker.io/library/$base" >/dev/null
}

headers() {
  local beside
  beside="$(dirname "$(dirname "$1")")/include/node"
  [ -d "$beside" ] && echo "$beside" || echo /usr/include/node
}

mounts=()
pull=never
if [ "${SALLYPORT_BASE:-}" = registry ]; then
  pull=false
else
  b inspect --type image "docker.io/library/$base" >/dev/null 2>&1 || make_stand_in
  # A registry behind this machine's own authorities.
  printf 'cafile=%s\n' "$ca" >"$store/npmrc"
  mounts=(-v "$store/npmrc:/root/.npmrc:ro" -v "$ca:$ca:ro")
fi

# Format docker, because the other one knows no HEALTHCHECK.
b bud -q --pull="$pull" --isolation chroot --format docker "${mounts[@]}" -t "$image" .
# What this build replaced.
b rmi --prune --force >/dev/null
