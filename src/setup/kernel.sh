#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kernel.sh: a Debian cloud kernel, unpacked (not installed) into build/vm/kernel, for
# the virtual machine. Prints "VMLINUZ MODULES_FOLDER". With VM_KERNEL and VM_MODULES
# set it says those instead: any kernel with debugfs and virtio will do.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
into=$root/build/vm/kernel

die() {
  printf 'tlblab: virtual machine: %s\n' "$*" >&2
  exit 3
}

if [ -n "${VM_KERNEL:-}" ]; then
  [ -r "$VM_KERNEL" ] || die "VM_KERNEL=$VM_KERNEL: not readable; name a vmlinuz file"
  [ -d "${VM_MODULES:-}" ] || die "VM_MODULES: no such folder; name the /lib/modules/VERSION of $VM_KERNEL"
  echo "$VM_KERNEL $VM_MODULES"
  exit 0
fi

unpacked() {
  local v m
  for v in "$into"/boot/vmlinuz-*; do
    for m in "$into"/lib/modules "$into"/usr/lib/modules; do
      m=$m/${v##*/vmlinuz-}
      if [ -r "$v" ] && [ -d "$m" ]; then
        echo "$v $m"
        return 0
      fi
    done
  done
  return 1
}

# The newest versioned package behind the meta package of the release at hand.
package_name() {
  apt-cache depends linux-image-cloud-amd64 2>/dev/null |
    awk '$1 == "Depends:" && $2 ~ /^linux-image-[0-9]/ { print $2; exit }'
}

unpacked && exit 0
if ! command -v apt-get >/dev/null 2>&1 || ! command -v dpkg-deb >/dev/null 2>&1; then
  die "a kernel is fetched with apt-get only; set VM_KERNEL=VMLINUZ and VM_MODULES=/lib/modules/VERSION"
fi
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
package=$(package_name)
if [ -z "$package" ] && [ "$(id -u)" = 0 ]; then
  echo "tlblab: updating the package lists (apt-get update)" >&2
  apt-get -q update >"$work/log" 2>&1 </dev/null
  package=$(package_name)
fi
[ -n "$package" ] || die "no package linux-image-cloud-amd64 is known (apt-get update, as root); or set VM_KERNEL and VM_MODULES"
echo "tlblab: downloading $package (about 27 MB, unpacked into build/vm, not installed)" >&2
fetch() { (cd "$work" && apt-get -q -o APT::Sandbox::User=root download "$package" >>"$work/log" 2>&1 </dev/null); }
if ! fetch; then
  if [ "$(id -u)" = 0 ]; then apt-get -q update >>"$work/log" 2>&1 </dev/null; fi
  package=$(package_name)
  fetch || die "could not download $package: $(grep -E '^E:' "$work/log" | tail -n 1); is there a network?"
fi
rm -rf "$into"
mkdir -p "$into.new"
dpkg-deb -x "$work"/*.deb "$into.new" || die "could not unpack $package into $into"
# Compressed modules (newer releases) are unpacked now: busybox's insmod wants plain ones.
find "$into.new" -name '*.ko.xz' -exec xz -d {} +
find "$into.new" -name '*.ko.zst' -exec zstd -q -d --rm {} +
mv "$into.new" "$into"
unpacked || die "$package holds no /boot/vmlinuz"
