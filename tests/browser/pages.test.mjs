// SPDX-License-Identifier: Apache-2.0
// Every page, in Japanese, English and from right to left, light and dark: axe-core finds nothing, the page keeps its own policy,
// asks nobody else, is not wider than a phone, and is small. What it prevents: a page that some officer cannot read.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Store, missing } from './support/store.mjs';
import { launch, person, signIn, weight, picture, PHONE, DESKTOP } from './support/browser.mjs';
import { crawl } from './support/crawl.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const LANGS = ['ja', 'en', 'x-rtl'];
const SCHEMES = ['light', 'dark'];
const VARIANTS = LANGS.flatMap((lang) => SCHEMES.map((scheme) => ({ lang, scheme })));
const PAGE_MAX = 60 * 1024;
const skip = missing() || false;
const full = process.env.AKARI_BROWSER_FULL === '1';

/** Forms of one kind are alike: in the quick run each is looked at in one of the variants, all others in all. */
function variantsOf(shape, index) {
    if (full || !shape.startsWith('/do/')) return VARIANTS;
    return [VARIANTS[index % VARIANTS.length]];
}

async function violations(page) {
    await page.evaluate(AXE);
    const result = await page.evaluate(
        (tags) => window.axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] }),
        TAGS,
    );
    return result.violations.map(
        (v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(' | ')}`,
    );
}

async function wider(page) {
    return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

function withLang(path, lang) {
    return `${path}${path.includes('?') ? '&' : '?'}lang=${lang}`;
}

async function lookAt(page, at, variant, name) {
    const where = `${at.shape} ${variant.lang} ${variant.scheme}`;
    await page.emulateMedia({ colorScheme: variant.scheme, reducedMotion: 'reduce' });
    await page.setViewportSize(DESKTOP);
    await page.goto(withLang(at.path, variant.lang));
    const found = (await violations(page)).map((v) => `${where}: ${v}`);
    await picture(page, `${name}-${variant.lang}-${variant.scheme}`);
    await page.setViewportSize(PHONE);
    const over = await wider(page);
    if (over > 0) found.push(`${where}: ${over} px wider than a phone`);
    await picture(page, `${name}-${variant.lang}-${variant.scheme}-phone`);
    return found;
}

let store, browser;
const seen = new Set();

before(async () => {
    if (skip) return;
    store = await Store.start();
    browser = await launch();
});
after(async () => {
    await browser?.close();
    await store?.stop();
});

const PEOPLE = [
    { login: null, starts: ['/sign-in', '/help/errors', '/note', '/note/receipt'] },
    ...['demo-lead', 'demo-counsellor', 'demo-immigration', 'demo-statistics', 'demo-oversight', 'demo-admin'].map(
        (login) => ({ login, starts: ['/'] }),
    ),
];

for (const { login, starts } of PEOPLE) {
    test(`every page that ${login ?? 'nobody signed in'} finds`, { skip, timeout: 1_800_000 }, async (t) => {
        const { context, page, watch } = await person(browser, store);
        if (login) await signIn(page, store.accounts[login]);
        const pages = await crawl(page, starts, seen);
        t.diagnostic(`${pages.length} pages: ${pages.map((p) => p.shape).join(' ')}`);
        const found = [];
        for (const [index, at] of pages.entries()) {
            const name = `${login ?? 'nobody'}${at.shape.replace(/[^a-zA-Z.]+/g, '-')}`;
            for (const variant of variantsOf(at.shape, index)) found.push(...(await lookAt(page, at, variant, name)));
            await page.setViewportSize(DESKTOP);
            const bytes = await weight(page, withLang(at.path, 'ja'));
            if (bytes > PAGE_MAX) found.push(`${at.shape}: ${bytes} bytes, compressed`);
        }
        found.push(...watch.clean());
        await context.close();
        assert.deepEqual([...new Set(found)], []);
    });
}
