// Moving the rows of a list by arrows or by dragging; the form sends them as they stand.
(() => {
  const list = document.querySelector("[data-arrange]");
  if (!list) return;
  let dragged = null;
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    const row = button.closest("li");
    const other = button.dataset.move === "1" ? row.nextElementSibling : row.previousElementSibling;
    if (!other) return;
    button.dataset.move === "1" ? other.after(row) : other.before(row);
    button.focus();
  });
  list.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("li");
    dragged.classList.add("is-dragged");
    event.dataTransfer.effectAllowed = "move";
  });
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("li");
    if (!dragged || !over) return;
    event.preventDefault();
    if (over === dragged) return;
    const box = over.getBoundingClientRect();
    event.clientY < box.top + box.height / 2 ? over.before(dragged) : over.after(dragged);
  });
  list.addEventListener("drop", (event) => event.preventDefault());
  list.addEventListener("dragend", () => { dragged?.classList.remove("is-dragged"); dragged = null; });
})();
