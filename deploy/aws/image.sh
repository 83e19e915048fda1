#!/bin/sh
# Builds the container image as an OCI image layout, with no daemon and no other tool than tar, gzip and sha256sum:
#   deploy/aws/image.sh PROGRAM FOLDER
# The same program gives the same digest. Push it with any tool that reads layouts, for example
#   skopeo copy oci:FOLDER docker://ACCOUNT.dkr.ecr.REGION.amazonaws.com/coldpath:TAG
# Where buildah or docker is at hand, deploy/aws/Containerfile builds the same from the sources.
set -eu
[ $# = 2 ] || { sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
program=$1
out=$2
case $(uname -m) in
  x86_64) architecture=amd64 ;;
  aarch64) architecture=arm64 ;;
  *) printf 'image: Lambda and Fargate have no %s\n' "$(uname -m)" >&2; exit 2 ;;
esac
work=$(mktemp -d "${TMPDIR:-/tmp}/coldpath-image.XXXXXX")
trap 'rm -rf "$work"' EXIT
rm -rf "$out"
mkdir -p "$out/blobs/sha256"

digest() { sha256sum "$1" | cut -d' ' -f1; }
size() { wc -c <"$1" | tr -d ' '; }
keep() { # FILE : moves it to its place among the blobs, prints its digest
  name=$(digest "$1")
  mv "$1" "$out/blobs/sha256/$name"
  printf '%s' "$name"
}

"$here/root.sh" "$program" "$work/root"
tar --create --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --format=gnu -C "$work/root" -f "$work/layer.tar" .
unpacked=$(digest "$work/layer.tar")
gzip --no-name --best "$work/layer.tar"
layer_size=$(size "$work/layer.tar.gz")
layer=$(keep "$work/layer.tar.gz")

printf '{"architecture":"%s","os":"linux","config":{"Entrypoint":["/coldpath"],"User":"65532","WorkingDir":"/","Env":["PATH=/"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]},"history":[{"created_by":"deploy/aws/image.sh"}]}' \
  "$architecture" "$unpacked" >"$work/config"
config_size=$(size "$work/config")
config=$(keep "$work/config")

printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:%s","size":%s},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"sha256:%s","size":%s}]}' \
  "$config" "$config_size" "$layer" "$layer_size" >"$work/manifest"
manifest_size=$(size "$work/manifest")
manifest=$(keep "$work/manifest")

printf '{"imageLayoutVersion":"1.0.0"}' >"$out/oci-layout"
printf '{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:%s","size":%s,"platform":{"architecture":"%s","os":"linux"}}]}' \
  "$manifest" "$manifest_size" "$architecture" >"$out/index.json"
printf 'sha256:%s\n' "$manifest"
