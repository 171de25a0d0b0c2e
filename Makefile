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

# sunrpc-fix check, of the kernel that the module is for: is it needed there?
NEEDED = sh tools/sunrpc-fix/sunrpc-fix check --release $(KERNELRELEASE) \
	$(if $(wildcard $(KDIR)/.),--headers $(KDIR))

# Nothing is installed for a kernel that does not need it, which is no error.
# DESTDIR and INSTALL_MOD_PATH: into that directory, and this host stays as it is.
install:
	@said=$$($(NEEDED)); got=$$?; \
	if test "$(SUNRPC_FIX_FORCE)" = 1 || test $$got = 2; then \
		$(MAKE) --no-print-directory install-module install-load-order install-tools; \
	elif test $$got = 0; then \
		echo "$$said" | sed -n '1s/^OK: \(.*\)/sunrpc_fix is not needed, and not installed: \1/p'; \
		$(MAKE) --no-print-directory install-tools; \
	else \
		echo "$$said" | sed -n 1p; \
		echo "SUNRPC_FIX_FORCE=1 installs it all the same"; \
		exit 1; \
	fi

# Empty in the environment is as good as not there, and would hide DESTDIR.
ifeq ($(INSTALL_MOD_PATH),)
INSTALL_MOD_PATH = $(DESTDIR)
endif
# Below it, where "make modules_install" puts what is not of the kernel's tree.
INSTALL_MOD_DIR	?= updates

install-module: modules
	$(MAKE) -C $(KDIR) M=$(CURDIR) DEPMOD=true \
		INSTALL_MOD_PATH=$(INSTALL_MOD_PATH) \
		INSTALL_MOD_DIR=$(INSTALL_MOD_DIR) modules_install
	$(if $(INSTALL_MOD_PATH),,depmod $(KERNELRELEASE))

# Of the module that "make install" has installed, for every kernel, and of all
# else.  Loaded or not, it stays so: rmmod sunrpc_fix.
uninstall: uninstall-load-order uninstall-tools
	for ko in $(INSTALL_MOD_PATH)/lib/modules/*/$(INSTALL_MOD_DIR)/sunrpc_fix.ko; do \
		test -e "$$ko" || continue; \
		rm -f "$$ko"; \
		test -n "$(INSTALL_MOD_PATH)" || \
			depmod $$(basename $${ko%/$(INSTALL_MOD_DIR)/sunrpc_fix.ko}); \
	done

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

# What DKMS needs to build the module for this kernel and each one to come; and
# what loads it.  May be repeated.
dkms-install:
	@command -v dkms >/dev/null || { echo "install dkms first"; exit 1; }
	@$(MAKE) --no-print-directory install-dkms-source install-load-order DESTDIR=
	@$(DKMS_SRC)/host.sh install $(KERNELRELEASE)
	@$(DKMS_SRC)/host.sh remove --others
	@$(DKMS_SRC)/host.sh load

dkms-remove:
	@test ! -e $(DKMS_SRC)/host.sh || { \
		$(DKMS_SRC)/host.sh unload; $(DKMS_SRC)/host.sh remove; }
	@$(MAKE) --no-print-directory uninstall-load-order DESTDIR=
	rm -rf $(DKMS_SRC) /usr/share/man/man4/sunrpc_fix.4

install-dkms-source:
	mkdir -p $(DESTDIR)$(DKMS_SRC)/sunrpc_fix $(DESTDIR)$(DKMS_SRC)/tools/sunrpc-fix \
		$(DESTDIR)/usr/share/man/man4
	install -m 644 Kbuild Makefile dkms.conf $(DESTDIR)$(DKMS_SRC)
	install -m 755 packaging/host.sh $(DESTDIR)$(DKMS_SRC)
	install -m 644 sunrpc_fix/*.[ch] $(DESTDIR)$(DKMS_SRC)/sunrpc_fix
	install -m 755 tools/sunrpc-fix/sunrpc-fix $(DESTDIR)$(DKMS_SRC)/tools/sunrpc-fix
	install -m 644 sunrpc_fix/sunrpc_fix.4 $(DESTDIR)/usr/share/man/man4

# What loads the module with sunrpc, also from an initramfs: el6 has neither
# softdep nor systemd.  Only what the host reads: modprobe of el6 warns of more.
FLAVOUR	?= $(shell if test -e /etc/debian_version; then echo deb; \
	elif modprobe --version 2>/dev/null | grep -q module-init-tools; then echo el6; \
	else echo rpm; fi)
ORDER	:= packaging/load-order

install-load-order: install-load-order-$(FLAVOUR)

install-softdep:
	install -D -m 644 $(ORDER)/modprobe.conf \
		$(DESTDIR)/etc/modprobe.d/sunrpc-fix.conf
	install -D -m 644 $(ORDER)/modules-load.conf \
		$(DESTDIR)/usr/lib/modules-load.d/sunrpc-fix.conf

install-load-order-deb: install-softdep
	install -D -m 755 $(ORDER)/initramfs-tools \
		$(DESTDIR)/usr/share/initramfs-tools/hooks/sunrpc_fix

DRACUT_rpm := /usr/lib/dracut/modules.d/96sunrpc-fix
DRACUT_el6 := /usr/share/dracut/modules.d/96sunrpc-fix

install-dracut:
	mkdir -p $(DESTDIR)$(DRACUT_$(FLAVOUR))
	install -m 755 $(ORDER)/dracut/* $(DESTDIR)$(DRACUT_$(FLAVOUR))

install-load-order-rpm: install-softdep install-dracut

install-load-order-el6: install-dracut
	install -D -m 644 $(ORDER)/modprobe-el6.conf \
		$(DESTDIR)/etc/modprobe.d/sunrpc-fix.conf
	install -D -m 755 $(ORDER)/sunrpc-fix.init $(DESTDIR)/etc/rc.d/init.d/sunrpc-fix
	$(if $(DESTDIR),,chkconfig --add sunrpc-fix)

uninstall-load-order:
	test -n "$(DESTDIR)" || ! test -e /etc/rc.d/init.d/sunrpc-fix || \
		chkconfig --del sunrpc-fix
	cd $(DESTDIR)/ && rm -rf etc/modprobe.d/sunrpc-fix.conf \
		usr/lib/modules-load.d/sunrpc-fix.conf \
		usr/share/initramfs-tools/hooks/sunrpc_fix \
		etc/rc.d/init.d/sunrpc-fix .$(DRACUT_rpm) .$(DRACUT_el6)

# The hook for new kernels, in Debian's package only: elsewhere AUTOINSTALL does.
install-kernel-hook:
	for dir in postinst.d header_postinst.d; do \
		mkdir -p $(DESTDIR)/etc/kernel/$$dir && \
		sed 's/@VERSION@/$(VERSION)/' $(ORDER)/kernel-hook \
			>$(DESTDIR)/etc/kernel/$$dir/sunrpc-fix-dkms && \
		chmod 755 $(DESTDIR)/etc/kernel/$$dir/sunrpc-fix-dkms || exit 1; \
	done

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

uninstall-tools:
	cd $(DESTDIR)$(PREFIX) && rm -f sbin/sunrpc-fix bin/synburst \
		share/man/man8/sunrpc-fix.8 share/man/man1/synburst.1 \
		share/bash-completion/completions/sunrpc-fix \
		share/bash-completion/completions/synburst

# EL=6, or 7 for that and later
deb rpm:
	@packaging/build.sh $@

# For hosts without a compiler: KDIR has the headers of their kernel.
rpm-kmod:
	@KDIR=$(KDIR) KERNELRELEASE=$(KERNELRELEASE) SYMVERS="$(SYMVERS)" packaging/build.sh $@

bundle:
	@KDIR="$(KDIR)" packaging/bundle.sh

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

# TREE is a kernel source here, and this directory in the scripts. Paths are those
# of the caller, who may be elsewhere (make -C).
CALLER	= $(or $(PWD),$(CURDIR))

backport:
	@cd "$(CALLER)" && "$(CURDIR)/patches/backport.sh" $(if $(APPLY),--apply) \
		$(if $(STATUS),--status) \
		$(if $(PATCHES),--patches "$(PATCHES)") "$(TREE)"

verify-backport:
	@cd "$(CALLER)" && env -u TREE SRC="$(TREE)" BUILD="$(BUILD)" \
		PATCHES="$(PATCHES)" "$(CURDIR)/patches/verify-backport.sh"

# SECONDS is something else in bash.
prove:
	@cd "$(CALLER)" && env -u TREE -u SECONDS SRC="$(TREE)" LIMIT="$(SECONDS)" \
		PATCHES="$(PATCHES)" FIX="$(FIX)" TASKS="$(TASKS)" \
		PREEMPTIONS="$(PREEMPTIONS)" WALK="$(WALK)" EVENTS="$(EVENTS)" \
		STATELESS="$(STATELESS)" $(if $(filter default undefined,$(origin CC)),,CC="$(CC)") \
		"$(CURDIR)/prove/run.sh"

kunit:
	@kunit_tests/run.sh

# On a kernel with KUnit and checkers, which is built first.
kunit-modules:
	@lab/run.sh --series 6.1-debug --variant stock kunit

kunit-host:
	@host_tests/kunit/run.sh

explore:
	@host_tests/explore/run.sh

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
		$(MAKE) --no-print-directory -C tools/synburst install || \
			echo 'synburst is left out: it could not be built, see above'; \
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
	@echo '  install, uninstall  install it, what loads it, and the tools; take that'
	@echo '                 back (DESTDIR, INSTALL_MOD_PATH, PREFIX)'
	@echo '  dkms-install, dkms-remove  install it by DKMS, and what loads it; take'
	@echo '                 that back'
	@echo '  install-tools  install the commands sunrpc-fix and synburst below PREFIX'
	@echo '  deb, rpm       build the packages (on Debian; rpm: EL=7, or 6)'
	@echo '  rpm-kmod       the module as a package for RHEL 6 hosts without a compiler'
	@echo '                 (KDIR=headers KERNELRELEASE=their release)'
	@echo '  bundle         an archive with all that a host without a compiler needs'
	@echo '                 (KDIR="headers..." of its kernels)'
	@echo '  synburst       build tools/synburst, which finds the storm in a capture'
	@echo '  install-synburst  and install it (make install does so as well)'
	@echo '  clean          remove what was built'
	@echo 'For a kernel tree (TREE=/path/to/linux), see patches/README.md:'
	@echo '  backport       print the fix as a diff for it (APPLY=1: make it,'
	@echo '                 STATUS=1: say what it has and what it lacks)'
	@echo '  verify-backport  boot it without and with the fix ([BUILD=])'
	@echo '  prove          take its net/sunrpc through its interleavings, in user'
	@echo '                 space (PATCHES="0001 0002", FIX=1), see prove/README.md'
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
	@echo '  explore        every interleaving of sunrpc_fix, on a model of sunrpc'
	@echo '  mutants        does a test notice if it is broken?'
	@echo '  bench-synburst  the speed of synburst, next to tcpdump and tshark'
	@echo '  fuzz-synburst  fuzz synburst (SECONDS=60)'

# None of the targets is a file.
.PHONY: $(shell sed -n 's/^\([a-z][a-z0-9 -]*\):.*/\1/p' $(firstword $(MAKEFILE_LIST)))
