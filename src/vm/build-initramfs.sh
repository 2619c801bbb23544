#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# build-initramfs.sh PROGRAM MODULES_FOLDER OUT.cpio.gz: the whole system of the virtual
# machine, in memory: the program with its shared libraries, a static busybox, terminal
# descriptions, the presets, and the few modules behind the virtio console ports and shared folders.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
program=$1 modules=$2 out=$3

fs=$(mktemp -d)
trap 'rm -rf "$fs"' EXIT
mkdir -p "$fs"/{bin,sbin,dev,proc,sys,tmp,run,etc,root,out,lib/modules,lab/bin,usr/share/terminfo}

busybox=$(command -v busybox || echo /bin/busybox)
if ldd "$busybox" 2>/dev/null | grep -q '=>'; then
  echo "tlblab: virtual machine: $busybox is not static; install busybox-static" >&2
  exit 3
fi
cp "$busybox" "$fs/bin/busybox"
ln -s busybox "$fs/bin/sh"

# with_libraries FILE: FILE's shared libraries, at the paths the loader expects.
with_libraries() {
  local lib
  ldd "$1" | grep -o '/[^ ]*' | sort -u | while read -r lib; do
    [ -e "$fs$lib" ] || install -D -m 755 "$(readlink -f "$lib")" "$fs$lib"
  done
}
install -m 755 "$program" "$fs/lab/bin/tlblab"
with_libraries "$program"

cp -r "$root/presets" "$fs/lab/presets" 2>/dev/null || mkdir "$fs/lab/presets"
for name in xterm xterm-256color screen screen-256color tmux tmux-256color linux vt100 \
  vt220 "${TERM:-dumb}"; do
  for folder in /lib/terminfo /usr/share/terminfo /etc/terminfo; do
    entry=$folder/${name:0:1}/$name
    [ ! -e "$entry" ] || install -D -m 644 "$entry" "$fs/usr/share/terminfo/${name:0:1}/$name"
  done
done
# C.UTF-8 is built into the C library of today; older ones find its files here.
if [ -d /usr/lib/locale/C.utf8 ]; then
  mkdir -p "$fs/usr/lib/locale"
  cp -r /usr/lib/locale/C.utf8 "$fs/usr/lib/locale/"
fi

# In the order in which they need each other; one that is built in is not there to copy.
n=10
for name in virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci \
  virtio_console netfs fscache 9pnet 9pnet_virtio 9p; do
  file=$(find "$modules" -name "$name.ko" -o -name "${name//_/-}.ko" | head -n 1)
  if [ -n "$file" ]; then
    cp "$file" "$fs/lib/modules/$n-$name.ko"
    n=$((n + 1))
  fi
done
echo 'root:x:0:0:root:/root:/bin/sh' >"$fs/etc/passwd"
echo 'root:x:0:' >"$fs/etc/group"
install -m 755 "$here/init" "$fs/init"

mkdir -p "$(dirname "$out")"
(cd "$fs" && find . | LC_ALL=C sort | cpio -o -H newc --quiet -R 0:0) | gzip -1 >"$out.new"
mv "$out.new" "$out"
