#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""screening - the screening index beside PostgreSQL's pg_trgm and a plain loop of python3-levenshtein.

    bench/screening.py [AKARI [NAMES]]      AKARI: the release program; NAMES: 1,000,000 unless told

One run, one machine, the same synthetic names and queries: `akari bench screening` writes them. A query is a
name of the list with none, one or two letters changed; recall: the name that it was made from is in the
answer. It asserts no time."""
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
QUERIES_PG = 100     # each asked once to warm up, then timed
QUERIES_LOOP = 5     # of the plain loop: it is slow
BEST = 64


def machine():
    with open('/proc/cpuinfo', encoding='ascii') as f:
        model = re.search(r'model name\s*: (.*)', f.read())
    with open('/proc/loadavg', encoding='ascii') as f:
        load = f.read().strip()
    return f'{os.cpu_count()} processors, {model.group(1) if model else "unknown"}, load {load}'


def percentile(times, share):
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def show(what, times, there, asked, own):
    ratio = f'  {percentile(times, 0.5) / own:8.1f} x ours' if own else ''
    print(f'{what:<46} p50 {percentile(times, 0.5):10.3f} ms  p99 {percentile(times, 0.99):10.3f} ms'
          f'  recall {there}/{asked}{ratio}', flush=True)


def rows(path):
    with open(path, encoding='ascii') as f:
        return [line.rstrip('\n').split('\t') for line in f]


def ours(akari, count, folder):
    """Prints what the program prints; its median of a full screening, in ms."""
    done = subprocess.run([akari, 'bench', 'screening', '--n', str(count), '--out', folder], check=True,
                          capture_output=True, text=True)
    print(done.stdout, flush=True)
    return float(re.search(r'full screening of a name .*?p50 ([0-9.]+)', done.stdout).group(1))


class Server:
    """A PostgreSQL of its own, thrown away."""

    def __enter__(self):
        started = subprocess.run([f'{ROOT}/tests/pg.sh', 'start'], check=True, capture_output=True, text=True)
        for line in started.stdout.splitlines():
            name, _, value = line.removeprefix('export ').partition('=')
            os.environ[name] = shlex.split(value)[0]
        return os.environ['AKARI_TEST_PG'].removeprefix('postgres:')

    def __exit__(self, *_):
        subprocess.run([f'{ROOT}/tests/pg.sh', 'stop'], check=False)


def ask(cursor, sql, queries):
    times, there = [], 0
    for source, name in queries:
        values = {'name': name, 'best': BEST}
        cursor.execute(sql, values)
        cursor.fetchall()
        begun = time.perf_counter()
        cursor.execute(sql, values)
        found = cursor.fetchall()
        times.append((time.perf_counter() - begun) * 1000)
        there += any(row[0] == int(source) for row in found)
    return times, there


def trigrams(folder, queries, own):
    import psycopg2  # only here: the rest runs without it
    with Server() as address, psycopg2.connect(address) as base, base.cursor() as cursor:
        cursor.execute('create extension pg_trgm')
        cursor.execute('create table names (id int primary key, name text not null)')
        with open(f'{folder}/names.tsv', encoding='ascii') as f:
            cursor.copy_from(f, 'names')
        cursor.execute("set work_mem = '256MB'; set maintenance_work_mem = '512MB'; set jit = off;"
                       'set max_parallel_workers_per_gather = 0')
        threshold = ('select id from names where name %% %(name)s '
                     'order by similarity(name, %(name)s) desc, id limit %(best)s')
        nearest = 'select id from names order by name <-> %(name)s limit %(best)s'
        for kind in ('gin', 'gist'):
            begun = time.perf_counter()
            cursor.execute(f'create index by_name on names using {kind} (name {kind}_trgm_ops)')
            cursor.execute('analyze names')
            cursor.execute("select pg_relation_size('by_name')")
            print(f'pg_trgm {kind}: index made in {time.perf_counter() - begun:.0f} s, '
                  f'{cursor.fetchone()[0] / 1e6:.0f} MB', flush=True)
            for least in (0.3, 0.5, 0.6):
                cursor.execute('set pg_trgm.similarity_threshold = %s', (least,))
                cursor.execute('set enable_seqscan = off')
                times, there = ask(cursor, threshold, queries)
                show(f'pg_trgm {kind}, similarity {least}', times, there, len(queries), own)
            if kind == 'gist':
                times, there = ask(cursor, nearest, queries)
                show(f'pg_trgm gist, the nearest {BEST}', times, there, len(queries), own)
            cursor.execute('drop index by_name')


def plain_loop(folder, queries, own):
    try:
        from Levenshtein import distance
    except ImportError:
        print('python3-levenshtein is not installed: not measured')
        return
    names = [(int(i), name) for i, name in rows(f'{folder}/names.tsv')]
    times, there = [], 0
    for source, name in queries:
        name = ' '.join(sorted(name.split()))
        begun = time.perf_counter()
        found = [i for i, other in names if distance(name, other) <= 3]
        times.append((time.perf_counter() - begun) * 1000)
        there += int(source) in found
    show('python3-levenshtein, every name, 3 edits', times, there, len(queries), own)


def main():
    akari = sys.argv[1] if len(sys.argv) > 1 else f'{ROOT}/build/release/src/cli/akari'
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1000000
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        own = ours(akari, count, folder)
        queries = rows(f'{folder}/queries.tsv')
        some = queries[::len(queries) // QUERIES_PG][:QUERIES_PG]
        trigrams(folder, some, own)
        plain_loop(folder, some[:QUERIES_LOOP], own)
    print(machine())


if __name__ == '__main__':
    main()
