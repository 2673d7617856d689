// Comforts for the reader; every page is whole without them.
//
// - Compare pages: the keys n and p (which can be switched off, as WCAG 2.1.4 asks) and two buttons go to the
//   next and previous change; what the switches say is remembered, on this device only.
// - Text pages: the contents list shows where you are, and opens beside the text in browsers whose style sheets
//   cannot keep it open; a defined term, which is a link to its definition, shows it on the spot; a notice whose time
//   is over goes, or says what is true now.
// - The front page has a field that leads to the search; what searches is search.js.
// - "Since you accepted": a day leads to the version that was in force on it.
//
// No word is written here: the page brings its own, in its own language. Nothing is sent anywhere.
'use strict';

const stored = {
  get(key) { try { return localStorage.getItem('clauseline.' + key); } catch { return null; } },
  set(key, value) { try { localStorage.setItem('clauseline.' + key, value); } catch { /* no storage: forget */ } },
};

const toolbar = document.querySelector('.toolbar');
if (toolbar) compare(toolbar);

// What only leads to a page of scripts is shown where there are scripts.
for (const form of document.querySelectorAll('form.find')) form.hidden = false;

const contents = document.querySelector('.contents');
if (contents) follow(contents);

if (document.querySelector('.term')) define();

for (const notice of document.querySelectorAll('[data-until]')) {
  if (Date.parse(notice.dataset.until) > Date.now()) continue;
  if (notice.dataset.then) notice.querySelector('.notice-text').textContent = notice.dataset.then;
  else notice.hidden = true;
}

const accepted_day = document.querySelector('.accepted-day');
if (accepted_day) accepted(accepted_day);

function accepted(form) {
  const rows = [...document.querySelectorAll('[data-from]')]; // newest first
  const output = form.querySelector('output');
  form.hidden = false;
  form.addEventListener('submit', event => {
    event.preventDefault();
    const day = form.querySelector('input').value;
    const row = rows.find(row => row.dataset.from <= day);
    output.textContent = row ? '' : output.dataset.text;
    if (row) location.assign(row.querySelector('td:last-child a').href);
  });
}

function compare(toolbar) {
  const keys = toolbar.querySelector('[name=keys]');
  for (const input of document.querySelectorAll('.switches input, .toolbar input')) {
    const box = input.type === 'checkbox';
    const name = box ? `${input.name}.${input.value}` : input.name;
    const kept = stored.get(name);
    if (kept !== null) input.checked = box ? kept === 'true' : kept === input.value;
    input.addEventListener('change', () => stored.set(name, box ? input.checked : input.value));
  }
  const changes = [...document.querySelectorAll('.redline [data-change]')];
  if (!changes.length) return;
  const output = toolbar.querySelector('output');
  toolbar.hidden = false;

  // Where the reader is: the change last gone to, or the last one above the middle of the window.
  let current = -1;
  const show = index => {
    current = index;
    output.textContent = output.dataset.text.replace('{n}', index + 1).replace('{total}', changes.length);
  };
  const go = step => {
    if (current < 0) {
      const passed = changes.filter(change => change.getBoundingClientRect().top < innerHeight / 3).length;
      current = step > 0 ? passed - 1 : passed;
    }
    // What is switched off is passed over; a whole round leads back to where it began.
    let index = current;
    for (let left = changes.length; left > 0; left -= 1) {
      index = (index + step + changes.length) % changes.length;
      if (changes[index].querySelector('.change-number')?.getClientRects().length) break;
    }
    const change = changes[index];
    location.replace('#' + change.id); // not pushed: Back leaves the page
    change.querySelector('.change-number')?.focus({ preventScroll: true });
    show(index);
  };
  const from_address = () => {
    const index = changes.findIndex(change => '#' + change.id === location.hash);
    if (index >= 0) show(index);
  };
  from_address();
  addEventListener('hashchange', from_address);

  for (const button of toolbar.querySelectorAll('[data-step]')) {
    button.addEventListener('click', () => go(Number(button.dataset.step)));
  }
  addEventListener('keydown', event => {
    if (!keys.checked || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]')) return;
    if (event.key === 'n') go(1);
    if (event.key === 'p') go(-1);
  });
}

function follow(contents) {
  const details = contents.querySelector('details');
  if (!CSS.supports('selector(::details-content)') && matchMedia('(min-width: 64rem)').matches) details.open = true;
  const links = new Map();
  for (const link of contents.querySelectorAll('a')) links.set(decodeURIComponent(link.hash.slice(1)), link);
  const headings = [...links.keys()].map(id => document.getElementById(id)).filter(Boolean);
  let now = null;
  const update = () => {
    const passed = headings.filter(heading => heading.getBoundingClientRect().top < 120);
    const link = links.get((passed.at(-1) || headings[0])?.id);
    if (link === now) return;
    now?.removeAttribute('aria-current');
    link?.setAttribute('aria-current', 'location');
    now = link;
    if (!link) return;
    const [outer, inner] = [contents.getBoundingClientRect(), link.getBoundingClientRect()];
    if (inner.top < outer.top || inner.bottom > outer.bottom) contents.scrollTop += inner.top - outer.top - outer.height / 2;
  };
  let waiting = false;
  addEventListener('scroll', () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; update(); });
  }, { passive: true });
  update();
}

// A definition is a dialog of the browser's own: Escape and a click elsewhere close it, and the reader is back at the
// term. Where the browser has none the link leads to the definition.
function define() {
  if (!HTMLElement.prototype.showPopover) return;
  const note = document.createElement('div');
  note.className = 'definition';
  note.popover = 'auto';
  note.tabIndex = -1;
  note.dataset.script = '';
  note.setAttribute('role', 'dialog');
  addEventListener('click', event => {
    const term = event.target.closest('.term');
    const source = term && document.getElementById('page:term-' + term.dataset.term);
    if (!source || event.ctrlKey || event.metaKey || event.shiftKey) {
      if (note.contains(event.target) && event.target.closest('a')) note.hidePopover();
      return;
    }
    event.preventDefault();
    note.replaceChildren(source.content.cloneNode(true));
    note.setAttribute('aria-label', note.firstElementChild.textContent);
    term.after(note); // so that Tab goes on from here
    note.showPopover();
    if (innerWidth >= 640) {
      const at = term.getClientRects()[0];
      const below = at.bottom + note.offsetHeight + 8 < innerHeight || at.top < note.offsetHeight + 8;
      note.style.left = Math.max(16, Math.min(at.left, innerWidth - note.offsetWidth - 16)) + 'px';
      note.style.top = scrollY + (below ? at.bottom + 6 : at.top - note.offsetHeight - 6) + 'px';
    } else {
      note.style.left = note.style.top = '';
    }
    note.focus();
  });
}
