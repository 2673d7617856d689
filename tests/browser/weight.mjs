// What a page weighs: itself and everything it loads, compressed; and its scripts as they are.
//
//     node weight.mjs SITE_DIR [--words N]
//
// With `--words`, a site without a text of at least that many words is a mistake.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { fileOf, pagesOf, readPage } from "./site.mjs";

/** Bytes of script that a page may have, before they are compressed. A search is a script of its own. */
const SCRIPT = 10_000;
/** Compressed bytes that a policy of this many words may have in all; a longer one as much for each word. */
const TEXT = 60_000;
const WORDS = 5_000;

/** The paths of all files a page loads, itself first; what style sheets name as well. */
export function loadedBy(folder, page) {
  const paths = new Set([page.address]);
  const add = (link, from) => {
    const url = new URL(link, `http://site${from}`);
    if (url.host !== "site" || paths.has(url.pathname)) return;
    paths.add(url.pathname);
    const file = fileOf(folder, url.pathname);
    if (!file || !url.pathname.endsWith(".css")) return;
    for (const [, inside] of readFileSync(file, "utf8").matchAll(/(?:url\(|@import)\s*["']?([^"')\s;]+)/g)) add(inside, url.pathname);
  };
  for (const link of page.loads) add(link, page.address);
  return [...paths];
}

/** Weighs every page of a site; returns the heaviest text: `{ address, words, bytes }`. */
export function weigh(folder, pages, find) {
  const packed = new Map();
  const bytes = (path, pack) => {
    const file = fileOf(folder, path);
    if (!file) return 0; // a broken link is found elsewhere
    if (!pack) return readFileSync(file).length;
    if (!packed.has(file)) packed.set(file, gzipSync(readFileSync(file), { level: 9 }).length);
    return packed.get(file);
  };
  const sum = (paths, pack) => paths.reduce((total, path) => total + bytes(path, pack), 0);
  let heaviest = null;
  for (const page of pages) {
    const scripts = [...new Set(page.scripts.map((link) => new URL(link, `http://site${page.address}`).pathname))];
    const script = sum(scripts, false);
    if (!page.kind.startsWith("search") && script >= SCRIPT) find("weight", page.address, `${script} bytes of script, of ${SCRIPT}`);
    if (!page.text) continue;
    const all = sum(loadedBy(folder, page), true);
    const most = Math.round(TEXT * Math.max(1, page.words / WORDS));
    if (all >= most) find("weight", page.address, `${all} bytes for ${page.words} words, compressed, of ${most}`);
    if (!heaviest || all > heaviest.bytes) heaviest = { address: page.address, words: page.words, bytes: all };
  }
  return heaviest;
}

function main() {
  const { positionals: [folder], values } = parseArgs({ allowPositionals: true, options: { words: { type: "string", default: "0" } } });
  const pages = pagesOf(resolve(folder)).map((address) => readPage(resolve(folder), address));
  const findings = [];
  weigh(resolve(folder), pages, (code, address, message) => findings.push(`${code} ${address}: ${message}`));
  const long = pages.filter((page) => page.text && page.words >= Number(values.words));
  if (!long.length) findings.push(`no text of ${values.words} words`);
  const heaviest = weigh(resolve(folder), long, () => {});
  for (const finding of findings) console.log(finding);
  if (heaviest) console.log(`weight: ${heaviest.address} has ${heaviest.words} words and takes ${heaviest.bytes} bytes with everything it loads`);
  process.exitCode = findings.length ? 1 : 0;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) main();
