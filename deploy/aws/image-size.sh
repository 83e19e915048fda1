#!/bin/sh
# Measures what the image holds, and fails if it is 40 MB or more: Fargate pulls it for every task, and bills from there.
#   deploy/aws/image-size.sh PROGRAM
set -eu
[ $# = 1 ] || { sed -n '2,3s/^# \{0,1\}//p' "$0" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
limit=40000000
work=$(mktemp -d "${TMPDIR:-/tmp}/coldpath-size.XXXXXX")
trap 'rm -rf "$work"' EXIT

"$here/root.sh" "$1" "$work/root"
bytes() { find "$@" -type f -printf '%s\n' | awk '{ sum += $1 } END { printf "%d", sum }'; }
row() { printf '%-28s %10s\n' "$1" "$2"; }
program=$(bytes "$work/root/coldpath")
zones=$(bytes "$work/root/usr/share/zoneinfo")
etc=$(bytes "$work/root/etc")
all=$(bytes "$work/root")
count=$(find "$work/root" -name '*.so*' -type f | wc -l)
row 'bytes in the image' "$(uname -m)"
row 'the program, stripped' "$program"
row "$count shared libraries" $((all - program - zones - etc))
row 'time zones' "$zones"
row 'certificates, passwd' "$etc"
row 'unpacked' "$all"
"$here/image.sh" "$1" "$work/layout" >/dev/null
packed=$(bytes "$work/layout")
row 'packed, as it is pulled' "$packed"
if [ "$all" -ge "$limit" ]; then
  printf 'image-size: %s bytes are more than %s\n' "$all" "$limit" >&2
  exit 1
fi
# A library that is missing would only be missed on AWS.
if [ "$(id -u)" = 0 ] && command -v chroot >/dev/null 2>&1; then
  row 'it starts by itself' "$(chroot "$work/root" /coldpath --version)"
fi
