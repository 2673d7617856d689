// The preview in a browser: a draft is edited, and the page that shows it says the new words by itself and
// stays where it was; a mistake is told in the page and goes when it is mended, and so does what holds up
// publication, which is told with its redline and what to paste.
//
//     node serve-test.mjs PROGRAM CONTENT_DIR
//
// PROGRAM is the built program, CONTENT_DIR a content folder with a policy `privacy`; a copy of it is edited.
// With SHOTS=DIR in the environment pictures of the panel are put there.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { launch } from "./browser.mjs";
import { axe } from "./look.mjs";

const [program, model] = process.argv.slice(2);
if (!program || !model) {
  console.error("usage: node serve-test.mjs PROGRAM CONTENT_DIR");
  process.exit(2);
}

const place = mkdtempSync(join(tmpdir(), "clauseline-serve-"));
const content = join(place, "content");
cpSync(model, content, { recursive: true });

// A draft: the last text with other words, and long enough to be scrolled.
const last = readdirSync(join(content, "privacy")).filter((name) => /^\d{4}-\d\d-\d\d\.md$/.test(name)).sort().at(-1);
const file = join(content, "privacy", "2028-01-01.md");
const body = readFileSync(join(content, "privacy", last), "utf8").replace(/^---[\s\S]*?\n---\n/, "");
const draft = (words) => `---\neffective: 2028-01-01\ndraft: true\naction: notice\nsummary: A draft.\n---\n\n${words}\n\n${body}`;
writeFileSync(file, draft("First words of the draft."));

const server = spawn(resolve(program), ["serve", "--port", "0", "--as-of", "2026-11-22"], { cwd: place, stdio: ["ignore", "inherit", "pipe"] });
const origin = await new Promise((found, lost) => {
  const lines = createInterface({ input: server.stderr });
  lines.on("line", (line) => {
    const at = /preview is at (http:\/\/[^/ ]+)/.exec(line);
    if (at) found(at[1]);
  });
  server.on("exit", (code) => lost(new Error(`the preview ended: ${code}`)));
});

const browser = await launch();
try {
  const page = await browser.newPage({ viewport: { width: 1100, height: 700 } });
  const wrong = [];
  // What the tests themselves put into the page is held back by its policy, and says so.
  let ours = false;
  const unseen = async (work) => {
    ours = true;
    const done = await work();
    ours = false;
    return done;
  };
  const picture = (name) => process.env.SHOTS && unseen(() => page.screenshot({ path: join(process.env.SHOTS, name) }));
  page.on("console", (message) => ours || wrong.push(`${message.type()}: ${message.text()} ${message.location().url}`));
  page.on("pageerror", (error) => wrong.push(error.message));
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== origin) wrong.push(`asks ${request.url()}`);
  });
  const says = (words) => page.waitForFunction((wanted) => document.querySelector("main").textContent.includes(wanted), words);
  const status = page.locator("clauseline-preview .said");
  const told = (words) => page.waitForFunction((wanted) => document.querySelector("clauseline-preview")?.shadowRoot.querySelector(".said").textContent.includes(wanted), words);

  await page.goto(`${origin}/privacy/v/2028-01-01/`);
  await says("First words of the draft.");
  await status.waitFor();

  // A save is shown by itself, and the page stays where it was.
  await page.evaluate(() => scrollTo(0, 900));
  writeFileSync(file, draft("Second words of the draft."));
  await says("Second words of the draft.");
  await page.waitForFunction(() => scrollY === 900);
  for (let n = 0; n < 20; n += 1) writeFileSync(file, draft(`Number ${n} of many.`));
  await says("Number 19 of many.");
  await page.waitForFunction(() => scrollY === 900);

  // The panel leads to the redline against the text in force.
  const redline = page.locator("clauseline-preview .here a", { hasText: "Redline against the text in force" });
  await redline.click();
  await page.waitForURL(/\/privacy\/compare\/[^/]+\/2028-01-01\/$/);
  await page.locator("ins", { hasText: "Number 19 of many." }).first().waitFor();
  writeFileSync(file, draft("Words in a redline."));
  await page.locator("ins", { hasText: "Words in a redline." }).first().waitFor();
  await page.goto(`${origin}/privacy/v/2028-01-01/`);

  // A mistake: named with its file and line, at once; the text stays.
  writeFileSync(file, draft("A mistake.\n\n## One {#twice}\n\nWords.\n\n## Two {#twice}\n\nWords."));
  await told("Out of date");
  await says("Words in a redline.");
  const button = page.locator("clauseline-preview .bar button");
  await button.focus();
  await page.keyboard.press("Enter");
  assert.equal(await button.getAttribute("aria-expanded"), "true");
  const first = page.locator("clauseline-preview .found li").first();
  assert.match(await first.locator(".place").textContent(), /privacy\/2028-01-01\.md:\d+:\d+$/);
  assert.match(await first.locator(".message").textContent(), /^Mistake: .*twice/);
  for (const scheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme: scheme });
    for (const width of [1100, 320]) {
      await page.setViewportSize({ width, height: 700 });
      assert.deepEqual(await unseen(() => axe(page)), [], `${scheme}, ${width}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      assert.equal(wide, false, `${width}: the page scrolls sideways`);
    }
    await picture(`mistake-${scheme}-320.png`);
    await page.setViewportSize({ width: 1100, height: 700 });
    await picture(`mistake-${scheme}.png`);
  }
  await page.emulateMedia({ colorScheme: "light" });

  // Mended, by a rename as editors do it.
  writeFileSync(`${file}~`, draft("Mended."));
  renameSync(`${file}~`, file);
  await says("Mended.");
  await page.waitForFunction(() => !document.querySelector("clauseline-preview")?.shadowRoot.querySelector(".said").textContent.includes("Out of date"));
  assert.equal(await button.getAttribute("aria-expanded"), "true", "the panel stays as it was left");
  await picture("fine.png");
  await button.focus();
  await page.keyboard.press("Escape");
  assert.equal(await button.getAttribute("aria-expanded"), "false");
  await picture("closed.png");

  // Beside what is read from the right, and on paper.
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator("clauseline-preview").isVisible(), false, "the panel is printed");
  await page.emulateMedia({ media: "screen" });

  // What holds up publication is told with its redline and what to paste, and the text is shown all the same.
  const [words, changed] = ["We keep what you tell us for ninety days.", "We keep what you tell us for thirty days."];
  const section = (text) => `## Kept words {#kept-words}\n\n${text}`;
  const version = (day, text, more) => `---\nannounced: 2026-01-01\neffective: ${day}\naction: notice\nsummary: Less is kept.\n${more}---\n\n${section(text)}\n`;
  mkdirSync(join(content, "keeping"));
  writeFileSync(join(content, "keeping", "policy.yaml"), "title: Keeping\n");
  writeFileSync(join(content, "keeping", "2026-01-01.md"), version("2026-01-01", words, ""));
  const kept = join(content, "keeping", "2027-06-01.md");
  writeFileSync(kept, version("2027-06-01", words, "draft: true\n"));
  while (!(await fetch(`${origin}/keeping/v/2027-06-01/`)).ok) await new Promise((done) => setTimeout(done, 50));
  await page.goto(`${origin}/keeping/v/2027-06-01/`);
  await says("ninety days");
  writeFileSync(kept, version("2027-06-01", changed, "draft: true\n"));
  await says("thirty days");
  await told("1 thing would hold up publication");
  writeFileSync(kept, version("2027-06-01", changed, ""));
  await told("1 thing holds up publication");
  assert.doesNotMatch(await status.textContent(), /Out of date/);
  if ((await button.getAttribute("aria-expanded")) === "false") await button.click();
  const open = page.locator("clauseline-preview .found li", { hasText: "not-classified" });
  assert.match(await open.locator(".place").textContent(), /keeping\/2027-06-01\.md:\d+:\d+$/);
  assert.match(await open.locator(".message").textContent(), /^Holds up publication: /);
  assert.deepEqual((await open.locator(".redline del, .redline ins").allTextContents()).slice(0, 2), ["ninety", "thirty"]);
  const field = open.getByRole("textbox", { name: /Paste this into the front matter of .*2027-06-01\.md/ });
  const lines = await field.inputValue();
  assert.match(lines, /^changes:\n {2}- clause: /);
  for (const scheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme: scheme });
    for (const width of [1100, 320]) {
      await page.setViewportSize({ width, height: 700 });
      assert.deepEqual(await unseen(() => axe(page)), [], `what holds up, ${scheme}, ${width}`);
      const wide = await page.evaluate(() => {
        const sheet = document.querySelector("clauseline-preview").shadowRoot.querySelector(".sheet");
        return document.documentElement.scrollWidth > innerWidth || sheet.scrollWidth > sheet.clientWidth;
      });
      assert.equal(wide, false, `${width}: what holds up scrolls sideways`);
      await picture(`held-${scheme}-${width}.png`);
    }
    await page.setViewportSize({ width: 1100, height: 700 });
  }
  await page.emulateMedia({ colorScheme: "light" });

  // The button copies, by the keyboard; where no page may, it selects what the keyboard copies then.
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin });
  const copy = open.getByRole("button", { name: /^Copy the lines for/ });
  const done = open.locator("[role=status]");
  await copy.focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(async (wanted) => (await navigator.clipboard.readText()) === wanted, lines);
  assert.equal(await done.textContent(), "Copied.");
  await page.evaluate(() => {
    navigator.clipboard.writeText("something else");
    Object.defineProperty(navigator, "clipboard", { value: undefined, configurable: true });
  });
  await copy.press("Enter");
  await page.waitForFunction(() => document.querySelector("clauseline-preview").shadowRoot.activeElement.matches("textarea"));
  assert.match(await done.textContent(), /^Selected/);
  assert.deepEqual(await field.evaluate((of) => [of.selectionStart, of.selectionEnd]), [0, lines.length]);
  await picture("selected.png");
  await page.keyboard.press("ControlOrMeta+c");
  await page.evaluate(() => delete navigator.clipboard);
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(copied, lines);

  // A save elsewhere leaves alone who is copying; what is pasted and finished is done, and no hand loads the page.
  await field.focus();
  writeFileSync(file, draft("Words of another policy."));
  await page.waitForFunction(async () => (await (await fetch("/privacy/v/2028-01-01/")).text()).includes("Words of another policy."));
  assert.equal(await field.evaluate((of) => of.getRootNode().activeElement === of), true, "the focus is where it was");
  writeFileSync(kept, version("2027-06-01", changed, copied.replace(/summary:\n/, "summary: We keep it for thirty days.\n")));
  await page.waitForFunction(() => !document.querySelector("clauseline-preview")?.shadowRoot.querySelector(".said").textContent.includes("publication"));
  await open.waitFor({ state: "detached" });
  await picture("pasted.png");
  await page.goto(`${origin}/privacy/v/2028-01-01/`);

  // A site that was good once and is gone leaves the last one; a folder that comes back is seen.
  renameSync(content, `${content}-away`);
  await told("Out of date");
  renameSync(`${content}-away`, content);
  writeFileSync(file, draft("Back again."));
  await says("Back again.");

  assert.deepEqual(wrong, []);
  console.log("the preview shows each save, tells mistakes, and stays where it was");
} finally {
  await browser.close();
  server.removeAllListeners("exit");
  server.kill();
  rmSync(place, { recursive: true, force: true });
}
