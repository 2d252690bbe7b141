// SPDX-License-Identifier: Apache-2.0
// Every button of every page, pressed by each role as somebody who is new presses it, in Japanese: nothing breaks, nothing that was
// offered is then refused or not found, every answer has a way on, and nothing is left in English.
// What it prevents: an officer in front of a person in danger presses what the page offers and stands before a closed door.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Store, missing } from './support/store.mjs';
import { launch, person, signIn, picture } from './support/browser.mjs';
import { crawl, shape } from './support/crawl.mjs';
import { deadEnd, formsOf, press, properNames, untranslated } from './support/press.mjs';

const skip = missing() || false;
const LANG = 'ja';
const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const NAMES = properNames(join(ROOT, 'po/ja.po'), join(ROOT, 'pack/japan/texts/ja.po'));

/** Refusals that are the right answer: only people can change what they rest on. */
const RIGHT = [
    /case\.hand_over.*(職員|入力)/, // nobody else of the agency has her role; the form says so before
    /account\.(add_role|end_role|reset_factors|set_person)/, // of whichever account stood first: it has what is asked for, or nothing to end
    /trail\.witness/, // what a witness of another agency signed, and nothing else
    /roster\.add/, // the officer whose page it is may not have the role that stands first
    /consent\.give.*(本人以外|代わって)/, // a child alone in the case, or with a suspect: nobody there can agree for it
    /case\.close|group\./, // waits for what is open in the case
];

/** These end a session or an account that the others need; the stories press them. */
const LEFT = /^\/(sign-out|session)|\/download$|^\/do\/(account\.(close|disable|set_password|set_roles)|session\.close)/;

let store, browser;

before(async () => {
    if (skip) return;
    store = await Store.start();
    browser = await launch();
});
after(async () => {
    await browser?.close();
    await store?.stop();
});

async function links(page) {
    return page.evaluate(() => [...new Set([...document.querySelectorAll('a[href^="/"]')].map((a) => a.getAttribute('href')))]);
}

/** Walks and presses as one role. comeBack: signs in again. Gives the faults found, each once, and how much was
 * pressed. */
async function dayOf(page, starts, comeBack) {
    const faults = new Set(), been = new Set(), pressed = new Set();
    const queue = starts.map((path) => ({ path, from: path }));
    const look = async (at) => {
        for (const words of await untranslated(page, NAMES)) faults.add(`untranslated on ${at}: ${words}`);
        if (await deadEnd(page)) faults.add(`no way on from ${at}`);
        const from = new URL(page.url()).pathname + new URL(page.url()).search;
        for (const path of await links(page)) if (!been.has(shape(path))) queue.push({ path, from });
    };
    /* What was done meanwhile may have taken the offer away; an offer that still stands is a promise. */
    const stillOffered = async (path, from) => {
        await page.goto(from);
        return from === path || (await links(page)).includes(path);
    };
    const send = async (form, path, from) => {
        pressed.add(form.key);
        const done = await press(page, form);
        const at = `${form.key} on ${shape(path)}`;
        if (done.bare.length) faults.add(`an id to type: ${at}: ${done.bare}`);
        if ((done.status === 0 || done.status >= 400) && !RIGHT.some((r) => r.test(`${at} ${done.words}`))) {
            const words = done.words || (await page.locator('main').innerText()).replace(/\s+/g, ' ').slice(0, 200);
            await picture(page, `fault-${form.key.replace(/[^a-z.]+/g, '-').slice(0, 60)}`);
            if (await stillOffered(path, from)) faults.add(`${done.status} from ${at}: ${words}`);
        }
        if (/account\.end_sessions/.test(form.key)) await comeBack(); // perhaps they were her own
        else await look(`the answer to ${at}`);
    };
    while (queue.length) {
        const { path, from } = queue.shift();
        const of = shape(path);
        if (been.has(of) || /^\/(assets\/|api\/)|\.csv(\?|$)|lang=/.test(path) || LEFT.test(path)) continue;
        been.add(of);
        const answer = await page.goto(path);
        if (!(answer.headers()['content-type'] ?? '').startsWith('text/html')) continue;
        if (answer.status() >= 400) {
            const words = (await page.locator('main').innerText()).replace(/\s+/g, ' ').slice(0, 160);
            if (await stillOffered(path, from)) faults.add(`${answer.status()} at ${of}, offered on ${shape(from)}: ${words}`);
            continue;
        }
        await look(of);
        for (const form of await formsOf(page)) {
            if (pressed.has(form.key) || LEFT.test(form.action)) continue;
            await page.goto(path);
            const again = (await formsOf(page)).find((f) => f.key === form.key);
            if (again) await send(again, path, from);
        }
    }
    return { faults: [...faults], pages: been.size, pressed: [...pressed] };
}

/** Minutes a role: the two whose pages are most in ordinary runs, all of them with AKARI_BROWSER_FULL=1. */
const ROLES = (process.env.AKARI_ROLES ?? (process.env.AKARI_BROWSER_FULL === '1' ? '' : 'demo-counsellor demo-lead')).split(' ').filter(Boolean);

test('every button, by each role', { skip, timeout: 3_600_000 }, async (t) => {
    for (const account of Object.values(store.accounts)) {
        if (ROLES.length && !ROLES.includes(account.login)) continue;
        await t.test(account.login, async (s) => {
            const { context, page, watch } = await person(browser, store, { locale: LANG });
            const comeIn = async () => {
                await context.clearCookies();
                await signIn(page, account);
                await page.goto(`/today?lang=${LANG}`);
            };
            await comeIn();
            const day = await dayOf(page, ['/today', '/account'], comeIn);
            s.diagnostic(`${day.pages} pages, ${day.pressed.length} forms pressed: ${day.pressed.join('; ')}`);
            await context.close();
            assert.ok(day.pages > 5, 'hardly anything was found');
            assert.deepEqual([...day.faults, ...watch.clean()].sort(), []);
        });
    }
});
