// The calendar of visits: a planned visit is dragged to another day, or moved by Alt and the arrow keys.
(() => {
  const calendar = document.querySelector("[data-calendar]");
  const form = document.querySelector("#visit-move");
  if (!calendar || !form) return;
  let dragged = null;

  function move(slot, day) {
    if (slot.closest("[data-day]").dataset.day === day) return;
    form.action = slot.dataset.move;
    form.elements.day.value = day;
    form.elements.version.value = slot.dataset.version;
    form.submit();
  }
  function shifted(day, by) {
    const moment = new Date(`${day}T00:00:00Z`);
    moment.setUTCDate(moment.getUTCDate() + by);
    return moment.toISOString().slice(0, 10);
  }
  const cell = (event) => event.target.closest?.("[data-day]");

  calendar.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-move]");
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.id);
  });
  calendar.addEventListener("dragover", (event) => {
    if (!dragged || !cell(event)) return;
    event.preventDefault();
    calendar.querySelectorAll(".is-over").forEach((each) => each.classList.remove("is-over"));
    cell(event).classList.add("is-over");
  });
  calendar.addEventListener("drop", (event) => {
    if (!dragged || !cell(event)) return;
    event.preventDefault();
    move(dragged, cell(event).dataset.day);
  });
  calendar.addEventListener("dragend", () => {
    dragged = null;
    calendar.querySelectorAll(".is-over").forEach((each) => each.classList.remove("is-over"));
  });

  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
  calendar.addEventListener("keydown", (event) => {
    const slot = event.target.closest("[data-move]");
    const by = steps[event.key];
    if (!slot || !event.altKey || !by) return;
    event.preventDefault();
    move(slot, shifted(slot.closest("[data-day]").dataset.day, by));
  });
  // After a move the page comes back with the visit's id: the keyboard goes on from there.
  if (location.hash.startsWith("#visit-")) document.getElementById(location.hash.slice(1))?.focus();
})();
