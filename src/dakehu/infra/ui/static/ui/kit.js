// The frame: toasts, dialogs, confirmation, search box, trees, answers of the server to htmx.
(() => {
  const one = (selector, from = document) => from.querySelector(selector);
  const words = JSON.parse(one("#dk-words")?.textContent || "{}");
  const cookie = (name) =>
    document.cookie.split("; ").find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1) || "";

  // --- toasts
  const dismissLater = (toast) => setTimeout(() => toast.remove(), toast.matches(".dk-toast-bad,.dk-toast-error") ? 12000 : 6000);
  function toast(text, tone = "good", action = null) {
    const box = document.createElement("div");
    box.className = `dk-toast dk-toast-${tone}`;
    box.dataset.toast = "";
    const span = document.createElement("span");
    span.textContent = text;
    box.append(span);
    if (action) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-sm";
      button.textContent = action.label;
      button.addEventListener("click", () => { action.run(); box.remove(); });
      box.append(button);
    }
    const close = document.createElement("button");
    close.type = "button";
    close.className = "dk-icon-button";
    close.dataset.toastClose = "";
    close.setAttribute("aria-label", words.close);
    close.innerHTML = '<i class="ti ti-x" aria-hidden="true"></i>';
    box.append(close);
    one("#dk-toasts").append(box);
    raise();
    dismissLater(box);
  }
  // The newest toast stands above an open dialog, which is in the browser's top layer.
  function raise() {
    const toasts = one("#dk-toasts");
    if (toasts.matches(":popover-open")) toasts.hidePopover();
    if (toasts.children.length) toasts.showPopover();
  }
  window.dk = { words, toast, cookie, one };
  document.querySelectorAll("[data-toast]").forEach(dismissLater);
  raise();
  document.addEventListener("ui:toast", (event) => toast(event.detail.text, event.detail.tone));

  // --- dialogs
  document.addEventListener("click", (event) => {
    const target = event.target;
    if (target.closest("[data-toast-close]")) target.closest("[data-toast]").remove();
    if (target.closest("[data-dialog-close]")) target.closest("dialog").close();
    if (target.closest("[data-theme-switch]")) dkTheme.toggle();
    if (target.closest("[data-growth-switch]")) {
      const root = document.documentElement;
      root.dataset.growth = root.dataset.growth === "green-up" ? "red-up" : "green-up";
      document.cookie = `dakehu_growth=${root.dataset.growth};path=/;max-age=31536000;samesite=lax`;
    }
    if (target.closest("[data-help]")) one("#dk-help")?.showModal();
    if (target.closest("[data-back]")) history.back();
    if (target.matches("dialog")) target.close(); // the shade around it
    const toggle = target.closest("[data-tree-toggle]");
    if (toggle) flip(toggle.closest("[role=treeitem]"));
  });
  document.addEventListener("ui:close-dialog", () => one("#dk-dialog").close());
  document.addEventListener("htmx:after:swap", (event) => {
    const body = one("#dk-dialog-body");
    const target = event.detail.ctx?.target;
    if (body && (target === body || target?.closest?.("#dk-dialog-body")) && body.textContent.trim()) {
      const dialog = one("#dk-dialog");
      if (!dialog.open) dialog.showModal();
      (one("[autofocus], .is-invalid, input:not([type=hidden]), select, textarea", body) || one(".btn-primary", body))?.focus();
    }
    const tab = event.detail.ctx?.sourceElement?.closest?.("[data-tab]");
    if (tab) {
      tab.closest(".dk-tabs").querySelectorAll("[aria-current=page]").forEach((each) => each.removeAttribute("aria-current"));
      tab.setAttribute("aria-current", "page");
      history.replaceState(history.state, "", tab.getAttribute("href"));
    }
  });

  // --- confirmation: of forms with data-confirm and of htmx requests with hx-confirm
  function ask(question, dangerous) {
    return new Promise((resolve) => {
      const dialog = one("#dk-confirm");
      one("#dk-confirm-text").textContent = question;
      const yes = one("[data-confirm-yes]", dialog);
      yes.classList.toggle("btn-danger", dangerous);
      yes.classList.toggle("btn-primary", !dangerous);
      dialog.returnValue = "no";
      dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
      dialog.showModal();
    });
  }
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.dataset.confirm || form.dataset.confirmed) return;
    event.preventDefault();
    event.stopPropagation();
    const submitter = event.submitter;
    if (await ask(form.dataset.confirm, "danger" in form.dataset)) {
      form.dataset.confirmed = "1";
      form.requestSubmit(submitter);
      delete form.dataset.confirmed;
    }
  }, true);
  document.addEventListener("htmx:confirm", (event) => {
    event.preventDefault();
    const element = event.detail.ctx.sourceElement;
    ask(event.detail.ctx.confirm, "danger" in element.dataset).then((yes) =>
      yes ? event.detail.issueRequest() : event.detail.dropRequest());
  });

  // --- the server's answers to htmx
  document.addEventListener("htmx:config:request", (event) => {
    const { request, sourceEvent } = event.detail.ctx;
    // Nobody looks: what is fetched again and again waits.
    if (sourceEvent?.type === "every" && document.hidden) { event.preventDefault(); return; }
    if (request.method !== "GET") request.headers["X-CSRFToken"] = cookie("dakehu_csrf");
  });
  let unreachable = false;
  document.addEventListener("htmx:error", (event) => {
    const { ctx, error } = event.detail;
    if (!ctx?.request || error?.name === "SyntaxError") return;
    const late = ctx.request.signal?.reason === "timeout";
    if (!unreachable) toast(late ? words.slow : words.unreachable, "bad");
    unreachable = !late;
  });
  document.addEventListener("htmx:after:request", () => {
    if (unreachable) { unreachable = false; toast(words.back, "good"); }
  });
  document.addEventListener("htmx:response:error", (event) => {
    const status = event.detail.ctx.response.status;
    if (status === 401) one("#dk-session").showModal();
    else if (status >= 500) toast(words.fault, "bad");
  });
  window.addEventListener("offline", () => { unreachable = true; toast(words.unreachable, "bad"); });
  window.addEventListener("online", () => { if (unreachable) { unreachable = false; toast(words.back, "good"); } });

  // --- search over everything, as one types
  const box = one("#dk-search");
  const hits = one("#dk-search-hits");
  if (box && hits) {
    let timer = 0;
    let request = null;
    const close = () => { hits.hidden = true; };
    const search = async () => {
      request?.abort();
      if (!box.value.trim()) return close();
      request = new AbortController();
      try {
        const answer = await fetch(`${box.dataset.searchUrl}?q=${encodeURIComponent(box.value)}`, {
          headers: { "HX-Request": "true", "HX-Request-Type": "partial" }, signal: request.signal,
        });
        if (answer.status === 401) return one("#dk-session").showModal();
        if (answer.ok) { hits.innerHTML = await answer.text(); hits.hidden = false; }
      } catch (error) {
        if (error.name !== "AbortError") toast(words.unreachable, "bad");
      }
    };
    box.addEventListener("input", (event) => {
      clearTimeout(timer);
      if (!event.isComposing) timer = setTimeout(search, 180);
    });
    box.addEventListener("compositionend", () => { clearTimeout(timer); timer = setTimeout(search, 180); });
    box.addEventListener("focus", () => { if (hits.children.length && box.value) hits.hidden = false; });
    box.form.addEventListener("keydown", (event) => {
      const links = [...hits.querySelectorAll("[data-hit]")];
      const at = links.indexOf(document.activeElement);
      if (event.key === "Escape") { close(); box.blur(); }
      if (hits.hidden || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
      event.preventDefault();
      const next = event.key === "ArrowDown" ? at + 1 : at - 1;
      (next < 0 ? box : links[Math.min(next, links.length - 1)])?.focus();
    });
    document.addEventListener("click", (event) => { if (!event.target.closest(".dk-search")) close(); });
  }

  // --- tabs: a part of a record shows its own row and opens the first of it; without the script, the page does
  document.addEventListener("click", (event) => {
    const part = event.target.closest?.("[data-part]");
    if (!part || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const tabs = part.closest(".dk-tabs");
    tabs.querySelectorAll("[data-part]").forEach((each) => each.removeAttribute("aria-current"));
    part.setAttribute("aria-current", "true");
    tabs.querySelectorAll("[data-of]").forEach((row) => { row.hidden = row.dataset.of !== part.dataset.part; });
    one(`[data-of="${part.dataset.part}"] [data-tab]`, tabs)?.click();
  });
  // the open tab is seen where its row is longer than the screen
  one(".dk-tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

  // --- trees
  function flip(item, open = item.getAttribute("aria-expanded") !== "true") {
    item.setAttribute("aria-expanded", open ? "true" : "false");
    if (open) item.dispatchEvent(new CustomEvent("treeopen")); // for branches that are fetched when opened
  }
  document.addEventListener("keydown", (event) => {
    const tree = event.target.closest?.("[data-tree]");
    if (!tree || !event.key.startsWith("Arrow")) return;
    const item = event.target.closest("[role=treeitem]");
    if (event.key === "ArrowRight" && item.hasAttribute("aria-expanded")) flip(item, true);
    else if (event.key === "ArrowLeft" && item.hasAttribute("aria-expanded")) flip(item, false);
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const links = [...tree.querySelectorAll("a")].filter((link) => link.offsetParent);
      const at = links.indexOf(event.target);
      links[at + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
    } else return;
    event.preventDefault();
  });
})();
