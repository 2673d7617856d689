// The browser of this machine, by whatever name it goes here.

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

const NAMES = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const ELSEWHERE = ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium"];

const runs = (path) => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** The path of a browser, or undefined. `CLAUSELINE_BROWSER` beats the search. */
export function findBrowser() {
  if (process.env.CLAUSELINE_BROWSER) return process.env.CLAUSELINE_BROWSER;
  const folders = (process.env.PATH ?? "").split(delimiter);
  return [...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))), ...ELSEWHERE].find(runs);
}

/** Starts it, with further arguments of its own; `close` it. */
export async function launch(further = []) {
  const executablePath = findBrowser();
  if (!executablePath) throw new Error(`no browser found: install one of ${NAMES.join(", ")}`);
  // Its own sandbox does not start for root or in most containers; what it shows is our own.
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", ...further] });
}

/** Does `work` on every item, on so many at a time. */
export async function inTurns(items, lanes, work) {
  const queue = [...items];
  const lane = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
