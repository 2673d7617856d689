// Pages in a browser: what it says, what it asks for, what axe finds in light and dark and at two
// widths, and the same words without scripts. One page of each kind is looked at more closely: by
// keyboard, from the right, with large letters, at 400 %, on paper.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { inTurns, launch } from "./browser.mjs";
import { checkKeyboard } from "./keyboard.mjs";
import { NARROW, WIDE, checkFromRight, checkLargeText, checkZoomed, sideways } from "./layout.mjs";
import { checkPrint } from "./print.mjs";
import { serve } from "./site.mjs";
import { loadedBy } from "./weight.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const SCHEMES = ["light", "dark"];
/** How many pages are open at a time. */
const LANES = 3;

/** Looks at `pages`; the first of each kind closely. */
export async function look(folder, pages, find) {
  const server = await serve(folder);
  const browser = await launch();
  const firsts = new Set([...new Map([...pages].reverse().map((page) => [page.kind, page])).values()]);
  // The longest work first, so that the lanes end together.
  const queue = [...pages].sort((a, b) => firsts.has(b) - firsts.has(a) || b.size - a.size);
  try {
    await inTurns(queue, LANES, async (page) => {
      const spoken = await withScripts(browser, server.origin, { folder, page, closely: firsts.has(page) }, find);
      const silent = await withoutScripts(browser, server.origin, page.address, find);
      if (spoken !== silent) find("scripts", page.address, `other words without scripts: ${firstDifference(spoken, silent)}`);
    });
  } finally {
    await browser.close();
    server.close();
  }
}

/** The page as most see it; returns the words of its main part. */
async function withScripts(browser, origin, { folder, page: { address, ...read }, closely }, find) {
  const context = await browser.newContext({ viewport: { width: WIDE, height: 900 }, colorScheme: SCHEMES[0] });
  await context.route(
    (url) => url.origin !== origin,
    (route) => {
      find("request", address, `asks ${route.request().url()}`);
      return route.abort();
    },
  );
  const page = await context.newPage();
  const loaded = new Set();
  page.on("request", (request) => loaded.add(new URL(request.url()).pathname));
  // Nothing of ours has anything to say there.
  page.on("console", (message) => find("console", address, `${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => find("console", address, error.message));
  page.on("response", (response) => {
    if (response.status() >= 400 && response.request().resourceType() !== "document") {
      find("status", address, `${response.status()} for ${new URL(response.url()).pathname}`);
    }
  });
  const answer = await page.goto(origin + address, { waitUntil: "load" });
  if (answer.status() !== 200) find("status", address, `${answer.status()} for itself`);

  for (const width of [WIDE, NARROW]) {
    await page.setViewportSize({ width, height: 900 });
    const over = await sideways(page);
    if (over > 0) find("sideways", address, `${over} px too wide at ${width} px`);
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme });
      for (const message of await axe(page)) find("axe", address, `${message} (${width} px, ${colorScheme})`);
    }
  }
  // By now a script has asked for what it asks for.
  const weighed = new Set(loadedBy(folder, { address, ...read }));
  for (const path of loaded) if (!weighed.has(path)) find("weight", address, `${path} is loaded and was not weighed`);
  await page.emulateMedia({ colorScheme: SCHEMES[0] });
  if (closely) {
    await checkZoomed(page, address, find);
    await checkLargeText(page, address, find);
    await checkFromRight(page, address, find, axe);
    await checkPrint(page, address, find);
    await page.setViewportSize({ width: WIDE, height: 900 });
    await page.reload({ waitUntil: "load" });
    await checkKeyboard(page, address, find);
    await page.goto("about:blank");
    await page.goto(origin + address, { waitUntil: "load" });
  }
  // Last, because it takes away what scripts added, and as wide as where there are none.
  await page.setViewportSize({ width: WIDE, height: 900 });
  const words = await mainText(page);
  await context.close();
  return words;
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

async function withoutScripts(browser, origin, address, find) {
  const context = await browser.newContext({ viewport: { width: WIDE, height: 900 }, javaScriptEnabled: false });
  await context.route((url) => url.origin !== origin, (route) => route.abort());
  const page = await context.newPage();
  await page.goto(origin + address, { waitUntil: "load" });
  const idle = await page.evaluate(() => {
    const works = (button) => button.popoverTargetElement || (button.form && button.type !== "button") || button.hasAttribute("commandfor");
    return [...document.querySelectorAll("button")].filter((button) => button.checkVisibility() && !works(button)).map((button) => button.textContent.trim());
  });
  if (idle.length) find("scripts", address, `buttons that do nothing without scripts: ${idle.join(", ")}`);
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
