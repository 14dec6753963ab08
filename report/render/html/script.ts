/** The page's script: search, filter, keys. Without it, and in print, everything is shown. */
export const script = `
(() => {
  const search = document.getElementById("search");
  const count = document.getElementById("count");
  const customers = [...document.querySelectorAll("[data-customer]")].map((element) => ({ element, ...element.dataset, isRow: element.tagName === "TR" }));
  const groups = [...document.querySelectorAll("[data-group]")];
  const filters = [...document.querySelectorAll("input[name=show]")];
  const apply = () => {
    const words = search.value.toLowerCase().split(/\\s+/).filter((word) => word !== "");
    const show = filters.find((filter) => filter.checked).value;
    const shown = { changes: 0, rows: 0 };
    for (const { element, text, level, isRow } of customers) {
      const fits = (show === "all" || level === show || (show === "changed" && level !== "none")) && words.every((word) => text.includes(word));
      element.hidden = !fits;
      shown[isRow ? "rows" : "changes"] += fits ? 1 : 0;
    }
    for (const group of groups) {
      group.hidden = group.querySelector("[data-customer]:not([hidden])") === null;
    }
    count.textContent = shown.rows + (shown.rows === 1 ? " customer" : " customers") + " shown" + ("changing" in count.dataset ? ", " + shown.changes + " of them changing" : "");
  };
  search.addEventListener("input", apply);
  for (const filter of filters) {
    filter.addEventListener("change", apply);
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== search) {
      event.preventDefault();
      search.focus();
    }
    if (event.key === "Escape" && document.activeElement === search) {
      search.value = "";
      apply();
    }
  });
  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details")) {
      details.open = true;
    }
  });
  apply();
})();
`;
