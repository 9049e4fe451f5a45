// The list of what to fill next: a saved line hands its version to the account's other lines, focus goes to the next field.
(() => {
  const fields = (from) => [...document.querySelectorAll("#fill-lines [data-fill]")].filter(
    (field) => !from || from.compareDocumentPosition(field) & Node.DOCUMENT_POSITION_FOLLOWING);
  let last = null;
  document.addEventListener("submit", (event) => { last = event.target.closest(".dq-line")?.id ?? null; }, true);
  document.addEventListener("htmx:after:swap", () => {
    const line = last && document.getElementById(last);
    if (!line) return;
    last = null;
    if (!line.classList.contains("dq-done")) { line.querySelector("[data-fill]")?.focus(); return; }
    document.querySelectorAll(`[data-version-of="${line.dataset.customer}"]`).forEach(
      (version) => { version.value = line.dataset.version; });
    const next = fields(line)[0] ?? document.querySelector("#fill-lines [data-more]") ?? fields()[0];
    next?.focus();
    next?.select?.();
  });
  document.addEventListener("DOMContentLoaded", () => { if (!matchMedia("(pointer: coarse)").matches) fields()[0]?.focus(); });
})();
