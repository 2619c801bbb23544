# tlblab: see README.md. `make run` and `make check` are the two commands; the rest
# are for those who work on it. V=1 shows commands, SAN=asan|tsan picks a sanitizer,
# WERROR=1 makes warnings errors, CC=clang works as well.

VERSION  := 0.1.0
PREFIX   ?= /usr/local
CC       ?= gcc
SAN      ?=
V        ?= 0

# The rooms, lowest first, and what each may use; a room's tests link with these
# archives and nothing else, so a call against the grain does not link.
ROOMS := base lab machine workloads knobs sensors rig backends io tui commands
USES_base      :=
USES_lab       := base
USES_machine   := lab base
USES_workloads := machine lab base
USES_knobs     := base
USES_sensors   := machine lab base
USES_rig       := workloads machine lab base
USES_backends  := rig sensors knobs workloads machine lab base
USES_io        := machine lab base
USES_tui       := io backends rig sensors knobs workloads machine lab base
USES_commands  := tui io backends rig sensors knobs workloads machine lab base

LIBS_base    := -lgsl -lgslcblas -lm
LIBS_machine := -lcpuid -lnuma
LIBS_sensors := -lpfm
LIBS_io      := -lcjson
LIBS_tui     := -lncursesw -ltinfo
LIBS_all     := $(LIBS_tui) $(LIBS_io) $(LIBS_sensors) $(LIBS_machine) $(LIBS_base)

OUT := build/$(or $(SAN),release)
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 \
	-Wundef -Wvla -Wconversion -Wno-sign-conversion $(if $(WERROR),-Werror)
SANFLAGS_asan := -fsanitize=address,undefined -fno-sanitize-recover=undefined \
	-fno-omit-frame-pointer
SANFLAGS_tsan := -fsanitize=thread
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
$(foreach r,$(ROOMS),$(eval SRC_$(r) := $(wildcard src/$(r)/*.c)))
$(foreach r,$(ROOMS),$(eval OBJ_$(r) := $(SRC_$(r):%.c=$(OUT)/%.o)))
OBJ_all := $(foreach r,$(ROOMS),$(OBJ_$(r))) $(SRC_main:%.c=$(OUT)/%.o)

BIN := $(if $(SAN),$(OUT)/tlblab,tlblab)
all: $(BIN)

$(BIN): $(OBJ_all)
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS_all)

$(OUT)/%.o: %.c
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
TESTS_all := $(foreach r,$(ROOMS),$(TESTS_$(r)))

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

unit: $(TESTS_all)
	$(Q)tests/run $^

clean:
	$(Q)rm -rf build tlblab

-include $(OBJ_all:.o=.d) $(TESTS_all:=.d)

.PHONY: all unit clean run check setup install uninstall vm screenshots bench fuzz lint \
	$(ROOMS:%=test-%)
