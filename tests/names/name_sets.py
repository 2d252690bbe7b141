# SPDX-License-Identifier: Apache-2.0
"""Reads the open evaluation sets of names and measures the program on them, by its own commands only.

Run by itself it prints every figure: name_sets.py AKARI [EVERY]; EVERY: each so manieth negative (1 = all).
The sets are for evaluation: nothing of them is in the program. Each is split by a hash of its entity into two
halves, so that a figure that hangs on a few names shows."""
import csv
import os
import pathlib
import subprocess
import sys
import tempfile
import zlib

SETS = pathlib.Path(os.environ.get('AKARI_SHARED', '')) / 'samples' / 'names'


def rows(name, delimiter='\t'):
    quoting = csv.QUOTE_NONE if delimiter == '\t' else csv.QUOTE_MINIMAL
    with open(SETS / name, encoding='utf-8', newline='') as f:
        return [r for r in csv.DictReader(f, delimiter=delimiter, quoting=quoting)]


def half(key):
    return zlib.crc32(key.encode()) & 1


def clean(text):
    return ' '.join((text or '').split())


def scores(akari, pairs):
    text = ''.join(f'{clean(a)}\t{clean(b)}\n' for a, b in pairs)
    done = subprocess.run([akari, 'name', 'score', '-'], input=text.encode(), capture_output=True,
                          check=False)
    assert done.returncode == 0, done.stderr.decode()
    out = [float(x) for x in done.stdout.decode().split()]
    assert len(out) == len(pairs)
    return out


def match(akari, listed, queries, top):
    """query id -> [(list id, score)], the best first."""
    with tempfile.TemporaryDirectory() as folder:
        for name, items in (('l', listed), ('q', queries)):
            with open(f'{folder}/{name}', 'w', encoding='utf-8') as f:
                f.writelines(f'{i}\t{clean(n)}\n' for i, n in items)
        done = subprocess.run([akari, 'name', 'match', '--list', f'{folder}/l', '--queries', f'{folder}/q',
                               '--top', str(top)], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    found = {}
    for line in done.stdout.decode().splitlines():
        query, there, score, why = line.split('\t')
        assert why
        found.setdefault(query, []).append((there, float(score)))
    return found


def f1(values, truth, threshold):
    hit = [v >= threshold for v in values]
    right = sum(h and t for h, t in zip(hit, truth))
    return 2 * right / max(1, sum(hit) + sum(truth))


def best_f1(values, truth):
    return max((f1(values, truth, t), t) for t in set(values))


def name_bench(akari):
    cases = rows('name_bench_cases.csv', ',')
    values = scores(akari, [(c['name1'], c['name2']) for c in cases])
    truth = [c['is_match'] == 'true' for c in cases]
    return cases, values, truth


FIXED = 0.7  # the threshold of the peer whose F1 there is 0.79


def bench_figures(akari):
    cases, values, truth = name_bench(akari)
    out = {}
    for part, keep in (('all', lambda c: True), ('Person', lambda c: c['schema'] == 'Person'),
                       ('half 0', lambda c: not half(c['name2'])), ('half 1', lambda c: half(c['name2']))):
        v = [x for x, c in zip(values, cases) if keep(c)]
        t = [x for x, c in zip(truth, cases) if keep(c)]
        best, at = best_f1(v, t)
        out[part] = {'best': best, 'at': at, 'fixed': f1(v, t, FIXED), 'n': len(v)}
    return out


def threshold(values, rate):
    """The score that at most this share of travellers is over."""
    return sorted(values, reverse=True)[int(rate * len(values))]


def ofac_figures(akari, every=1):
    """Aliases against all primary names; alerts counted a traveller who matches nobody."""
    primary = [(r['ent_num'], r['primary']) for r in rows('ofac_individuals_primary.tsv')]
    there = {i for i, _ in primary}
    alias = [r for r in rows('ofac_individual_alias_pairs.tsv') if r['ent_num'] in there]
    negatives = [r['full_name'] for r in rows('negatives_sample.csv', ',')][::every]
    tops = match(akari, primary, [(str(i), n) for i, n in enumerate(negatives)], 1)
    alerts = [tops.get(str(i), [('', 0.0)])[0][1] for i in range(len(negatives))]
    found = match(akari, primary, [(str(i), r['alias']) for i, r in enumerate(alias)], 50)
    own = [max((s for j, s in found.get(str(i), []) if j == r['ent_num']), default=0.0)
           for i, r in enumerate(alias)]
    out = {'aliases': len(alias), 'negatives': len(negatives)}
    for rate in (0.01, 0.001):
        at = threshold(alerts, rate)
        out[rate] = {'at': at, 'all': sum(s > at for s in own) / len(own)}
        for h in (0, 1):
            part = [s for s, r in zip(own, alias) if half(r['ent_num']) == h]
            out[rate][f'half {h}'] = sum(s > at for s in part) / len(part)
    return out


def un_figures(akari, at):
    """Original scripts against the Latin names of the list, at a threshold of travellers against OFAC."""
    pairs = rows('un_original_script_pairs.tsv')
    listed = [(str(i), r['primary_latin']) for i, r in enumerate(pairs)]
    found = match(akari, listed, [(str(i), r['original_script']) for i, r in enumerate(pairs)], 50)
    own = [max((s for j, s in found.get(str(i), []) if j == str(i)), default=0.0) for i in range(len(pairs))]
    out = {'pairs': len(pairs), 'all': sum(s > at for s in own) / len(own)}
    for h in (0, 1):
        part = [s for s, r in zip(own, pairs) if half(r['dataid']) == h]
        out[f'half {h}'] = sum(s > at for s in part) / len(part)
    return out


def main():
    akari = sys.argv[1]
    every = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    for part, f in bench_figures(akari).items():
        print(f"name_bench {part} (n={f['n']}): F1 {f['best']:.3f} at {f['at']:.3f}; "
              f"{f['fixed']:.3f} at {FIXED}")
    ofac = ofac_figures(akari, every)
    print(f"OFAC: {ofac['aliases']} aliases, {ofac['negatives']} travellers")
    for rate in (0.01, 0.001):
        f = ofac[rate]
        print(f"  recall at {rate:.1%} alerts (over {f['at']:.3f}): {f['all']:.3f}; "
              f"half 0 {f['half 0']:.3f}, half 1 {f['half 1']:.3f}")
    un = un_figures(akari, ofac[0.01]['at'])
    print(f"UN original scripts ({un['pairs']}), same threshold: {un['all']:.3f}; half 0 {un['half 0']:.3f}, "
          f"half 1 {un['half 1']:.3f}")


if __name__ == '__main__':
    main()
