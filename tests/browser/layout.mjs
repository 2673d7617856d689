// Whether text stays legible where room is short: at 400 % zoom (320 px of 1280), with letters of
// twice the size, and running from the right.

/** 1280 px, and what is left of them at 400 %. */
export const WIDE = 1280;
export const NARROW = 320;

/** How far the page can be scrolled sideways, in px; 0 is right. */
export const sideways = (page) => page.evaluate(() => document.scrollingElement.scrollWidth - document.documentElement.clientWidth);

/** At 320 × 256, what stays in place as the page moves may not take half of the window. */
export async function checkZoomed(page, address, find) {
  await page.setViewportSize({ width: NARROW, height: 256 });
  const height = await page.evaluate(() => {
    scrollTo(0, document.documentElement.scrollHeight / 2);
    const stays = [...document.body.querySelectorAll("*")].filter((element) => ["fixed", "sticky"].includes(getComputedStyle(element).position));
    const seen = stays.map((element) => element.getBoundingClientRect()).filter(({ width, top, bottom }) => width > innerWidth / 2 && bottom > 0 && top < innerHeight);
    scrollTo(0, 0);
    return Math.round(Math.max(0, ...seen.map(({ top, bottom }) => Math.min(bottom, innerHeight) - Math.max(top, 0))));
  });
  if (height > 128) find("zoom", address, `${height} of 256 px are taken by what does not scroll`);
}

/** For readers whose browser is set to letters of twice the size nothing is cut off, and nothing lies over something else. */
export async function checkLargeText(page, address, find) {
  await page.setViewportSize({ width: WIDE, height: 900 });
  const session = await page.context().newCDPSession(page);
  await session.send("Page.setFontSizes", { fontSizes: { standard: 32, fixed: 26 } });
  const over = await sideways(page);
  if (over > 0) find("sideways", address, `${over} px too wide with large letters`);
  for (const fault of await page.evaluate(textFaults)) find("large-text", address, fault);
  await session.send("Page.setFontSizes", { fontSizes: { standard: 16, fixed: 13 } });
  await session.detach();
}

/** What is wrong with the page from the right, found at both widths. */
export async function checkFromRight(page, address, find, axe) {
  const before = await page.evaluate(() => document.documentElement.dir);
  await page.evaluate(() => { document.documentElement.dir = "rtl"; });
  for (const width of [WIDE, NARROW]) {
    await page.setViewportSize({ width, height: 900 });
    const over = await sideways(page);
    if (over > 0) find("sideways", address, `${over} px too wide at ${width} px, from the right`);
    for (const fault of await page.evaluate(textFaults)) find("from-right", address, `${fault} (${width} px)`);
    for (const message of await axe(page)) find("axe", address, `${message} (${width} px, from the right)`);
  }
  await page.evaluate((dir) => { document.documentElement.dir = dir; }, before);
}

/** Runs in the page: the first few places where text is cut off or lies over other text. */
export function textFaults() {
  const faults = [];
  const lines = [];
  const styles = new Map();
  const styleOf = (element) => {
    if (!styles.has(element)) styles.set(element, getComputedStyle(element));
    return styles.get(element);
  };
  const wide = document.documentElement.clientWidth;

  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    const parent = text.parentElement;
    if (!text.data.trim() || !parent.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    for (const rect of range.getClientRects()) {
      if (rect.width < 2 || rect.height < 2) continue;
      const seen = visiblePart(parent, rect);
      if (!seen) continue;
      const words = text.data.trim().replace(/\s+/g, " ").slice(0, 40);
      if (seen.cut) faults.push(`cut off: “${words}”`);
      lines.push({ ...seen, words, parent });
    }
  }

  // Two lines meet if the middles of their letters do: tight lines may touch with what is above and below.
  lines.sort((a, b) => a.top - b.top);
  for (let at = 0; at < lines.length; at += 1) {
    for (let next = at + 1; next < lines.length && lines[next].top < lines[at].bottom; next += 1) {
      const [one, other] = [lines[at], lines[next]];
      const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      if (one.parent !== other.parent && across > 2 && down > 2) faults.push(`“${one.words}” and “${other.words}” lie over each other`);
    }
  }
  return [...new Set(faults)].slice(0, 3);

  /** The part of a line that what is around it lets through; null where it is meant to be heard, not seen. */
  function visiblePart(parent, rect) {
    const part = { left: rect.left, right: rect.right, top: rect.top + rect.height * 0.15, bottom: rect.bottom - rect.height * 0.15, cut: false };
    let floats = false;
    for (let around = parent; around && around !== document.body; around = around.parentElement) {
      const { overflowX, overflowY, position, clipPath } = styleOf(around);
      // What stays in place lies over the text by intent.
      if (["fixed", "sticky"].includes(position)) floats = true;
      const box = around.getBoundingClientRect();
      if (clipPath !== "none" || (position === "absolute" && box.width <= 1)) return null;
      if (overflowX === "visible" && overflowY === "visible") continue;
      const scrolls = (value) => ["auto", "scroll"].includes(value);
      if (!scrolls(overflowX) && overflowX !== "visible" && (part.left < box.left - 2 || part.right > box.right + 2)) part.cut = true;
      if (!scrolls(overflowY) && overflowY !== "visible" && (part.top < box.top - 2 || part.bottom > box.bottom + 2)) part.cut = true;
      part.left = Math.max(part.left, box.left);
      part.right = Math.min(part.right, box.right);
      part.top = Math.max(part.top, box.top);
      part.bottom = Math.min(part.bottom, box.bottom);
    }
    if (part.left < -1 || part.right > wide + 1) part.cut = true;
    return floats || part.right <= part.left || part.bottom <= part.top ? (part.cut ? { ...part, bottom: part.top } : null) : part;
  }
}
