// Forms: fresh tokens, drafts that outlive a session, leaving unsaved work, pickers, faults in view.
(() => {
  const { one, cookie, toast, words } = dk;
  const user = document.body.dataset.user;
  const PREFIX = "dk-draft:";
  const keyOf = (form) => `${PREFIX}${location.pathname}${location.search}#${form.id || [...document.forms].indexOf(form)}`;
  const SECRET = /password|secret|token|csrf|otp/i;

  // A token may be older than the last sign-in in another tab: the cookie has the current one.
  document.addEventListener("submit", (event) => {
    const token = event.target.querySelector("input[name=csrfmiddlewaretoken]");
    if (token && cookie("dakehu_csrf")) token.value = cookie("dakehu_csrf");
  }, true);

  // --- drafts: what was typed is kept in this tab until it is saved
  const read = (key) => { try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; } };
  const write = (key, value) => { try { sessionStorage.setItem(key, JSON.stringify(value)); } catch { /* full: no draft */ } };
  const drafts = () => Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
  const inputs = (form) => [...form.elements].filter((each) =>
    each.name && !["file", "password", "submit", "button"].includes(each.type) &&
    !(each.type === "hidden" && !("pickerValue" in each.dataset)) && !SECRET.test(each.name));

  function values(form) {
    return inputs(form).map((each) => [each.name, ["checkbox", "radio"].includes(each.type)
      ? { value: each.value, checked: each.checked }
      : { value: each.multiple ? [...each.selectedOptions].map((option) => option.value) : each.value,
          label: each.closest("[data-picker]")?.querySelector("[data-picker-text]")?.value }]);
  }
  function fill(form, kept) {
    const left = [...kept];
    for (const each of inputs(form)) {
      const at = left.findIndex(([name, value]) => name === each.name &&
        (!["checkbox", "radio"].includes(each.type) || value.value === each.value));
      if (at < 0) continue;
      const [[, value]] = left.splice(at, 1);
      if (["checkbox", "radio"].includes(each.type)) each.checked = value.checked;
      else if (each.multiple) [...each.options].forEach((option) => { option.selected = value.value.includes(option.value); });
      else each.value = value.value;
      const text = each.closest("[data-picker]")?.querySelector("[data-picker-text]");
      if (text && value.label !== undefined) text.value = value.label;
    }
    form.dispatchEvent(new Event("ui:draft-restored", { bubbles: true }));
  }
  if (!user) {
    // The sign-in page: whatever is kept was cut off by the end of a session.
    for (const key of drafts()) write(key, { ...read(key), cut: true });
  } else {
    const here = new Set();
    for (const form of document.querySelectorAll("form[data-draft]")) {
      const key = keyOf(form);
      const draft = read(key);
      here.add(key);
      if (draft?.cut && draft.user === user && !("bound" in form.dataset)) {
        fill(form, draft.values);
        form.dataset.dirty = "1";
        write(key, { ...draft, cut: false });
        toast(words.restored, "info", { label: words.discard, run: () => { sessionStorage.removeItem(key); delete form.dataset.dirty; location.reload(); } });
      } else if (!("bound" in form.dataset)) sessionStorage.removeItem(key);
      else form.dataset.dirty = "1";
    }
    for (const key of drafts()) {
      const draft = read(key);
      if (!here.has(key) && (draft?.sent || draft?.user !== user)) sessionStorage.removeItem(key);
    }
  }
  let timer = 0;
  const keep = (form, sent = false) => write(keyOf(form), { user, sent, cut: false, values: values(form) });
  for (const kind of ["input", "change"]) {
    document.addEventListener(kind, (event) => {
      const form = event.target.form;
      if (!form?.matches("[data-draft]")) return;
      form.dataset.dirty = "1";
      clearTimeout(timer);
      timer = setTimeout(() => keep(form), 250);
    });
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-draft]") || event.defaultPrevented) return;
    clearTimeout(timer);
    keep(form, true);
    delete form.dataset.dirty;
    // One click, one order: the button waits for the answer.
    if (!form.hasAttribute("hx-post")) {
      setTimeout(() => form.querySelectorAll("button:not([type=button])").forEach((each) => { each.disabled = true; }));
    }
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-draft] button").forEach((each) => { each.disabled = false; });
  });
  addEventListener("beforeunload", (event) => {
    if (one("form[data-draft][data-dirty]")) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const leave = event.target.closest("[data-leave]");
    if (!leave) return;
    document.querySelectorAll("form[data-draft]").forEach((form) => {
      delete form.dataset.dirty;
      sessionStorage.removeItem(keyOf(form));
    });
  });

  // --- faults come into view, the first faulty field gets the focus
  const summary = one("[data-errors]");
  if (summary) {
    summary.scrollIntoView({ block: "nearest" });
    (one(".is-invalid") || summary).focus({ preventScroll: true });
  }

  // --- pickers
  let wait = 0;
  const list = (picker) => one(".dk-picker-hits", picker);
  function show(picker, open) {
    list(picker).hidden = !open;
    one("[data-picker-text]", picker).setAttribute("aria-expanded", open ? "true" : "false");
  }
  async function look(picker) {
    const text = one("[data-picker-text]", picker).value;
    const answer = await fetch(`${picker.dataset.picker}?q=${encodeURIComponent(text)}`, { headers: { "HX-Request": "true" } })
      .catch(() => null);
    if (!answer) return toast(words.unreachable, "bad");
    if (answer.status === 401) return one("#dk-session").showModal();
    if (answer.ok) { list(picker).innerHTML = await answer.text(); show(picker, true); }
  }
  function choose(picker, item) {
    const value = one("[data-picker-value]", picker);
    value.value = item.dataset.pick;
    one("[data-picker-text]", picker).value = item.dataset.pickLabel;
    show(picker, false);
    value.dispatchEvent(new Event("change", { bubbles: true }));
  }
  document.addEventListener("input", (event) => {
    const picker = event.target.closest("[data-picker]");
    if (!picker || !event.target.matches("[data-picker-text]")) return;
    one("[data-picker-value]", picker).value = "";
    clearTimeout(wait);
    if (!event.isComposing) wait = setTimeout(() => look(picker), 180);
  });
  document.addEventListener("compositionend", (event) => {
    const picker = event.target.closest?.("[data-picker]");
    if (picker) { clearTimeout(wait); wait = setTimeout(() => look(picker), 180); }
  });
  document.addEventListener("keydown", (event) => {
    const picker = event.target.closest?.("[data-picker]");
    if (!picker) return;
    const items = [...picker.querySelectorAll("[data-pick]")];
    const at = items.findIndex((item) => item.matches(".is-current"));
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list(picker).hidden) return look(picker);
      const next = Math.min(Math.max(at + (event.key === "ArrowDown" ? 1 : -1), 0), items.length - 1);
      items.forEach((item, index) => item.classList.toggle("is-current", index === next));
      items[next]?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && !list(picker).hidden && items.length) {
      event.preventDefault();
      choose(picker, items[Math.max(at, 0)]);
    } else if (event.key === "Escape") show(picker, false);
  });
  document.addEventListener("click", (event) => {
    const item = event.target.closest("[data-pick]");
    if (item) choose(item.closest("[data-picker]"), item);
    document.querySelectorAll("[data-picker]").forEach((picker) => {
      if (!picker.contains(event.target)) show(picker, false);
    });
  });
})();
