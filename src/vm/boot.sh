#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# boot.sh [-o FOLDER] [-f FILE]... [COMMAND]: tlblab inside a virtual machine of its own,
# as root, with a Debian kernel whose flush ceiling may be changed.
#   without COMMAND   the screen, on this terminal, with the host's own presets
#   COMMAND           a shell command line; its output and exit status come back
#   -f FILE           put into the machine as /job/NAME
#   -o FOLDER         what the machine knows as /out; the screen: build/vm/out
# VM_CPUS (8), VM_NODES (2), VM_MEM in MiB (1024), VM_SMT (1) threads a core,
# VM_TIMEOUT_S (120, 0 without end; the screen: 0), VM_PROGRAM (./tlblab), VM_APPEND
# (kernel arguments), VM_ACCEL (kvm or tcg; found out when not given).
# The system is an initramfs. Folders are shared by 9p; with a kernel or a qemu that has
# none, what was left in /out comes back as a tar file when the machine ends.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
cpus=${VM_CPUS:-8} nodes=${VM_NODES:-2} mem=${VM_MEM:-1024} smt=${VM_SMT:-1}
program=${VM_PROGRAM:-$root/tlblab}
out='' files=() command=''

die() {
  printf 'tlblab: virtual machine: %s\n' "$*" >&2
  exit 3
}

while getopts o:f: option; do
  case $option in
    o) out=$OPTARG ;;
    f) files+=("$OPTARG") ;;
    *) die "usage: boot.sh [-o FOLDER] [-f FILE]... [COMMAND]" ;;
  esac
done
shift $((OPTIND - 1))
command=$*
[ -n "$command" ] || [ -t 0 ] || die "the screen needs a terminal; give a command to run instead"
[ -x "$program" ] || die "$program: not there; build it first (make)"
((cpus >= nodes && cpus % nodes == 0)) || die "VM_CPUS=$cpus does not divide among VM_NODES=$nodes"
((cpus % (nodes * smt) == 0)) || die "VM_SMT=$smt does not divide the CPUs of a node"

kernel_and_modules=$("$root/src/setup/kernel.sh") || exit 3
read -r kernel modules <<<"$kernel_and_modules"

# One image for each program; made again when anything that goes into it is newer.
image=$root/build/vm/initramfs-$(printf '%s' "$program" | cksum | cut -d' ' -f1).cpio.gz
if [ ! -f "$image" ] || [ -n "$(find "$program" "$here" "$root/presets" "$kernel" -newer "$image" 2>/dev/null | head -n 1)" ]; then
  "$here/build-initramfs.sh" "$program" "$modules" "$image" || exit 3
fi

shares=''
if [ -n "$(find "$modules" -name 9pnet_virtio.ko)" ] &&
  qemu-system-x86_64 -device virtio-9p-pci,help >/dev/null 2>&1; then
  shares=yes
fi

work=$(mktemp -d) || exit 1
qemu='' reader=''
saved_terminal=$([ -t 0 ] && stty -g)
cleanup() {
  [ -z "$qemu" ] || kill "$qemu" 2>/dev/null
  [ -z "$reader" ] || kill "$reader" 2>/dev/null
  [ -z "$saved_terminal" ] || stty "$saved_terminal"
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM HUP

if [ -z "$command" ]; then out=${out:-$root/build/vm/out}; fi
out=${out:-$work/out}
presets=${XDG_CONFIG_HOME:-${HOME:-/root}/.config}/tlblab/presets
mkdir -p "$out" || die "$out: could not be made"
if [ -n "$shares" ] && [ -z "$command" ]; then mkdir -p "$presets" || presets=''; fi
: >"$work/begun"
rm -f "$out/.status"

# What this boot is to do: an archive of its own, which the kernel unpacks beside the image.
mkdir -p "$work/job/job"
for f in "${files[@]+"${files[@]}"}"; do
  cp -r "$f" "$work/job/job/" || die "$f: could not be copied"
done
{
  printf "export TERM='%s'\n" "${TERM:-dumb}"
  if [ -z "$command" ]; then
    read -r lines columns <<<"$(stty size)"
    printf 'LINES=%d COLUMNS=%d\n' "$lines" "$columns"
  fi
  [ -z "${NO_COLOR:-}" ] || echo "export NO_COLOR=1"
  echo "shares=$shares"
} >"$work/job/job/env"
if [ -n "$command" ]; then
  printf '%s\n' "$command" >"$work/job/job/command"
else
  # What is exported goes to /out; what is saved, where the host keeps it.
  printf 'export TLBLAB_PRESET_PATH=/lab/presets XDG_CONFIG_HOME=%s\ncd /out\ntlblab %s\n' \
    "$([ -n "$shares" ] && echo /config || echo /out)" "${VM_PRESET:-}" >"$work/job/job/screen"
fi
(cd "$work/job" && find . | cpio -o -H newc --quiet -R 0:0) >"$work/job.cpio"
# Uncompressed first: what follows a compressed archive must begin at a multiple of 4.
cat "$work/job.cpio" "$image" >"$work/initrd"

accel=${VM_ACCEL:-}
if [ -z "$accel" ]; then
  # /dev/kvm may exist and yet not run a guest: only a start tells.
  accel=tcg
  if [ -w /dev/kvm ] && (echo quit | timeout 5 qemu-system-x86_64 -accel kvm -cpu host \
    -machine q35 -S -nodefaults -display none -monitor stdio) >/dev/null 2>&1; then
    accel=kvm
  fi
fi
args=(-machine q35 -nodefaults -no-user-config -display none -no-reboot)
append="console=ttyS0 quiet panic=-1 random.trust_cpu=on"
if [ "$accel" = kvm ]; then
  args+=(-accel kvm -cpu host)
else
  # Linux sees siblings on the emulated CPU only when it passes for an Intel one.
  args+=(-accel tcg,thread=multi -cpu "max,la57=off$([ "$smt" = 1 ] || echo ,vendor=GenuineIntel)")
  # All emulated CPUs read one counter, so nobody need check, CPU by CPU, that theirs
  # agree, nor time a loop on each (lpj: of 2.5 GHz; how long a delay lasts matters to
  # no device here), nor ask the slow HPET for the time: 64 CPUs start in 15 s, not 130.
  append+=" tsc=reliable clocksource=tsc lpj=10000000 cpu_init_udelay=0 nowatchdog"
  echo "software emulation: counts and reasons are true here, times mean nothing" >&2
fi
args+=(-m "$mem" -smp "$cpus,sockets=$nodes,cores=$((cpus / nodes / smt)),threads=$smt")
for ((i = 0; i < nodes; i++)); do
  args+=(-object "memory-backend-ram,id=m$i,size=$((mem / nodes))M"
    -numa "node,nodeid=$i,memdev=m$i,cpus=$((i * cpus / nodes))-$(((i + 1) * cpus / nodes - 1))")
done
args+=(-kernel "$kernel" -initrd "$work/initrd"
  -append "$append ${VM_APPEND:-}"
  -chardev "file,id=log,path=$work/console.log" -serial chardev:log
  -device virtio-serial-pci,max_ports=8
  -chardev "file,id=result,path=$work/result.tar.gz"
  -device virtserialport,chardev=result,name=result)
# share TAG FOLDER: files keep the user who runs this, whoever owns them inside.
share() {
  args+=(-fsdev "local,id=$1,path=${2//,/,,},security_model=none,multidevs=remap"
    -device "virtio-9p-pci,fsdev=$1,mount_tag=$1")
}
if [ -n "$shares" ]; then
  share out "$out"
  if [ -z "$command" ] && [ -n "$presets" ]; then share presets "$presets"; fi
fi
limit=${VM_TIMEOUT_S:-120}
if [ -n "$command" ]; then
  exec 0</dev/null
  mkfifo "$work/output"
  cat "$work/output" &
  reader=$!
  args+=(-chardev "file,id=output,path=$work/output,append=on"
    -device virtserialport,chardev=output,name=output)
else
  limit=${VM_TIMEOUT_S:-0}
  mkfifo "$work/size"
  exec 9<>"$work/size"
  args+=(-chardev stdio,id=tty,signal=off -device virtconsole,chardev=tty
    -chardev "pipe,id=size,path=$work/size" -device virtserialport,chardev=size,name=size)
  trap 'stty size >&9' WINCH
fi

timeout --foreground -k 5 "$limit" qemu-system-x86_64 "${args[@]}" <&0 2>"$work/qemu.log" &
qemu=$!
while :; do
  wait "$qemu"
  status=$?
  # A trapped signal (a new terminal size) ends the wait, not the machine.
  kill -0 "$qemu" 2>/dev/null || break
done
qemu=''
if [ -n "$reader" ]; then
  # A qemu that never opened the pipe leaves its reader waiting for a writer.
  : <>"$work/output"
  wait "$reader"
  reader=''
fi

[ -n "$shares" ] || tar -C "$out" -xzf "$work/result.tar.gz" 2>/dev/null
if [ -f "$out/.status" ]; then
  status=$(cat "$out/.status")
  rm -f "$out/.status"
  if [ -z "$command" ] && [ -n "$(find "$out" -type f -newer "$work/begun")" ]; then
    echo "tlblab: files from the virtual machine are in $out" >&2
  fi
  exit "$status"
fi
tail -n 25 "$work/console.log" "$work/qemu.log" >&2
if [ "$status" = 124 ] || [ "$status" = 137 ]; then
  die "stopped after VM_TIMEOUT_S=$limit seconds"
fi
die "ended without a result (qemu's exit status $status); its last words are above"
