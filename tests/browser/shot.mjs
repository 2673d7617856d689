// A picture of a page.
//
//     node shot.mjs URL_OR_FILE out.png [--width 360] [--dark] [--full]

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { launch } from "./browser.mjs";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    width: { type: "string", default: "1280" },
    dark: { type: "boolean", default: false },
    full: { type: "boolean", default: false },
  },
});
const [source, target] = positionals;
if (!source || !target) {
  console.error("usage: node shot.mjs URL_OR_FILE out.png [--width 360] [--dark] [--full]");
  process.exit(2);
}

const width = Number(values.width);
const browser = await launch();
try {
  const page = await browser.newPage({
    viewport: { width, height: width < 600 ? 740 : 800 },
    colorScheme: values.dark ? "dark" : "light",
    // Sharp on screens that show pictures at half their size.
    deviceScaleFactor: 2,
  });
  await page.goto(existsSync(source) ? pathToFileURL(resolve(source)).href : source, { waitUntil: "load" });
  await page.screenshot({ path: target, fullPage: values.full });
} finally {
  await browser.close();
}
