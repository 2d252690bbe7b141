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
