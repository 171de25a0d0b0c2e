// SPDX-License-Identifier: GPL-2.0
/* symbols - this program's own symbol table, and source lines by addr2line */
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "explorer.h"

static char program[4096];
static const Elf64_Sym *table;
static const char *names;
static size_t table_size;

void symbols_init(void)
{
	int fd = open("/proc/self/exe", O_RDONLY);
	const Elf64_Shdr *sections;
	const Elf64_Ehdr *elf;
	struct stat st;
	int i;

	if (fd < 0 || fstat(fd, &st) ||
	    readlink("/proc/self/exe", program, sizeof(program) - 1) < 0) {
		perror("finding this program");
		exit(2);
	}
	elf = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (elf == MAP_FAILED) {
		perror("reading this program's own symbols");
		exit(2);
	}
	close(fd);
	sections = (const void *)((const char *)elf + elf->e_shoff);
	for (i = 0; i < elf->e_shnum; i++) {
		if (sections[i].sh_type != SHT_SYMTAB)
			continue;
		table = (const void *)((const char *)elf +
				       sections[i].sh_offset);
		table_size = sections[i].sh_size / sizeof(*table);
		names = (const char *)elf +
			sections[sections[i].sh_link].sh_offset;
	}
}

static bool is_function(const Elf64_Sym *s)
{
	return ELF64_ST_TYPE(s->st_info) == STT_FUNC && s->st_value;
}

/* Static functions too; NULL if there is none. */
void *prove_symbol(const char *name)
{
	size_t i;

	for (i = 0; i < table_size; i++)
		if (is_function(&table[i]) &&
		    !strcmp(names + table[i].st_name, name))
			return (void *)table[i].st_value;
	return NULL;
}

/* The function that begins at @pc. */
const char *prove_symbol_at(const void *pc)
{
	size_t i;

	for (i = 0; i < table_size; i++)
		if (is_function(&table[i]) &&
		    table[i].st_value == (uintptr_t)pc)
			return names + table[i].st_name;
	return "?";
}

/* The symbol without a stand-in whose page @address is in: see build.sh. */
const char *symbols_unfaked(const void *address)
{
	uintptr_t page = (uintptr_t)address & ~4095ul;
	size_t i;

	for (i = 0; i < table_size; i++)
		if (table[i].st_shndx == SHN_ABS && table[i].st_value == page &&
		    page)
			return names + table[i].st_name;
	return NULL;
}

/* "function() file:line" for each address; those that are NULL stay empty. */
void symbols_lines(void *const *pcs, int n, struct line *lines)
{
	char list[] = "/tmp/prove.XXXXXX", command[4200], text[300];
	int fd = mkstemp(list), i;
	FILE *f;

	if (fd < 0)
		return;
	f = fdopen(fd, "w");
	for (i = 0; i < n; i++)
		if (pcs[i])
			fprintf(f, "%p\n", (void *)((char *)pcs[i] - 1));
	fclose(f);
	snprintf(command, sizeof(command), "addr2line -f -e '%s' <%s", program,
		 list);
	f = popen(command, "r");
	for (i = 0; f && i < n; i++) {
		char *line = lines[i].text;

		line[0] = '\0';
		if (!pcs[i] || !fgets(text, sizeof(text), f))
			continue;
		text[strcspn(text, ".\n")] = '\0';
		snprintf(line, 50, "%.40s() ", text);
		if (!fgets(text, sizeof(text), f))
			continue;
		text[strcspn(text, "\n ")] = '\0';
		snprintf(line + strlen(line), sizeof(lines[i].text) - strlen(line), "%s",
			 strncmp(text, "./", 2) ? text : text + 2);
	}
	if (f)
		pclose(f);
	unlink(list);
}
