// Comforts for the reader; every page is whole without them.
//
// - Compare pages: the keys n and p (which can be switched off, as WCAG 2.1.4 asks) and two buttons go to the
//   next and previous change; "Only changes" folds the rest away. Both choices are remembered on this device only.
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

const redline = document.querySelector('.redline');
const toolbar = document.querySelector('.toolbar');
if (redline && toolbar) compare(redline, toolbar);

// What only leads to a page of scripts is shown where there are scripts.
for (const form of document.querySelectorAll('form.find')) form.hidden = false;

const contents = document.querySelector('.contents');
if (contents) follow(contents);

if (document.querySelector('.term')) define();

const find = document.querySelector('.accepted-day');
if (find) accepted(find);

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

for (const notice of document.querySelectorAll('[data-until]')) {
  if (Date.parse(notice.dataset.until) > Date.now()) continue;
  if (notice.dataset.then) notice.querySelector('.notice-text').textContent = notice.dataset.then;
  else notice.hidden = true;
}

function compare(redline, toolbar) {
  const changes = [...redline.querySelectorAll('[data-change][id]')];
  const output = toolbar.querySelector('output');
  if (!changes.length) return;
  mark_unchanged(redline);
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
    const index = (current + step + changes.length) % changes.length;
    const change = changes[index];
    location.replace('#' + change.id); // not pushed: Back leaves the page
    (change.querySelector('.change-number') || change).focus({ preventScroll: true });
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
  const choices = {};
  for (const box of toolbar.querySelectorAll('[data-choice]')) {
    const name = box.dataset.choice;
    const kept = stored.get(name);
    if (kept !== null) box.checked = kept === 'true';
    choices[name] = box;
    const apply = () => { if (name === 'only-changes') redline.classList.toggle(name, box.checked); };
    box.addEventListener('change', () => { stored.set(name, box.checked); apply(); });
    apply();
  }
  addEventListener('keydown', event => {
    if (!choices.keys?.checked || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest('input:not([type=checkbox]), textarea, select, [contenteditable]')) return;
    if (event.key === 'n') go(1);
    if (event.key === 'p') go(-1);
  });
}

// An unchanged clause can be folded away unless a change lies inside it, or it is the heading of one. Lists and
// tables go with their last clause, and a line shows where something is folded.
function mark_unchanged(redline) {
  const changed = '.clause:not(.unchanged)';
  const keep = new Set();
  const open = [];
  for (const clause of redline.querySelectorAll('.clause, h1, h2, h3, h4, h5, h6')) {
    const depth = /^H[1-6]$/.test(clause.tagName) ? Number(clause.tagName[1]) : 0;
    if (depth) { open.length = depth; open[depth] = clause; }
    if (clause.matches(changed)) for (const heading of open) if (heading) keep.add(heading);
  }
  const parts = redline.querySelectorAll('.unchanged, ul, ol, dl, blockquote, .table, hr, pre, .footnotes');
  for (const part of parts) {
    if (keep.has(part) || part.closest('thead') || part.matches(changed) || part.querySelector(changed)) continue;
    part.classList.add('folded');
  }
  for (const child of [...redline.children]) {
    if (!child.matches('.folded') || child.nextElementSibling?.matches('.folded')) continue;
    const fold = document.createElement('hr');
    fold.className = 'fold';
    child.after(fold);
  }
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
