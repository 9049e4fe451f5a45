// Light or dark before anything is painted: the remembered choice, or what the system prefers.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const choice = root.dataset.theme || "auto";
    root.dataset.bsTheme = choice === "dark" || (choice === "auto" && dark.matches) ? "dark" : "light";
  };
  apply();
  dark.addEventListener("change", apply);
  window.dkTheme = {
    toggle() {
      root.dataset.theme = root.dataset.bsTheme === "dark" ? "light" : "dark";
      document.cookie = `dakehu_theme=${root.dataset.theme};path=/;max-age=31536000;samesite=lax`;
      apply();
      document.dispatchEvent(new CustomEvent("ui:theme"));
    },
  };
})();
