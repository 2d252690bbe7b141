// SPDX-License-Identifier: Apache-2.0
// Chromium as an officer has it: a context is one person at one machine.
import { chromium } from 'playwright-core';
import { gzipSync } from 'node:zlib';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1280, height: 900 };

export async function launch() {
    return chromium.launch({
        executablePath: '/usr/bin/chromium',
        args: [
            '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
            '--disable-component-update', '--disable-sync',
        ],
    });
}

/** What the page may never do: reach elsewhere, break its own policy, run somebody's words. */
export class Watch {
    constructor() {
        this.elsewhere = [];
        this.refused = [];
        this.ran = [];
        this.errors = [];
    }

    clean() {
        return [...this.elsewhere, ...this.refused, ...this.ran, ...this.errors];
    }
}

/** A person at a machine. options: those of a Playwright context; scripts: false for one without script. */
export async function person(browser, store, { scripts = true, ...options } = {}) {
    const context = await browser.newContext({
        baseURL: store.url, viewport: DESKTOP, javaScriptEnabled: scripts, locale: 'en', ...options,
    });
    const watch = new Watch();
    context.on('request', (request) => {
        const to = request.url();
        if (!to.startsWith(store.url + '/') && !to.startsWith('data:')) watch.elsewhere.push(`asked ${to}`);
    });
    context.on('dialog', (dialog) => {
        watch.ran.push(`dialog: ${dialog.message()}`);
        dialog.dismiss();
    });
    context.on('weberror', (error) => watch.errors.push(String(error.error())));
    await context.exposeBinding('akariTestReport', (_, what) => watch.refused.push(what));
    await context.addInitScript(() => {
        document.addEventListener('securitypolicyviolation', (event) => {
            window.akariTestReport(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile ?? ''}`);
        });
    });
    const page = await context.newPage();
    return { context, page, watch };
}

export async function signIn(page, account) {
    await page.goto('/sign-in?lang=en');
    await page.locator('input[name=login]').fill(account.login);
    await page.locator('input[name=password]').fill(account.password);
    await page.locator('form button[type=submit]').first().click();
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
}

/** Bytes of the page and of all that it loads, as they go over the wire when compressed. */
export async function weight(page, path) {
    let bytes = 0;
    const waits = [];
    const count = (response) =>
        waits.push(response.body().then((body) => (bytes += gzipSync(body).length), () => 0));
    page.on('response', count);
    await page.goto(path);
    await page.waitForLoadState('networkidle');
    page.off('response', count);
    await Promise.all(waits);
    return bytes;
}

/** A picture for people to look at, only where AKARI_PICTURES names a folder. */
export async function picture(page, name) {
    const folder = process.env.AKARI_PICTURES;
    if (!folder) return;
    mkdirSync(folder, { recursive: true });
    await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
