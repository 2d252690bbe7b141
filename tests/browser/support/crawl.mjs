// SPDX-License-Identifier: Apache-2.0
// Every page there is, found as a person finds it: by the links of the pages before. A page counts once for its shape (its path
// with each id left out), and for the first person who may open it.

const HEX = /[0-9a-f]{32}/g;

export function shape(path) {
    const url = new URL(path, 'http://akari');
    const names = [...url.searchParams.keys()].filter((name) => name !== 'lang').sort();
    const where = url.pathname.replace(HEX, 'ID');
    return names.length && where.startsWith('/do/') ? where : names.length ? `${where}?${names.join('&')}` : where;
}

const LEAVES = /^\/(sign-out|assets\/|api\/)|\.csv(\?|$)/;

async function linksOf(page) {
    return page.evaluate(() => [...document.querySelectorAll('a[href]')].map((a) => a.getAttribute('href')));
}

/** Paths of one page a shape that nobody found before, in the order found. starts: where to begin; seen: shapes that
 * are known; each: called on every page. */
export async function crawl(page, starts, seen, limit = 400, each = async () => {}) {
    const found = [];
    const been = new Set();
    const queue = [...starts];
    while (queue.length && been.size < limit) {
        const path = queue.shift();
        const of = shape(path);
        if (!path.startsWith('/') || LEAVES.test(path) || been.has(of)) continue;
        been.add(of);
        const response = await page.goto(path);
        const type = response?.headers()['content-type'] ?? '';
        if (!type.startsWith('text/html')) continue;
        await each(path);
        const at = new URL(page.url());
        if (shape(at.href) !== of) {
            queue.push(at.pathname + at.search); // sent elsewhere: that is another page
            continue;
        }
        if (response.status() === 200 && !seen.has(of)) {
            seen.add(of);
            found.push({ path, shape: of });
        }
        queue.push(...(await linksOf(page)));
    }
    return found;
}
