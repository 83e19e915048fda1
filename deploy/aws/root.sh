#!/bin/sh
# Puts together the image's file system: the program, the shared libraries that it loads, certificates, time zones.
#   deploy/aws/root.sh PROGRAM FOLDER
# PROGRAM is a coldpath built on this machine (Debian 12: the libraries come from here). FOLDER is made anew.
set -eu
[ $# = 2 ] || { sed -n '2,4s/^# \{0,1\}//p' "$0" >&2; exit 2; }
program=$1
root=$2
[ -x "$program" ] || { printf 'root: %s is no program\n' "$program" >&2; exit 2; }
rm -rf "$root"
mkdir -p "$root/etc/ssl/certs" "$root/usr/share" "$root/tmp"
chmod 1777 "$root/tmp"

# install, unlike cp, leaves no owner or time of this machine's behind.
install -m 0755 "$program" "$root/coldpath"
strip "$root/coldpath"
# "libz.so.1 => /lib/... (0x...)" and the loader's own line, which has no arrow.
ldd "$program" | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p; s/^[[:space:]]*\(\/[^ ]*\) (0x.*/\1/p' | while read -r library; do
  install -D -m 0755 "$library" "$root$library"
done
install -m 0644 /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
cp -R /usr/share/zoneinfo "$root/usr/share/zoneinfo"
rm -rf "$root/usr/share/zoneinfo/posix" "$root/usr/share/zoneinfo/right"
printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
printf 'root:x:0:0::/:/none\ncoldpath:x:65532:65532::/:/none\n' >"$root/etc/passwd"
printf 'root:x:0:\ncoldpath:x:65532:\n' >"$root/etc/group"
find "$root" -exec touch -h -d @0 {} +
