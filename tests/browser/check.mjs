// Looks at a built site as its readers do.
//
//     node check.mjs SITE_DIR [--pages N]
//
// On every page, by parsing: links and fragments lead somewhere, the security policy is strict and
// nothing inline would break it. In a browser, on N pages at most but on every kind of page (the
// `data-page` of its body): status, console, requests, axe in light and dark and at two widths, no
// sideways scrolling on a phone, the same text without scripts. All pages at once: HTML validity.
// What a script adds carries `data-script`, so that its words do not count as lost without it. A page
// that brings its own style sheet under a hash (`clauseline diff --format html`) is printed as well.

import { execFile } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { launch } from "./browser.mjs";
import { fileOf, pagesOf, readPage, serve } from "./site.mjs";

const require = createRequire(import.meta.url);
const HERE = dirname(fileURLToPath(import.meta.url));
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const WIDTHS = [1280, 360];
const SCHEMES = ["light", "dark"];
/** How many files the HTML checker is given: it is thorough, not fast. */
const VALIDATED = 400;

/** Everything wrong with a site: `{ findings: [{ code, address, message }], summary, skipped }`. */
export async function check(folder, { pages: most = 30 } = {}) {
  const findings = [];
  const find = (code, address, message) => findings.push({ code, address, message });
  const pages = pagesOf(folder).map((address) => readPage(folder, address));
  if (!pages.some((page) => page.address === "/")) find("no-home", "/", "there is no index.html");

  const links = checkLinks(folder, pages, find);
  for (const page of pages) checkSecurity(page, find);
  const seen = sample(pages, most);
  await look(folder, seen, find);
  const validated = await validate(folder, [...new Set([...seen, ...pages])].slice(0, VALIDATED), find);

  const kinds = new Set(pages.map((page) => page.kind)).size;
  const summary =
    `${pages.length} pages of ${kinds} kinds, ${links} links, ${seen.length} pages in the browser, ` +
    `${validated ?? "NO"} pages validated: ${findings.length} findings`;
  return { findings, summary, skipped: validated === null ? ["no `java` here: HTML VALIDITY WAS NOT CHECKED"] : [] };
}

/** Every link into the site leads to a file, and its fragment to an id. Returns how many there are. */
function checkLinks(folder, pages, find) {
  const ids = new Map(pages.map((page) => [page.address, page.ids]));
  // The site may speak of itself by the address it will have: that of the home page.
  const base = pages.find((page) => page.address === "/")?.canonical ?? null;
  let count = 0;
  for (const page of pages) {
    for (const link of page.links) {
      let target;
      try {
        target = new URL(base && link.startsWith(base) ? `/${link.slice(base.length)}` : link, `http://site${page.address}`);
      } catch {
        find("link", page.address, `\`${link}\` is no address`);
        continue;
      }
      if (!["http:", "https:", "mailto:", "tel:"].includes(target.protocol)) find("link", page.address, `\`${link}\` is active`);
      if (target.host !== "site") continue;
      count += 1;
      if (!fileOf(folder, target.pathname)) {
        find("link", page.address, `\`${link}\` leads nowhere`);
        continue;
      }
      const known = ids.get(target.pathname.replace(/\/index\.html$/, "/"));
      const fragment = decodeURIComponent(target.hash.slice(1));
      if (fragment && fragment !== "top" && known && !known.has(fragment)) {
        find("fragment", page.address, `\`${link}\`: no such place on that page`);
      }
    }
  }
  return count;
}

function checkSecurity(page, find) {
  if (page.policy === null) find("policy", page.address, "no Content-Security-Policy");
  else if (!/(^|;)\s*default-src\s+'(none|self)'/.test(page.policy) || /unsafe-|\*|https?:/.test(page.policy)) {
    find("policy", page.address, `not strict: ${page.policy}`);
  }
  for (const what of page.inline) find("inline", page.address, what);
}

/** Of every kind the largest and the smallest page, then further ones, kinds in turn. */
function sample(pages, most) {
  const kinds = new Map();
  for (const page of pages) kinds.set(page.kind, [...(kinds.get(page.kind) ?? []), page]);
  const queues = [...kinds.values()].map((group) => {
    group.sort((a, b) => b.size - a.size || (a.address < b.address ? -1 : 1));
    return group.length > 1 ? [group[0], group.at(-1), ...group.slice(1, -1)] : group;
  });
  const taken = queues.map((queue) => queue.shift());
  while (taken.length < most && queues.some((queue) => queue.length)) {
    for (const queue of queues) if (queue.length && taken.length < most) taken.push(queue.shift());
  }
  return taken;
}

async function look(folder, pages, find) {
  const server = await serve(folder);
  const browser = await launch();
  try {
    for (const page of pages) {
      const spoken = await checkWithScripts(browser, server.origin, page.address, find);
      const silent = await textWithoutScripts(browser, server.origin, page.address);
      if (spoken !== silent) find("scripts", page.address, `other words without scripts: ${firstDifference(spoken, silent)}`);
    }
  } finally {
    await browser.close();
    server.close();
  }
}

/** The page as most see it; returns the words of its main part. */
async function checkWithScripts(browser, origin, address, find) {
  const context = await browser.newContext({ viewport: { width: WIDTHS[0], height: 900 }, colorScheme: SCHEMES[0] });
  await context.route(
    (url) => url.origin !== origin,
    (route) => {
      find("request", address, `asks ${route.request().url()}`);
      return route.abort();
    },
  );
  const page = await context.newPage();
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) find("console", address, message.text());
  });
  page.on("pageerror", (error) => find("console", address, error.message));
  page.on("response", (response) => {
    if (response.status() >= 400) find("status", address, `${response.status()} for ${new URL(response.url()).pathname}`);
  });
  await page.goto(origin + address, { waitUntil: "load" });
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    const over = await page.evaluate(() => document.scrollingElement.scrollWidth - document.documentElement.clientWidth);
    if (over > 0) find("sideways", address, `${over} px too wide at ${width} px`);
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme });
      for (const message of await axe(page)) find("axe", address, `${message} (${width} px, ${colorScheme})`);
    }
  }
  if (await page.$("style")) await checkPrinted(page, address, find);
  // Last, because it takes away what scripts added, and as wide as where there are none.
  await page.setViewportSize({ width: WIDTHS[0], height: 900 });
  const words = await mainText(page);
  await context.close();
  return words;
}

/** On paper nothing is cut off at the side, and no mark of a change is colour alone. */
async function checkPrinted(page, address, find) {
  await page.emulateMedia({ media: "print", colorScheme: "light" });
  // A4 between its margins.
  await page.setViewportSize({ width: 635, height: 900 });
  const faults = await page.evaluate(() => {
    const seen = (element) => element.getClientRects().length > 0;
    const line = (element, wanted) => getComputedStyle(element).textDecorationLine.includes(wanted);
    const faults = [];
    const over = document.scrollingElement.scrollWidth - document.documentElement.clientWidth;
    if (over > 0) faults.push(`${over} px too wide on paper`);
    if ([...document.querySelectorAll("nav, button, .toolbar")].some(seen)) faults.push("buttons or navigation on paper");
    if (![...document.querySelectorAll("ins")].every((element) => line(element, "underline"))) faults.push("added words are not underlined on paper");
    if (![...document.querySelectorAll("del")].every((element) => line(element, "line-through"))) faults.push("removed words are not struck on paper");
    return faults;
  });
  for (const message of faults) find("print", address, message);
  const paper = await page.pdf({ preferCSSPageSize: true });
  if (paper.length < 1000) find("print", address, "there is nothing on the paper");
  await page.emulateMedia({ media: "screen" });
}

/** The violations of one page as it now is. */
export async function axe(page) {
  // Evaluated and not added as an element: the page's own policy stays in force.
  await page.evaluate(`if (!window.axe) { ${AXE} }`);
  const violations = await page.evaluate(
    async (values) => (await window.axe.run({ runOnly: { type: "tag", values }, resultTypes: ["violations"] })).violations,
    RULES,
  );
  return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0].target.join(" ")}${nodes.length > 1 ? ` and ${nodes.length - 1} more` : ""}`);
}

async function textWithoutScripts(browser, origin, address) {
  const context = await browser.newContext({ viewport: { width: WIDTHS[0], height: 900 }, javaScriptEnabled: false });
  await context.route((url) => url.origin !== origin, (route) => route.abort());
  const page = await context.newPage();
  await page.goto(origin + address, { waitUntil: "load" });
  const words = await mainText(page);
  await context.close();
  return words;
}

/** The visible words of the main part, without what scripts add or replace. */
function mainText(page) {
  return page.evaluate(() => {
    const main = document.querySelector("main") ?? document.body;
    for (const added of main.querySelectorAll("[data-script], noscript")) added.remove();
    return main.innerText.replace(/\s+/g, " ").trim();
  });
}

function firstDifference(one, other) {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  const around = (text) => JSON.stringify(text.slice(Math.max(0, at - 20), at + 40));
  return `${around(one)} became ${around(other)}`;
}

/** Returns how many pages were validated; null where there is no Java to do it with. */
async function validate(folder, pages, find) {
  const run = promisify(execFile);
  try {
    await run("java", ["-version"]);
  } catch {
    return null;
  }
  const jar = join(HERE, "node_modules/vnu-jar/build/dist/vnu.jar");
  const files = new Map(pages.map((page) => [pathToFileURL(fileOf(folder, page.address)).href, page.address]));
  const paths = [...files.keys()].map((url) => fileURLToPath(url));
  const options = { maxBuffer: 1 << 28 };
  const report = await run("java", ["-Xss4m", "-jar", jar, "--no-langdetect", "--format", "json", "--exit-zero-always", ...paths], options);
  for (const { type, subType, url, lastLine, message } of JSON.parse(report.stderr || '{"messages":[]}').messages) {
    if (type === "info" && subType !== "warning") continue;
    // It takes a file for a site of its own, which nothing is `'self'` of; the browser knows better.
    if (message.includes("violates Content Security Policy")) continue;
    find("html", files.get(new URL(url).href) ?? url, `line ${lastLine}: ${message}`);
  }
  return paths.length;
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
