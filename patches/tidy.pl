#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# tidy.pl RULE OLD NEW
#
# Prints NEW, which spatch made of OLD by RULE, as a person would have typed the
# lines that were added. Lines that OLD has are left as they are.

use strict;
use warnings;

my ($rule, $old, $new) = map {
	open(my $file, '<', $_) or die "$_: $!\n";
	local $/;
	<$file>;
} @ARGV;

# The key of a line: without what spatch does not keep.
sub key
{
	my $line = shift;

	$line =~ s/^\s+|\s+$//g;
	$line =~ s/\s+/ /g;
	return $line;
}

my @old = split /\n/, $old, -1;
my %old = map { $_ => 1 } @old;
my %typed = map { key($_) => $_ } $rule =~ /^\+[ \t]*(\S.*)$/mg;
my ($stale) = $rule =~ m|^// Stale:\s+(.*)$|m;

# spatch puts "else" on a line of its own.
$new =~ s/\n(\t+)\}\n\1else \{/\n$1} else {/g;

# A break after the last comma that fits, and on below the open parenthesis.
sub wrap
{
	my $line = shift;
	my ($width, $fits, @open, $indent) = (0, undef);

	for my $i (0 .. length($line) - 1) {
		my $c = substr($line, $i, 1);
		$width += $c eq "\t" ? 8 - $width % 8 : 1;
		push @open, $width if $c eq '(';
		pop @open if $c eq ')';
		($fits, $indent) = ($i, $open[-1])
			if $c eq ',' && @open && $width < 80;
	}
	return $line if $width <= 80 || !defined $fits;
	return substr($line, 0, $fits + 1) . "\n" .
		"\t" x int($indent / 8) . ' ' x ($indent % 8) .
		substr($line, $fits + 2);
}

my @new = map {
	my $line = $_;

	if (!$old{$line}) {
		my $typed = $typed{key($line)};
		$line =~ s/\S.*/$typed/ if defined $typed;
		$line = wrap($line);
	}
	$line;
} split /\n/, $new, -1;

# Blank lines that were not between these two before: behind a brace, doubled.
my %blank;
for my $i (1 .. $#old - 1) {
	$blank{"$old[$i - 1]\n$old[$i + 1]"} = 1 if $old[$i] eq '';
}
my @out;
for my $i (0 .. $#new) {
	my $next = $i < $#new ? $new[$i + 1] : '';
	if ($new[$i] eq '' && @out && $i < $#new &&
	    !$blank{"$out[-1]\n$next"}) {
		next if $out[-1] =~ /\{$/ || $out[-1] eq '' || $next =~ /^\t+\}/;
	}
	if (defined $stale && $new[$i] =~ m|^\s*/\* \Q$stale\E \*/$|) {
		my ($at) = grep { $old[$_] eq $new[$i] } 0 .. $#old;
		next if defined $at && $old[$at + 1] ne $next;
	}
	push @out, $new[$i];
}
print join("\n", @out);
