// Money in a field. It is grouped while it is typed: 1,500,000.50 or 1.500.000,50, as <form data-decimal data-group>
// says. The caret stays after the same digit. What cannot be read as an amount is left as typed: the server explains it.
// Amounts are whole cents (BigInt): no floating point.

export const signsOf = (form) => ({ decimal: form.dataset.decimal, group: form.dataset.group });

// The digits of an amount, {whole, cents}, or null. Group signs stand where they belong, or nowhere: "1,50" and "1.500,50"
// are read in two ways in two countries.
const digitsOf = (text, { decimal, group }) => {
  const [whole, cents, ...more] = text.split(decimal);
  const [first, ...groups] = whole.split(group);
  const isGrouped = !groups.length || (/^\d{1,3}$/.test(first) && groups.every((part) => /^\d{3}$/.test(part)));
  if (more.length || !isGrouped || !/^\d*$/.test(first) || !/^\d*$/.test(cents ?? "")) return null;
  return { whole: first + groups.join(""), cents };
};

const grouped = ({ whole, cents }, { decimal, group }) => {
  const spaced = whole.replace(/\B(?=(\d{3})+$)/g, group);
  return cents === undefined ? spaced : spaced + decimal + cents;
};

// With two places, or null where there are more than two.
const completed = ({ whole, cents = "" }, signs) =>
  (cents.length > 2 ? null : grouped({ whole: whole || "0", cents: cents.padEnd(2, "0") }, signs));

// An amount in cents, or null for what is none. A "$" before it is forgiven.
export const centsOf = (text, signs) => {
  const digits = digitsOf(text.trim().replace(/^\$ */, ""), signs);
  if (!digits || (digits.cents ?? "").length > 2) return null;
  return BigInt(digits.whole + (digits.cents ?? "").padEnd(2, "0"));
};

export const written = (cents, signs) => {
  const digits = String(cents).padStart(3, "0");
  return grouped({ whole: digits.slice(0, -2), cents: digits.slice(-2) }, signs);
};

const withoutGroups = (text, { group }) => text.split(group).join("");

const replace = (field, text, { group }) => {
  const kept = withoutGroups(field.value.slice(0, field.selectionStart), { group }).length;
  let caret = 0;
  for (let seen = 0; seen < kept; caret += 1) {
    if (text[caret] !== group) seen += 1;
  }
  field.value = text;
  if (document.activeElement === field) field.setSelectionRange(caret, caret);
};

const groupWhileTyping = (form) => {
  const signs = signsOf(form);
  const on = (kind, act) => form.addEventListener(kind, (event) => {
    if (event.target.matches("[data-money]")) act(event.target, event);
  });

  // A digit typed into a clean amount, or taken from it, moves the groups; a group sign from outside has to be right.
  let wasClean = true;
  on("beforeinput", (field) => { wasClean = digitsOf(field.value, signs) !== null; });
  on("input", (field, { inputType = "", data, isComposing }) => {
    if (isComposing) return;
    const movesGroups = wasClean && /^(insertText|delete)/.test(inputType) && !data?.includes(signs.group);
    const digits = digitsOf(movesGroups ? withoutGroups(field.value, signs) : field.value, signs);
    const text = digits && grouped(digits, signs);
    if (digits && text !== field.value) replace(field, text, signs);
  });

  // Backspace and Delete over a group sign take the digit beyond it; the sign alone would come straight back.
  on("keydown", (field, { key }) => {
    const step = { Backspace: -1, Delete: 1 }[key];
    if (!step) return;
    const at = field.selectionStart;
    const crossed = field.value[step < 0 ? at - 1 : at];
    if (at === field.selectionEnd && crossed === signs.group) field.setSelectionRange(at + step, at + step);
  });

  // On leaving, two places and no sign of its own, which stands before the field: 1500 reads 1,500.00.
  on("focusout", (field) => {
    const typed = field.value.trim().replace(/^\$ */, "");
    const digits = typed && digitsOf(typed, signs);
    const text = digits && completed(digits, signs);
    if (!text || text === field.value) return;
    field.value = text;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
};

document.querySelectorAll("[data-decimal]").forEach(groupWhileTyping);
