// <a class="policy-link" href="https://policies.example.org/privacy/" data-link="https://policies.example.org/privacy/link.json">Privacy Policy</a>
for (const a of document.querySelectorAll(".policy-link")) {
  fetch(a.dataset.link).then((answer) => answer.json()).then((link) => {
    const now = Date.now();
    const own = link.languages?.[document.documentElement.lang] ?? link;
    // The last revision that has taken effect, also where the file was made before it did.
    const came = [{ ...link, ...own }, ...(link.upcoming ?? [])].filter((r) => Date.parse(r.revised_from) <= now);
    const last = came.at(-1);
    const revised = last && now < Date.parse(last.revised_until);
    const text = last?.revised_texts?.[document.documentElement.lang] ?? last?.revised_text;
    a.textContent = revised ? text : own.text;
    a.href = own.href;
  });
}
