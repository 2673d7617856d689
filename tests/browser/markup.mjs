// What the markup of all pages tells without a browser: links and fragments lead somewhere, ids
// are there once and are there for what refers to them, the security policy is strict and nothing
// inline would break it.

import { fileOf } from "./site.mjs";

/** Looks at every page. Returns how many links into the site there are. */
export function checkMarkup(folder, pages, find) {
  for (const page of pages) {
    checkIds(page, find);
    checkSecurity(page, find);
  }
  return checkLinks(folder, pages, find);
}

/** Every link into the site leads to a file, and its fragment to an id. */
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

function checkIds(page, find) {
  for (const id of page.twice) find("id", page.address, `\`${id}\` is there twice`);
  for (const { attribute, id } of page.references) {
    if (!page.ids.has(id)) find("reference", page.address, `${attribute}=\`${id}\`: no such id on this page`);
  }
}

function checkSecurity(page, find) {
  if (page.policy === null) find("policy", page.address, "no Content-Security-Policy");
  else if (!/(^|;)\s*default-src\s+'(none|self)'/.test(page.policy) || /unsafe-|\*|https?:/.test(page.policy)) {
    find("policy", page.address, `not strict: ${page.policy}`);
  }
  for (const what of page.inline) find("inline", page.address, what);
}
