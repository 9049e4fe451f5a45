// Keys: "/" searches, "g" and a letter goes to a chapter, j and k walk through a list, "?" shows all.
(() => {
  const { one } = dk;
  let leader = 0;
  const typing = (element) =>
    element?.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent);
  const current = () => one("[data-row].is-current");

  function walk(step) {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(current());
    const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)];
    all.forEach((row) => row.classList.toggle("is-current", row === next));
    next.scrollIntoView({ block: "nearest" });
    (one("a", next) || one("input", next))?.focus({ preventScroll: true });
  }

  const plain = {
    "/": () => { const box = one("#dk-search"); box?.focus(); box?.select(); },
    "?": () => one("#dk-help")?.showModal(),
    j: () => walk(1),
    k: () => walk(-1),
    x: () => one("[data-choose]", current() || document)?.click(),
    f: () => one("[data-list-search]")?.focus(),
    n: () => one("[data-create]")?.click(),
    "]": () => one("a[rel=next]")?.click(),
    "[": () => one("a[rel=prev]")?.click(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      const form = event.target.closest?.("form.dk-form, .dk-dialog-form");
      if (form) { event.preventDefault(); form.requestSubmit(); }
      return;
    }
    if (event.ctrlKey || event.metaKey) return;
    if (typing(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (one("dialog[open]")) return;
    if (Date.now() - leader < 1500) {
      leader = 0;
      const chapter = one(`summary[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
      if (chapter) { event.preventDefault(); location.href = chapter.dataset.url; return; }
    }
    if (event.key === "g") { leader = Date.now(); return; }
    if (event.key === "Enter") {
      const row = current();
      if (row?.dataset.url && !event.target.closest("a, button, summary, input")) location.href = row.dataset.url;
      return;
    }
    const run = plain[event.key];
    if (run) { event.preventDefault(); run(); }
  });
  // A chapter opens under the mouse as a fold; its first page opens by the keyboard's g.
})();
