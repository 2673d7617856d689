// A page without a mouse: the skip link comes first and works, Tab goes to everything that can be
// operated, in the order of the page, and shows where it is; nothing holds it; keys operate what
// it comes to; and the keys n and p of a redline can be switched off.

import { contrast, decode } from "./png.mjs";

/** So many places are gone to from the top, and as many at the end. */
const STOPS = 100;
/** So many pixels differ where the focus is seen: those of a thin line around a small word. */
const SEEN = 40;

/** `page` is one that nobody has touched yet. */
export async function checkKeyboard(page, address, find) {
  const fault = (message) => find("keyboard", address, message);
  await page.evaluate(prepare);
  await checkSkipLink(page, fault);
  await checkOrder(page, fault);
  await checkControls(page, fault);
  await checkChangeKeys(page, fault);
}

/** Runs in the page: what the checks ask of it, kept under one name. */
function prepare() {
  const OPERABLE = "a[href], area[href], button, input:not([type=hidden]), select, textarea, summary, iframe, audio[controls], video[controls], [contenteditable], [tabindex]";
  const name = (element) => {
    const words = (element.getAttribute("aria-label") ?? element.innerText ?? "").trim().replace(/\s+/g, " ").slice(0, 30);
    return `<${element.localName}${element.classList.length ? ` class=${element.classList[0]}` : ""}>${words ? ` “${words}”` : ""}`;
  };
  /** Whether Tab comes to it. Of radio buttons it comes to one of each name. */
  const reachable = (element) => {
    if (element.tabIndex < 0 || element.disabled || element.closest("[inert]")) return false;
    if (!element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: false })) return false;
    if (element.localName === "summary" && element.parentElement.localName !== "details") return false;
    if (element.type !== "radio") return true;
    const group = [...document.querySelectorAll(`input[type=radio][name="${CSS.escape(element.name)}"]`)].filter((one) => one.form === element.form);
    return element === (group.find((one) => one.checked) ?? group[0]);
  };
  /** Where it can be seen in the window: not what lies outside of it, is covered, or is transparent. */
  const visible = (element) => {
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    return [...element.getClientRects()].some((rect) => {
      const [left, right] = [Math.max(0, rect.left), Math.min(innerWidth, rect.right)];
      const [top, bottom] = [Math.max(0, rect.top), Math.min(innerHeight, rect.bottom)];
      if (right - left < 2 || bottom - top < 2) return false;
      const points = [[0.5, 0.5], [0.1, 0.5], [0.9, 0.5], [0.5, 0.2], [0.5, 0.8]].map(([x, y]) => [left + (right - left) * x, top + (bottom - top) * y]);
      return points.some(([x, y]) => {
        const hit = document.elementFromPoint(x, y);
        return hit && (element.contains(hit) || hit.contains(element));
      });
    });
  };
  window.keyboardTest = { name, visible, expected: () => [...document.querySelectorAll(OPERABLE)].filter(reachable), visited: new Set(), last: null };
}

async function checkSkipLink(page, fault) {
  const needed = await page.evaluate(() => {
    const [first] = keyboardTest.expected();
    return first && !document.querySelector("main")?.contains(first);
  });
  if (!needed) return;
  await page.keyboard.press("Tab");
  const skips = await page.evaluate(() => {
    const at = document.activeElement;
    const target = at.hash && document.getElementById(decodeURIComponent(at.hash.slice(1)));
    return Boolean(target) && target.closest("main") !== null && keyboardTest.visible(at);
  });
  if (!skips) {
    fault("the first stop is no visible link that skips to the main part");
  } else {
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    const inside = await page.evaluate(() => document.activeElement === document.body || document.querySelector("main").contains(document.activeElement));
    if (!inside) fault("the skip link does not lead into the main part");
  }
  await page.evaluate(() => { document.activeElement.blur(); scrollTo(0, 0); getSelection().removeAllRanges(); });
}

/** Goes through the page, from its top and to its end; long pages without their middle. */
async function checkOrder(page, fault) {
  const count = await page.evaluate(() => {
    keyboardTest.stops = keyboardTest.expected();
    // From the very top, wherever the focus was.
    const top = document.createElement("span");
    top.tabIndex = -1;
    document.body.prepend(top);
    top.focus();
    keyboardTest.top = top;
    return keyboardTest.stops.length;
  });
  const looked = new Set();
  for (let at = 0; at < count; at += 1) {
    if (at === STOPS && count > 2 * STOPS) {
      at = count - STOPS;
      await page.evaluate((index) => keyboardTest.stops[index - 1].focus({ preventScroll: false }), at);
    }
    await page.keyboard.press("Tab");
    if (at === 0) await page.evaluate(() => keyboardTest.top.remove());
    // A date has a stop for its day, its month, its year and its calendar.
    for (let part = 0; part < 4 && (await page.evaluate((index) => document.activeElement.type === "date" && document.activeElement === keyboardTest.stops[index - 1], at)); part += 1) {
      await page.keyboard.press("Tab");
    }
    const { reached, wanted, arrived, visible, look, place } = await page.evaluate(arrive, at);
    if (!arrived) {
      fault(`Tab comes to ${reached} and not to ${wanted}`);
      return;
    }
    if (!visible) fault(`the focus is on ${reached}, and it cannot be seen`);
    // Things of one kind show the focus alike: one of each is looked at closely.
    else if (!looked.has(look)) {
      looked.add(look);
      if (!(await showsFocus(page, place))) fault(`nothing shows that the focus is on ${reached}`);
    }
  }
  await page.keyboard.press("Tab");
  if (count > 1 && (await page.evaluate(() => document.activeElement === keyboardTest.stops.at(-1)))) fault("Tab does not leave the end of the page");
}

/** Runs in the page after Tab: where the focus is, and whether that is where it belongs. */
function arrive(index) {
  const { name, stops, visible } = keyboardTest;
  const [active, wanted] = [document.activeElement, stops[index]];
  const [rect] = active.getClientRects();
  const around = 6;
  const [left, top] = [Math.max(0, (rect?.left ?? 0) - around), Math.max(0, (rect?.top ?? 0) - around)];
  const place = { x: left, y: top, width: Math.min(innerWidth, (rect?.right ?? 1) + around) - left, height: Math.min(innerHeight, (rect?.bottom ?? 1) + around) - top };
  const look = [active.localName, active.type, active.className, active.parentElement?.className].join(" ");
  return { reached: name(active), wanted: name(wanted), arrived: active === wanted, visible: visible(active), look, place };
}

/** Whether a picture with the focus and one without it differ well enough to be told apart (3 to 1). */
async function showsFocus(page, clip) {
  if (clip.width < 1 || clip.height < 1) return false;
  const focused = decode(await page.screenshot({ clip }));
  await page.evaluate(() => {
    keyboardTest.last = document.activeElement;
    document.activeElement.blur();
  });
  const plain = decode(await page.screenshot({ clip }));
  await page.evaluate(() => keyboardTest.last.focus({ preventScroll: true }));
  let changed = 0;
  for (let y = 0; y < Math.min(focused.height, plain.height); y += 1) {
    for (let x = 0; x < Math.min(focused.width, plain.width); x += 1) if (contrast(focused.at(x, y), plain.at(x, y)) >= 3) changed += 1;
  }
  return changed >= SEEN;
}

/** What opens, what is ticked and what is chosen: a few of each, by keys, and back again. */
async function checkControls(page, fault) {
  const ask = (selector, index, answer) =>
    page.evaluate(([wanted, at, what]) => {
      const element = keyboardTest.expected().filter((one) => one.matches(wanted))[at];
      if (!element) return null;
      element.focus();
      if (what === "open") return element.parentElement.open;
      return what === "group" ? element.name : element.checked;
    }, [selector, index, answer]);

  for (let at = 0; at < 3; at += 1) {
    const open = await ask("details > summary", at, "open");
    if (open === null) break;
    for (const wanted of [!open, open]) {
      await page.keyboard.press("Enter");
      if ((await page.evaluate(() => document.activeElement.parentElement.open)) !== wanted) fault(`Enter does not ${wanted ? "open" : "close"} <details> ${at + 1}`);
    }
  }
  for (let at = 0; at < 3; at += 1) {
    const ticked = await ask("input[type=checkbox]", at, "checked");
    if (ticked === null) break;
    for (const wanted of [!ticked, ticked]) {
      await page.keyboard.press("Space");
      if ((await page.evaluate(() => document.activeElement.checked)) !== wanted) fault(`Space does not tick checkbox ${at + 1}`);
    }
  }
  for (let at = 0; at < 3; at += 1) {
    const group = await ask("input[type=radio]", at, "group");
    if (group === null) break;
    const before = await page.evaluate(() => document.querySelectorAll(`input[type=radio][name="${CSS.escape(document.activeElement.name)}"]:enabled`).length);
    const first = await page.evaluateHandle(() => document.activeElement);
    await page.keyboard.press("ArrowDown");
    if (before > 1 && (await page.evaluate((one) => document.activeElement === one || !document.activeElement.checked, first))) {
      fault(`the arrow keys do not choose among the radio buttons “${group}”`);
    }
    await page.keyboard.press("ArrowUp");
  }
}

/** Redlines with scripts: n and p go to the changes, in view, and a switch stops them (WCAG 2.1.4). */
async function checkChangeKeys(page, fault) {
  const total = await page.evaluate(() => {
    document.activeElement.blur();
    history.replaceState(null, "", location.pathname);
    return document.scripts.length ? document.querySelectorAll(".redline [data-change][id]").length : 0;
  });
  if (total < 1) return;
  await page.reload({ waitUntil: "load" });
  await page.evaluate(prepare);
  const place = () =>
    page.evaluate(() => {
      const at = document.activeElement;
      const ids = [...document.querySelectorAll(".redline [data-change][id]")].map(({ id }) => id);
      return { index: ids.indexOf(location.hash.slice(1)), inside: at.closest("[data-change]")?.id === location.hash.slice(1), visible: keyboardTest.visible(at) };
    });
  // The first n goes to the first change that is still ahead; where that is, the next keys tell.
  await page.keyboard.press("n");
  const first = await place();
  if (first.index < 0) return fault("n does not go to a change");
  for (const [key, wanted] of [["n", (first.index + 1) % total], ["p", first.index]]) {
    await page.keyboard.press(key);
    const { index, inside, visible } = await place();
    if (index !== wanted) fault(`${key} goes to change ${index + 1} and not to ${wanted + 1}`);
    else if (!inside) fault(`${key} does not take the focus along`);
    else if (!visible) fault(`${key} goes to a change that cannot be seen`);
  }
  const found = await page.evaluate(() => {
    const box = document.querySelector(".toolbar [name=keys]");
    box?.focus();
    return Boolean(box) && document.activeElement === box && box.checked;
  });
  if (!found) return fault("the keys n and p cannot be switched off");
  await page.keyboard.press("Space");
  await page.keyboard.press("n");
  if (total > 1 && (await place()).index !== first.index) fault("n still goes to a change when it is switched off");
}
