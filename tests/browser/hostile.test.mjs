// SPDX-License-Identifier: Apache-2.0
// Hostile words in every field that takes a text: nothing of them runs, on the page that answers or on any page that shows them
// later, and they are shown as they were typed. What it prevents: a report that takes over the desk which reads it.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Store, missing } from './support/store.mjs';
import { launch, person, signIn } from './support/browser.mjs';
import { crawl } from './support/crawl.mjs';

const CORPUS = readFileSync(new URL('./hostile.txt', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line && !line.startsWith('#'));
const skip = missing() || false;
let store, browser;

before(async () => {
    if (skip) return;
    store = await Store.start({ cases: 12 });
    browser = await launch();
});
after(async () => {
    await browser?.close();
    await store?.stop();
});

/** Fills the form of the page: hostile words into each text, something valid into the rest. Returns how many texts there were. */
async function fill(page, n) {
    return page.evaluate(
        ({ corpus, n }) => {
            const form = [...document.querySelectorAll('main form')].find((f) => f.method === 'post');
            if (!form) return 0;
            let texts = 0;
            for (const field of form.elements) {
                if (field.type === 'text' || field.type === 'search' || field.tagName === 'TEXTAREA') {
                    field.removeAttribute('maxlength');
                    field.removeAttribute('pattern');
                    field.value = corpus[(n + texts++) % corpus.length];
                } else if (field.tagName === 'SELECT') field.selectedIndex = field.options.length - 1;
                else if (field.type === 'radio' || (field.type === 'checkbox' && !field.name.includes('~'))) field.checked = true;
                else if (field.type === 'date') field.value = '2026-01-02';
                else if (field.type === 'datetime-local') field.value = '2026-01-02T03:04';
                else if (field.type === 'number') field.value = field.min || '1';
            }
            form.noValidate = true;
            return texts;
        },
        { corpus: CORPUS, n },
    );
}

async function marks(page) {
    return page.evaluate(() => window.akariTestRan ?? []);
}

async function send(page) {
    await Promise.all([
        page.waitForLoadState('load'),
        page.evaluate(() => {
            const form = [...document.querySelectorAll('main form')].find((f) => f.method === 'post');
            form.querySelector('button[type=submit], button:not([type])').click();
        }),
    ]);
    await page.waitForLoadState('networkidle');
}

const PEOPLE = [null, 'demo-lead', 'demo-counsellor', 'demo-immigration', 'demo-statistics', 'demo-admin'];
const WRITERS = ['demo-lead', 'demo-counsellor'];
const OPEN = ['/sign-in', '/note', '/note/receipt'];

test('the corpus would run where nothing is escaped', { skip }, async () => {
    const { context, page } = await person(browser, store);
    let ran = 0;
    for (const line of CORPUS) {
        await page.setContent('<!doctype html><title>control</title>');
        await page.evaluate(() => {
            window.akariTestRan = [];
            window.akariTestMark = (what) => window.akariTestRan.push(what);
        });
        await page.evaluate((words) => document.write(`<p>${words}</p><textarea>${words}</textarea><input value="${words}">`), line);
        await page.waitForTimeout(60);
        ran += (await marks(page)).length > 0;
    }
    await context.close();
    assert.ok(ran >= 12, `${ran} of ${CORPUS.length} ran`);
});

async function marked(context) {
    await context.addInitScript(() => {
        window.akariTestRan = [];
        window.akariTestMark = (what) => window.akariTestRan.push(what);
    });
}

for (const login of PEOPLE) {
    test(`hostile words typed by ${login ?? 'nobody signed in'}`, { skip, timeout: 1_200_000 }, async (t) => {
        const { context, page, watch } = await person(browser, store);
        await marked(context);
        if (login) await signIn(page, store.accounts[login]);
        const pages = await crawl(page, login ? ['/'] : OPEN, new Set());
        const ran = [];
        let texts = 0, taken = 0;
        for (const [n, at] of pages.entries()) {
            await page.goto(at.path);
            const here = await fill(page, n * 3);
            if (!here) continue;
            texts += here;
            await send(page);
            if (at.shape.startsWith('/do/') && !page.url().includes('/do/')) taken++;
            ran.push(...(await marks(page)));
        }
        t.diagnostic(`${pages.length} pages, ${texts} texts, ${taken} forms taken`);
        ran.push(...watch.clean());
        await context.close();
        assert.deepEqual(ran, []);
        if (WRITERS.includes(login)) assert.ok(texts > 20 && taken > 2, 'little was typed, or little of it was taken');
    });
}

for (const login of ['demo-lead', 'demo-oversight', 'demo-admin']) {
    test(`what was stored of it, read by ${login}`, { skip, timeout: 1_200_000 }, async (t) => {
        const { context, page, watch } = await person(browser, store);
        await marked(context);
        await signIn(page, store.accounts[login]);
        const ran = [];
        const pages = await crawl(page, ['/'], new Set(), 400, async () => ran.push(...(await marks(page))));
        t.diagnostic(`${pages.length} pages`);
        ran.push(...watch.clean());
        await context.close();
        assert.deepEqual(ran, []);
    });
}
