// SPDX-License-Identifier: Apache-2.0
// Filling in forms as a person does: by what the page shows, with its own buttons.
import assert from 'node:assert/strict';

async function one(page, form, name, value) {
    const fields = form.locator(`[name="${name}"]`);
    const first = fields.first();
    await first.waitFor({ state: 'attached' });
    const { tag, type } = await first.evaluate((f) => ({ tag: f.tagName, type: f.type }));
    if (type === 'radio' || type === 'checkbox') {
        for (const wanted of [value].flat()) await form.locator(`[name="${name}"][value="${wanted}"]`).check();
    } else if (tag === 'SELECT') await first.selectOption(value);
    else await first.fill(value);
}

/** The form on the page that sends to where `action` begins; fields by name. */
export async function fill(page, action, values) {
    const form = page.locator(`main form[action^="${action}"]`).first();
    await form.locator('details').evaluateAll((all) => all.forEach((d) => (d.open = true)));
    for (const [name, value] of Object.entries(values)) await one(page, form, name, value);
    return form;
}

export async function send(page, form) {
    await form.locator('button[type=submit], button:not([type])').last().click();
    await page.waitForLoadState('load');
}

/** Opens a form of the program, fills it in, sends it, and says where that led. Not taken: the page's own words about it. */
export async function act(page, path, values) {
    await page.goto(path);
    const action = new URL(page.url()).pathname;
    await send(page, await fill(page, action, values));
    if (new URL(page.url()).pathname === action) {
        const said = await page.locator('main').innerText();
        assert.fail(`${action} was not taken: ${said.slice(0, 400)}`);
    }
    return new URL(page.url()).pathname;
}

/** The same, where the program must say no; gives the words of the page. */
export async function refused(page, path, values) {
    await page.goto(path);
    const action = new URL(page.url()).pathname;
    await send(page, await fill(page, action, values));
    assert.equal(new URL(page.url()).pathname, action, 'it was taken');
    return page.locator('main').innerText();
}

export const idIn = (path) => path.match(/[0-9a-f]{32}/)?.[0];

/** A case with one person in it; the ids. */
export async function openCase(page, role = 'victim') {
    const at = await act(page, '/do/case.open', { synthetic: 'yes' });
    const id = idIn(at);
    await act(page, `/do/subject.add?id=${id}`, { type: 'person', role });
    await page.goto(`/case/${id}`);
    const subject = (await page.locator(`a[href^="/subject/"]`).first().getAttribute('href')).match(/[0-9a-f]{32}/)[0];
    return { id, subject };
}
