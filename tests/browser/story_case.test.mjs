// SPDX-License-Identifier: Apache-2.0
// From a counter's telephone to the deputy's desk (plan 1(1)/b, 3(1)/a, 5(1)/a): a note without an account, a report with an owner and a
// clock, a case, an assessment with what is not known, one officer's yes, the records of protection, the hand-over.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { Store, missing } from './support/store.mjs';
import { launch, person, signIn, picture, PHONE } from './support/browser.mjs';
import { act, fill, send, idIn } from './support/forms.mjs';

const skip = missing() || false;
const CODE = /[0-9A-Z]{4}(-[0-9A-Z]{4})+/;
const DEPUTY = { login: 'story-deputy', password: 'synthetic officers only' };
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
    await signIn(made.page, store.accounts[login] ?? DEPUTY);
    return made.page;
}

const words = (page) => page.locator('main').innerText();

async function secondCaseLead(admin) {
    const { login, password } = DEPUTY;
    const wanted = { role: 'case_lead', purpose: 'protection', agency: 'npa' };
    await act(admin, '/do/account.create', { login, password, name: 'Synthetic Deputy', staff_number: 'SYN-1', ...wanted });
    const second = await officer('demo-admin2');
    await second.goto('/proposals');
    await act(second, await second.locator('a[href*="proposal.confirm"]').first().getAttribute('href'), {});
}

async function noteFromAPhone(admin) {
    await admin.goto('/office-codes');
    await send(admin, await fill(admin, '/office-codes', { agency: 'npa', counter: 'Synthetic counter 3' }));
    const code = (await words(admin)).match(CODE)[0];
    const { context, page, watch } = await person(browser, store, { viewport: PHONE, scripts: false });
    people.push({ context, page, watch });
    await page.goto('/note');
    await picture(page, 'story-case-note');
    const form = await fill(page, '/note', {
        code, danger: 'no', signs: ['deception', 'retention_of_documents'], prefecture: '23',
        what: 'Synthetic: somebody else holds her passport and answers for her.',
    });
    await send(page, form);
    await picture(page, 'story-case-note-sent');
    const receipt = (await words(page)).match(CODE)[0];
    return { page, receipt };
}

async function whatBecameOfIt({ page, receipt }) {
    await page.goto('/note/receipt');
    await send(page, await fill(page, '/note/receipt', { receipt }));
    return words(page);
}

async function assess(lead, id, subject) {
    const at = await act(lead, `/do/assessment.start?case=${id}&subject=${subject}`, {});
    const save = async (values) => send(lead, await fill(lead, at, values));
    await lead.goto(at);
    await save({
        evidence: 'document', age: 'adult', exploited: 'labour', phase: 'first_contact', DR01: 'yes', DR02: 'yes',
        'tip_act.recruitment': 'yes',
    });
    assert.doesNotMatch(await words(lead), /would change the result/i, 'at first contact nobody is questioned');
    await lead.goto(at);
    await save({ evidence: 'others', phase: 'assessment', EX01: 'unknown', CD01: 'unknown' });
    await lead.goto(at);
    await picture(lead, 'story-case-assessment');
    const said = await words(lead);
    assert.match(said, /Deceptive recruitment\s+certain/);
    assert.match(said, /Exploitation\s+possible/, 'not known is not no');
    await act(lead, `/do/assessment.finish?id=${idIn(at)}`, { outcome: 'positive', reasons: 'Synthetic reasons.' });
}

test('a note on a phone becomes a case, is protected by one yes, and is handed over', { skip, timeout: 300_000 }, async () => {
    const admin = await officer('demo-admin');
    await secondCaseLead(admin);
    const sender = await noteFromAPhone(admin);
    assert.match(await whatBecameOfIt(sender), /waits for a desk/i);

    const lead = await officer('demo-lead');
    await lead.goto('/reports');
    let report;
    for (const link of await lead.locator('a[href^="/report/"]').evaluateAll((all) => all.map((a) => a.pathname))) {
        await lead.goto(link);
        if ((await words(lead)).includes('answers for her')) {
            report = idIn(link);
            break;
        }
    }
    assert.ok(report, 'the note is among the reports');
    await picture(lead, 'story-case-report');
    assert.match(await words(lead), /hours left/, 'a clock runs from the note on');
    await act(lead, `/do/report.take?id=${report}`, {});
    assert.match(await whatBecameOfIt(sender), /taken/i);
    await act(lead, `/do/report.to_case?id=${report}`, {});
    await lead.goto(`/report/${report}`);
    const id = idIn(await lead.locator('main a[href^="/case/"]').first().getAttribute('href'));
    const told = await whatBecameOfIt(sender);
    assert.match(told, /case/i);
    assert.ok(!told.includes(id), 'the sender learns no number');

    await act(lead, `/do/subject.add?id=${id}`, { type: 'person', role: 'victim' });
    await lead.goto(`/case/${id}`);
    const subject = idIn(await lead.locator('a[href^="/subject/"]').first().getAttribute('href'));
    await assess(lead, id, subject);
    await act(lead, `/do/case.set_stage?id=${id}`, { stage: 'presumed_victim' });
    await lead.goto(`/case/${id}`);
    assert.match(await lead.locator('[aria-current=step]').first().innerText(), /Presumed victim[\s\S]*protects/);

    await act(lead, `/do/first_72_hours.create?case=${id}&subject=${subject}`, {
        started_at: '2026-11-22T09:00', language: 'vi', staff_gender_wish: 'female', wishes: ['be_safe'], safe_contact: 'none',
    });
    await lead.goto(`/case/${id}`);
    assert.ok((await lead.locator('progress').count()) > 0, 'the clocks of protection run');
    assert.match(await words(lead), /Do not contact/);
    await picture(lead, 'story-case-protected');

    const officers = lead.locator('[name=account]');
    await lead.goto(`/do/case.hand_over?id=${id}`);
    const to = await officers.evaluateAll((all) => all.map((o) => [o.value, o.closest('label')?.innerText ?? '']));
    const deputy = to.find(([, name]) => name.includes('Synthetic Deputy'));
    assert.ok(deputy, 'the deputy is offered by name');
    await act(lead, `/do/case.hand_over?id=${id}`, { account: deputy[0], note: 'Synthetic: she wants to rest first.' });
    const after = await officer('story-deputy');
    const closed = await after.goto(`/case/${id}`);
    assert.notEqual(closed.status(), 200, 'until she takes it, it is not hers');
    await act(after, `/do/case.take?id=${id}`, {});
    assert.equal((await after.goto(`/case/${id}`)).status(), 200);
    await picture(after, 'story-case-deputy');
    assert.notEqual((await lead.goto(`/case/${id}`)).status(), 200, 'who handed over has left');
    for (const { watch } of people) assert.deepEqual(watch.clean(), []);
});
