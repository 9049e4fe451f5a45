// Lists: filters as one types, rows under the mouse, the chosen rows, links that follow the filters.
(() => {
  const { one } = dk;
  let timer = 0;
  const submit = (form, delay) => {
    clearTimeout(timer);
    timer = setTimeout(() => form.requestSubmit(), delay);
  };
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form?.matches("[data-filters]") || event.isComposing) return;
    if (event.target.matches("input:not([type=checkbox]):not([type=radio]):not([type=date])")) submit(form, 300);
  });
  document.addEventListener("compositionend", (event) => {
    if (event.target.form?.matches("[data-filters]")) submit(event.target.form, 300);
  });
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (!form?.matches("[data-filters]")) return;
    event.target.closest(".dk-filter")?.classList.toggle("is-set", Boolean(event.target.value));
    if (!event.target.matches("[type=search]")) submit(form, 30);
  });
  // An address holds only what is set.
  document.addEventListener("htmx:config:request", (event) => {
    const { ctx } = event.detail;
    if (!ctx.sourceElement.matches("[data-filters]")) return;
    for (const [name, value] of [...ctx.request.body]) {
      if (value === "" && name !== "q") ctx.request.body.delete(name);
    }
  });

  // --- a click anywhere on a row opens it; a selection of text does not
  document.addEventListener("click", (event) => {
    const row = event.target.closest("[data-row][data-url]");
    if (!row || event.target.closest("a, button, input, label") || String(getSelection())) return;
    if (event.ctrlKey || event.metaKey) open(row.dataset.url, "_blank", "noopener");
    else location.href = row.dataset.url;
  });
  document.addEventListener("auxclick", (event) => {
    const row = event.target.closest("[data-row][data-url]");
    if (row && event.button === 1 && !event.target.closest("a, button, input")) open(row.dataset.url, "_blank", "noopener");
  });

  // --- choosing rows
  let last = null;
  function count(rows) {
    const chosen = rows.querySelectorAll("[data-choose]:checked").length;
    const bar = one("[data-bulk]", rows);
    if (!bar) return;
    bar.hidden = !chosen;
    one("[data-bulk-count]", bar).textContent = chosen;
    const all = one("[data-choose-all]", rows);
    const total = rows.querySelectorAll("[data-choose]").length;
    if (all) {
      all.checked = chosen > 0 && chosen === total;
      all.indeterminate = chosen > 0 && chosen < total;
    }
    rows.querySelectorAll("[data-row]").forEach((row) =>
      row.classList.toggle("is-chosen", Boolean(one("[data-choose]:checked", row))));
  }
  document.addEventListener("click", (event) => {
    const rows = event.target.closest(".dk-rows");
    if (!rows) return;
    const boxes = [...rows.querySelectorAll("[data-choose]")];
    if (event.target.matches("[data-choose]")) {
      if (event.shiftKey && last && boxes.includes(last)) {
        const [from, to] = [boxes.indexOf(last), boxes.indexOf(event.target)].sort((a, b) => a - b);
        boxes.slice(from, to + 1).forEach((box) => { box.checked = event.target.checked; });
      }
      last = event.target;
    } else if (event.target.matches("[data-choose-all]")) {
      boxes.forEach((box) => { box.checked = event.target.checked; });
    } else if (event.target.closest("[data-choose-none]")) {
      boxes.forEach((box) => { box.checked = false; });
    } else return;
    count(rows);
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-uncheck]")) return;
    event.target.closest("form").querySelectorAll("[type=checkbox]").forEach((box) => { box.checked = false; });
  });

  // --- after a bulk action, and after the rows were fetched anew
  let stale = null;
  document.addEventListener("ui:list-changed", (event) => { stale = event.detail.list; });
  document.addEventListener("close", (event) => {
    if (event.target.id !== "dk-dialog") return;
    one("#dk-dialog-body").replaceChildren();
    if (stale) one(`[data-list="${CSS.escape(stale)}"] [data-filters]`)?.requestSubmit();
    stale = null;
  }, true);
  document.addEventListener("htmx:after:swap", () => {
    for (const rows of document.querySelectorAll(".dk-list .dk-rows")) {
      count(rows);
      const list = rows.closest(".dk-list");
      list.querySelectorAll("[data-export]").forEach((link) => { link.href = rows.dataset.exportLink + link.dataset.export; });
      const params = one("[data-view-form] [name=params]", list);
      if (params) params.value = rows.dataset.params;
    }
  });
})();
