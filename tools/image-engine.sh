# Sourced by build-image.sh and try-image.sh: which engine there is, and where buildah keeps its things.
image=sallyport
if docker info >/dev/null 2>&1; then
  engine=docker
else
  engine=buildah
  store="${XDG_CACHE_HOME:-$HOME/.cache}/sallyport/image"
  mkdir -p "$store"
fi

# Needs no engine, no other daemon, and no file system that a container could not have.
in_network=()
b() { "${in_network[@]}" buildah --storage-driver "${SALLYPORT_STORAGE_DRIVER:-vfs}" --root "$store/root" --runroot "$store/runroot" "$@"; }
