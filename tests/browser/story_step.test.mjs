// SPDX-License-Identifier: Apache-2.0
// Invariant 3: no refusal of landing and no removal before somebody has looked whether she is a victim; then the step goes on.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { Store, missing } from './support/store.mjs';
import { launch, person, signIn, picture } from './support/browser.mjs';
import { act, refused, fill, send, openCase, idIn } from './support/forms.mjs';

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

async function hearing(page, id, subject) {
    const at = await act(page, `/do/special_inquiry_hearing.create?case=${id}&subject=${subject}`, {
        referred_at: '2026-11-01T10:00', procedure: 'landing', doubts: ['speaks_for_her'], language: 'th',
        staff_gender_wish: 'female',
    });
    await page.goto(at);
    const record = idIn(await page.locator('a[href*="/record/special_inquiry_hearing/"]').first().getAttribute('href'));
    await act(page, `/do/special_inquiry_hearing.hear?id=${record}`, {
        heard_at: '2026-11-01T11:00', language_met: 'yes', staff_gender_met: 'yes', heard_alone: 'yes',
        rights_explained: ['protection'],
    });
    return record;
}

/** Two administrators let the immigration officer work for the screening of travellers, too. Gives the officer's id. */
async function mayScreen() {
    const admin = await officer('demo-admin');
    await admin.goto('/admin/accounts');
    await send(admin, await fill(admin, '/admin/accounts', { agency: 'isa' }));
    const account = idIn(await admin.locator('main a[href^="/admin/account/"]').first().getAttribute('href'));
    await act(admin, `/do/account.add_role?id=${account}`, { role: 'immigration_officer', purpose: 'screening' });
    const second = await officer('demo-admin2');
    await second.goto('/proposals');
    await act(second, await second.locator('a[href*="proposal.confirm"]').first().getAttribute('href'), {});
    return account;
}

/** Every indicator that the page asks, answered no. */
async function everyNo(page, at) {
    await page.goto(at);
    const no = await page.locator('input[type=radio][value=no]').evaluateAll((all) => all.map((one) => one.name));
    const answers = Object.fromEntries([...new Set(no)].map((name) => [name, 'no']));
    await send(page, await fill(page, at, {
        evidence: 'observation', age: 'adult', exploited: 'labour', interview: 'alone', spoken: 'interpreter', ...answers,
    }));
}

test('a removal step is held while the screening is open', { skip, timeout: 180_000 }, async () => {
    const police = await officer('demo-lead');
    const { id, subject } = await openCase(police, 'other');
    await act(police, `/do/case.share?id=${id}`, {
        agency: 'isa', relation: 'recipient', basis: 'consent', class: ['identity'],
    });
    const account = await mayScreen();
    const page = await officer('demo-immigration');
    await act(page, `/do/case.assign?id=${id}`, { account });
    await page.goto('/session');
    await page.locator('main form button', { hasText: 'Screening' }).click();
    const record = await hearing(page, id, subject);
    const step = {
        path: `/do/special_inquiry_hearing.refuse_landing?id=${record}`,
        values: { decided_at: '2026-11-01T12:00', reasons: 'Synthetic.', review_told: 'yes' },
    };
    assert.match(await refused(page, step.path, step.values), /no victim screening of this person is recorded/i);
    await picture(page, 'story-step-held');
    await page.goto('/holds');
    await picture(page, 'story-step-holds');
    assert.match(await words(page), /Nobody has looked yet/, 'the hold is told');

    // Begun is not done: the step stays held while the screening is open.
    const own = await act(page, `/do/assessment.start?case=${id}&subject=${subject}`, { form: 'indicators', phase: 'assessment' });
    assert.match(await refused(page, step.path, step.values), /screening of this person is under way/i);

    // Who wants the step may screen, and may find her; a no of hers lets her own step go nowhere, however thorough.
    await page.goto(own);
    assert.match(await words(page), /Steps against her stay held/);
    await picture(page, 'story-step-missing');
    await everyNo(page, own);
    await page.goto(own);
    assert.match(await words(page), /Enough is known/);
    await act(page, `/do/assessment.finish?id=${idIn(own)}`, { outcome: 'negative', reasons: 'Synthetic reasons.' });
    assert.match(await refused(page, step.path, step.values), /does not screen for it/i);

    // Another agency speaks with her, alone and with an interpreter.
    const at = await act(police, `/do/assessment.start?case=${id}&subject=${subject}`, { form: 'indicators' });
    await everyNo(police, at);
    await act(police, `/do/assessment.finish?id=${idIn(at)}`, { outcome: 'negative', reasons: 'Synthetic reasons.' });
    await act(page, step.path, step.values);
    await page.goto(`/record/special_inquiry_hearing/${record}`);
    assert.match(await words(page), /refused/i);
    for (const { watch } of people) assert.deepEqual(watch.clean(), []);
});
