// SPDX-License-Identifier: Apache-2.0
// Pressing every button there is, as somebody who is new does: each form is filled in by what it declares of itself, sent with its own
// button, and where the page says what is wrong, that is mended and sent again. Whatever then leads nowhere is a fault of the page.
import { readFileSync } from 'node:fs';
import { createHmac } from 'node:crypto';
import { shape } from './crawl.mjs';

const TRIES = 12;
const WORDS = '合成データ synthetic';

/** Forms of the page that send something: { key, index }. Alike forms (same place, same fields) count once. */
export async function formsOf(page) {
    const found = await page.evaluate(() =>
        [...document.querySelectorAll('main form')].map((form, index) => ({
            index,
            action: form.getAttribute('action') ?? '',
            method: form.method,
            names: [...new Set([...form.elements].map((e) => e.name).filter((n) => n && !n.startsWith('_')))].sort(),
        })),
    );
    return found
        .filter((f) => f.method === 'post')
        .map((f) => ({ ...f, key: `${shape(f.action)} ${f.names.length > 12 ? f.names.length : f.names.join(',')}` }));
}

/** What a person would put into each field, by its kind and limits. tried: how often the page said that a field is wrong; the first
 * time it is emptied, then other things are tried. Gives the fields that ask for an id of 32 letters. Runs inside the page. */
function fillAll({ index, tried, words }) {
    const form = document.querySelectorAll('main form')[index];
    const day = (n) => new Date(Date.now() + n * 86_400_000).toISOString().slice(0, 10);
    const labelOf = (field) => (field.labels?.[0]?.innerText ?? field.getAttribute('aria-label') ?? '').trim().slice(0, 40);
    const texts = (most) => [words.slice(0, most), '', day(0), '1', day(1), 'A1234567'];
    const times = [`${day(-1)}T10:00`, '', `${day(1)}T10:00`, `${day(0)}T00:01`];
    const bare = [];
    const groups = new Map();
    for (const field of form.elements) {
        const times_wrong = tried[field.name] ?? 0;
        if (!field.name || ['hidden', 'submit', 'file'].includes(field.type) || field.name.endsWith('~unknown')) continue;
        if (field.type === 'radio' || field.type === 'checkbox') {
            groups.set(field.name, [...(groups.get(field.name) ?? []), field]);
        } else if (field.tagName === 'SELECT') {
            const real = [...field.options].filter((o) => o.value !== '');
            if (times_wrong === 1) field.value = '';
            if (real.length && (times_wrong > 1 || !field.value) && times_wrong !== 1)
                field.value = real[Math.max(0, times_wrong - 1) % real.length].value;
        } else if (field.type === 'date') field.value = [day(0), '', day(1), day(-1)][times_wrong % 4];
        else if (field.type === 'datetime-local') field.value = times[times_wrong % 4];
        else if (field.type === 'number') field.value = ['1', '', '2'][times_wrong % 3];
        else if (field.type === 'password') field.value = 'synthetic words of a long password';
        else if (field.pattern?.includes('[0-9a-f]{32}') || field.dataset.id !== undefined) bare.push(labelOf(field));
        else if (!field.value || times_wrong) {
            const most = field.maxLength > 0 ? field.maxLength : 60;
            const tries = texts(most);
            field.value = tries[times_wrong % tries.length];
        }
    }
    for (const [name, group] of groups) {
        const wrong = tried[name] ?? 0;
        for (const one of group) one.checked = false;
        if (wrong !== 1 && group.length) group[Math.max(0, wrong - 1) % group.length].checked = true;
    }
    return bare;
}

/** The fields that the page names as wrong, and its words. */
async function complaint(page) {
    return page.evaluate(() => {
        const box = document.querySelector('main [role=alert]');
        if (!box) return null;
        const names = [...box.querySelectorAll('a[href^="#f-"]')].map((a) => a.getAttribute('href').slice(3));
        return { names: names.map((n) => n.replace(/-\d+$/, '')), words: box.innerText.replace(/\s+/g, ' ').slice(0, 240) };
    });
}

async function submit(page, index) {
    let status = 0;
    const see = (answer) => {
        const asked = answer.request();
        if (asked.isNavigationRequest() && asked.frame() === page.mainFrame()) status = answer.status();
    };
    page.on('response', see);
    const loaded = page.waitForEvent('load', { timeout: 20_000 }).catch(() => (status = 0));
    await page.evaluate((i) => {
        const form = document.querySelectorAll('main form')[i];
        form.noValidate = true; // what the browser alone would catch, the page must tell, too
        const button = [...form.elements].filter((e) => e.type === 'submit').at(-1);
        setTimeout(() => (button ? form.requestSubmit(button) : form.submit()));
    }, index);
    await loaded;
    page.off('response', see);
    return status;
}

/** The number that an app for one-time codes shows now. */
function oneTimeCode(secret) {
    const bits = [...secret.replace(/[^A-Z2-7]/gi, '').toUpperCase()]
        .map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
    const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
    const step = Buffer.alloc(8);
    step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
    const mac = createHmac('sha1', key).update(step).digest();
    return String((mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

async function byHand(page, index) {
    const form = page.locator('main form').nth(index);
    const file = form.locator('input[type=file]');
    if (await file.count())
        await file.setInputFiles({ name: 'synthetic.txt', mimeType: 'text/plain', buffer: Buffer.from('synthetic\n') });
    const secret = form.locator('input[name=secret][type=hidden]');
    if (await secret.count()) await form.locator('input[name=code]').fill(oneTimeCode(await secret.inputValue()));
}

/** Sends one form of the page that is open; status 0: nothing happened. { status, at, words, tries, bare }: status of the answer to the last sending; words:
 * what the page said was wrong, '' when it was taken. */
export async function press(page, form) {
    const tried = {};
    let index = form.index;
    for (let round = 1; ; round++) {
        const bare = await page.evaluate(fillAll, { index, tried, words: WORDS });
        await byHand(page, index);
        const status = await submit(page, index);
        const said = await complaint(page);
        const again = said && (await formsOf(page)).find((f) => f.names.some((n) => said.names.includes(n)));
        if (status < 400 || !again || round === TRIES)
            return { status, at: new URL(page.url()).pathname, words: said?.words ?? '', tries: round, bare };
        for (const name of said.names) tried[name] = (tried[name] ?? 0) + 1;
        index = again.index;
    }
}

/** Visible words that nobody translated: English in a Japanese page, outside of what people wrote or programs read. */
export async function untranslated(page, names) {
    const found = await page.evaluate(() => {
        const found = new Set();
        const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        for (let node = walk.nextNode(); node; node = walk.nextNode()) {
            const in_ = node.parentElement;
            if (in_.closest('bdi, code, kbd, pre, [lang]:not(html), .brand, textarea, script, style, svg, title')) continue;
            const words = node.textContent.trim();
            if (/[\u3040-\u30ff\u4e00-\u9fff]/.test(words)) continue;
            if (/[a-z]{2,} [A-Za-z]{2,}|^[A-Z]?[a-z]{3,}(_[a-z]+)*$/.test(words)) found.add(words.slice(0, 100));
        }
        return [...found];
    });
    return found.filter((words) => !names.has(words));
}

/** What is written in English in Japanese, too: names of other people's things. From the translations of program and pack. */
export function properNames(...files) {
    const names = new Set();
    for (const file of files)
        for (const [, id, text] of readFileSync(file, 'utf8').matchAll(/^msgid "(.+)"\nmsgstr "(.+)"$/gm))
            if (id === text) names.add(id);
    return names;
}

/** Is there anything to go on with on this page? */
export async function deadEnd(page) {
    return page.evaluate(() => !document.querySelector('main a[href], main button, main input, main summary, nav a[href]'));
}
