// A page as it comes out of a printer: all of its words, nothing that is of use on a screen only,
// nothing cut off, and each change marked without colour, in the text and by a bar beside it.

import { extractText, getDocumentProxy } from "unpdf";
import { decode, luminance } from "./png.mjs";

/** A4 between the margins of the style sheet, in px. */
const PAPER = 635;
const CHANGED = ["modified", "added", "removed", "moved", "renamed", "split", "merged"];
/** How tall a picture may be. */
const STRIP = 4000;
/** What stands out against white by 4.5 to 1. */
const DARK = 1.05 / 4.5 - 0.05;

export async function checkPrint(page, address, find) {
  await page.emulateMedia({ media: "print", colorScheme: "light" });
  await page.setViewportSize({ width: PAPER, height: 900 });
  for (const message of await page.evaluate(faultsOnPaper)) find("print", address, message);
  await checkPaper(page, address, find);
  await checkBars(page, address, find);
  await page.emulateMedia({ media: "screen" });
}

/** Runs in the page. */
function faultsOnPaper() {
  const seen = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const line = (element, wanted) => !seen(element) || getComputedStyle(element).textDecorationLine.includes(wanted);
  const faults = [];
  const over = document.scrollingElement.scrollWidth - document.documentElement.clientWidth;
  if (over > 0) faults.push(`${over} px too wide on paper`);
  if ([...document.querySelectorAll("nav, button, .toolbar")].some(seen)) faults.push("buttons or navigation on paper");
  // What the reader has switched off is no mark, and stands there as plain text.
  const off = [...document.querySelectorAll(".switches input[type=checkbox]:not(:checked)")].map(({ value }) => value);
  const marks = (name) => [...document.querySelectorAll(name)].filter(({ classList }) => !off.some((value) => classList.contains(value)));
  if (!marks("ins").every((element) => line(element, "underline"))) faults.push("added words are not underlined on paper");
  if (!marks("del").every((element) => line(element, "line-through"))) faults.push("removed words are not struck on paper");
  return faults;
}

/** What is read off the paper are the words of the page: its heading, and nearly all of its letters. */
async function checkPaper(page, address, find) {
  const { heading, words, unprinted } = await page.evaluate(() => {
    const only = [...document.querySelectorAll("body *")].filter((element) => {
      // Of a closed list the paper shows the choice made; and some words are there to be heard.
      if (element.localName === "select") return element.checkVisibility();
      const style = getComputedStyle(element);
      if (style.fontSize === "0px") return element.checkVisibility() && getComputedStyle(element.parentElement).fontSize !== "0px";
      return style.position === "absolute" && element.getBoundingClientRect().width <= 1;
    });
    return {
      heading: document.querySelector("h1")?.innerText ?? "",
      words: document.body.innerText,
      unprinted: only.map((element) => element.innerText).join(" "),
    };
  });
  const paper = await page.pdf({ preferCSSPageSize: true });
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(paper), { verbosity: 0 }), { mergePages: true });
  // Lines, hyphens and the order of letters from the right are not the same on both sides.
  const letters = (from) => from.normalize("NFKC").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  const [wanted, printed] = [letters(words).length - letters(unprinted).length, letters(text).length];
  if (printed === 0) find("print", address, "there is nothing on the paper");
  else if (printed < wanted * 0.95) find("print", address, `${printed} of ${wanted} letters are on the paper`);
  if (/^[\p{Script=Latin}\P{L}]*$/u.test(heading) && !letters(text).includes(letters(heading))) find("print", address, "the heading is not on the paper");
}

/** Beside each changed clause there is a dark line from its top to its foot, in a picture of the sheet. */
async function checkBars(page, address, find) {
  const { clauses, height } = await page.evaluate(placesOfChanges, CHANGED);
  const without = [];
  for (let top = 0; top < height; top += STRIP) {
    const here = clauses.filter((clause) => clause.top >= top && clause.top < top + STRIP);
    if (!here.length) continue;
    const tall = Math.ceil(Math.min(height, Math.max(top + STRIP, ...here.map((clause) => clause.bottom))) - top);
    const left = Math.max(0, Math.floor(Math.min(...here.map((clause) => clause.from))));
    const right = Math.min(PAPER, Math.ceil(Math.max(...here.map((clause) => clause.to))));
    if (right > left) {
      const picture = decode(await page.screenshot({ fullPage: true, clip: { x: left, y: top, width: right - left, height: tall } }));
      without.push(...here.filter((clause) => !hasBar(picture, clause, left, top)).map(({ name }) => name));
    } else without.push(...here.map(({ name }) => name));
  }
  if (without.length) find("print", address, `no change bar on paper beside ${without.slice(0, 3).join(", ")}${without.length > 3 ? ` and ${without.length - 3} more` : ""}`);
}

/** Runs in the page: where changed clauses stand, and the margin beside each, up to its first letter. */
function placesOfChanges(changed) {
  // A printer leaves out backgrounds, so they are no bar.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("*, *::before, *::after { background: none !important; box-shadow: none !important; }");
  document.adoptedStyleSheets.push(sheet);
  const clauses = [];
  for (const clause of document.querySelectorAll(".redline .clause")) {
    const kind = changed.find((name) => clause.classList.contains(name));
    // What lies in an item is marked by itself.
    const own = clause.querySelector(":scope > .own") ?? clause;
    const box = own.getBoundingClientRect();
    if (!kind || box.height < 2 || !clause.checkVisibility()) continue;
    const fromRight = getComputedStyle(clause).direction === "rtl";
    const inside = [];
    const texts = document.createTreeWalker(own, NodeFilter.SHOW_TEXT, (text) => (text.data.trim() ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_REJECT));
    const range = document.createRange();
    while (texts.nextNode()) {
      range.selectNodeContents(texts.currentNode);
      inside.push(...[...range.getClientRects()].filter((rect) => rect.width > 1 && rect.height > 1));
    }
    const first = fromRight ? Math.max(...inside.map((rect) => rect.right)) : Math.min(...inside.map((rect) => rect.left));
    const edge = Number.isFinite(first) ? first : box.left;
    clauses.push({
      name: `${kind} \`${clause.id || clause.textContent.trim().slice(0, 30)}\``,
      top: box.top + scrollY, bottom: box.bottom + scrollY,
      from: fromRight ? edge + 1 : 0, to: fromRight ? innerWidth : edge - 1,
    });
  }
  return { clauses, height: document.documentElement.scrollHeight };
}

/** Dark columns two wide at least, so that the edge of a table or of a number is not taken for one. */
function hasBar(picture, clause, left, top) {
  const [first, last] = [Math.max(0, Math.round(clause.top - top)), Math.min(picture.height, Math.round(clause.bottom - top))];
  let dark = 0;
  for (let x = Math.max(0, Math.floor(clause.from) - left); x < Math.min(picture.width, Math.ceil(clause.to) - left); x += 1) {
    let filled = 0;
    for (let y = first; y < last; y += 1) if (luminance(picture.at(x, y)) <= DARK) filled += 1;
    dark = filled >= (last - first) * 0.7 ? dark + 1 : 0;
    if (dark >= 2) return true;
  }
  return false;
}
