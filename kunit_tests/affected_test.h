/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The table of releases that everything which judges a kernel is held against:
 * affected.c (affected_test.c), and the command sunrpc-fix, the DKMS
 * configuration and the hook that asks it (tools/sunrpc-fix/test.sh, which
 * reads these lines: one row, one line).
 *
 * KERNEL(release, header_has_fix, has_lock_connect, verdict, source)
 *	All is known, as in the module.
 * BY_NAME(release, uname_v, version_signature, verdict, source)
 *	Neither headers nor symbols are at hand: the command alone judges so.
 *
 * The source says who says so. "rule" is what follows from the others' lack of
 * evidence.
 */

/* el6 before 718ba5b87343 was backported */
KERNEL("2.6.32-573.el6.x86_64", NO, NO, NEVER, "no xprt_lock_connect()")
KERNEL("2.6.32-642.15.1.el6.x86_64", NO, NO, NEVER, "no xprt_lock_connect()")
/* el6 with the defect */
KERNEL("2.6.32-696.el6.x86_64", NO, YES, AFFECTED, "RHSA-2017:1723")
KERNEL("2.6.32-696.el6.i686", NO, YES, AFFECTED, "RHSA-2017:1723")
KERNEL("2.6.32-696.el6", NO, YES, AFFECTED, "RHSA-2017:1723")
KERNEL("2.6.32-696.1.1.el6.x86_64", NO, YES, AFFECTED, "RHSA-2017:1723")
KERNEL("2.6.32-696.3.2.el6.x86_64", NO, YES, AFFECTED, "RHSA-2017:1723")
KERNEL("2.6.32-696.3.2.el6_lustre.x86_64", NO, YES, AFFECTED, "RHSA-2017:1723")
KERNEL("2.6.32-696.6.2.el6.x86_64", NO, YES, AFFECTED, "RHSA-2017:1723")
KERNEL("2.6.32-696.6.el6.x86_64", NO, YES, AFFECTED, "RHSA-2017:1723")
KERNEL("2.6.32-696.5.9.el6.x86_64", NO, YES, AFFECTED, "RHSA-2017:1723")
/* el6 with the fix */
KERNEL("2.6.32-696.6.3.el6.x86_64", NO, YES, FIXED, "RHSA-2017:1723")
KERNEL("2.6.32-696.6.3.el6.centos.plus.x86_64", NO, YES, FIXED, "RHSA-2017:1723")
KERNEL("2.6.32-696.6.4.el6.x86_64", NO, YES, FIXED, "RHSA-2017:1723")
KERNEL("2.6.32-696.10.1.el6.x86_64", NO, YES, FIXED, "RHSA-2017:1723")
KERNEL("2.6.32-696.30.1.el6.x86_64", NO, YES, FIXED, "RHSA-2017:1723")
KERNEL("2.6.32-754.el6.x86_64", NO, YES, FIXED, "its source")
KERNEL("2.6.32-754.35.1.el6.x86_64", NO, YES, FIXED, "RHSA-2017:1723")
/* derivatives of el6, and 2.6.32 of others, which count differently */
KERNEL("2.6.32-695.10.10.el6.x86_64", NO, YES, UNKNOWN, "rule")
KERNEL("2.6.32-696.20.1.custom", NO, YES, UNKNOWN, "rule")
KERNEL("2.6.32-696.18.7.1chaos.ch5.6.x86_64", NO, YES, UNKNOWN, "rule")
KERNEL("2.6.32-696.1.2.3.el6.x86_64", NO, YES, UNKNOWN, "rule")
KERNEL("2.6.32-696.1.1", NO, YES, UNKNOWN, "rule")
KERNEL("2.6.32-754", NO, YES, UNKNOWN, "rule")
KERNEL("2.6.32-754-custom", NO, YES, UNKNOWN, "rule")
KERNEL("2.6.32-custom.el6.x86_64", NO, YES, UNKNOWN, "rule")
KERNEL("2.6.32-042stab127.2", NO, YES, UNKNOWN, "rule")
KERNEL("2.6.32-042stab141.42", NO, YES, UNKNOWN, "rule")
KERNEL("2.6.32-042stab108.8", NO, NO, UNKNOWN, "rule")
KERNEL("2.6.32-400.37.1.el6uek.x86_64", NO, YES, UNKNOWN, "rule")
KERNEL("2.6.32", NO, NO, NEVER, "no xprt_lock_connect()")
KERNEL("2.6.32-5-amd64", NO, NO, NEVER, "no xprt_lock_connect()")
KERNEL("2.6.39-400.294.3.el6uek.x86_64", NO, NO, NEVER, "no xprt_lock_connect()")
KERNEL("2.6.39-400.294.3.el6uek.x86_64", NO, YES, UNKNOWN, "rule")
/* 3.x: a backport of both, or of one? */
KERNEL("3.16.0-4-amd64", NO, NO, NEVER, "no xprt_lock_connect()")
KERNEL("3.10.0-1160.el7.x86_64", NO, NO, NEVER, "no xprt_lock_connect()")
KERNEL("3.10.0-1160.el7.x86_64", NO, YES, UNKNOWN, "rule")
KERNEL("3.10.0-1160.el7.x86_64", YES, YES, FIXED, "its headers")
/* the header tells */
KERNEL("4.0.5", NO, YES, AFFECTED, "its source, and the reproducer on 4.0.4")
KERNEL("4.1.6", NO, YES, AFFECTED, "its source, and the reproducer")
KERNEL("4.1.9", NO, YES, AFFECTED, "its headers: the fix was taken out")
KERNEL("4.2.0-16-generic", NO, YES, AFFECTED, "its headers")
KERNEL("4.2", NO, YES, AFFECTED, "its headers")
KERNEL("4.2.8", YES, YES, FIXED, "its headers")
KERNEL("4.3.0-rc1", NO, YES, UNKNOWN, "rule")
KERNEL("4.18.0-553.el8_10.x86_64", YES, YES, FIXED, "its headers")
KERNEL("6.1.0-1-amd64", YES, YES, FIXED, "its headers")
KERNEL("40.1.0", NO, YES, UNKNOWN, "rule")
/* the header, if it knows, is believed before all else */
KERNEL("2.6.32-696.el6.x86_64", YES, YES, FIXED, "its headers")
KERNEL("2.6.32-042stab127.2", YES, YES, FIXED, "its headers")

/* el6 */
BY_NAME("2.6.32-642.15.1.el6.x86_64", "", "", NEVER, "its source")
BY_NAME("2.6.32-696.el6.i686", "", "", AFFECTED, "RHSA-2017:1723")
BY_NAME("2.6.32-696.6.2.el6.x86_64", "", "", AFFECTED, "RHSA-2017:1723")
BY_NAME("2.6.32-696.6.3.el6.x86_64", "", "", FIXED, "RHSA-2017:1723")
BY_NAME("2.6.32-754.35.1.el6.x86_64", "", "", FIXED, "RHSA-2017:1723")
BY_NAME("2.6.32-696.1.1", "", "", UNKNOWN, "rule")
BY_NAME("2.6.32-754", "", "", UNKNOWN, "rule")
BY_NAME("2.6.32-696.20.1.custom", "", "", UNKNOWN, "rule")
BY_NAME("2.6.32-696.18.7.1chaos.ch5.6.x86_64", "", "", UNKNOWN, "rule")
BY_NAME("2.6.32-042stab108.8", "", "", UNKNOWN, "rule")
BY_NAME("2.6.32-042stab127.2", "", "", UNKNOWN, "rule")
BY_NAME("2.6.32-042stab141.42", "", "", UNKNOWN, "rule")
BY_NAME("2.6.32-400.37.1.el6uek.x86_64", "", "", UNKNOWN, "rule")
BY_NAME("2.6.32-5-amd64", "", "", UNKNOWN, "rule")
BY_NAME("2.6.39-400.294.3.el6uek.x86_64", "", "", UNKNOWN, "rule")
/* 3.x: Red Hat and SUSE backport what they need */
BY_NAME("3.10.0-514.el7.x86_64", "#1 SMP", "", UNKNOWN, "rule")
BY_NAME("3.10.0-1160.el7.x86_64", "", "", UNKNOWN, "rule")
BY_NAME("3.8.13-118.21.4.el6uek.x86_64", "", "", UNKNOWN, "rule")
BY_NAME("3.12.74-60.64.40-default", "", "", UNKNOWN, "rule")
BY_NAME("3.16.0-4-amd64", "#1 SMP Debian 3.16.7-ckt11-1", "", NEVER, "718ba5b87343 is of 4.0")
BY_NAME("3.19.8", "", "", NEVER, "718ba5b87343 is of 4.0")
/* 4.0: no stable release has it */
BY_NAME("4.0.9", "", "", AFFECTED, "patches/README.md")
BY_NAME("4.0.0-2-amd64", "#1 SMP Debian 4.0.8-2", "", AFFECTED, "patches/README.md")
/* 4.1 has it from 4.1.9 on, 4.2 from 4.2.2 on */
BY_NAME("4.1.6", "", "", AFFECTED, "patches/README.md")
BY_NAME("4.1.8-200.fc22.x86_64", "", "", AFFECTED, "patches/README.md")
BY_NAME("4.1.9", "", "", FIXED, "patches/README.md")
BY_NAME("4.1.10-200.fc22.x86_64", "", "", FIXED, "patches/README.md")
BY_NAME("4.1.12-61.1.18.el7uek.x86_64", "", "", FIXED, "it is based on 4.1.12")
BY_NAME("4.2.1", "", "", AFFECTED, "patches/README.md")
BY_NAME("4.2.2", "", "", FIXED, "patches/README.md")
BY_NAME("4.2.0-rc7", "", "", AFFECTED, "patches/README.md")
BY_NAME("4.2.0-300.fc23.x86_64", "", "", AFFECTED, "patches/README.md")
/* distributions whose release is a name, and the version elsewhere */
BY_NAME("4.1.0-2-amd64", "#1 SMP Debian 4.1.6-1", "", AFFECTED, "patches/README.md")
BY_NAME("4.1.0-2-amd64", "", "", UNKNOWN, "rule")
BY_NAME("4.2.0-0.bpo.1-amd64", "#1 SMP Debian 4.2.6-3~bpo8+2", "", FIXED, "patches/README.md")
BY_NAME("4.2.0-42-generic", "", "Ubuntu 4.2.0-42.49-generic 4.2.8-ckt12", FIXED, "its source")
BY_NAME("4.2.0-16-generic", "#19-Ubuntu", "", UNKNOWN, "rule")
BY_NAME("4.2.0-16-generic", "", "Ubuntu 4.2.0-16.19-generic 4.2.3", FIXED, "patches/README.md")
BY_NAME("4.2.0-20", "#1-photon SMP", "", UNKNOWN, "rule")
/* mainline has it from 4.3 on */
BY_NAME("4.3.0-rc1", "", "", UNKNOWN, "rule")
BY_NAME("4.3.0", "", "", FIXED, "0fdea1e8a285 is of 4.3")
BY_NAME("4.10.0-28-generic", "#32~16.04.2-Ubuntu", "", FIXED, "0fdea1e8a285 is of 4.3")
BY_NAME("4.18.0-553.el8_10.x86_64", "", "", FIXED, "0fdea1e8a285 is of 4.3")
BY_NAME("5.10.0-9-amd64", "#1 SMP Debian 5.10.70-1", "", FIXED, "0fdea1e8a285 is of 4.3")
BY_NAME("6.12.1", "", "", FIXED, "0fdea1e8a285 is of 4.3")
BY_NAME("10.0.0", "", "", FIXED, "0fdea1e8a285 is of 4.3")
BY_NAME("custom", "", "", UNKNOWN, "rule")
