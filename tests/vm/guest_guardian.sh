#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs inside the virtual machine (busybox): guest_guardian.sh TRIALS. Each trial begins
# at 33 pages, changes that, ends something at a random moment, and closes with one line
# in /out/findings: held or BROKEN, and what was seen.
ceiling=/sys/kernel/debug/x86/tlb_single_page_flush_ceiling
trials=$1
export HOME=/tmp
nobody=65534

# moment: up to 0.6 s.
moment() {
  hundredths=$(od -An -N1 -tu1 /dev/urandom)
  hundredths=$((hundredths % 60))
  sleep "0.$((hundredths / 10))$((hundredths % 10))"
}

# await COMMAND…: until it succeeds, within a minute, for the host may be busy.
await() {
  looked=0
  until "$@"; do
    looked=$((looked + 1))
    [ $looked -lt 1200 ] || return 1
    sleep 0.05
  done
}
ceiling_moved() { [ "$(cat $ceiling)" != 33 ]; }
ceiling_is_back() { [ "$(cat $ceiling)" = 33 ]; }
guardian() { grep -l '^tlblab-guardian$' /proc/[0-9]*/comm 2>/dev/null | cut -d/ -f3; }
# rig: what is neither the program that was begun nor its guardian.
rig() {
  for p in $(pidof tlblab); do
    [ "$p" = "$(cat /tmp/pid)" ] || [ "$p" = "$(guardian)" ] || echo "$p"
  done
}
rig_is_there() { [ -n "$(rig)" ]; }
no_one_left() { [ -z "$(pidof tlblab)$(guardian)" ]; }

# begin USER COMMAND…: tlblab in the background, as sudo, doas or pkexec would start it
# for nobody, or as root itself; waits until it has changed the ceiling.
begin() {
  user=$1
  shift
  rm -f /tmp/status /tmp/pid /tmp/err2 /tmp/moved
  (
    case $user in
      sudo) export SUDO_UID=$nobody SUDO_GID=$nobody ;;
      doas) export DOAS_USER=nobody ;;
      pkexec) export PKEXEC_UID=$nobody ;;
    esac
    # shellcheck disable=SC2016 # the inner shell becomes the program
    sh -c 'echo $$ >/tmp/pid; exec "$@"' - "$@" </dev/null >/tmp/out 2>/tmp/err
    echo $? >/tmp/status
  ) &
  await ceiling_moved && : >/tmp/moved
}
a_run() { # a_run USER SECONDS [BEFORE…]
  user=$1 seconds=$2
  shift 2
  begin "$user" "$@" tlblab run ceiling-flip --quiet --set sweep.params.pages= --set repeats=1 \
    --set ceiling=7 --set warmup_s=0 --set "duration_s=$seconds"
}
ended() { [ -s /tmp/status ]; }

# Said: how it stands, what restores it, and a status that is not 0.
was_said() {
  grep -q 'still [0-9]* instead of 33' /tmp/err && grep -q 'restore it: ' /tmp/err &&
    [ "$(cat /tmp/status)" != 0 ]
}
# obey: does what standard error says to run (this machine has no sudo, and is root).
obey() {
  command=$(sed -n 's/.*restore it: //p' /tmp/err | head -n 1 | sed 's/; or: .*//; s/sudo //g')
  sh -c "$command" >/dev/null
}

# ran_as_nobody: the program gave up root for good before it changed anything.
ran_as_nobody() {
  grep -q "^Uid:.$nobody.$nobody.$nobody" "/proc/$(cat /tmp/pid)/status" &&
    grep -q '^CapPrm:.0*$' "/proc/$(cat /tmp/pid)/status"
}
is_spared() { [ "$(cat "/proc/$(guardian)/oom_score_adj")" = -1000 ]; }
program_is_gone() { ! [ -d "/proc/$(cat /tmp/pid)" ]; }

# In a folder that has everything but /dev.
cat >/tmp/enter_jail <<'EOF'
#!/bin/sh
for d in bin lab lib lib64 proc sys usr etc tmp; do
  [ -d /$d ] || continue
  mkdir -p /jail/$d
  grep -q " /jail/$d " /proc/mounts || mount --rbind /$d /jail/$d
done
exec chroot /jail /bin/sh -c 'cd /lab && exec "$@"' - "$@"
EOF
chmod 755 /tmp/enter_jail
mkdir -p /jail/run

kinds="program guardian guardian-sudo both both-unprivileged rig TERM INT HUP stop-sudo \
stop-continue unmount two tune doas pkexec memory chroot administrator screen"

trial() {
  case $1 in
    program)
      a_run root 60
      moment
      kill -KILL "$(cat /tmp/pid)"
      await ceiling_is_back
      ;;
    guardian) # replaced by its client, who is root
      a_run root 2
      moment
      kill -KILL "$(guardian)"
      await ended
      ;;
    guardian-sudo)
      a_run sudo 2
      moment
      kill -KILL "$(guardian)"
      await ended
      ceiling_is_back || { was_said && obey; }
      ;;
    both)
      a_run root 60
      moment
      kill -KILL "$(guardian)" "$(cat /tmp/pid)"
      await no_one_left
      # shellcheck disable=SC2086 # several words
      tlblab $2 >/dev/null 2>/tmp/err
      ceiling_is_back && grep -q 'restored to 33' /tmp/err
      ;;
    both-unprivileged)
      a_run sudo 60
      moment
      kill -KILL "$(guardian)" "$(cat /tmp/pid)"
      await no_one_left
      su -s /bin/sh nobody -c "/lab/bin/tlblab $2" >/dev/null 2>/tmp/err
      grep -q 'restore it: sudo tlblab doctor' /tmp/err && tlblab doctor >/dev/null 2>/tmp/err2
      grep -q "restored to 33" /tmp/err2 && ceiling_is_back
      ;;
    rig)
      a_run root 60
      moment
      await rig_is_there # it starts behind the change of the ceiling
      kill -KILL "$(rig | head -n 1)"
      await ended && [ "$(cat /tmp/status)" != 0 ] && ceiling_is_back
      ;;
    TERM)
      a_run sudo 60
      moment
      kill -TERM "$(cat /tmp/pid)"
      await ended && [ "$(cat /tmp/status)" = 130 ] && ceiling_is_back
      ;;
    INT | HUP)
      a_run root 60
      moment
      kill "-$1" "$(cat /tmp/pid)"
      await ended && [ "$(cat /tmp/status)" = 130 ] && ceiling_is_back
      ;;
    stop-sudo)
      a_run sudo 60
      moment
      stopped=$(guardian)
      kill -STOP "$stopped"
      kill -TERM "$(cat /tmp/pid)"
      await ended && was_said && obey
      kill -CONT "$stopped"
      await ceiling_is_back
      ;;
    stop-continue)
      a_run sudo 3
      moment
      stopped=$(guardian)
      kill -STOP "$stopped"
      moment
      kill -CONT "$stopped"
      await ended && [ "$(cat /tmp/status)" = 0 ] && ceiling_is_back
      ;;
    unmount)
      a_run sudo 2
      moment
      umount /sys/kernel/debug
      await ended
      mount -t debugfs debug /sys/kernel/debug
      ceiling_is_back || was_said
      await ceiling_is_back
      ;;
    two)
      a_run root 60
      first=$(cat /tmp/pid)
      tlblab run ceiling-flip --quiet --set sweep.params.pages= --set ceiling=9 --set repeats=1 \
        --set duration_s=1 >/dev/null 2>/tmp/err2
      second=$?
      moment
      kill -KILL "$first"
      await ceiling_is_back && [ $second = 3 ] && grep -q 'holds the ceiling' /tmp/err2
      ;;
    tune)
      begin sudo tlblab tune --method knob --one-set --set victims=2 \
        --set working_set_pages=16 --budget 60
      moment
      kill -KILL "$(cat /tmp/pid)"
      await ceiling_is_back
      ;;
    doas | pkexec)
      a_run "$1" 60
      ran_as_nobody || return 1
      moment
      kill -KILL "$(cat /tmp/pid)"
      await ceiling_is_back
      ;;
    memory) # as when it has run out: the kernel ends who is worth most to it
      a_run sudo 60
      moment
      is_spared || return 1
      echo 1000 >"/proc/$(cat /tmp/pid)/oom_score_adj"
      echo f >/proc/sysrq-trigger
      await program_is_gone && await ceiling_is_back
      ;;
    chroot)
      a_run root 60 /tmp/enter_jail
      moment
      kill -KILL "$(cat /tmp/pid)"
      await ceiling_is_back
      ;;
    administrator) # another value, written in mid-run, is what stays
      a_run sudo 60
      moment
      echo 21 >$ceiling
      kill -TERM "$(cat /tmp/pid)"
      await ended
      [ "$(cat $ceiling)" = 21 ] && grep -q 'another program set it to 21' /tmp/err || return 1
      echo 33 >$ceiling
      ;;
    screen) # its terminal goes away
      begin sudo /job/script -qc 'tlblab ceiling-flip --set ceiling=7' /dev/null
      moment
      kill -KILL "$(cat /tmp/pid)"
      await ceiling_is_back && await no_one_left
      ;;
  esac
}

echo "nobody:x:$nobody:$nobody::/tmp:/bin/sh" >>/etc/passwd
# What has dropped to nobody starts its workers' process from here.
chmod 755 / /bin /lab /lab/bin
chmod 755 /job /job/script
starts="machine list_metrics doctor list_workloads"
tried=0
while [ $tried -lt "$trials" ]; do
  for kind in $kinds; do
    [ $tried -lt "$trials" ] || break
    tried=$((tried + 1))
    # Another start each time.
    first=${starts%% *}
    starts="${starts#* } $first"
    if trial "$kind" "$(echo "$first" | tr _ ' ')" && ceiling_is_back && [ -e /tmp/moved ]; then
      echo "held $kind" >>/out/findings
    else
      echo "BROKEN $kind: $(cat $ceiling) status $(cat /tmp/status) $(head -n 1 /tmp/err)" >>/out/findings
      cp /tmp/err "/out/broken-$tried-$kind"
    fi
    for p in $(pidof tlblab); do kill -KILL "$p"; done
    wait
    await no_one_left
    echo 33 >$ceiling
    rm -rf /run/tlblab
  done
done
