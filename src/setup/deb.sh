#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# deb.sh VERSION ROOT OUT: makes OUT/tlblab_VERSION_ARCH.deb of what was installed into
# ROOT. What it depends on is asked of the libraries it is linked to.
set -eu
version=$1 root=$(cd "$2" && pwd) out=$(cd "$3" && pwd)
arch=$(dpkg --print-architecture)
strip --strip-unneeded "$root/usr/bin/tlblab"
gzip -9nf "$root/usr/share/man/man1/tlblab.1"
doc=$root/usr/share/doc/tlblab
install -D -m 644 "$(dirname "$0")/../../LICENSE" "$doc/copyright"
stamp=$(git -C "$(dirname "$0")" log -1 --format=%ct 2>/dev/null) || stamp=$(stat -c %Y "$0")
{
  printf 'tlblab (%s) unstable; urgency=medium\n\n  * Built from its sources.\n\n' "$version"
  printf ' -- the tlblab authors <tlblab@localhost>  %s\n' \
    "$(LC_ALL=C date -u -R -d "@${SOURCE_DATE_EPOCH:-$stamp}")"
} | gzip -9n >"$doc/changelog.gz"
chmod 644 "$doc/changelog.gz"

# The authors have no address for mail, and an invented one would reach somebody else.
install -d "$root/usr/share/lintian/overrides"
cat >"$root/usr/share/lintian/overrides/tlblab" <<'OVERRIDES'
tlblab: bogus-mail-host Maintainer tlblab@localhost
tlblab: bogus-mail-host-in-debian-changelog tlblab@localhost *
OVERRIDES
chmod 644 "$root/usr/share/lintian/overrides/tlblab"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/debian"
printf 'Source: tlblab\n\nPackage: tlblab\nArchitecture: any\n' >"$scratch/debian/control"
depends=$(cd "$scratch" && dpkg-shlibdeps -O "$root/usr/bin/tlblab" 2>/dev/null |
  sed -n 's/^shlibs:Depends=//p')

mkdir -p "$root/DEBIAN"
cat >"$root/DEBIAN/control" <<CONTROL
Package: tlblab
Version: $version
Architecture: $arch
Maintainer: the tlblab authors <tlblab@localhost>
Installed-Size: $(du -sk --exclude=DEBIAN "$root" | cut -f 1)
Depends: $depends
Section: utils
Priority: optional
Description: laboratory in a terminal for TLB flushes and shootdowns
 Shows what flushing the TLB costs on Linux x86 while the number of threads,
 their placement, the kernel's flush ceiling and the workload are changed; runs,
 compares, tunes, replays and reports.
CONTROL
(cd "$root" && find usr -type f -exec md5sum {} + >DEBIAN/md5sums)
package=$out/tlblab_${version}_$arch.deb
dpkg-deb --root-owner-group --build "$root" "$package" >/dev/null
echo "$package"
