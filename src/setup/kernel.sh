#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kernel.sh: a Debian kernel, unpacked (not installed) into build/vm/kernel, for the
# virtual machine: its uncompressed image, which starts seconds sooner in an emulator
# than one that unpacks itself there, and of its modules those that may be wanted.
# Prints "IMAGE MODULES_FOLDER". With VM_KERNEL and VM_MODULES set it says those instead:
# any kernel with debugfs and virtio will do, and one with 9p shares folders.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
into=$root/build/vm/kernel
meta=linux-image-amd64

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

# unpacked [MODULE]: says the kernel that is there; with MODULE, only one that has it.
unpacked() {
  local v m version
  for v in "$into"/boot/vmlinux-* "$into"/boot/vmlinuz-*; do
    version=${v##*/vmlinu[xz]-}
    for m in "$into/lib/modules/$version" "$into/usr/lib/modules/$version"; do
      if [ -r "$v" ] && [ -d "$m" ] && { [ $# = 0 ] || [ -n "$(find "$m" -name "$1.ko")" ]; }; then
        echo "$v $m"
        return 0
      fi
    done
  done
  return 1
}

# The newest versioned package behind the meta package of the release at hand.
package_name() {
  apt-cache depends $meta 2>/dev/null |
    awk '$1 == "Depends:" && $2 ~ /^linux-image-[0-9]/ { print $2; exit }'
}

# uncompress VMLINUZ: leaves the image within it as vmlinux-VERSION in its place; what
# cannot be taken apart stays as it is. (The kernel's scripts/extract-vmlinux.)
uncompress() {
  local image=${1/vmlinuz-/vmlinux-} magic how at
  while read -r magic how; do
    at=$(LC_ALL=C grep -aobP -m 1 "$magic" "$1" | head -n 1 | cut -d: -f1)
    [ -n "$at" ] || continue
    # What follows the compressed part is complained of, after all of it is there.
    tail -c "+$((at + 1))" "$1" | $how >"$image" 2>/dev/null
    if [ "$(head -c 4 "$image" | tail -c 3)" = ELF ]; then
      rm -f "$1"
      return
    fi
  done <<'KINDS'
\xfd7zXZ\x00 xz -dc
\x28\xb5\x2f\xfd zstd -qdc
KINDS
  rm -f "$image"
}

unpacked 9p && exit 0
if ! command -v apt-get >/dev/null 2>&1 || ! command -v dpkg-deb >/dev/null 2>&1; then
  unpacked && exit 0
  die "a kernel is fetched with apt-get only; set VM_KERNEL=VMLINUZ and VM_MODULES=/lib/modules/VERSION"
fi
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
package=$(package_name)
if [ -z "$package" ] && [ "$(id -u)" = 0 ]; then
  echo "tlblab: updating the package lists (apt-get update)" >&2
  apt-get -q -o Acquire::Retries=3 update >"$work/log" 2>&1 </dev/null
  package=$(package_name)
fi
if [ -z "$package" ]; then
  unpacked && exit 0
  die "no package $meta is known (apt-get update, as root); or set VM_KERNEL and VM_MODULES"
fi
echo "tlblab: downloading $package (about 70 MB, unpacked into build/vm, not installed)" >&2
fetch() { (cd "$work" && apt-get -q -o Acquire::Retries=3 -o APT::Sandbox::User=root download "$package" >>"$work/log" 2>&1 </dev/null); }
if ! fetch; then
  if [ "$(id -u)" = 0 ]; then apt-get -q -o Acquire::Retries=3 update >>"$work/log" 2>&1 </dev/null; fi
  package=$(package_name)
  if ! fetch; then
    unpacked && exit 0
    die "could not download $package: $(grep -E '^E:' "$work/log" | tail -n 1); is there a network?"
  fi
fi
rm -rf "$into.new"
mkdir -p "$into.new"
dpkg-deb --fsys-tarfile "$work"/*.deb | tar -C "$into.new" -x --wildcards './boot/vmlinuz-*' \
  '*/lib/modules/*/kernel/drivers/virtio/*' '*/lib/modules/*/kernel/drivers/char/virtio_console*' \
  '*/lib/modules/*/kernel/net/9p/*' '*/lib/modules/*/kernel/fs/9p/*' \
  '*/lib/modules/*/kernel/fs/netfs/*' '*/lib/modules/*/kernel/fs/fscache/*' 2>"$work/log"
# Not every release has all of these; which matter shows below.
for image in "$into.new"/boot/vmlinuz-*; do
  [ -r "$image" ] || die "could not unpack $package into $into: $(tail -n 1 "$work/log")"
  uncompress "$image"
done
# Compressed modules (newer releases) are unpacked now: busybox's insmod wants plain ones.
find "$into.new" -name '*.ko.xz' -exec xz -d {} +
find "$into.new" -name '*.ko.zst' -exec zstd -q -d --rm {} +
rm -rf "$into"
mv "$into.new" "$into"
unpacked || die "$package holds no /boot/vmlinuz or no modules"
