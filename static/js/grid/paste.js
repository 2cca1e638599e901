// A block from a spreadsheet: lines of cells parted by tabs, laid from the cell that has the focus.

const blockIn = (event) => {
  const text = event.clipboardData.getData("text").replace(/\r/g, "").replace(/\n$/, "");
  return /[\t\n]/.test(text) ? text.split("\n").map((line) => line.split("\t")) : null;
};

export const pasteBlocks = (grid, judge) => {
  grid.form.addEventListener("paste", (event) => {
    const place = grid.placeOf(event.target);
    const block = place && blockIn(event);
    if (!block) return;
    event.preventDefault();
    const [top, left] = place;
    block.forEach((line, down) => line.forEach((text, right) => {
      grid.put(top + down, left + right, text.replace(/[$\s]/g, "")); // a minus or an exponent stays, and is refused
    }));
    judge();
  });
};
