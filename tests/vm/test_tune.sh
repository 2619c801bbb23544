#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# In a virtual machine, as root: tune --method knob visits the ceilings it says, puts the
# original back after every end, and leaves the recommended one only with --apply. What
# it recommends there means nothing.
# shellcheck source=tests/vm/lib.sh
. tests/vm/lib.sh
need_vm
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

VM_CPUS=4 VM_NODES=2 VM_TIMEOUT_S=400 VM_PROGRAM=$TLBLAB src/vm/boot.sh -o "$work" \
  -f tests/vm/guest_tune.sh 'sh /job/guest_tune.sh' || exit 1
cat "$work/findings"
python3 - "$work" <<'JUDGE'
import json, sys
work, wrong = sys.argv[1], []
def expect(true, what):
    if not true:
        wrong.append(what)
findings = open(work + "/findings").read().split("\n")
visited = {int(v) for v in open(work + "/visited").read().split()}
tune = json.load(open(work + "/tune.json"))["tune"]
apply = json.load(open(work + "/apply.json"))["tune"]
claimed = {v for k in tune["pages"] for v in (k, k - 1)}
expect(tune["method"] == "knob", "the method")
expect(tune["ceiling_now"] == 33, "the ceiling it found")
expect(visited <= claimed | {33}, f"ceilings nobody spoke of: {visited - claimed - {33}}")
# Looking takes about as long as a window lasts, or longer, so some are missed.
expect(len(claimed & visited) > 2, f"not visited: {claimed - visited}")
expect("tune status 0 left 33" in findings, "restored after tuning")
expect(tune["restored"], "said to be restored")
expect(findings.count("end TERM left 33") == 3, "restored after TERM")
expect(findings.count("end KILL left 33") == 3, "restored after KILL")
changed = apply["verdict"] in ("ceiling", "full flushing wins")
left = apply["recommended"] if changed else 33
expect(f"apply status 0 left {left}" in findings, f"--apply leaves {left}")
if changed:
    text = open(work + "/apply.log").read()
    expect(f"- - - - {left}" in text, "a line for tmpfiles.d")
# For a program: the answer is known.
program = json.load(open(work + "/exec.json"))["tune"]
attach = json.load(open(work + "/attach.json"))["tune"]
visited = {int(v) for v in open(work + "/visited_exec").read().split()}
for name, t in (("exec", program), ("attach", attach)):
    expect(t["method"] == name, f"{name}: the method {t['method']}")
    expect(t["verdict"] == "ceiling" and not t["no_difference"], f"{name}: {t['verdict_text']}")
    expect(t["recommended"] == t["ci95_low"] == t["ci95_high"] == 8, f"{name}: 8 recommended")
    expect(t["restored"] and t["ceiling_now"] == 33, f"{name}: said to be restored")
    expect(f"{name} status 0 left 33" in findings, f"{name}: restored")
expect(visited == {2, 8, 33, 200}, f"exec: visited {visited}")
expect([c["ceiling"] for c in program["ceilings"]] == [33, 2, 8, 200], "exec: the ceilings")
expect("end exec TERM left 33" in findings, "exec: restored after TERM")
expect("end exec KILL left 33" in findings, "exec: restored after KILL")
expect("apply exec status 0 left 8" in findings, "exec: --apply leaves 8")
line = "w /sys/kernel/debug/x86/tlb_single_page_flush_ceiling - - - - 8"
expect(line in open(work + "/apply_exec.log").read().split("\n"), "exec: a line for tmpfiles.d")
print("\n".join("not so: " + w for w in wrong))
sys.exit(1 if wrong else 0)
JUDGE
status=$?
[ $status -eq 0 ] || head -n 20 "$work"/*.log "$work/visited"
exit $status
