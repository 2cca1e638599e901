// On a telephone a long grid is folded: a service is open where it has limits or something is wrong, and of a product
// stands its name, which opens it, and what it has. A wider screen, or one without this module, shows every field.

const NARROW = matchMedia("(max-width: 767.98px)");
const MOST_ROWS_OPEN = 6;
const isNothing = ({ value }) => /^[$\s0.,]*$/.test(value);
const isWrong = (cell) => cell.classList.contains("is-invalid");

class Fold {
  // `head` becomes the button that folds and opens `host`.
  constructor(head, host) {
    this.host = host;
    this.head = head;
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.className = "oc-fold";
    this.button.append(...head.childNodes);
    head.append(this.button);
    this.button.addEventListener("click", () => this.set(!host.classList.contains("is-folded")));
  }

  set(isFolded) {
    this.host.classList.toggle("is-folded", isFolded);
    this.button.setAttribute("aria-expanded", String(!isFolded));
  }

  end() {
    this.host.classList.remove("is-folded");
    this.head.replaceChildren(...this.button.childNodes);
  }
}

class Row extends Fold {
  constructor(cells) {
    const host = cells[0].closest("[data-row]");
    super(host.querySelector("th"), host);
    this.cells = cells;
    this.said = host.insertCell();
    this.said.className = "oc-fold-said";
    this.set(true);
  }

  follow() {
    this.said.textContent = this.cells.every(isNothing) ? "" : this.cells.map(({ value }) => value || "0").join(" / ");
    this.said.classList.toggle("is-changed", this.cells.some((cell) => cell.classList.contains("is-changed")));
    if (this.cells.some(isWrong)) this.set(false);
  }

  end() {
    super.end();
    this.said.remove();
  }
}

// How many products of each service have limits, which its line says on every screen.
const count = (service) => {
  const rows = [...service.querySelectorAll("[data-row]")];
  const given = rows.filter((row) => ![...row.querySelectorAll("[data-column]")].every(isNothing)).length;
  const said = service.querySelector("[data-grid-given]");
  const words = said.dataset.words.replace("{given}", given).replace("{all}", rows.length);
  if (said.textContent !== words) said.textContent = words;
  return given;
};

// Returns what looks at all rows anew.
export const fold = (grid) => {
  const services = [...grid.form.querySelectorAll("details[data-service]")];
  const box = grid.form.querySelector("[data-replicate]");
  let folds = [];

  const follow = () => {
    services.forEach(count);
    for (const each of folds) each.follow?.();
  };

  const begin = () => {
    folds = grid.rows.map((cells) => new Row(cells));
    const given = services.map((service) => count(service) + Number(service.querySelector(".is-invalid") !== null));
    services.forEach((service, index) => { service.open = given[index] > 0 || (index === 0 && !given.some(Boolean)); });
    const around = new Fold(box.querySelector("h2"), box);
    around.set(!box.querySelector(".is-invalid"));
    folds.push(around);
  };

  const adapt = () => {
    for (const each of folds) each.end();
    folds = [];
    if (NARROW.matches) begin();
    follow();
  };

  grid.reveal = (cell) => {
    const row = folds.find(({ host }) => host.contains(cell));
    row?.set(false);
    const service = cell.closest("details:not([open])");
    if (service) service.open = true;
  };
  if (!services.length) return () => {};
  for (const kind of ["input", "change"]) grid.form.addEventListener(kind, follow);
  document.addEventListener("click", ({ target }) => {
    const cell = document.getElementById(target.closest("a[href^='#']")?.hash.slice(1) ?? "");
    if (cell && grid.rowOf(cell)) grid.reveal(cell);
  });
  if (grid.rows.length > MOST_ROWS_OPEN) {
    NARROW.addEventListener("change", adapt);
    adapt();
  } else {
    follow();
  }
  return follow;
};
