// Money is grouped while it is typed: 1,500,000.50 or 1.500.000,50, as <form data-decimal data-group> says. The caret
// stays after the same digit. What cannot be read as an amount is left as typed: the server explains it.

const signsOf = (field) => {
  const { decimal = ".", group = "," } = field.closest("[data-decimal]")?.dataset ?? {};
  return { decimal, group };
};

const grouped = (text, { decimal, group }) => {
  const [whole, ...rest] = text.split(group).join("").split(decimal);
  if (!/^\d*$/.test(whole) || rest.length > 1 || !/^\d*$/.test(rest[0] ?? "")) return null;
  const spaced = whole.replace(/\B(?=(\d{3})+$)/g, group);
  return rest.length ? spaced + decimal + rest[0] : spaced;
};

// Group signs where they belong, or none. "1,50" and "1.500,50" are read in two ways in two countries.
const isClean = (text, { decimal, group }) => {
  const [whole, ...rest] = text.split(decimal);
  const [first, ...groups] = whole.split(group);
  if (rest.some((part) => part.includes(group))) return false;
  return !groups.length || (/^\d{1,3}$/.test(first) && groups.every((part) => part.length === 3));
};

// A digit typed into a clean amount, or taken from it, moves the groups; a group sign from outside has to be right.
let wasClean = true;
document.addEventListener("beforeinput", (event) => {
  if (event.target.matches("[data-money]")) wasClean = isClean(event.target.value, signsOf(event.target));
});

const regroup = (field, { inputType = "", data }) => {
  const signs = signsOf(field);
  const keepsGroups = wasClean && /^(insertText|delete)/.test(inputType) && !data?.includes(signs.group);
  if (!keepsGroups && !isClean(field.value, signs)) return;
  const text = grouped(field.value, signs);
  if (text === null || text === field.value) return;
  const kept = field.value.slice(0, field.selectionStart).split(signs.group).join("").length;
  let caret = 0;
  for (let seen = 0; seen < kept; caret += 1) {
    if (text[caret] !== signs.group) seen += 1;
  }
  field.value = text;
  if (document.activeElement === field) field.setSelectionRange(caret, caret);
};

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-money]") && !event.isComposing) regroup(event.target, event);
});

// Backspace and Delete over a group sign take the digit beyond it; the sign alone would come straight back.
document.addEventListener("keydown", (event) => {
  const field = event.target;
  const step = { Backspace: -1, Delete: 1 }[event.key];
  if (!step || !field.matches("[data-money]")) return;
  const at = field.selectionStart;
  const crossed = field.value[step < 0 ? at - 1 : at];
  if (at === field.selectionEnd && crossed === signsOf(field).group) field.setSelectionRange(at + step, at + step);
});

// On leaving, two places: 1500 reads 1,500.00.
document.addEventListener("focusout", (event) => {
  const field = event.target;
  if (!field.matches("[data-money]") || !field.value.trim()) return;
  const signs = signsOf(field);
  const typed = field.value.trim();
  const text = isClean(typed, signs) ? grouped(typed, signs) : null;
  if (text === null) return;
  const [whole, cents = ""] = text.split(signs.decimal);
  if (cents.length > 2) return;
  const complete = `${whole || "0"}${signs.decimal}${cents.padEnd(2, "0")}`;
  if (complete === field.value) return;
  field.value = complete;
  field.dispatchEvent(new Event("change", { bubbles: true }));
});
