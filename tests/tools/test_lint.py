# SPDX-License-Identifier: Apache-2.0
"""tools/lint: a planted offence against each rule is found where it stands; what looks alike passes."""
import pytest

HOME = '/' + 'work/'  # spelled so that lint does not find this file
BAD = [
    ('sql', 'src/core/x.c', 'buf_printf(b, "SELECT * FROM t WHERE a = %s", x);'),
    ('sql', 'src/core/x.c', 'buf_printf(b, "DELETE FROM t "\n    "WHERE a = %.*s", STR_FMT(x));'),
    ('sql', 'src/core/x.c', 'q = "INSERT INTO t VALUES (%lld)";'),
    ('sql', 'src/core/x.c', 'q = "INSERT OR REPLACE INTO t (a) SELECT %d";'),
    ('sql', 'src/core/x.c', 'q = "UPDATE t SET a = \'%s\'";'),
    ('sql', 'src/core/x.c', 'q = "UPDATE t SET a = %" PRIu64 " ";'),
    ('writes', 'src/core/x.c', 'q = "DELETE FROM t WHERE a = ?1";'),
    ('writes', 'src/alpha/x.c', 'q = "INSERT INTO t "\n    "VALUES (?1)";'),
    ('writes', 'src/alpha/x.c', 'TRY(row_restore(db, t, cells));'),
    ('malloc', 'src/core/x.c', 'p = malloc(3);'),
    ('malloc', 'src/sys/x.c', 'p = calloc(3, 1);'),
    ('malloc', 'src/core/x.c', 'p = (char *)realloc (p, 3);'),
    ('malloc', 'src/core/x.c', 'p = strdup(q);'),
    ('malloc', 'src/core/test_x.c', 'asprintf(&p, "x");'),
    ('free', 'src/core/x.c', 'free(p);'),
    ('free', 'src/base/x.c', 'free(p);'),
    ('banned', 'src/core/x.c', 'strcpy(p, q);'),
    ('banned', 'src/core/x.c', 'n = atoi(p);'),
    ('banned', 'src/sys/x.c', 't = gmtime(&now);'),
    ('banned', 'src/cli/x.c', 'system("ls");'),
    ('banned', 'fuzz/x.c', 'n = random();'),
    ('logging', 'src/core/x.c', 'printf("x");'),
    ('logging', 'src/base/x.c', 'fprintf(stderr, "x");'),
    ('logging', 'src/alpha/x.c', 'fputs("x", stdout);'),
    ('logging', 'src/web/x.c', 'perror("x");'),
    ('personal', 'src/core/x.c', 'return FAIL(ERR_FIELD, "bad %s", person->name);'),
    ('personal', 'src/core/x.c', 'return FAIL(ERR_FIELD, "bad %.*s", STR_FMT(in->passport_no));'),
    ('personal', 'src/core/x.c', 'return FAIL(ERR_FIELD,\n    "bad %s", phone);'),
    ('personal', 'src/core/x.c', 'return FAIL(ERR_FIELD, "bad %s", name);'),
    ('personal', 'src/core/x.c', 'return FAIL(ERR_FIELD, "bad %.*s", STR_FMT(in->family_name));'),
    ('personal', 'src/core/x.c', 'return err_prefix(err, "%s", birth_text);'),
    ('personal', 'src/cli/x.c', 'printf("%s", s.birthDate);'),
    ('typedef', 'src/core/x.c', 'typedef struct { int a; } thing;'),
    ('typedef', 'src/core/x.c', 'typedef enum err result;'),
    ('machine-path', 'src/core/x.c', f'p = "{HOME}main";'),
    ('machine-path', 'docs/x.md', f'see `{HOME}main`'),
    ('machine-path', 'tests/x.py', f'p = "/{"root"}/x"'),
    ('registry', 'docs/x.md', 'https://py' + 'pi.org/x'),
    ('registry', 'tools/x.sh', 'curl https://regis' + 'try.example.org/x'),
    ('text', 'src/core/x.c', 'x; '),
    ('text', 'src/core/x.c', '\tx;'),
    ('text', 'src/core/x.c', 'x;\r'),
    ('text', 'src/core/x.c', b'x = "\xff";'),
    ('long-line', 'src/core/x.c', 'x' * 111),
    ('long-line', 'src/core/x.h', '#pragma once\n' + 'x' * 111),
    ('long-line', 'tools/x.py', '#' * 111),
    ('long-line', 'src/core/meson.build', '#' * 111),
    ('lint-ok', 'src/core/x.c', 'x; /* lint-ok free: */'),
    ('lint-ok', 'src/core/x.c', 'x; /* lint-ok nothing: because */'),
]
GOOD = [
    ('po/x.po', 'msgid "a"\nmsgstr "b"\n\nmsgctxt "x"\nmsgid "a"\nmsgstr "a"\nmsgid "c"\nmsgstr "a"'),
    ('po/x.po', 'msgid "a"\nmsgid_plural "c"\nmsgstr[0] "a"\nmsgstr[1] "c"\n#~ msgid "a"\n#~ msgstr ""'),
    ('src/core/x.c', 'q = "SELECT a FROM t WHERE b LIKE ?1 || \'%\'";'),
    ('src/core/x.c', 'FAIL(ERR_DATABASE, "table %s", table);'),
    ('src/core/x.c', 'FAIL(ERR_FIELD, "select one of %s", list);'),
    ('src/core/x.c', 'q = "SELECT 100%% FROM t";'),
    ('src/core/backup/backup.c', 'TRY(row_restore(db, t, cells));'),
    ('src/sys/x.c', 'q = "DELETE FROM t WHERE a = ?1";'),
    ('src/core/test_x.c', 'q = "UPDATE t SET a = 1";'),
    ('src/base/alloc.c', 'p = malloc(3); free(p);'),
    ('src/sys/x.c', 'free(errmsg);'),
    ('src/core/x.c', 'mem_free(p); arena_free(a); sqlite3_free(p); x->free(p);'),
    ('src/core/x.c', '/* malloc(3), strcpy(a, b) */ x = "malloc(3)"; // free(p)'),
    ('src/core/x.c', 'env->random(env->user, p, n); (*random)(p); x.system(1); my_system(2);'),
    ('src/base/banned.h', '#pragma once\n#define strcpy(...) banned\nextern int rand(void);'),
    ('src/cli/x.c', 'printf("x"); fprintf(stderr, "x");'),
    ('src/core/test_x.c', 'print_message("x"); printf("%s", name);'),
    ('src/core/x.c', 'fprintf(file, "x"); snprintf(p, n, "x"); vsnprintf(p, n, "x", a);'),
    ('src/core/x.c', 'FAIL(ERR_FIELD, "field %s", field->name);'),
    ('src/core/x.c', 'FAIL(ERR_FIELD, "%s", err_row(err)->name);'),
    ('src/core/x.c', 'FAIL(ERR_FIELD, "%s", t->name);'),
    ('src/core/x.c', 'FAIL(ERR_FIELD, "%.*s", STR_FMT(d->decl.name));'),
    ('src/core/x.c', 'FAIL(ERR_FIELD, "name, passport and phone are missing");'),
    ('src/core/x.c', 'FAIL(ERR_IO, "%s", file_name); FAIL(ERR_IO, "%s", rename_count);'),
    ('src/core/x.c', 'typedef enum err callback(struct x *x);'),
    ('src/core/x.c', 'typedef void (*callback)(struct x *x);'),
    ('src/core/x.c', 'p = "network/work/root/x"; q = "</root>";'),
    ('docs/x.md', 'https://example.org/x'),
    ('docs/x.md', 'x' * 300 + '\t \nno line end'),
    ('src/core/x.c', 'x' * 110),
    ('src/core/x.c', '灯' * 105),
    ('src/core/x.c', 'free(p); /* lint-ok free: the library says so */'),
    ('src/core/x.c', '/* lint-ok free: the library says so */\nfree(p);'),
    ('fuzz/corpus/x/y.c', 'malloc(3)\t'),
    ('build-x/x.c', 'malloc(3);'),
]


@pytest.mark.parametrize('rule,path,text', BAD)
def test_offence_is_found(planted, rule, path, text):
    text = text if isinstance(text, bytes) else text.encode()
    planted.plant(path, b'\n\n' + text + b'\n')
    found = planted.findings()
    assert len(found) == 1, found
    line = found[0].split(' ')[0]
    assert line in [f'{path}:{n}:' for n in (1, 2, 3, 4, 5)]
    assert f'[{rule}]' in found[0]


@pytest.mark.parametrize('path,text', GOOD)
def test_what_looks_alike_passes(planted, path, text):
    planted.plant(path, text if path.endswith('.md') else text + '\n')
    assert planted.findings() == []


@pytest.mark.parametrize('path,text,line', [
    ('po/x.po', 'msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"', 4),
    ('pack/x/texts/x.po', 'msgid "a b"\nmsgstr "b"\nmsgid ""\n"a "\n"b"\nmsgstr "c"', 3),
    ('po/x.po', 'msgctxt "x"\nmsgid "a"\nmsgstr "b"\n# c\nmsgctxt "x"\nmsgid "a"\nmsgstr ""', 5)])
def test_a_text_that_stands_twice(planted, path, text, line):
    planted.plant(path, text + '\n', spdx=False)
    found = planted.findings()
    assert len(found) == 1 and found[0].startswith(f'{path}:{line}: [text-twice]'), found


def test_line_number(planted):
    planted.plant('src/core/x.c', 'a;\n"b \\"c";\n/* d\n   e */\nfree(p);\n')
    assert planted.findings()[0].startswith('src/core/x.c:6:')


def test_allowed_only_for_the_rule_named(planted):
    planted.plant('src/core/x.c', '/* lint-ok malloc: why not */\nfree(p);\n')
    assert '[free]' in planted.findings()[0]
    _, output = planted.run('lint', '--allowed')
    assert 'src/core/x.c:2: allowed [malloc] why not' in output


@pytest.mark.parametrize('path', ['src/core/x.c', 'src/core/x.h', 'tools/x.py', 'tools/x.sh', 'meson.build'])
def test_licence_line(planted, path):
    planted.plant(path, '#pragma once\n', spdx=False)
    assert '[spdx]' in planted.findings()[0]


def test_script_without_suffix_is_code(planted):
    planted.plant('tools/x', '#!/bin/sh\necho\n', spdx=False)
    assert '[spdx]' in planted.findings()[0]
    planted.plant('tools/x', '#!/bin/sh\n# SPDX-License-Identifier: Apache-2.0\necho\n', spdx=False)
    assert planted.findings() == []


def test_line_end_at_the_end(planted):
    planted.plant('src/core/x.c', 'x;')
    assert '[text]' in planted.findings()[0]


def test_pragma_once(planted):
    planted.plant('src/core/x.h', 'int x;\n/*\n#pragma once\n*/\n')
    assert '[once]' in planted.findings()[0]


def test_long_file(planted):
    planted.plant('src/core/x.c', 'x;\n' * 1499)
    assert planted.findings() == []
    planted.plant('src/core/x.c', 'x;\n' * 1500)
    assert '[long-file]' in planted.findings()[0]


def test_function_lengths_are_reported(planted):
    body = 'static int long_one(int a,\n    int b)\n{\n' + '    a++;\n' * 61 + '}\n'
    table = 'static const int t[] =\n{\n' + '    f(1),\n' * 90 + '};\n'
    planted.plant('src/core/x.c', body + 'static int short_one(void)\n{\n    return 1;\n}\n' + table)
    code, output = planted.run('lint', '--functions')
    assert code == 0
    assert 'src/core/x.c:4: long_one: 61 lines' in output
    assert 'short_one' not in output
    assert '2 functions' in output and '1 over 60' in output


def test_put_off(planted):
    planted.plant('src/core/x.c', 'x' * 111 + '\nfree(p);\n')
    planted.plant('tools/lint-later.txt', '# why\nsrc/core/* long-line\n', spdx=False)
    found = planted.findings()
    assert len(found) == 1 and '[free]' in found[0]
    assert len(planted.findings('lint', '--strict')) == 2


def test_binary_files_are_left_alone(planted):
    planted.plant('assets/x.c', b'\0malloc(3);\t', spdx=False)
    assert planted.findings() == []


def test_lines_of_tests_are_counted(planted):
    """What nobody wrote to fail is no test: goldens, packs and prose do not raise the number."""
    planted.plant('src/core/x.c', 'int x;\n' * 9)
    planted.plant('src/core/test_x.c', 'int y;\n' * 2)
    planted.plant('tests/http/test_y.py', '# y\n')
    planted.plant('tests/golden/x.tsv', 'x\n' * 50)
    planted.plant('tests/golden/x.py', '# x\n' * 50)
    planted.plant('tests/packs/tiny/x.yaml', 'x: 1\n' * 50)
    planted.plant('tests/README.md', 'x\n' * 50)
    told = next(line for line in planted.run('lint')[1].splitlines() if 'of tests' in line)
    assert told == 'lint: 10 lines of source, 5 of tests, 0.500 for each'
