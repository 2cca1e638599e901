// Narrows what is shown of a long page: <div data-filter="id of the element with the rows" hidden>. Words are looked for in
// the text of [data-filter-row], [data-filter-by="x"] compares data-x of the row or of what it lies in, [data-filter-is] asks
// what the row holds now. What is hidden is sent all the same; a link or an error that leads into it shows all again.

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const isNothing = (field) => /^[$\s0.,]*$/.test(field.value);

const CLAIMS = {
  some: (row, fields) => !fields.every(isNothing),
  none: (row, fields) => fields.every(isNothing),
  used: (row) => Boolean(row.querySelector(".oc-bar")),
  changed: (row, fields) => fields.some((field) => field.value !== field.defaultValue || field.checked !== field.defaultChecked),
  wrong: (row) => Boolean(row.querySelector(".is-invalid")),
  ticked: (row, fields) => fields.some((field) => field.checked),
  unticked: (row, fields) => fields.some((field) => !field.checked),
};

class Filter {
  constructor(tools) {
    this.tools = tools;
    this.frame = document.getElementById(tools.dataset.filter);
    this.texts = new Map([...this.frame.querySelectorAll("[data-filter-row]")].map((row) => [row, plain(row.textContent)]));
    this.count = tools.querySelector("[data-filter-count]");
  }

  asked() {
    const words = plain(this.tools.querySelector("[data-filter-text]").value).split(/\s+/).filter(Boolean);
    const places = [...this.tools.querySelectorAll("[data-filter-by]")].map(({ dataset, value }) => [dataset.filterBy, value]);
    const claim = CLAIMS[this.tools.querySelector("[data-filter-is]")?.value];
    return (row) => words.every((word) => this.texts.get(row).includes(word))
      && places.every(([name, value]) => !value || row.closest(`[data-${name}]`)?.dataset[name] === value)
      && (!claim || claim(row, [...row.querySelectorAll("input")]));
  }

  apply() {
    const isAsked = this.asked();
    let shown = 0;
    for (const row of this.texts.keys()) {
      row.hidden = !isAsked(row);
      shown += Number(!row.hidden);
    }
    for (const group of this.frame.querySelectorAll("[data-filter-group]")) {
      group.hidden = !group.querySelector("[data-filter-row]:not([hidden])");
    }
    this.count.textContent = this.count.dataset.words.replace("{shown}", shown).replace("{all}", this.texts.size);
    this.frame.querySelector("[data-filter-none]").hidden = shown > 0;
    this.frame.dispatchEvent(new Event("occired:filtered", { bubbles: true }));
  }

  clear() {
    for (const field of this.tools.querySelectorAll("input, select")) field.value = "";
    this.apply();
  }
}

for (const tools of document.querySelectorAll("[data-filter]")) {
  const filter = new Filter(tools);
  tools.hidden = false;
  tools.addEventListener("input", () => filter.apply());
  filter.apply();
  document.addEventListener("click", ({ target }) => {
    const field = document.getElementById(target.closest("a[href^='#']")?.hash.slice(1) ?? "");
    if (field && filter.frame.contains(field) && field.closest("[hidden]")) filter.clear();
  });
}
