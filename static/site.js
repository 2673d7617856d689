// Comforts for the reader; every page is whole without them.
//
// - Compare pages: the keys n and p (which can be switched off, as WCAG 2.1.4 asks) and two buttons go to the
//   next and previous change; what the switches say is remembered, on this device only.
// - Text pages: the contents list shows where you are, and opens beside the text in browsers whose style sheets
//   cannot keep it open.
//
// No word is written here: the page brings its own, in its own language. Nothing is sent anywhere.
'use strict';

const stored = {
  get(key) { try { return localStorage.getItem('clauseline.' + key); } catch { return null; } },
  set(key, value) { try { localStorage.setItem('clauseline.' + key, value); } catch { /* no storage: forget */ } },
};

const toolbar = document.querySelector('.toolbar');
if (toolbar) compare(toolbar);

const contents = document.querySelector('.contents');
if (contents) follow(contents);

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
  };
  let waiting = false;
  addEventListener('scroll', () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; update(); });
  }, { passive: true });
  update();
}
