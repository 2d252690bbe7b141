// SPDX-License-Identifier: Apache-2.0
// Invariants 6 and 9: "did my worker call you?" is answered with nothing, whoever is asked about, and whatever the desk may know.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { Store, missing } from './support/store.mjs';
import { launch, person, signIn, picture } from './support/browser.mjs';
import { act, fill, send, openCase } from './support/forms.mjs';

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

const ID = /[0-9a-f]{32}/g;
/** The counts of the menu come when the script has them; they are asked for by themselves below. */
const COUNT = / ?<span class="count"[^>]*>.*?<\/span><\/span>/gs;
const bare = (html) => html.replace(COUNT, '').replace(ID, 'ID').replace(/name="_(token|request)" value="[^"]*"/g, '').replace(/<time[^>]*>[^<]*<\/time>/g, 'TIME');

async function asked(page, about, number) {
    await page.goto('/enquiry');
    const before = await words(page);
    const form = await fill(page, '/enquiry', {
        as: 'employer', asker: 'Synthetic employer', way: 'phone', about, number, said: 'Did my worker call you?',
    });
    await send(page, form);
    return { before, answer: bare(await page.content()) };
}

test("an employer's question is answered with nothing", { skip, timeout: 120_000 }, async () => {
    const lead = await officer('demo-lead');
    const { id, subject } = await openCase(lead);
    await act(lead, `/do/identifier.add?id=${subject}&case=${id}`, { type: 'phone', value: '09000000001' });
    const desk = await officer('demo-counsellor');
    const counts = () => desk.evaluate(async () => (await fetch('/inbox/count')).text());
    const before = await counts();
    const known = await asked(desk, 'Synthetic person', '09000000001');
    const unknown = await asked(desk, 'Nobody of that name', '09099999999');
    assert.equal(await counts(), before, 'nothing new waits for the desk that was asked');
    assert.equal(known.before, unknown.before);
    assert.match(known.before, /say/i, 'the sentence to say stands first');
    assert.equal(known.answer, unknown.answer, 'the same to the last byte');
    await picture(desk, 'story-enquiry');
    for (const where of ['/inbox', '/inbox?whose=office', '/reports']) {
        await desk.goto(where);
        assert.ok(!(await desk.content()).includes(id), 'the desk that was asked learns nothing');
    }
    for (const { watch } of people) assert.deepEqual(watch.clean(), []);
});
