// A block from a spreadsheet: lines of cells parted by tabs, laid from the cell that has the focus over the rows that are
// shown. What was not understood stands in its cell as it came, and is said; what finds no cell is counted.

const blockIn = (event) => {
  const text = event.clipboardData.getData("text").replace(/\r/g, "").replace(/\n+$/, "");
  return /[\t\n]/.test(text) ? text.split("\n").map((line) => line.split("\t")) : null;
};
const MOST_NAMED = 5;

const sentenceOf = ({ pasted, strange, leftOut }, words) => [
  words.pasted.replace("{count}", pasted),
  strange.length && words.notUnderstood.replace("{texts}", strange.slice(0, MOST_NAMED).map((text) => `"${text}"`).join(", ")
    + (strange.length > MOST_NAMED ? ", …" : "")),
  leftOut && words.leftOut.replace("{count}", leftOut),
].filter(Boolean).join(" ");

export const pasteBlocks = (grid, after) => {
  const said = grid.form.querySelector("[data-replicate-said]");
  grid.form.addEventListener("paste", (event) => {
    const place = grid.placeOf(event.target);
    const block = place && blockIn(event);
    if (!block) return;
    event.preventDefault();
    const [top, left] = place;
    const done = { pasted: 0, strange: [], leftOut: 0 };
    block.forEach((line, down) => line.forEach((text, right) => {
      const cell = grid.shown[top + down]?.[left + right];
      if (!cell) {
        done.leftOut += Number(text.trim() !== "");
        return;
      }
      done.pasted += 1; // a minus or an exponent stays, and is refused
      if (!grid.put(cell, text.replace(/[$\s]/g, "")) && text.trim()) done.strange.push(text.trim());
    }));
    after();
    said.textContent = sentenceOf(done, grid.words);
  });
};
