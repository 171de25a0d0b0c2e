# SPDX-License-Identifier: GPL-2.0
#
# The module is built by Kbuild, see there; this file has what a person types.

KERNELRELEASE	?= $(shell uname -r)
KDIR		?= /lib/modules/$(KERNELRELEASE)/build
VERSION		= $(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' dkms.conf)
DKMS_SRC	= /usr/src/sunrpc-fix-$(VERSION)
PREFIX		?= /usr/local

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
	@$(MAKE) --no-print-directory install-synburst

clean:
	@if test -e $(KDIR)/Makefile; then \
		$(MAKE) -C $(KDIR) M=$(CURDIR) clean && \
		{ test ! -d sunrpc_repro || \
		  $(MAKE) -C $(KDIR) M=$(CURDIR)/sunrpc_repro clean; }; \
	else \
		find . -name '*.o' -o -name '*.ko' -o -name '.*.cmd' \
			-o -name '*.mod' -o -name '*.mod.c' | xargs rm -f; \
		rm -f Module.symvers modules.order; \
	fi

# What DKMS needs to build the module for this kernel and each one to come.
dkms-install:
	@command -v dkms >/dev/null || { echo "install dkms first"; exit 1; }
	$(MAKE) install-dkms-source DESTDIR=
	dkms add sunrpc-fix/$(VERSION)
	dkms install sunrpc-fix/$(VERSION) -k $(KERNELRELEASE)

dkms-remove:
	dkms remove sunrpc-fix/$(VERSION) --all
	rm -rf $(DKMS_SRC)

install-dkms-source:
	mkdir -p $(DESTDIR)$(DKMS_SRC)/sunrpc_fix $(DESTDIR)/usr/share/man/man4
	install -m 644 Kbuild Makefile dkms.conf $(DESTDIR)$(DKMS_SRC)
	install -m 644 sunrpc_fix/*.[ch] $(DESTDIR)$(DKMS_SRC)/sunrpc_fix
	install -m 644 sunrpc_fix/sunrpc_fix.4 $(DESTDIR)/usr/share/man/man4

# Loads the module with sunrpc, also from an initramfs (FLAVOUR=deb or rpm).
install-load-order: install-load-order-$(FLAVOUR)
	mkdir -p $(DESTDIR)/etc/modprobe.d $(DESTDIR)/usr/lib/modules-load.d
	install -m 644 packaging/sunrpc-fix.modprobe \
		$(DESTDIR)/etc/modprobe.d/sunrpc-fix.conf
	install -m 644 packaging/sunrpc-fix.modules-load \
		$(DESTDIR)/usr/lib/modules-load.d/sunrpc-fix.conf

install-load-order-deb:
	mkdir -p $(DESTDIR)/usr/share/initramfs-tools/hooks
	install -m 755 packaging/hooks/sunrpc-fix.initramfs-tools \
		$(DESTDIR)/usr/share/initramfs-tools/hooks/sunrpc_fix
	for dir in postinst.d header_postinst.d; do \
		mkdir -p $(DESTDIR)/etc/kernel/$$dir && \
		sed 's/@VERSION@/$(VERSION)/' packaging/hooks/sunrpc-fix.kernel \
			>$(DESTDIR)/etc/kernel/$$dir/sunrpc-fix-dkms && \
		chmod 755 $(DESTDIR)/etc/kernel/$$dir/sunrpc-fix-dkms || exit 1; \
	done

install-load-order-rpm:
	mkdir -p $(DESTDIR)/etc/dracut.conf.d $(DESTDIR)/etc/sysconfig/modules
	install -m 644 packaging/hooks/sunrpc-fix.dracut \
		$(DESTDIR)/etc/dracut.conf.d/sunrpc-fix.conf
	install -m 755 packaging/hooks/sunrpc-fix.sysconfig-modules \
		$(DESTDIR)/etc/sysconfig/modules/sunrpc-fix.modules

install-tools: install-command install-synburst

install-command:
	mkdir -p $(DESTDIR)$(PREFIX)/sbin $(DESTDIR)$(PREFIX)/share/man/man8 \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions
	sed 's/@VERSION@/$(VERSION)/' tools/sunrpc-fix/sunrpc-fix \
		>$(DESTDIR)$(PREFIX)/sbin/sunrpc-fix
	chmod 755 $(DESTDIR)$(PREFIX)/sbin/sunrpc-fix
	install -m 644 tools/sunrpc-fix/sunrpc-fix.8 \
		$(DESTDIR)$(PREFIX)/share/man/man8
	install -m 644 tools/sunrpc-fix/sunrpc-fix.bash-completion \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/sunrpc-fix

deb rpm:
	@packaging/build.sh $@

check-packages:
	@lab/packages.sh

demo:
	@lab/demo.sh

# KERNEL, MODULES, HEADERS and CC come through the environment.
verify:
	@lab/verify.sh

matrix:
	@lab/matrix.sh

check:
	@lab/check.sh

# TRIES, SLACK_MS and SERIES come through the environment.
recovery:
	@lab/recovery.sh

# HOURS and SERIES come through the environment.
soak:
	@lab/soak.sh

check-debug:
	@lab/check.sh debug

# TREE is a kernel source here, and this directory in the lab's scripts.
backport:
	@patches/backport.sh $(if $(APPLY),--apply) $(if $(PATCHES),--patches "$(PATCHES)") "$(TREE)"

verify-backport:
	@env -u TREE SRC="$(TREE)" BUILD="$(BUILD)" PATCHES="$(PATCHES)" patches/verify-backport.sh

kunit:
	@kunit_tests/run.sh

# On a kernel with KUnit and checkers, which is built first.
kunit-modules:
	@lab/run.sh --series 6.1-debug --variant stock kunit

kunit-host:
	@host_tests/kunit/run.sh

explore:
	@host_tests/explore/run.sh

model:
	@kunit_tests/model/run.sh

mutants:
	@host_tests/mutants/run.sh

# Without libpcap and zlib the rest of "make install" still works.
synburst:
	@$(MAKE) --no-print-directory -C tools/synburst

install-synburst:
	@if ! test -d tools/synburst; then \
		:; \
	elif ! printf '#include <pcap.h>\n#include <zlib.h>\n' | \
			$(CC) -E - >/dev/null 2>&1; then \
		echo 'synburst is left out: it needs the headers of libpcap and zlib'; \
		echo '(libpcap-dev zlib1g-dev, or libpcap-devel zlib-devel)'; \
	else \
		$(MAKE) --no-print-directory -C tools/synburst install; \
	fi

bench-synburst:
	@tools/synburst/bench/run.sh

fuzz-synburst:
	@tools/synburst/fuzz/run.sh $(SECONDS)

help:
	@echo 'For a host:'
	@echo '  all, modules   build sunrpc_fix.ko for the running kernel'
	@echo '                 (another: KERNELRELEASE=x or KDIR=/path)'
	@echo '  repro          build sunrpc_repro.ko, which tells whether this host'
	@echo '                 has the race'
	@echo '  install        and install it for modprobe'
	@echo '  dkms-install, dkms-remove  install by DKMS, and take it back'
	@echo '  install-tools  install the commands sunrpc-fix and synburst below PREFIX'
	@echo '  deb, rpm       build the packages (on Debian)'
	@echo '  synburst       build tools/synburst, which finds the storm in a capture'
	@echo '  install-synburst  and install it (make install does so as well)'
	@echo '  clean          remove what was built'
	@echo 'For a kernel tree (TREE=/path/to/linux), see patches/README.md:'
	@echo '  backport       print the fix as a diff for it (APPLY=1: make it)'
	@echo '  verify-backport  boot it without and with the fix ([BUILD=])'
	@echo 'In virtual machines; nothing is loaded into this kernel:'
	@echo '  demo           the race on a real kernel, and what ends it'
	@echo '                 (SERIES=6.1 TASKS=16 ROUNDS=5 DELAY_MS=50 VERS=3)'
	@echo '  matrix         every scenario with the race, with sunrpc_fix and'
	@echo '                 without the race, as a table (SERIES=6.1)'
	@echo '  verify         your own kernel: is the race there, does sunrpc_fix'
	@echo '                 close it? (KERNEL=bzImage MODULES=/lib/modules/x'
	@echo '                 HEADERS=build directory CC=its compiler)'
	@echo '  check          every test'
	@echo '  check-debug    the scenarios on a kernel with KASAN, lockdep... (built once)'
	@echo '  recovery       faults around a connect, next to the kernel as released'
	@echo '  soak           everything at once for HOURS=8'
	@echo '  kunit-modules  the KUnit suites as modules, on a kernel with KASAN, lockdep...'
	@echo '  check-packages install, upgrade and remove the packages (an hour)'
	@echo 'Tests in user space, on this host:'
	@echo '  kunit          the KUnit suites in a user-mode kernel'
	@echo '  kunit-host     the same in user space, under ASan and UBSan, with coverage'
	@echo '  explore        every interleaving of the state machine'
	@echo '  model          the formal model (spin)'
	@echo '  mutants        does a test notice if it is broken?'
	@echo '  bench-synburst  the speed of synburst, next to tcpdump and tshark'
	@echo '  fuzz-synburst  fuzz synburst (SECONDS=60)'

# None of the targets is a file.
.PHONY: $(shell sed -n 's/^\([a-z][a-z0-9 -]*\):.*/\1/p' $(firstword $(MAKEFILE_LIST)))
