// Looks at a built site as its readers do.
//
//     node check.mjs SITE_DIR [--pages N]
//
// Of every page: links, fragments and references lead somewhere, the security policy is strict
// (`markup.mjs`), the HTML is valid (`validity.mjs`), it is light (`weight.mjs`). In a browser
// (`look.mjs`), on N pages at most but on every kind of page: status, console, requests, axe in light
// and dark and at two widths, no sideways scrolling at 400 %, the same text without scripts; and on
// one page of each kind also keyboard, right-to-left, large letters and paper (`keyboard.mjs`,
// `layout.mjs`, `print.mjs`). The kind of a page is the `data-page` of its body.
// What a script adds carries `data-script`, so that its words do not count as lost without it.

import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { look } from "./look.mjs";
import { checkMarkup } from "./markup.mjs";
import { pagesOf, readPage } from "./site.mjs";
import { validate } from "./validity.mjs";
import { weigh } from "./weight.mjs";

/** Everything wrong with a site: `{ findings: [{ code, address, message }], summary, skipped }`. */
export async function check(folder, { pages: most = 30 } = {}) {
  const found = new Map();
  const find = (code, address, message) => found.set(`${address} ${code} ${message}`, { code, address, message });
  const pages = pagesOf(folder).map((address) => readPage(folder, address));
  if (!pages.some((page) => page.address === "/")) find("no-home", "/", "there is no index.html");

  const links = checkMarkup(folder, pages, find);
  weigh(folder, pages, find);
  const seen = sample(pages, most);
  const [validated] = await Promise.all([validate(folder, pages, find), look(folder, seen, find)]);

  // What several looks at a page find is told once, page by page.
  const findings = [...found].sort(([a], [b]) => order(a, b)).map(([, finding]) => finding);
  const kinds = new Set(pages.map((page) => page.kind)).size;
  const summary =
    `${pages.length} pages of ${kinds} kinds, ${links} links, ${seen.length} pages in the browser, ` +
    `${validated ?? "NO"} pages validated: ${findings.length} findings`;
  return { findings, summary, skipped: validated === null ? ["no `java` here: HTML VALIDITY WAS NOT CHECKED"] : [] };
}

const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/** Of every kind the largest and the smallest page, then further ones, kinds in turn. */
function sample(pages, most) {
  const kinds = new Map();
  for (const page of pages) kinds.set(page.kind, [...(kinds.get(page.kind) ?? []), page]);
  const queues = [...kinds.values()].map((group) => {
    group.sort((a, b) => b.size - a.size || order(a.address, b.address));
    return group.length > 1 ? [group[0], group.at(-1), ...group.slice(1, -1)] : group;
  });
  const taken = queues.map((queue) => queue.shift());
  while (taken.length < most && queues.some((queue) => queue.length)) {
    for (const queue of queues) if (queue.length && taken.length < most) taken.push(queue.shift());
  }
  return taken;
}

async function main([folder, ...options]) {
  if (!folder || !existsSync(folder) || !statSync(folder).isDirectory()) {
    console.error("usage: node check.mjs SITE_DIR [--pages N]");
    return 2;
  }
  const pages = options[0] === "--pages" ? Number(options[1]) : undefined;
  const { findings, summary, skipped } = await check(resolve(folder), { pages });
  for (const { code, address, message } of findings) console.log(`${code} ${address}: ${message}`);
  for (const what of skipped) console.log(`!!! SKIPPED: ${what}`);
  console.log(`browser: ${summary}`);
  return findings.length ? 1 : 0;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = await main(process.argv.slice(2));
}
