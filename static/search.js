// The search over all versions: when did they first say it, and do they still?
//
// It loads the few files below search/ that a query needs (what is in them is told at the top of
// src/site/search.rs) and puts the answers together. Words, dates and addresses come from the page; no word is
// written here. Texts are only ever added as text. Nothing is sent anywhere but to this site, and without
// this script the page leads to the policies' histories.

// Words are folded here as they were when the index was made: search-cases.json holds both to the same cases.
const DENSE = '\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}';
const INVISIBLE = '\u00ad\u0640\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff';
const DROPPED = new RegExp(`[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670${INVISIBLE}]`, 'gu');
const PARTS = new RegExp(`[${DENSE}]+|(?:(?![${DENSE}])[\\p{Alphabetic}\\p{N}\\p{M}])+`, 'gu');
const IN_TEXT = new RegExp(`[\\p{Alphabetic}\\p{N}\\p{M}${INVISIBLE}]+`, 'gu');
const dense = word => new RegExp(`^[${DENSE}]`, 'u').test(word);

const fold = text => text.normalize('NFKD').replace(DROPPED, '').normalize('NFC').toLowerCase().replaceAll('ς', 'σ').replaceAll('ß', 'ss');
const parts = text => fold(text).match(PARTS) ?? [];
const pairs = letters => letters.slice(1).map((letter, n) => letters[n] + letter);

/** The words by which a text is found. */
export function words(text) {
  return parts(text).flatMap(part => dense(part) ? [...pairs([...part]), [...part].at(-1)] : [part]);
}

/** What a passage has to hold: words, and beginnings of words where `begins`. */
export function terms(query) {
  const all = parts(query).flatMap(part => {
    const letters = [...part];
    if (dense(part) && letters.length > 1) return pairs(letters).map(word => ({ word, begins: false }));
    // Almost every word begins with some two letters.
    return [{ word: part, begins: dense(part) || letters.length > 2 }];
  });
  return all.filter((term, n) => all.findIndex(other => other.word === term.word) === n);
}

const fits = (word, term) => term.begins ? word.startsWith(term.word) : word === term.word;

/** In which of so many files a word is. */
export function shard(word, shards) {
  let hash = 2166136261;
  for (const letter of [...word].slice(0, dense(word) ? 1 : 2)) hash = Math.imul(hash ^ letter.codePointAt(0), 16777619) >>> 0;
  return hash % shards;
}

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_';

/** The numbers that lie so many steps apart. */
export function numbers(steps) {
  const out = [];
  let [number, step, place] = [0, 0, 1];
  for (const letter of steps) {
    const digit = DIGITS.indexOf(letter);
    step += (digit % 32) * place;
    place *= 32;
    if (digit >= 32) continue;
    out.push(number += step);
    [step, place] = [0, 1];
  }
  return out;
}

/** The numbers of the passages that hold every term; `files[n]` is the file of words of `terms[n]`. */
export function found(terms, files) {
  const sets = terms.map((term, n) => {
    const keys = term.begins ? Object.keys(files[n]).filter(word => fits(word, term)) : [term.word];
    return new Set(keys.flatMap(word => Object.hasOwn(files[n], word) ? numbers(files[n][word]) : []));
  });
  sets.sort((a, b) => a.size - b.size);
  return [...sets[0] ?? []].filter(number => sets.every(set => set.has(number))).sort((a, b) => a - b);
}

/** For each line that has any of these passages: their numbers within it, and the version of the first. */
export function byLine(lines, all) {
  return lines.flatMap(line => {
    const count = line.new.reduce((sum, n) => sum + n, 0);
    const hits = all.filter(n => n >= line.from && n < line.from + count).map(n => n - line.from);
    if (!hits.length) return [];
    let [version, end] = [0, line.new[0]];
    while (hits[0] >= end) end += line.new[version += 1];
    return [{ line, hits, day: day(line.versions[version]) }];
  });
}

const day = ([id, on]) => on || id;
const is = (version, flag) => version[2].includes(flag);
const beside = version => is(version, 'd') || is(version, 'w');

/** What is to be told of a line's passages that say it: when they first did, whether they do, and each place. */
export function told(line, rows, hits) {
  const { versions } = line;
  const order = versions.map((_, n) => n).filter(n => !beside(versions[n]));
  const first = line.new.flatMap((count, version) => Array(count).fill(version));
  const row = n => {
    const [section, id, there, last, change, back] = rows.passages[n];
    return { first: first[n], last, change, before: back ? n - back : -1, section: rows.sections[section], id, there: there || id };
  };
  // A passage that came of another one that says it too is the same place, reworded.
  const places = [];
  const place = new Map();
  for (const n of hits) {
    const passage = row(n);
    const known = beside(versions[passage.first]) ? undefined : place.get(passage.before);
    if (known) {
      Object.assign(known, { last: passage.last, id: passage.id });
    } else {
      places.push(passage);
    }
    place.set(n, known ?? passage);
  }
  const lasting = places.filter(p => !beside(versions[p.first]));
  const said = n => hits.some(hit => first[hit] <= n && n <= rows.passages[hit][3] && !beside(versions[first[hit]]));
  const current = versions.findIndex(version => is(version, 'f'));
  const gaps = [];
  for (let at = 1; at < order.length; at += 1) {
    if (said(order[at - 1]) && !said(order[at])) gaps.push({ from: order[at] });
    else if (!said(order[at - 1]) && said(order[at]) && gaps.length) gaps.at(-1).until = order[at];
  }
  const now = lasting.find(p => p.first <= current && current <= p.last);
  return { places, first: lasting[0] ?? places[0], current, now, gaps, since: order[0] };
}

/** A text in pieces, with those that fit a term as `{ mark }`. */
export function marked(text, terms) {
  const out = [];
  let done = 0;
  const add = (from, to) => {
    if (from > done) out.push(text.slice(done, from));
    if (out.at(-1)?.mark !== undefined && from === done) out.at(-1).mark += text.slice(from, to);
    else out.push({ mark: text.slice(from, to) });
    done = to;
  };
  for (const { 0: run, index } of text.matchAll(IN_TEXT)) {
    if (parts(run).some(part => !dense(part) && terms.some(term => fits(part, term)))) add(index, index + run.length);
    else if (dense(fold(run)) || parts(run).length > 1) {
      const letters = [...run];
      let from = index;
      for (const [n, letter] of letters.entries()) {
        const near = [letters[n - 1] + letter, letter + letters[n + 1]].map(fold);
        const hit = dense(fold(letter)) && terms.some(({ word }) => word === fold(letter) || near.includes(word));
        if (hit) add(from, from + letter.length);
        from += letter.length;
      }
    }
  }
  if (done < text.length) out.push(text.slice(done));
  return out;
}

/** So much of the pieces around the first mark as a glance takes in. */
export function glance(pieces, around = 160) {
  const at = pieces.findIndex(piece => piece.mark !== undefined);
  const before = pieces.slice(0, Math.max(at, 0)).join('');
  const cut = before.length > around ? before.indexOf(' ', before.length - around) + 1 || before.length - around : 0;
  const out = cut ? ['… ', before.slice(cut)] : [before];
  let left = 2 * around;
  for (const piece of pieces.slice(Math.max(at, 0))) {
    const text = piece.mark ?? piece;
    if (text.length > left && piece.mark === undefined) {
      const space = text.lastIndexOf(' ', left);
      out.push(text.slice(0, space > 0 ? space : left), ' …');
      break;
    }
    out.push(piece);
    left = Math.max(left - text.length, 0);
  }
  return out.filter(piece => piece !== '');
}

/** A text whose `{name}`s are filled with anything that can be added to the page. */
export function filled(text, values) {
  return text.split(/\{(\w+)\}/).map((piece, n) => n % 2 ? values[piece] ?? `{${piece}}` : piece).filter(piece => piece !== '');
}

if (typeof document !== 'undefined') start();

function start() {
  const data = JSON.parse(document.getElementById('search-data').textContent);
  const form = document.querySelector('form.search');
  const [list, status, more] = ['answers', 'search-status', 'search-more'].map(name => document.querySelector(`.${name}`));
  const { language, words: say } = { ...data, language: document.documentElement.lang };
  const { title } = document;
  const [SHOWN, READ] = [10, 5]; // answers at a time; of so many the passage is shown

  const make = (tag, values, ...children) => {
    const element = Object.assign(document.createElement(tag), values);
    element.append(...children.flat());
    return element;
  };
  const link = (href, ...children) => make('a', { href }, ...children);
  const address = (pattern, values) => data.urls[pattern].replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(values[name]));
  const counted = (key, n) => {
    const form = new Intl.PluralRules(language).select(n);
    return filled(say[`${key}_${form}`] ?? say[`${key}_other`], { n: new Intl.NumberFormat(language).format(n) }).join('');
  };
  const dated = iso => {
    const [year, month, on] = iso.split('-').map(Number);
    return make('time', { dateTime: iso }, filled(on === 1 ? data.date_first : data.date, { day: on, month: data.months[month - 1], year }).join(''));
  };
  const files = new Map();
  const load = url => {
    if (!files.has(url)) {
      const answer = fetch(url).then(answer => answer.ok ? answer : Promise.reject(new Error(url)));
      answer.catch(() => files.delete(url)); // so that it can be tried again
      files.set(url, answer);
    }
    return files.get(url).then(answer => answer.clone());
  };
  const json = (...of) => load(address(...of)).then(answer => answer.json());

  const page = (line, version) => address(line.name ? 'version_translated' : 'version', { policy: line.policy, version: version[0], language: line.language });
  const dating = (version, url) => {
    const key = is(version, 's') ? 'version_seen' : 'version';
    return make('span', {}, filled(say[key], { date: link(url, dated(day(version))) }));
  };
  const named = (line, n, id) => {
    const version = line.versions[n];
    return dating(version, page(line, version) + (id ? `#${encodeURIComponent(id)}` : ''));
  };
  // What is gone cannot be read in the version that took it out: its redline shows it. Translations have none.
  const redline = (line, n) => {
    const old = line.versions.findLastIndex((version, before) => before < n && !beside(version));
    if (old < 0 || line.name) return '';
    return address('compare', { policy: line.policy, old: line.versions[old][0], new: line.versions[n][0] });
  };
  const ended = (line, n) => dating(line.versions[n], redline(line, n) || page(line, line.versions[n]));
  const section = place => make('em', {}, place.section || say.preamble);

  const inForce = (line, place) => address(line.name ? 'policy_translated' : 'policy', line) + `#${encodeURIComponent(place.id)}`;

  /** When a place began to say it and when it ended, with the links that show it. */
  const placed = (line, place) => {
    const { versions } = line;
    const version = named(line, place.first, place.there);
    const next = versions.findIndex((v, n) => n > place.last && !beside(v));
    const key = beside(versions[place.first]) ? (is(versions[place.first], 'd') ? 'place_draft' : 'place_withdrawn')
      : next < 0 ? 'place_since' : 'place_until';
    return filled(say[key], { section: section(place), version, until: next < 0 ? '' : ended(line, next) });
  };
  const links = (line, place, facts) => {
    const { versions } = line;
    const of = make('span', { className: 'hidden' }, `: ${line.title}, ${place.section || say.preamble}`);
    const out = [link(`${page(line, versions[place.first])}#${encodeURIComponent(place.there)}`, say.read_there, of)];
    const brought = redline(line, place.first);
    if (brought) out.push(link(brought + (place.change ? `#change-${place.change}` : ''), say.see_change, of.cloneNode(true)));
    if (facts.current >= place.first && facts.current <= place.last) {
      out.push(link(inForce(line, place), say.read_now, of.cloneNode(true)));
    }
    return make('ul', { className: 'links' }, out.map(a => make('li', {}, a)));
  };

  /** What the answer says first. */
  const sentence = (line, facts) => {
    const { versions } = line;
    const { first, gaps } = facts;
    const values = { section: section(first), version: named(line, first.first, first.there) };
    const out = [];
    const add = (key, more) => out.push(...(out.length ? [' '] : []), ...filled(say[key], { ...values, ...more }));
    if (beside(versions[first.first])) {
      add(is(versions[first.first], 'd') ? 'only_draft' : 'only_withdrawn');
      return out;
    }
    add(is(versions[first.first], 'u') ? 'first_upcoming' : first.first === facts.since ? 'first_always' : 'first');
    const upcoming = n => is(versions[n], 'u');
    const [past, coming] = [gaps.filter(gap => !upcoming(gap.until ?? gap.from)), gaps.filter(gap => upcoming(gap.until ?? gap.from))];
    for (const { from, until } of past) {
      if (until !== undefined) add('not_between', { from: ended(line, from), until: named(line, until) });
      else add('gone', { from: ended(line, from) });
    }
    if (facts.now === first) add('still');
    else if (facts.now) add('still_elsewhere', { elsewhere: link(inForce(line, facts.now), section(facts.now)) });
    for (const { from, until } of coming) {
      add(upcoming(from) ? 'gone_upcoming' : 'gone', { from: ended(line, from) });
      if (until !== undefined) add('again_upcoming', { until: named(line, until) });
    }
    return out;
  };

  const snippet = async (line, place, asked) => {
    const text = await load(page(line, line.versions[place.first])).then(answer => answer.text());
    const clause = new DOMParser().parseFromString(text, 'text/html').getElementById(place.there);
    if (!clause) return [];
    for (const gone of clause.querySelectorAll('.permalink, .changed-on, .life-link, .lag, ul, ol')) gone.remove();
    const cells = [...clause.children].filter(child => child.matches('td, th')).map(cell => cell.textContent.trim());
    const pieces = marked((cells.length ? cells.join(' · ') : clause.textContent).replace(/\s+/g, ' ').trim(), asked);
    return glance(pieces).map(piece => piece.mark === undefined ? piece : make('mark', {}, piece.mark));
  };

  const shown = async ({ line, hits }, asked, n) => {
    const rows = await json('passages', { policy: line.policy, language: line.language });
    const facts = told(line, rows, hits);
    const home = address(line.name ? 'policy_translated' : 'policy', line);
    const item = make('li', { className: 'answer' });
    item.append(make('h2', {}, link(home, line.title), line.name ? [' ', make('span', { className: 'minor', lang: line.language }, line.name)] : []));
    item.append(make('p', { className: 'told' }, sentence(line, facts)));
    const quote = make('blockquote', { lang: line.language, hidden: true });
    item.append(quote, links(line, facts.first, facts));
    if (facts.places.length > 1) {
      item.append(make('details', {}, make('summary', {}, counted('places', facts.places.length)),
        make('ul', {}, facts.places.map(place => make('li', {}, make('p', {}, placed(line, place)), links(line, place, facts))))));
    }
    const read = () => snippet(line, facts.first, asked).then(pieces => {
      quote.replaceChildren(...pieces);
      quote.hidden = !pieces.length;
    }, () => {});
    if (n < READ) await read();
    return item;
  };

  let turn = 0;
  const answer = async () => {
    const mine = turn += 1;
    const query = new URLSearchParams(location.search).get('q')?.trim() ?? '';
    const asked = terms(query);
    form.elements.q.value = query;
    document.title = query ? `${query} – ${title}` : title;
    list.replaceChildren();
    list.hidden = more.hidden = true;
    status.textContent = '';
    if (!asked.length) return;
    status.textContent = say.searching;
    try {
      const index = await json('index', {});
      const sources = await Promise.all(asked.map(term => json('words', { n: shard(term.word, index.shards) })));
      const answers = byLine(index.lines, found(asked, sources));
      const sign = form.elements.order.value === 'newest' ? -1 : 1;
      answers.sort((a, b) => sign * (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
      let done = 0;
      const on = async () => {
        const items = await Promise.all(answers.slice(done, done + SHOWN).map((a, n) => shown(a, asked, done + n)));
        if (mine !== turn) return;
        list.append(...items);
        done += items.length;
        list.hidden = !done;
        more.hidden = done >= answers.length;
        more.onclick = () => on().then(() => items.length && list.children[done - 1]?.scrollIntoView({ block: 'nearest' }));
      };
      await on();
      if (mine !== turn) return;
      status.textContent = answers.length ? counted('found', answers.length) : say.none;
    } catch {
      if (mine === turn) status.textContent = say.failed;
    }
  };
  form.hidden = false;
  form.addEventListener('submit', event => {
    event.preventDefault();
    const query = form.elements.q.value.trim();
    history.pushState(null, '', query ? `?q=${encodeURIComponent(query)}` : location.pathname);
    answer();
  });
  for (const choice of form.elements.order) choice.addEventListener('change', answer);
  addEventListener('popstate', answer);
  answer();
}
