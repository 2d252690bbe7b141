/* SPDX-License-Identifier: Apache-2.0 */
/* What is quicker with a script. Every page works without it. It writes text into nodes and never markup, keeps nothing, and talks
   to nobody but the server that it came from. */
(() => {
    'use strict';
    const body = document.body;
    const say = (name) => body.dataset['say' + name] || '';
    const make = (tag, properties, ...children) => {
        const node = Object.assign(document.createElement(tag), properties);
        node.append(...children);
        return node;
    };
    const types = (node) => !!node && (node.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(node.tagName));

    /* ---- the session: how long it lasts when nothing is sent ---- */
    const idle = Number(body.dataset.idle) * 1000;
    let seen = Date.now(), bar = null;
    const used = () => {
        seen = Date.now();
        if (bar) bar.remove();
        bar = null;
    };
    const warn = (text, button) => {
        if (bar && bar.dataset.text === text) return;
        if (bar) bar.remove();
        bar = make('div', { className: 'notice notice-session' }, make('span', { textContent: text }));
        bar.setAttribute('role', 'alert');
        bar.dataset.text = text;
        if (button) bar.append(' ', button);
        body.prepend(bar);
    };
    const stay = async () => {
        const answer = await fetch('/session', { redirect: 'manual' });
        if (answer.ok) used();
        else warn(say('Ended'));
    };
    if (idle)
        setInterval(() => {
            const left = idle - (Date.now() - seen);
            if (left <= 0) warn(say('Ended'));
            else if (left < 180000)
                warn(say('Ending'), make('button', { type: 'button', textContent: say('Stay'), onclick: stay, className: 'button-secondary' }));
        }, 10000);

    /* ---- how much waits: a number, asked for once a minute while the page is looked at ---- */
    const counted = document.querySelectorAll('a[data-count]');
    let wait = 60000;
    const badge = (link, number, late, more) => {
        let shown = link.querySelector('.count');
        if (!shown) link.append(' ', (shown = make('span', { className: 'count' })));
        shown.hidden = !number;
        shown.classList.toggle('late', late > 0);
        shown.replaceChildren((number || 0) + (more ? '+' : ''), make('span', { className: 'sr', textContent: ' ' + say('Waiting') }));
    };
    const count = async () => {
        if (document.hidden) return setTimeout(count, wait);
        try {
            const answer = await fetch('/inbox/count', { redirect: 'manual' });
            if (!answer.ok) throw new Error();
            const told = await answer.json();
            for (const link of counted) {
                const what = link.dataset.count;
                badge(link, told[what], what === 'open' ? told.late : told[what + '_late'], what === 'open' && told.more);
            }
            wait = 60000;
        } catch {
            wait = Math.min(wait * 2, 960000);
        }
        setTimeout(count, wait);
    };
    if (counted.length) count();

    /* ---- search as you type: a combobox; Enter without a choice is the page's own search ---- */
    const combobox = (input, number) => {
        const form = input.form, id = 'found-' + number;
        const list = make('ul', { id, className: 'found', hidden: true }), note = make('p', { className: 'found-note quiet', hidden: true });
        let options = [], at = -1, timer = 0, asked = null, last = '';
        list.setAttribute('role', 'listbox');
        list.setAttribute('aria-label', say('Results'));
        note.setAttribute('role', 'status');
        for (const [name, value] of Object.entries({ role: 'combobox', 'aria-expanded': 'false', 'aria-controls': id, 'aria-autocomplete': 'list', autocomplete: 'off' }))
            input.setAttribute(name, value);
        form.classList.add('with-found');
        form.append(make('div', { className: 'found-box' }, list, note));
        const close = () => {
            list.hidden = note.hidden = true;
            at = -1;
            input.setAttribute('aria-expanded', 'false');
            input.removeAttribute('aria-activedescendant');
        };
        const go = (option) => option && option.dataset.href.startsWith('/') && location.assign(option.dataset.href);
        const choose = (to) => {
            if (!options.length) return;
            at = (to + options.length) % options.length;
            options.forEach((o, i) => o.setAttribute('aria-selected', String(i === at)));
            options[at].scrollIntoView({ block: 'nearest' });
            input.setAttribute('aria-activedescendant', options[at].id);
        };
        const show = (told) => {
            options = told.items.map((item, i) => {
                const option = make('li', { id: id + '-' + i },
                    make('bdi', { className: 'strong', textContent: item.title }),
                    make('span', { className: 'tag tag-blue', textContent: item.why }),
                    make('span', { className: 'quiet', textContent: item.number + ' · ' + item.state }));
                option.setAttribute('role', 'option');
                option.setAttribute('aria-selected', 'false');
                option.dataset.href = item.href;
                option.addEventListener('mousedown', (e) => { e.preventDefault(); go(option); });
                return option;
            });
            at = -1;
            input.removeAttribute('aria-activedescendant');
            list.replaceChildren(...options);
            list.hidden = !options.length;
            note.textContent = told.said;
            note.hidden = !told.said;
            input.setAttribute('aria-expanded', String(!!options.length));
        };
        const ask = async () => {
            const q = input.value.trim();
            if (q === last) return;
            last = q;
            if (asked) asked.abort();
            if (!q) return close();
            asked = new AbortController();
            const fields = new URLSearchParams({ q, _json: '1', _token: form.elements._token.value });
            try {
                const answer = await fetch(form.action, { method: 'POST', body: fields, signal: asked.signal, redirect: 'manual' });
                if (!answer.ok) throw new Error();
                const told = await answer.json();
                used();
                if (input.value.trim() === q && document.activeElement === input) show(told);
            } catch (error) {
                if (error.name !== 'AbortError') close();
            }
        };
        const soon = () => { clearTimeout(timer); timer = setTimeout(ask, 150); };
        input.addEventListener('input', (e) => e.isComposing || soon());
        input.addEventListener('compositionend', soon);
        input.addEventListener('blur', close);
        input.addEventListener('keydown', (e) => {
            if (e.isComposing) return;
            if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
                if (list.hidden) return;
                e.preventDefault();
                choose(e.key === 'ArrowDown' ? at + 1 : at < 0 ? -1 : at - 1);
            } else if (e.key === 'Enter' && at >= 0 && !list.hidden) {
                e.preventDefault();
                go(options[at]);
            } else if (e.key === 'Escape' && !(list.hidden && note.hidden)) {
                e.preventDefault();
                close();
            }
        });
    };
    document.querySelectorAll('form[action="/find"] input[name="q"]').forEach(combobox);

    /* ---- questions that are asked only under a condition; the server decides all the same ---- */
    const values = (form, name) => {
        const all = [...form.querySelectorAll('[name="' + CSS.escape(name) + '"]')];
        return all.filter((c) => !c.disabled && (!/^(radio|checkbox)$/.test(c.type) || c.checked)).map((c) => c.value).filter((v) => v !== '');
    };
    const holds = (form, [op, ...rest]) => {
        if (op === 'all') return rest.every((c) => holds(form, c));
        if (op === 'any') return rest.some((c) => holds(form, c));
        if (op === 'none') return !rest.some((c) => holds(form, c));
        const [name, ...wanted] = rest;
        if (!form.querySelector('[name="' + CSS.escape(name) + '"]')) return true; /* not asked here: the server knows */
        const has = values(form, name);
        if (op === 'given') return has.length > 0;
        if (op === 'not') return !has.some((v) => wanted.includes(v));
        if (op === 'least') return has.some((v) => (isNaN(v) ? v >= wanted[0] : Number(v) >= Number(wanted[0])));
        if (op === 'most') return has.some((v) => (isNaN(v) ? v <= wanted[0] : Number(v) <= Number(wanted[0])));
        return has.some((v) => wanted.includes(v));
    };
    for (const form of new Set([...document.querySelectorAll('[data-when]')].map((f) => f.closest('form')))) {
        const fields = [...form.querySelectorAll('[data-when]')];
        const draw = () => {
            for (const field of fields) { /* in their order: what a hidden one would say does not count below */
                const open = holds(form, JSON.parse(field.dataset.when)) || field.classList.contains('wrong');
                field.hidden = !open;
                field.querySelectorAll('input, select, textarea').forEach((c) => { c.disabled = !open; });
            }
        };
        form.addEventListener('change', draw);
        draw();
    }

    /* ---- long forms in sections: how much is answered, and a way that opens what it leads to ---- */
    document.querySelectorAll('.form-way').forEach((way) => {
        const form = way.closest('form'), bar = way.querySelector('progress');
        const said = (c) => !c.disabled && (/^(radio|checkbox)$/.test(c.type) ? c.checked : c.value.trim() !== '');
        const tell = (name, answered, asked) => form.querySelectorAll('[data-part="' + CSS.escape(name) + '"]').forEach((n) => { n.textContent = answered + ' / ' + asked; });
        const draw = () => {
            let answered = 0, asked = 0;
            for (const part of form.querySelectorAll('.form-part')) {
                const fields = [...part.querySelectorAll('.field')].filter((f) => !f.hidden);
                const done = fields.filter((f) => [...f.querySelectorAll('input, select, textarea')].some(said)).length;
                tell(part.id.slice(5), done, fields.length);
                answered += done;
                asked += fields.length;
            }
            tell('', answered, asked);
            bar.max = asked;
            bar.value = answered;
        };
        form.addEventListener('input', draw);
        form.addEventListener('change', draw);
        way.addEventListener('click', (e) => {
            const to = e.target.closest('a') && document.getElementById(e.target.closest('a').hash.slice(1));
            if (to) to.open = true;
        });
        draw();
    });

    /* ---- how long an emergency stays open; without a script its end stands there ---- */
    document.querySelectorAll('.countdown[data-left]').forEach((line) => {
        const bar = line.parentElement.querySelector('progress'), began = performance.now(), clock = make('bdi', { className: 'countdown-clock' });
        clock.dir = 'ltr';
        clock.setAttribute('role', 'timer');
        line.append(' ', clock);
        const draw = () => {
            const left = Math.max(0, Math.round(Number(line.dataset.left) - (performance.now() - began) / 1000));
            clock.textContent = Math.floor(left / 60) + ':' + String(left % 60).padStart(2, '0');
            if (bar) bar.value = left;
            if (!left) clearInterval(timer);
        };
        const timer = setInterval(draw, 1000);
        draw();
    });

    /* ---- what was typed and not sent ---- */
    let dirty = false;
    document.querySelectorAll('form[data-guard]').forEach((form) => {
        form.addEventListener('input', () => { dirty = true; });
        form.addEventListener('submit', () => { dirty = false; });
    });
    addEventListener('beforeunload', (e) => { if (dirty) e.preventDefault(); });

    /* ---- ticking all rows at once; the box is there only with a script ---- */
    document.querySelectorAll('[data-all]').forEach((box) => {
        box.hidden = false;
        box.addEventListener('change', () => {
            box.closest('form').querySelectorAll('input[name="item"]').forEach((one) => { one.checked = box.checked; });
        });
    });

    /* ---- letters: never in a text field, never while a word is composed, and off when she says so ---- */
    if (body.dataset.keys !== 'on') return;
    const rows = () => [...document.querySelectorAll('[data-list] > li, table[data-list] tbody tr, table.cases tbody tr')].map((row) => row.querySelector('summary, a, button')).filter(Boolean);
    const step = (by) => {
        const all = rows(), now = all.findIndex((a) => a.parentElement.closest('li, tr').contains(document.activeElement));
        const to = all[now < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(now + by, 0), all.length - 1)];
        if (to) to.focus();
    };
    const places = { i: '/inbox', c: '/', d: '/clocks', t: '/today' };
    let first = '', when = 0;
    addEventListener('keydown', (e) => {
        if (e.isComposing || e.ctrlKey || e.altKey || e.metaKey || types(e.target) || e.defaultPrevented) return;
        const second = first === 'g' && Date.now() - when < 1500 ? places[e.key] : undefined;
        first = e.key;
        when = Date.now();
        if (second) location.assign(second);
        else if (e.key === '/') document.querySelector('form[action="/find"] input[name="q"]')?.focus();
        else if (e.key === '?') location.assign('/help/keys');
        else if (e.key === 'j') step(1);
        else if (e.key === 'k') step(-1);
        else return;
        e.preventDefault();
    });
})();
