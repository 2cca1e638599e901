// What the server checks too: transaction <= day <= month <= ceiling (decision 14), over amounts in cents.

import { centsOf, written } from "../money.js";

const EXAMPLE_CENTS = 150000050n;

// What is typed in a field, in cents, null for what cannot be read. An empty cell is zero; an empty field of the box says
// nothing, undefined.
export const centsIn = (field, signs) => (field.value.trim() ? centsOf(field.value, signs) : 0n);
export const centsGiven = (field, signs) => (field.value.trim() ? centsOf(field.value, signs) : undefined);

// A sentence for each of three amounts, or "". `most` are their ceilings in cents; what is null or undefined bounds nothing.
export const problemsOf = (amounts, most, words, signs, aboveCeiling = words.aboveCeiling) => {
  const about = (sentence, cents) => sentence.replace("{limit}", written(cents, signs));
  const [transaction, day, month] = amounts;
  return amounts.map((amount, index) => {
    const least = index ? amounts[index - 1] : null;
    if (amount === null) return about(words.notMoney, EXAMPLE_CENTS);
    if (amount === undefined) return "";
    if (most[index] !== undefined && amount > most[index]) return about(aboveCeiling, most[index]);
    if (index === 0) return transaction === 0n && (day > 0n || month > 0n) ? words.noneAtOnce : "";
    if (least === null || least === undefined || amount >= least) return "";
    return about(index === 1 ? words.belowTransaction : words.belowDay, least);
  });
};
