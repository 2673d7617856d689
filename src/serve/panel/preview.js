// The preview's part of a page: it loads the page again when it has changed, and says what is wrong with the
// content and what holds up publication. It is added to the answers of `clauseline serve` and is no part of the site.
//
// All it adds stands in an element of its own, with a style of its own (a shadow tree), so that neither the
// site's style sheet nor its scripts meet it. It is a module, which has its names for itself.

const own = document.querySelector('script[data-token]');
const bare = 'bare' in own.dataset;
const stored = {
  get(key) { try { return JSON.parse(sessionStorage.getItem('clauseline.preview.' + key)); } catch { return null; } },
  set(key, value) { try { sessionStorage.setItem('clauseline.preview.' + key, JSON.stringify(value)); } catch { /* no storage: forget */ } },
};

let panel = null;
let events = null;
let looking = false;
let again = false;

/** Back to where the page stood before it was loaded again. */
function stay() {
  const at = stored.get('scroll');
  if (at?.path !== location.pathname) return;
  const back = () => scrollTo({ left: at.x, top: at.y, behavior: 'instant' });
  back();
  addEventListener('load', () => {
    back();
    stored.set('scroll', null);
  });
}

async function look() {
  if (looking) {
    again = true;
    return;
  }
  looking = true;
  try {
    do {
      again = false;
      const answer = await fetch('/-/state?' + encodeURIComponent(location.pathname));
      const state = await answer.json();
      if (state.token !== own.dataset.token) {
        stored.set('scroll', { path: location.pathname, x: scrollX, y: scrollY });
        location.reload();
        return;
      }
      if (!bare) draw(state);
    } while (again);
  } catch {
    // The events tell when there is somebody to ask again.
  } finally {
    looking = false;
  }
}

/** A browser keeps six connections to a host: pages that nobody sees leave theirs to others. */
function listen() {
  if (document.hidden) {
    events?.close();
    events = null;
  } else if (!events) {
    events = new EventSource('/-/events');
    events.onmessage = look;
    events.onerror = () => panel?.say('The preview has ended. Start it again and this page goes on.', 'gone');
  }
}

function element(name, text, more) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  return Object.assign(made, more);
}

const count = (n, one, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;

/** What of it holds up publication: a draft in its author's own word may be unfinished, and only would. */
function held({ held, unfinished }) {
  if (!held) return unfinished && `${count(unfinished, 'thing')} would hold up publication`;
  return count(held, 'thing holds', 'things hold') + ' up publication' + (unfinished ? `, ${unfinished} more in drafts` : '');
}

function draw(state) {
  panel ??= makePanel();
  const { mistakes, warnings } = state;
  const wrong = [mistakes && count(mistakes, 'mistake'), held(state), warnings && count(warnings, 'warning')].filter(Boolean).join(', ');
  const said = state.failure ? 'Out of date: the site cannot be made' : state.stale ? `Out of date: ${wrong}` : wrong || 'No mistakes';
  panel.say(said, state.stale ? 'stale' : wrong ? 'warned' : 'fine');
  panel.show(state);
}

function makePanel() {
  const host = element('clauseline-preview', '', { lang: 'en', dir: 'ltr', hidden: true });
  host.dataset.script = '';
  const root = host.attachShadow({ mode: 'open' });
  const style = element('link', '', { rel: 'stylesheet', href: '/-/preview.css' });
  const section = element('section', '', { className: 'panel' });
  section.setAttribute('aria-label', 'Preview');
  const bar = element('div', '', { className: 'bar' });
  const status = element('p', '', { className: 'said' });
  status.setAttribute('role', 'status');
  const here = element('p', '', { className: 'here' });
  const button = element('button', '', { type: 'button' });
  button.setAttribute('aria-controls', 'sheet');
  const sheet = element('div', '', { className: 'sheet', id: 'sheet', tabIndex: 0 });
  sheet.setAttribute('role', 'group');
  sheet.setAttribute('aria-label', 'Details');
  bar.append(status, here, button);
  section.append(bar, sheet);
  root.append(style, section);

  const open = (is) => {
    sheet.hidden = !is;
    button.setAttribute('aria-expanded', String(is));
    button.textContent = is ? 'Hide details' : 'Details';
    stored.set('open', is);
  };
  open(stored.get('open') === true);
  button.onclick = () => open(sheet.hidden);
  section.onkeydown = (event) => {
    if (event.key !== 'Escape' || sheet.hidden) return;
    open(false);
    button.focus();
  };
  // Shown when it has its style. What has the focus is not to lie below it.
  style.onload = () => {
    host.hidden = false;
    document.documentElement.style.scrollPaddingBlockEnd = `${bar.offsetHeight + 16}px`;
    document.body.style.paddingBlockEnd = `${bar.offsetHeight}px`;
  };
  document.body.append(host);

  let shown = '';
  return {
    say(text, kind) {
      section.dataset.kind = kind;
      if (status.textContent !== text) status.textContent = text;
    },
    show(state) {
      // Who is copying from what is as it was is left alone.
      const drawn = JSON.stringify(state);
      if (drawn === shown) return;
      shown = drawn;
      const compared = (draft, words) => element('a', words, { href: draft.redline });
      const drafts = state.drafts.filter((draft) => draft.here);
      const draft = drafts.find((one) => one.page) ?? drafts[drafts.length - 1];
      here.hidden = !draft;
      here.replaceChildren();
      if (draft) {
        here.append(draft.page ? `Draft ${draft.version}` : element('a', `Draft ${draft.version}`, { href: draft.url }));
        if (draft.redline) here.append(' ', compared(draft, 'Redline against the text in force'));
      }
      const parts = [];
      if (state.stale) parts.push(element('p', 'What you see is the last state without mistakes. It changes as soon as this is mended.'));
      if (state.failure) parts.push(element('pre', state.failure, { className: 'failure' }));
      if (state.unjudged) {
        parts.push(element('p', 'What holds up publication could not be found out:'), element('pre', state.unjudged, { className: 'failure' }));
      }
      if (state.found.length) {
        parts.push(element('h2', 'What is to be done'), list(state.found.map(finding), 'found'));
        if (state.more) parts.push(element('p', `And ${state.more} more; “clauseline check” names each.`));
      } else if (!state.failure && !state.unjudged) {
        parts.push(element('p', 'There are no mistakes in the content, and nothing holds up what is shown here.'));
      }
      parts.push(element('h2', 'Drafts'));
      parts.push(
        state.drafts.length
          ? list(
              state.drafts.map((one) => {
                const item = [element('a', `${one.title}, ${one.version}`, { href: one.url })];
                if (one.redline) {
                  const link = compared(one, 'redline');
                  link.setAttribute('aria-label', `Redline of ${one.title}, ${one.version}, against the text in force`);
                  item.push(' ', link);
                }
                return item;
              }),
              'drafts',
            )
          : element('p', 'There are none.'),
      );
      const top = sheet.scrollTop;
      const within = sheet.contains(root.activeElement);
      sheet.replaceChildren(...parts);
      sheet.scrollTop = top;
      if (within) sheet.focus({ preventScroll: true });
    },
  };
}

const SORTS = {
  mistake: 'Mistake',
  held: 'Holds up publication',
  unfinished: 'Would hold up publication',
  warning: 'Warning',
};

function finding({ sort, place, code, message, hint, source, evidence, paste }) {
  const parts = [
    element('p', place, { className: 'place' }),
    element('p', `${SORTS[sort]}: ${message}`, { className: `message ${sort}` }),
  ];
  if (source) parts.push(element('pre', source));
  if (evidence.length) parts.push(redline(evidence));
  parts.push(element('p', hint, { className: 'hint' }), element('p', code, { className: 'code' }));
  if (paste) parts.push(pasting(paste));
  return parts;
}

/** What went and what came, as stretches of one text. */
function redline(stretches) {
  const made = element('pre', '', { className: 'redline' });
  const names = { '-': 'del', '+': 'ins' };
  made.append(...stretches.map(([mark, text]) => (mark ? element(names[mark], text) : text)));
  return made;
}

/** Lines to paste, in a field so that they can be selected from the keyboard, too. */
function pasting({ file, lines }) {
  const made = element('div', '', { className: 'paste' });
  const field = element('textarea', '', { value: lines, readOnly: true, spellcheck: false, rows: lines.trimEnd().split('\n').length });
  const label = element('label', `Paste this into the front matter of ${file}, and finish it`);
  label.append(field);
  const done = element('span', '', { className: 'done' });
  done.setAttribute('role', 'status');
  const copy = element('button', 'Copy', { type: 'button' });
  copy.setAttribute('aria-label', `Copy the lines for ${file}`);
  copy.onclick = async () => {
    try {
      await navigator.clipboard.writeText(lines);
      done.textContent = 'Copied.';
    } catch {
      // No clipboard for pages, as on other machines: then the keyboard has it.
      field.focus();
      field.select();
      done.textContent = 'Selected: copy it with Ctrl+C, or ⌘C.';
    }
  };
  made.append(label, copy, done);
  return made;
}

function list(items, className) {
  const made = element('ul', '', { className });
  for (const parts of items) {
    const item = element('li');
    item.append(...parts);
    made.append(item);
  }
  return made;
}

stay();
document.addEventListener('visibilitychange', listen);
addEventListener('pageshow', (event) => { if (event.persisted) look(); });
listen();
