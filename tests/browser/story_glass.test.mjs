// SPDX-License-Identifier: Apache-2.0
// Invariant 7: an emergency opens a case by two people, for a while, seen by its holder and reviewed by another agency.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { Store, missing } from './support/store.mjs';
import { launch, person, signIn, picture } from './support/browser.mjs';
import { act, refused, openCase } from './support/forms.mjs';

const skip = missing() || false;
let store, browser;
const people = [];

before(async () => {
    if (skip) return;
    store = await Store.start({ cases: 3 });
    browser = await launch();
});
after(async () => {
    await browser?.close();
    await store?.stop();
});

async function officer(login) {
    const made = await person(browser, store);
    people.push(made);
    await signIn(made.page, store.accounts[login]);
    return made.page;
}

/** Seconds on the clock that the script draws: "29:41". */
async function shownSeconds(page) {
    const [minutes, seconds] = (await page.locator('.countdown-clock').first().innerText()).split(':').map(Number);
    return minutes * 60 + seconds;
}

/** What is left moves by itself; who has no script reads when it ends, and no clock that stands still. */
async function timeRunsOut(page) {
    const end = page.locator('.countdown time').first();
    const [shown, bar] = [await shownSeconds(page), await page.locator('progress').first().evaluate((b) => b.value)];
    const ends = Date.parse(await end.getAttribute('datetime'));
    assert.ok(shown > 0 && shown <= 30 * 60, `${shown} s of at most half an hour`);
    assert.ok(Math.abs((ends - Date.now()) / 1000 - shown) < 60, 'the clock leads to the end that stands beside it');
    await page.waitForFunction(
        (before) => {
            const [m, s] = document.querySelector('.countdown-clock').textContent.split(':').map(Number);
            return m * 60 + s <= before - 2;
        },
        shown,
        { timeout: 20_000 },
    );
    assert.ok((await page.locator('progress').first().evaluate((b) => b.value)) < bar, 'the bar runs out as well');

    const { context, page: still, watch } = await person(browser, store, { scripts: false });
    await context.addCookies(await page.context().cookies());
    await still.goto('/glass');
    assert.equal(await still.locator('.countdown-clock').count(), 0);
    assert.equal(Date.parse(await still.locator('.countdown time').first().getAttribute('datetime')), ends);
    assert.match(await still.locator('.countdown').first().innerText(), /Until.*\d{4}-\d{2}-\d{2} \d{2}:\d{2}/s);
    assert.deepEqual(watch.clean(), []);
    await context.close();
}

/** Nothing is left: the clock stops at nothing and does not count on below it. */
async function timeIsUp(page) {
    await page.evaluate(() => document.querySelectorAll('.countdown-clock').forEach((c) => c.remove()));
    await page.route('**/glass', async (route) => {
        const answer = await route.fetch();
        await route.fulfill({ response: answer, body: (await answer.text()).replace(/data-left="\d+"/, 'data-left="1"') });
    });
    await page.goto('/glass');
    await page.waitForFunction(() => document.querySelector('.countdown-clock')?.textContent === '0:00', null, { timeout: 20_000 });
    await page.waitForTimeout(2500);
    assert.equal(await shownSeconds(page), 0);
    await page.unroute('**/glass');
}

const words = (page) => page.locator('main').innerText();

test('break-glass takes a second person, ends, and is reviewed', { skip, timeout: 180_000 }, async () => {
    const lead = await officer('demo-lead');
    const { id } = await openCase(lead);
    const colleague = await officer('demo-counsellor');
    const hint = await colleague.goto(`/case/${id}`);
    assert.equal(hint.status(), 403);
    await picture(colleague, 'story-glass-hint');
    const ask = await colleague.locator('a[href^="/do/glass.ask"]').first().getAttribute('href');
    await act(colleague, ask, { reason: 'danger_to_life', words: 'Synthetic: her life is in danger tonight.' });
    assert.equal((await colleague.goto(`/case/${id}`)).status(), 403, 'asking opens nothing');

    await lead.goto('/proposals');
    await picture(lead, 'story-glass-proposal');
    await act(lead, await lead.locator('a[href*="proposal.confirm"]').first().getAttribute('href'), {});
    assert.equal((await colleague.goto(`/case/${id}`)).status(), 200);
    await colleague.goto('/glass');
    assert.ok((await colleague.locator('progress').count()) > 0, 'what is left of the half hour');
    await picture(colleague, 'story-glass-open');
    await timeRunsOut(colleague);
    await timeIsUp(colleague);

    const oversight = await officer('demo-oversight');
    await oversight.goto('/glass?state=to_review');
    const glass = await oversight.locator('a[href^="/glass/"]').first().getAttribute('href');
    const one = glass.match(/[0-9a-f]{32}/)[0];
    assert.match(await refused(oversight, `/do/glass.review?id=${one}`, { finding: 'justified', words: 'x' }), /open/i);
    await act(colleague, `/do/glass.close?id=${one}`, {});
    assert.equal((await colleague.goto(`/case/${id}`)).status(), 403);

    await oversight.goto(glass);
    assert.match(await words(oversight), /looked/i);
    assert.doesNotMatch(await words(oversight), /her life is in danger/, 'who reviews sees what was done, not who she is');
    await picture(oversight, 'story-glass-review');
    await act(oversight, `/do/glass.review?id=${one}`, { finding: 'justified', words: 'Synthetic finding.' });
    await lead.goto('/inbox?whose=office');
    assert.match(await words(lead), /emergency/i, 'the holder hears of it');
    for (const { watch } of people) assert.deepEqual(watch.clean(), []);
});
