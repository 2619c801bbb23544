#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# need.sh PURPOSE...: sees to it that what a purpose needs is there (packages.tsv lists
# them all). Needs are found by trying, never by asking a package manager, so a library
# built by hand counts. Silent and quick when nothing is missing. On Debian and Ubuntu
# the missing packages are installed, after saying which; elsewhere they are named and
# the exit status is 3.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
table=$here/packages.tsv
stamps=$root/build/need
# Whatever a package manager changes makes a stamp older than this, and probes run anew.
databases="/var/lib/dpkg/status /var/lib/rpm /usr/lib/sysimage/rpm /var/lib/pacman/local"
read -ra cc <<<"${CC:-gcc}"
command -v "${cc[0]}" >/dev/null 2>&1 || cc=(cc)
read -ra cppflags <<<"${CPPFLAGS:-}"

say() { printf 'tlblab: %s\n' "$*" >&2; }
die() {
  say "$*"
  exit 3
}

stamp_is_fresh() {
  [ -f "$1" ] && [ ! "$table" -nt "$1" ] || return 1
  local db
  for db in $databases; do
    if [ "$db" -nt "$1" ]; then return 1; fi
  done
}

probe() {
  local what=${1#*:}
  case $1 in
    cmd:*) command -v "$what" >/dev/null 2>&1 || [ -x "/usr/sbin/$what" ] ;;
    file:*) [ -e "$what" ] ;;
    hdr:*) printf '#if !__has_include(<%s>)\n#error absent\n#endif\n' "$what" |
      "${cc[@]}" "${cppflags[@]}" -E -xc - >/dev/null 2>&1 ;;
    lib:*) PATH=$PATH:/usr/sbin:/sbin ldconfig -p 2>/dev/null | grep -q "$what" ;;
    py:*) /usr/bin/python3 -c "import $what" >/dev/null 2>&1 ;;
    rt:fuzzer) printf 'int LLVMFuzzerTestOneInput(const char *d, unsigned long n){return 0;}' |
      clang -fsanitize=fuzzer -xc - -o /dev/null >/dev/null 2>&1 ;;
    font:*) fc-list 2>/dev/null | grep -q "$what" ;;
    *) die "$table: unknown probe $1" ;;
  esac
}

# missing PURPOSE COLUMN: the packages (of that column of the table) whose probe fails.
missing() {
  local purpose=$1 column=$2 p test rest
  while read -r p test rest; do
    [ "$p" = "$purpose" ] || continue
    probe "$test" || printf '%s\n' "$rest" | awk -v c="$column" '{ print $c }'
  done <"$table" | sort -u | tr '\n' ' '
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif [ -t 0 ]; then
    sudo "$@"
  else
    sudo -n "$@"
  fi
}

apt_get() {
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -q -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 "$@" >>"$log" 2>&1 </dev/null
}

install_with_apt() {
  local -a packages=("$@")
  local p
  if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null 2>&1; then
    die "missing for $purpose: ${packages[*]}; as root: apt-get install ${packages[*]}"
  fi
  say "installing for $purpose with apt-get: ${packages[*]}"
  log=$(mktemp) || exit 1
  trap 'rm -f "$log"' EXIT
  for p in "${packages[@]}"; do
    if [ -z "$(apt-cache madison "$p" 2>/dev/null)" ]; then
      say "updating the package lists first (apt-get update)"
      apt_get update
      break
    fi
  done
  apt_get install -y --no-install-recommends "${packages[@]}" && return
  # Lists older than the archive name versions that are gone: once more with new ones.
  apt_get update
  apt_get install -y --no-install-recommends "${packages[@]}" && return
  grep -E '^(E|Err|W):?|sudo:' "$log" | tail -n 5 >&2
  die "apt-get could not install ${packages[*]}: no network, no such package or no permission; as root: apt-get update && apt-get install ${packages[*]}"
}

need() {
  purpose=$1
  local stamp=$stamps/$purpose lacking column packages
  grep -q "^$purpose " "$table" || die "need.sh: no purpose '$purpose' in $table"
  stamp_is_fresh "$stamp" && return 0
  if command -v apt-get >/dev/null 2>&1; then column=1
  elif command -v dnf >/dev/null 2>&1; then column=2
  elif command -v pacman >/dev/null 2>&1; then column=3
  elif command -v zypper >/dev/null 2>&1; then column=4
  else column=0; fi
  lacking=$(missing "$purpose" "${column/#0/1}")
  lacking=${lacking% }
  if [ -n "$lacking" ]; then
    case $column in
      1) read -ra packages <<<"$lacking"
        install_with_apt "${packages[@]}"
        lacking=$(missing "$purpose" 1)
        [ -z "$lacking" ] || die "installed, yet not found: $lacking(is the compiler (${cc[*]}) a working one?)" ;;
      2) die "missing for $purpose: $lacking; as root: dnf install $lacking" ;;
      3) die "missing for $purpose: $lacking; as root: pacman -S $lacking (- or an unknown name: build it from its source)" ;;
      4) die "missing for $purpose: $lacking; as root: zypper install $lacking" ;;
      *) die "missing for $purpose (Debian's names): $lacking; install them with this system's package manager" ;;
    esac
  fi
  mkdir -p "$stamps" && : >"$stamp"
}

[ $# -gt 0 ] || die "usage: need.sh PURPOSE... ($(awk '/^[a-z]/ { print $1 }' "$table" | sort -u | tr '\n' ' '))"
for purpose in "$@"; do
  need "$purpose"
done
