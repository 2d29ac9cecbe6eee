"use strict";
const find = document.getElementById("find"), look = document.getElementById("look");
const rows = [...document.querySelectorAll(".overview tbody tr")];
const details = [...document.querySelectorAll("details.column")];

function filter() {
  const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  rows.forEach((row, i) => {
    const text = (row.cells[1].textContent + " " + row.cells[2].textContent).toLowerCase();
    const hidden = !words.every((word) => text.includes(word)) || (look.checked && !("look" in row.dataset));
    row.hidden = hidden;
    if (details[i]) details[i].hidden = hidden;
    shown += !hidden;
  });
  document.getElementById("shown").value = `${shown} of ${rows.length} columns`;
}

function openNamed() {
  const named = /^#c\d+$/.test(location.hash) && document.getElementById(location.hash.slice(1));
  if (named) {
    named.closest("details").open = true;
    named.closest("details").scrollIntoView();
  }
}

if (find) {
  find.addEventListener("input", filter);
  look.addEventListener("change", filter);
  document.getElementById("open").addEventListener("click", () => details.forEach((one) => (one.open = true)));
  document.getElementById("close").addEventListener("click", () => details.forEach((one) => (one.open = false)));
  addEventListener("hashchange", openNamed);
  openNamed();
  // What is closed would be missing on paper.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = details.filter((one) => !one.open);
    closed.forEach((one) => (one.open = true));
  });
  addEventListener("afterprint", () => closed.forEach((one) => (one.open = false)));
}
