# SPDX-License-Identifier: GPL-2.0
#
# The module is built by Kbuild, see there; this file has what a person types.

KERNELRELEASE	?= $(shell uname -r)
KDIR		?= /lib/modules/$(KERNELRELEASE)/build
VERSION		= $(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' dkms.conf)
DKMS_SRC	= /usr/src/sunrpc-fix-$(VERSION)

all: modules

# W=1, C=1 (sparse) and so on are passed on.
modules:
	@test -e $(KDIR)/Makefile || { \
		echo "no kernel headers in $(KDIR)"; \
		echo "install them (linux-headers-$(KERNELRELEASE) or kernel-devel), or set KDIR"; \
		exit 1; }
	$(MAKE) -C $(KDIR) M=$(CURDIR)$(SUBDIR) modules

# sunrpc_repro/sunrpc_repro.ko
repro:
	@$(MAKE) SUBDIR=/sunrpc_repro modules

install: modules
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules_install
	depmod $(KERNELRELEASE)

clean:
	@if test -e $(KDIR)/Makefile; then \
		$(MAKE) -C $(KDIR) M=$(CURDIR) clean && \
		$(MAKE) -C $(KDIR) M=$(CURDIR)/sunrpc_repro clean; \
	else \
		find . -name '*.o' -o -name '*.ko' -o -name '.*.cmd' \
			-o -name '*.mod' -o -name '*.mod.c' | xargs rm -f; \
		rm -f Module.symvers modules.order; \
	fi

# What DKMS needs to build the module for this kernel and each one to come.
dkms-install:
	@command -v dkms >/dev/null || { echo "install dkms first"; exit 1; }
	mkdir -p $(DKMS_SRC)
	cp -r Kbuild Makefile dkms.conf sunrpc_fix $(DKMS_SRC)
	dkms add sunrpc-fix/$(VERSION)
	dkms install sunrpc-fix/$(VERSION) -k $(KERNELRELEASE)

dkms-remove:
	dkms remove sunrpc-fix/$(VERSION) --all
	rm -rf $(DKMS_SRC)

demo:
	@lab/demo.sh

# KERNEL, MODULES and HEADERS come through the environment.
verify:
	@lab/verify.sh

check:
	@lab/check.sh

kunit:
	@kunit_tests/run.sh uml

kunit-host:
	@kunit_tests/run.sh host

explore:
	@kunit_tests/explore/run.sh

model:
	@kunit_tests/model/run.sh

mutants:
	@kunit_tests/mutants/run.sh

help:
	@echo 'For a host:'
	@echo '  all, modules   build sunrpc_fix.ko for the running kernel'
	@echo '                 (another: KERNELRELEASE=x or KDIR=/path)'
	@echo '  repro          build sunrpc_repro.ko, which tells whether this host'
	@echo '                 has the race'
	@echo '  install        and install it for modprobe'
	@echo '  dkms-install   install by DKMS; dkms-remove takes it back'
	@echo '  clean          remove what was built'
	@echo 'In virtual machines; nothing is loaded into this kernel:'
	@echo '  demo           the race on a real kernel, and what ends it'
	@echo '                 (SERIES=6.1 TASKS=16 ROUNDS=5 DELAY_MS=50 VERS=3)'
	@echo '  verify         your own kernel: is the race there, does sunrpc_fix'
	@echo '                 close it? (KERNEL=bzImage MODULES=/lib/modules/x'
	@echo '                 HEADERS=build directory)'
	@echo '  check          every test'
	@echo 'On this host, in user space:'
	@echo '  kunit          the KUnit suites in a user-mode kernel'
	@echo '  kunit-host     the same under ASan and UBSan, with coverage'
	@echo '  explore        every interleaving of the state machine'
	@echo '  model          the formal model (spin)'
	@echo '  mutants        does a test notice if it is broken?'

.PHONY: all modules repro verify install clean dkms-install dkms-remove demo check help \
	kunit kunit-host explore model mutants
