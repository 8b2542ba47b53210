"use strict";
(function () {
  const form = document.getElementById("filters");
  const rows = Array.from(document.querySelectorAll("#rows tbody tr"));
  const shown = document.getElementById("shown");
  const fold = document.getElementById("unfold");
  const choices = ["verdict", "depth", "group"];

  function filter() {
    const words = form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      const fits = words.every((word) => text.includes(word)) &&
        choices.every((name) => !form.elements[name].value || form.elements[name].value === row.dataset[name]);
      row.hidden = !fits;
      count += fits ? 1 : 0;
    }
    shown.textContent = count + " of " + rows.length + " rows shown";
  }

  // A link may lead to a row that is filtered out, or to something that is folded away.
  function reveal() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.hidden) { form.reset(); filter(); }
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    target.scrollIntoView();
  }

  let before = [];
  function all(open) {
    for (const part of document.querySelectorAll("details")) part.open = open;
  }

  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("reset", () => setTimeout(filter));
  form.addEventListener("submit", (event) => event.preventDefault());
  fold.hidden = false;
  fold.addEventListener("click", () => {
    const open = fold.getAttribute("aria-pressed") !== "true";
    fold.setAttribute("aria-pressed", String(open));
    all(open);
  });
  window.addEventListener("hashchange", reveal);
  window.addEventListener("beforeprint", () => {
    before = Array.from(document.querySelectorAll("details:not([open])"));
    for (const part of before) part.open = true;
  });
  window.addEventListener("afterprint", () => { for (const part of before) part.open = false; });
  filter();
  if (location.hash) reveal();
})();
