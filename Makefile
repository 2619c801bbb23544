# tlblab: see README.md. `make run` and `make check` are the two commands; the rest
# are for those who work on it. V=1 shows commands, SAN=asan|tsan picks a sanitizer,
# WERROR=1 makes warnings errors, CC=clang works as well.

VERSION  := 0.1.0
PREFIX   ?= /usr/local
ifeq ($(origin CC),default)
CC       := gcc
endif
SAN      ?=
V        ?= 0

# The rooms, lowest first, and what each may use; a room's tests link with these
# archives and nothing else, so a call against the grain does not link.
ROOMS := base lab sim machine workloads knobs trace sensors rig backends io report draw tui commands
USES_base      :=
USES_lab       := base
USES_sim       := lab base
USES_machine   := lab base
USES_workloads := machine lab base
USES_knobs     := base
USES_trace     := machine lab base
USES_sensors   := trace machine lab base
USES_rig       := workloads machine lab base
USES_backends  := sim rig sensors trace knobs workloads machine lab base
USES_io        := machine lab base
USES_report    := io machine lab base
USES_draw      := machine lab base
USES_tui       := draw io backends sim rig sensors trace knobs workloads machine lab base
USES_commands  := tui draw report io backends sim rig sensors trace knobs workloads machine lab base

LIBS_base    := -lgsl -lgslcblas -lm
LIBS_machine := -lnuma
LIBS_workloads := -lck
LIBS_sensors := -lpfm
LIBS_io      := -lcjson
LIBS_tui     := -lncursesw -ltinfo
LIBS_all     := $(LIBS_tui) $(LIBS_io) $(LIBS_sensors) $(LIBS_workloads) $(LIBS_machine) $(LIBS_base)

OUT := build/$(or $(SAN),release)
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 \
	-Wundef -Wvla -Wconversion -Wno-sign-conversion -Wno-missing-field-initializers \
	$(if $(WERROR),-Werror)
# At -O1 gcc cannot see the bounds that rule a cut text out.
SANFLAGS_asan := -Wno-format-truncation -fsanitize=address,undefined -fno-sanitize-recover=undefined \
	-fno-omit-frame-pointer
SANFLAGS_tsan := -Wno-format-truncation -fsanitize=thread
# Comparisons of numbers unwatched: what is fuzzed is text, whose words the fuzzer still
# learns, and the watching took a third of the time.
SANFLAGS_fuzz := -fsanitize=fuzzer-no-link,address,undefined \
	-fno-sanitize-coverage=trace-cmp -fno-omit-frame-pointer
# What a sanitized test needs around it; tsan wants addresses that do not move.
TESTENV_asan := ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1
TESTENV_tsan := TSAN_OPTIONS=halt_on_error=1 TEST_WRAPPER='setarch -R'
OPT := $(if $(SAN),-O1,-O2)
CPPFLAGS += -D_GNU_SOURCE -Iinclude -Isrc -DTLBLAB_DATADIR='"$(PREFIX)/share/tlblab"'
CFLAGS   += -std=gnu11 $(OPT) -g $(WARN) $(SANFLAGS_$(SAN)) -pthread
LDFLAGS  += $(SANFLAGS_$(SAN)) -pthread -Wl,--as-needed

Q := $(if $(filter 1,$(V)),,@)
say = $(if $(filter 1,$(V)),,@printf '  %-7s %s\n' '$(1)' '$(2)')

.DEFAULT_GOAL := all
.SUFFIXES:
.SECONDARY:
.DELETE_ON_ERROR:

SRC_main := src/main.c
$(foreach r,$(ROOMS),$(eval SRC_$(r) := $(wildcard src/$(r)/*.c src/$(r)/*/*.c)))
$(foreach r,$(ROOMS),$(eval OBJ_$(r) := $(SRC_$(r):%.c=$(OUT)/%.o)))
OBJ_all := $(foreach r,$(ROOMS),$(OBJ_$(r))) $(SRC_main:%.c=$(OUT)/%.o)

BIN := $(if $(SAN),$(OUT)/tlblab,tlblab)
all: $(BIN)

$(BIN): $(OBJ_all)
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS_all)

# Objects are made anew when the compiler or its flags change; PREFIX is among them.
$(OUT)/flags: export FLAGS = $(CC) $(CPPFLAGS) $(filter-out -Werror,$(CFLAGS))
$(OUT)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' "$$FLAGS" | cmp -s - $@ || printf '%s\n' "$$FLAGS" >$@

$(OUT)/%.o: %.c $(OUT)/flags
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

define ROOM_ARCHIVE
$(OUT)/lib/$(1).a: $$(OBJ_$(1))
	$$(call say,AR,$$@)
	$$(Q)mkdir -p $$(@D); rm -f $$@; ar rcs $$@ $$^
endef
$(foreach r,$(ROOMS),$(eval $(call ROOM_ARCHIVE,$(r))))

# Unit tests: tests/<room>/test_*.c, one cmocka program each.
$(foreach r,$(ROOMS),$(eval TESTS_$(r) := \
	$(patsubst tests/%.c,$(OUT)/tests/%,$(wildcard tests/$(r)/test_*.c))))
# Those that hold the rig against this machine; they link as the rig's tests do.
TESTS_live := $(patsubst tests/%.c,$(OUT)/tests/%,$(wildcard tests/live/test_*.c))
BENCHES    := $(patsubst tests/%.c,$(OUT)/tests/%,$(wildcard tests/bench/bench_*.c))
TESTS_all  := $(foreach r,$(ROOMS),$(TESTS_$(r))) $(TESTS_live)

define ROOM_TESTS
$(OUT)/tests/$(1)/%: tests/$(1)/%.c $(OUT)/lib/$(1).a \
		$(foreach u,$(USES_$(1)),$(OUT)/lib/$(u).a)
	$$(call say,TEST,$$@)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(CC) $$(CPPFLAGS) -Itests $$(CFLAGS) -Wno-conversion -MMD -MP $$(LDFLAGS) \
		-o $$@ $$< $(OUT)/lib/$(1).a \
		$(foreach u,$(USES_$(1)),$(OUT)/lib/$(u).a) -lcmocka \
		$(LIBS_$(1)) $(foreach u,$(USES_$(1)),$(LIBS_$(u)))
test-$(1): $$(TESTS_$(1))
	$$(Q)tests/run $$^
endef
$(foreach r,$(ROOMS),$(eval $(call ROOM_TESTS,$(r))))

RIG_ARCHIVES := $(foreach r,rig sensors trace sim $(USES_rig),$(OUT)/lib/$(r).a)
REPLAY_ARCHIVES := $(foreach r,io backends $(USES_backends),$(OUT)/lib/$(r).a)
$(OUT)/tests/bench/bench_replay: tests/bench/bench_replay.c $(REPLAY_ARCHIVES)
	$(call say,TEST,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP $(LDFLAGS) -o $@ $< $(REPLAY_ARCHIVES) \
		$(LIBS_all)
TUI_ARCHIVES := $(foreach r,tui $(USES_tui),$(OUT)/lib/$(r).a)
$(OUT)/tests/bench/bench_frame: tests/bench/bench_frame.c $(TUI_ARCHIVES)
	$(call say,TEST,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) -Itests $(CFLAGS) -Wno-conversion -MMD -MP $(LDFLAGS) \
		-o $@ $< $(TUI_ARCHIVES) $(LIBS_all)
$(TESTS_live) $(filter-out %/bench_replay %/bench_frame,$(BENCHES)): $(OUT)/tests/%: tests/%.c $(RIG_ARCHIVES)
	$(call say,TEST,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) -Itests $(CFLAGS) -Wno-conversion -MMD -MP $(LDFLAGS) \
		-o $@ $< $(RIG_ARCHIVES) $(foreach r,rig sensors $(USES_rig),$(LIBS_$(r)))
test-live: $(TESTS_live)
	$(Q)tests/run $^

unit: $(TESTS_all)
	$(Q)tests/run $^

# What is pure runs in parallel; what measures, or owns a terminal or a machine, alone.
NPROC  := $(shell nproc)
SUBMAKE = $(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$(NPROC))
PURE   := $(foreach r,base lab sim machine trace io report draw tui,$(TESTS_$(r)))
SHELL_TESTS := $(filter-out $(if $(SAN),tests/tmux/% tests/vm/%), \
	$(sort $(wildcard tests/*/test_*.sh)))
# A sanitizer has an allocator of its own, which no other replaces and mallopt ignores.
UNFIT  := $(if $(SAN),%/rig/test_preload %/workloads/test_malloc)
ALONE  := $(filter-out $(PURE) $(UNFIT),$(TESTS_all)) $(SHELL_TESTS)
TESTENV = TLBLAB=$(abspath $(BIN)) OUT=$(OUT) $(TESTENV_$(SAN))

run:
	$(Q)src/setup/need.sh build
	$(Q)$(SUBMAKE) all
	$(Q)$(abspath $(BIN)) $(ARGS)

check:
	$(Q)src/setup/need.sh build check
	$(Q)src/setup/need.sh alloc || true
	$(Q)$(if $(SAN),,src/setup/need.sh vm && src/setup/kernel.sh >/dev/null || true)
	$(Q)$(SUBMAKE) $(BIN) $(TESTS_all)
	$(Q)$(TESTENV) tests/run -j $(NPROC) $(PURE) -- $(ALONE)

setup:
	$(Q)src/setup/need.sh build check alloc vm lint fuzz shots page deb

# The screen inside a virtual machine, where the kernel lets the ceiling be changed.
vm:
	$(Q)src/setup/need.sh build vm
	$(Q)$(SUBMAKE) all
	$(Q)VM_PROGRAM=$(abspath $(BIN)) src/vm/boot.sh

screenshots:
	$(Q)src/setup/need.sh build shots
	$(Q)$(SUBMAKE) all
	$(Q)PROGRAM=$(abspath $(BIN)) screenshots/make.sh $(NAMES)

lint:
	$(Q)src/setup/need.sh build lint
	$(Q)CPPFLAGS='$(subst ','\'',$(CPPFLAGS))' $(foreach r,$(ROOMS),USES_$(r)='$(USES_$(r))') \
		TEST_TIMEOUT_S=900 tests/run -j $(NPROC) $(sort $(wildcard tests/lint/*.sh)) --

# Each tests/fuzz/*.c for FUZZ_S seconds.
FUZZ_S  ?= 30
FUZZERS := $(patsubst tests/%.c,$(OUT)/tests/%,$(wildcard tests/fuzz/fuzz_*.c))
$(OUT)/tests/fuzz/%: tests/fuzz/%.c tests/fuzz/memory_files.h $(ROOMS:%=$(OUT)/lib/%.a)
	$(call say,FUZZ,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) -Itests $(CFLAGS) $(LDFLAGS) -fsanitize=fuzzer -o $@ $< \
		-Wl,--start-group $(ROOMS:%=$(OUT)/lib/%.a) -Wl,--end-group $(LIBS_all)
fuzzers: $(FUZZERS)
fuzz:
	$(Q)src/setup/need.sh build fuzz
	$(Q)$(SUBMAKE) CC=clang SAN=fuzz fuzzers
	$(Q)tests/fuzz/run $(FUZZ_S) $(FUZZERS:$(OUT)/%=build/fuzz/%)

SHARE = $(DESTDIR)$(PREFIX)/share/tlblab
MAN   = $(DESTDIR)$(PREFIX)/share/man/man1
BASH_COMPLETION = $(DESTDIR)$(PREFIX)/share/bash-completion/completions/tlblab
ZSH_COMPLETION  = $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_tlblab
FISH_COMPLETION = $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/tlblab.fish
# The man page and the completions, printed by the program from its own tables.
PAGES := $(OUT)/share/tlblab.1 $(OUT)/share/tlblab.bash $(OUT)/share/_tlblab \
	$(OUT)/share/tlblab.fish
KIND_tlblab.1 := man
KIND_tlblab.bash := bash
KIND__tlblab := zsh
KIND_tlblab.fish := fish
$(PAGES): $(BIN)
	$(call say,PAGE,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(abspath $(BIN)) --manual $(KIND_$(@F)) >$@

install: $(BIN) $(PAGES)
	install -D -m 755 $(BIN) $(DESTDIR)$(PREFIX)/bin/tlblab
	install -d $(SHARE)/presets/schema
	install -m 644 $(wildcard presets/*.json) $(SHARE)/presets
	install -m 644 $(wildcard presets/schema/*) $(SHARE)/presets/schema
	install -D -m 644 $(OUT)/share/tlblab.1 $(MAN)/tlblab.1
	install -D -m 644 $(OUT)/share/tlblab.bash $(BASH_COMPLETION)
	install -D -m 644 $(OUT)/share/_tlblab $(ZSH_COMPLETION)
	install -D -m 644 $(OUT)/share/tlblab.fish $(FISH_COMPLETION)

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/tlblab $(MAN)/tlblab.1 $(BASH_COMPLETION) \
		$(ZSH_COMPLETION) $(FISH_COMPLETION)
	rm -rf $(SHARE)

# A Debian package of this checkout, for this machine's release.
deb:
	$(Q)src/setup/need.sh build deb
	$(Q)rm -rf $(OUT)/deb && mkdir -p $(OUT)/deb
	$(Q)$(MAKE) --no-print-directory PREFIX=/usr OUT=build/deb BIN=build/deb/tlblab all
	$(Q)$(MAKE) --no-print-directory PREFIX=/usr OUT=build/deb BIN=build/deb/tlblab \
		DESTDIR=$(abspath $(OUT)/deb/root) install
	$(Q)src/setup/deb.sh $(VERSION) $(OUT)/deb/root .

# What the lab costs; tables of name, value, unit, spread and target.
bench: $(BIN) $(BENCHES)
	$(Q)set -e; for b in $(filter-out %/bench_replay,$(BENCHES)); do $$b; done
	$(Q)tests/bench/bench_screen.py $(abspath $(BIN))
	$(Q)if src/setup/need.sh vm && src/setup/kernel.sh >/dev/null; then \
		tests/bench/bench_vm.py $(abspath $(BIN)); fi
	$(Q)tests/bench/replay.sh $(abspath $(BIN)) $(OUT)/tests/bench/bench_replay

# What the sources published, measured on this machine; PIECES="madvise pmap" for some.
reproduce: $(BIN)
	$(Q)tests/bench/reproduce.py $(abspath $(BIN)) $(PIECES)

# How the sources read: lengths, depths, parameters, circles; WORST=10 names the worst.
metrics:
	$(Q)src/setup/metrics.py $(if $(WORST),--worst $(WORST))

# For editors and clang tools.
compile_commands.json: Makefile
	$(Q)src/setup/compile_commands.py $(CC) $(CPPFLAGS) $(CFLAGS) -- \
		$(foreach r,$(ROOMS),$(SRC_$(r))) $(SRC_main) >$@

clean:
	$(Q)rm -rf build tlblab

-include $(OBJ_all:.o=.d) $(TESTS_all:=.d) $(BENCHES:=.d)

.PHONY: all unit clean run check setup deb install uninstall vm screenshots bench reproduce fuzz fuzzers \
	lint metrics FORCE test-live $(ROOMS:%=test-%)
