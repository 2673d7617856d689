// The script for links to a policy, as the reference shows it, in a page that is none: what it makes of a `link.json`
// before, within and after the days for which the link says "Revised", in the page's language and in others.
//
//     node tests/consumer/link-test.mjs SITE     SITE holds privacy/link.json with an upcoming release
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import vm from "node:vm";

const script = fs.readFileSync(path.join(import.meta.dirname, "link.js"), "utf8");
const link = JSON.parse(fs.readFileSync(path.join(process.argv[2], "privacy", "link.json"), "utf8"));

async function shown(file, lang, now) {
  const a = { dataset: { link: "https://example.org/link.json" }, textContent: "", href: "" };
  const document = { documentElement: { lang }, querySelectorAll: () => [a] };
  const fetch = async () => ({ json: async () => structuredClone(file) });
  class Clock extends Date {
    static now() {
      return Date.parse(now);
    }
  }
  vm.runInNewContext(script, { document, fetch, Date: Clock });
  for (let turns = 0; turns < 10; turns += 1) await null;
  return [a.textContent, a.href];
}

const second = (instant, by) => new Date(Date.parse(instant) + by * 1000).toISOString();
let asked = 0;
async function says(file, lang, now, text) {
  asked += 1;
  const own = file.languages?.[lang] ?? file;
  assert.deepEqual(await shown(file, lang, now), [text, own.href], `${lang} at ${now}`);
}

const [next] = link.upcoming;
assert.ok(link.revised_text && next && link.languages.es, "the site has no link that tells anything");
for (const [lang, plain, revised, coming] of [
  ["en", link.text, link.revised_text, next.revised_text],
  ["fr", link.text, link.revised_text, next.revised_text],
  ["es", link.languages.es.text, link.languages.es.revised_text, next.revised_texts.es],
]) {
  await says(link, lang, second(link.revised_from, -1), plain);
  await says(link, lang, link.revised_from, revised);
  await says(link, lang, second(link.revised_until, -1), revised);
  await says(link, lang, link.revised_until, plain);
  await says(link, lang, second(next.revised_from, -1), plain);
  await says(link, lang, next.revised_from, coming);
  await says(link, lang, second(next.revised_until, -1), coming);
  await says(link, lang, next.revised_until, plain);
}
// A policy whose links say nothing else.
await says({ text: "Terms", href: "https://example.org/terms/" }, "en", "2031-01-01T00:00:00Z", "Terms");
console.log(`link: asked ${asked} times what it says, right each time`);
