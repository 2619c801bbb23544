#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What make install puts under DESTDIR is all the program needs, make uninstall takes all
# of it away, and the Debian package holds the same and runs once unpacked.
set -u
# shellcheck source=tests/commands/lib.sh
. "$(dirname "$0")/lib.sh"
root=$work/root

# The program is installed as it was built: -o says that it is not to be made anew.
room() {
  make -s -o "$TLBLAB" "$@" BIN="$TLBLAB" OUT="$work/pages" PREFIX=/usr DESTDIR="$root" \
    >"$work/make" 2>&1 || fail "make $*: $(tail -3 "$work/make")"
}

room install
for file in bin/tlblab share/man/man1/tlblab.1 share/tlblab/presets/schema/result.schema.json \
  share/bash-completion/completions/tlblab share/zsh/site-functions/_tlblab \
  share/fish/vendor_completions.d/tlblab.fish; do
  [ -s "$root/usr/$file" ] || fail "$file was not installed"
done
[ "$(cd "$root/usr/share/tlblab/presets" && ls ./*.json)" = "$(cd presets && ls ./*.json)" ] ||
  fail "not all presets were installed"
[ -z "$(find "$root" -perm /022 ! -type l)" ] || fail "others may write to $(find "$root" -perm /022)"
cp -r "$root" "$work/package"

touch "$root/usr/bin/other" "$root/usr/share/man/man1/other.1"
room uninstall
[ "$(find "$root" -type f | sort)" = "$root/usr/bin/other
$root/usr/share/man/man1/other.1" ] || fail "uninstall left or took: $(find "$root" -type f)"

if ! command -v dpkg-deb >/dev/null || ! command -v dpkg-shlibdeps >/dev/null; then
  echo "dpkg-dev is not installed: no package is built"
  finish
  exit
fi
mkdir "$work/deb"
deb=$(src/setup/deb.sh 1.2.3 "$work/package" "$work/deb") || fail "deb.sh failed"
[ "$deb" = "$work/deb/tlblab_1.2.3_$(dpkg --print-architecture).deb" ] || fail "built: $deb"
[ "$(dpkg-deb -f "$deb" Package Version | tr '\n' ' ')" = "Package: tlblab Version: 1.2.3 " ] ||
  fail "control: $(dpkg-deb -f "$deb")"
dpkg-deb -f "$deb" Depends | grep -q 'libc6 (>=' || fail "depends on: $(dpkg-deb -f "$deb" Depends)"
dpkg-deb -f "$deb" Depends | grep -q libncursesw6 || fail "depends on: $(dpkg-deb -f "$deb" Depends)"
dpkg-deb -c "$deb" | grep -vq ' root/root ' && fail "files that are not root's"
dpkg-deb -x "$deb" "$work/unpacked"
(cd "$work/unpacked" && dpkg-deb -e "$deb" "$work/control" && md5sum --quiet -c "$work/control/md5sums") ||
  fail "the sums are wrong"
gzip -dc "$work/unpacked/usr/share/doc/tlblab/changelog.gz" | grep -q 'tlblab (1.2.3)' ||
  fail "no changelog"
[ "$("$work/unpacked/usr/bin/tlblab" --version)" = "$("$TLBLAB" --version)" ] ||
  fail "the packaged program does not run"
finish
