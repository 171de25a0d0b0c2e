# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# Suite stock, 1400 s: 6.1 as released: the module stays out

suite_stock()
{
	scenarios 6.1 stock reconnect refuse
	try "one ISN per reconnect" expect reconnect isns -eq "$ROUNDS"
}
