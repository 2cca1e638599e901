// The limits grid as a spreadsheet: arrows and Enter move, a block is pasted from a spreadsheet, the replicate box fills a
// column, and a cell says at once when it breaks transaction <= day <= month <= ceiling (decision 14). The server decides.
// Amounts are compared in whole cents (BigInt): no floating point.

const COLUMNS = ["transaction", "day", "month"];

const form = document.querySelector("[data-grid]");
const { decimal, group } = form.dataset;
const words = form.querySelector("[data-grid-words]").dataset;
const rows = [...form.querySelectorAll("[data-row]")].map((row) =>
  COLUMNS.map((column) => row.querySelector(`[data-column="${column}"]`)));
const cells = rows.flat();

const centsOf = (text, point, separator) => {
  const [whole, cents = "", ...more] = text.trim().replace(/^\$ */, "").split(point);
  const [first, ...groups] = whole.split(separator);
  if (groups.length && !(/^\d{1,3}$/.test(first) && groups.every((part) => /^\d{3}$/.test(part)))) return null;
  const digits = groups.length ? first + groups.join("") : first || "0";
  if (more.length || !/^\d+$/.test(digits) || !/^\d{0,2}$/.test(cents)) return null;
  return BigInt(digits + cents.padEnd(2, "0"));
};
const centsIn = (cell) => (cell.value.trim() ? centsOf(cell.value, decimal, group) : 0n);
const written = (cents) => {
  const digits = String(cents).padStart(3, "0");
  return digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, group) + decimal + digits.slice(-2);
};

// Which sentence a cell deserves, or "".
const problemOf = (row, index) => {
  const amount = centsIn(row[index]);
  if (amount === null) return words.notMoney.replace("{limit}", written(150000050n));
  const ceiling = centsOf(row[index].dataset.ceiling ?? "", ".", ",");
  if (row[index].dataset.ceiling && amount > ceiling) return words.aboveCeiling.replace("{limit}", written(ceiling));
  const before = index ? centsIn(row[index - 1]) : null;
  if (before === null || amount >= before) return "";
  return (index === 1 ? words.belowTransaction : words.belowDay).replace("{limit}", written(before));
};

const say = (cell, sentence) => {
  const id = `${cell.id}_error`;
  let line = document.getElementById(id);
  cell.classList.toggle("is-invalid", Boolean(sentence));
  if (!sentence) {
    line?.remove();
    cell.removeAttribute("aria-invalid");
    cell.removeAttribute("aria-describedby");
    return;
  }
  if (!line) {
    line = document.createElement("p");
    line.id = id;
    line.className = "oc-error";
    cell.parentElement.append(line); // below the bar
  }
  if (line.textContent !== sentence) line.textContent = sentence;
  cell.setAttribute("aria-invalid", "true");
  cell.setAttribute("aria-describedby", id);
};

const judge = (row) => row.forEach((cell, index) => say(cell, problemOf(row, index)));
const summary = form.querySelector("[data-grid-problems]");
const sumUp = () => {
  const count = cells.filter((cell) => cell.classList.contains("is-invalid")).length;
  const sentence = count === 1 ? words.one : count ? words.many.replace("{count}", count) : "";
  if (summary && summary.textContent !== sentence) summary.textContent = sentence;
};
const rowOf = (cell) => rows.find((row) => row.includes(cell));

const put = (cell, value) => {
  if (!cell || cell.disabled || cell.readOnly) return;
  const cents = centsOf(value, decimal, group);
  cell.value = cents === null ? value.trim() : written(cents);
};
const judgeAll = () => {
  rows.forEach(judge);
  sumUp();
};

for (const kind of ["input", "change"]) {
  form.addEventListener(kind, (event) => {
    const row = rowOf(event.target);
    if (!row) return;
    judge(row);
    sumUp();
  });
}

// Where the arrow leads. Left and right leave a cell only from the end of its text.
const target = (event, cell) => {
  const row = rows.indexOf(rowOf(cell));
  const column = rows[row].indexOf(cell);
  const whole = cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;
  const step = (by) => rows.slice(by > 0 ? row + 1 : 0, by > 0 ? undefined : row)
    .at(by > 0 ? 0 : -1)?.[column];
  switch (event.key) {
    case "ArrowDown": return step(1);
    case "ArrowUp": return step(-1);
    case "Enter": return event.shiftKey ? step(-1) : step(1);
    case "ArrowLeft": return whole || cell.selectionEnd === 0 ? rows[row][column - 1] : undefined;
    case "ArrowRight": return whole || cell.selectionStart === cell.value.length ? rows[row][column + 1] : undefined;
    default: return undefined;
  }
};

form.addEventListener("keydown", (event) => {
  if (!cells.includes(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  const next = target(event, event.target);
  if (event.key === "Enter") event.preventDefault(); // Enter moves; only the button sends
  if (!next) return;
  event.preventDefault();
  const hidden = next.closest("details:not([open])");
  if (hidden) hidden.open = true;
  next.focus();
});
form.addEventListener("focusin", (event) => {
  if (cells.includes(event.target)) event.target.select();
});

// A block from a spreadsheet: lines of cells parted by tabs, laid from the cell that has the focus.
form.addEventListener("paste", (event) => {
  const text = event.clipboardData.getData("text").replace(/\r/g, "").replace(/\n$/, "");
  if (!cells.includes(event.target) || !/[\t\n]/.test(text)) return;
  event.preventDefault();
  const top = rows.indexOf(rowOf(event.target));
  const left = rows[top].indexOf(event.target);
  text.split("\n").forEach((line, down) => line.split("\t").forEach((value, right) => {
    put(rows[top + down]?.[left + right], value.replace(/[$\s]/g, "")); // a minus or an exponent stays, and is refused
  }));
  judgeAll();
});

// "Asignar" (S1-084): the three values into every row; an empty one leaves its column as it is.
const box = form.querySelector("[data-replicate]");
box?.querySelector("[data-replicate-apply]").addEventListener("click", (event) => {
  event.preventDefault();
  for (const field of box.querySelectorAll("[data-column]")) {
    if (!field.value.trim()) continue;
    for (const row of rows) put(row[COLUMNS.indexOf(field.dataset.column)], field.value);
  }
  judgeAll();
});

if (cells.some((cell) => cell.value !== cell.defaultValue)) judgeAll(); // the browser brought typed values back
