// SPDX-License-Identifier: Apache-2.0
// A store of synthetic cases of its own, and the real server on it.
import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../../..');

/** Why the tests of pages cannot run here; '' when they can. */
export function missing() {
    if (!process.env.AKARI_BUILD) return 'AKARI_BUILD names no build';
    if (!existsSync('/usr/bin/chromium')) return 'Chromium is not installed';
    return '';
}

export class Store {
    static async start({ cases = 40 } = {}) {
        const store = new Store();
        store.folder = mkdtempSync(join(tmpdir(), 'akari-browser-'));
        store.program = join(process.env.AKARI_BUILD, 'src/cli/akari');
        store.data = join(store.folder, 'data');
        store.key = join(store.folder, 'key');
        writeFileSync(store.key, randomBytes(32).toString('hex'), { mode: 0o600 });
        store.run('init', '--pack', join(ROOT, 'pack/japan'), '--synthetic');
        store.run('demo', 'fill', '--n', String(cases), '--seed', '1');
        store.readAccounts();
        await store.serve();
        return store;
    }

    run(...words) {
        return execFileSync(this.program, [...words, '--data', this.data, '--key-file', this.key], {
            encoding: 'utf8',
            stdio: ['ignore', 'pipe', 'inherit'],
        });
    }

    readAccounts() {
        this.accounts = {};
        for (const line of readFileSync(join(this.data, 'demo-accounts.txt'), 'utf8').split('\n')) {
            const [login, password, agency, role] = line.split('\t');
            if (role) this.accounts[login] = { login, password, agency, role };
        }
    }

    async serve() {
        this.server = spawn(
            this.program,
            ['serve', '--data', this.data, '--key-file', this.key, '--listen', '127.0.0.1:8300+'],
            { stdio: ['ignore', 'pipe', 'inherit'] },
        );
        for await (const line of createInterface({ input: this.server.stdout })) {
            if (line.startsWith('http://')) {
                this.url = line.trim();
                break;
            }
        }
        if (!this.url) throw new Error('the server did not say where it is');
    }

    async stop() {
        const ended = new Promise((done) => this.server.once('exit', done));
        this.server.kill('SIGTERM');
        const code = await ended;
        rmSync(this.folder, { recursive: true, force: true });
        if (code !== 0 && code !== null) throw new Error(`the server ended with ${code}`);
    }
}
