// SPDX-License-Identifier: Apache-2.0
// Invariant 2, plan 3(1)/a: one officer's yes protects at once; her no is nothing until an officer of a second agency says so, too.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { Store, missing } from './support/store.mjs';
import { launch, person, signIn, picture } from './support/browser.mjs';
import { act, refused, openCase } from './support/forms.mjs';

const skip = missing() || false;
let store, browser;

before(async () => {
    if (skip) return;
    store = await Store.start({ cases: 5 });
    browser = await launch();
});
after(async () => {
    await browser?.close();
    await store?.stop();
});

async function officer(login) {
    const made = await person(browser, store);
    await signIn(made.page, store.accounts[login]);
    return made;
}

const stageOf = (page) => page.locator('[aria-current=step]').first().innerText();

test('a negative decision cannot be made alone', { skip, timeout: 120_000 }, async () => {
    const lead = await officer('demo-lead');
    const { id } = await openCase(lead.page);
    await act(lead.page, `/do/case.set_stage?id=${id}`, { stage: 'presumed_victim' });
    await lead.page.goto(`/case/${id}`);
    const protecting = await stageOf(lead.page);
    assert.match(protecting, /Presumed victim/);

    // Without reasons or a way to have it looked at again it is not even a proposal.
    const said = await refused(lead.page, `/do/case.set_stage?id=${id}`, { stage: 'suspicion' });
    assert.match(said, /reason/i);

    await act(lead.page, `/do/case.share?id=${id}`, { agency: 'isa', relation: 'recipient', basis: 'legal', class: 'identity' });
    await act(lead.page, `/do/case.set_stage?id=${id}`, {
        stage: 'suspicion', reasons: 'Synthetic reasons.', review_route: 'Synthetic review route.',
    });
    await lead.page.goto(`/case/${id}`);
    assert.equal(await stageOf(lead.page), protecting, 'she stays protected while nobody else has agreed');
    await picture(lead.page, 'story-negative-waits');
    assert.equal(
        await lead.page.locator('a[href*="case.confirm_decision"]').count(), 0, 'who decided is not offered to confirm',
    );

    const second = await officer('demo-immigration');
    await act(second.page, `/do/case.take?id=${id}`, {});
    await second.page.goto(`/case/${id}`);
    const confirm = second.page.locator('a[href*="case.confirm_decision"]').first();
    await confirm.waitFor();
    await picture(second.page, 'story-negative-second');
    const path = await confirm.getAttribute('href');

    // The same address in the hands of who decided.
    await lead.page.goto(path);
    const form = lead.page.locator('main form[method=post]');
    if (await form.count()) {
        await form.first().locator('button').last().click();
        await lead.page.goto(`/case/${id}`);
    }
    await lead.page.goto(`/case/${id}`);
    assert.equal(await stageOf(lead.page), protecting);

    await act(second.page, path, {});
    await lead.page.goto(`/case/${id}`);
    assert.match(await stageOf(lead.page), /Suspicion/);
    await picture(lead.page, 'story-negative-confirmed');
    for (const { context, watch } of [lead, second]) {
        assert.deepEqual(watch.clean(), []);
        await context.close();
    }
});
