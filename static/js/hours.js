// A week that is typed, <form data-hours>: each day's bar follows its two fields, and can be drawn, moved and pulled at its
// ends, which writes into the fields. Buttons [name=fill] do here what the server does with them.

const DAY_MINUTES = 1440;
const STEP_MINUTES = 15;
const GRIP_PIXELS = 12;

const minutesOf = (text) => {
  const [, hours, minutes] = text.trim().match(/^(\d{1,2}):?(\d{2})(?::\d{2})?$/) ?? [];
  return hours === undefined || hours > 23 || minutes > 59 ? null : Number(hours) * 60 + Number(minutes);
};
const written = (minutes) => {
  const last = Math.min(minutes, DAY_MINUTES - 1); // the end minute is included: 24:00 is 23:59
  return `${String(Math.floor(last / 60)).padStart(2, "0")}:${String(last % 60).padStart(2, "0")}`;
};
const within = (value, [least, most]) => Math.min(Math.max(value, least), most);
// First and last minute; what lasts until 23:59 reaches to the end of the day.
const asSpan = (rect) => {
  const start = Number(rect.getAttribute("x"));
  const end = start + Number(rect.getAttribute("width"));
  return [start, end === DAY_MINUTES ? end : end - 1];
};

class Day {
  constructor(row, isWithinCompany) {
    this.fields = [...row.querySelectorAll("input")];
    this.bar = row.querySelector("[data-day-bar]");
    this.rect = row.querySelector("[data-day-window]");
    const frame = row.querySelector("[data-day-frame]");
    this.frame = frame ? asSpan(frame) : isWithinCompany ? [0, 0] : [0, DAY_MINUTES];
  }

  // First and last minute as above, or null for what is no window.
  get span() {
    const [start, end] = this.fields.map((field) => minutesOf(field.value));
    return start === null || end === null || end <= start ? null : [start, end + Number(end === DAY_MINUTES - 1)];
  }

  draw() {
    const { span } = this;
    const [start, end] = span ?? [0, 0];
    this.rect.setAttribute("x", start);
    this.rect.setAttribute("width", end - start + Number(span !== null && end < DAY_MINUTES));
    this.rect.classList.toggle("is-outside", span !== null && (start < this.frame[0] || end > this.frame[1]));
  }

  put([start, end]) {
    this.fields[0].value = written(start);
    this.fields[1].value = written(end);
    this.draw();
  }

  putTexts(texts) {
    this.fields.forEach((field, index) => { field.value = texts[index]; });
    this.draw();
  }

  minuteAt(event) {
    const { left, width } = this.bar.getBoundingClientRect();
    return within(((event.clientX - left) / width) * DAY_MINUTES, [0, DAY_MINUTES]);
  }

  // What a pull that begins here does with the minute it has come to.
  pull(event) {
    const grip = (GRIP_PIXELS / this.bar.getBoundingClientRect().width) * DAY_MINUTES;
    const from = this.minuteAt(event);
    const snap = (minute) => within(Math.round(minute / STEP_MINUTES) * STEP_MINUTES, this.frame);
    const spread = (fixed) => (minute) => {
      const ends = [fixed, snap(minute)].sort((one, other) => one - other);
      return ends[0] === ends[1] ? null : ends;
    };
    const span = this.span;
    if (span && Math.abs(from - span[0]) <= grip) return spread(span[1]);
    if (span && Math.abs(from - span[1]) <= grip) return spread(span[0]);
    if (!span || from < span[0] || from > span[1]) return spread(snap(from));
    const length = span[1] - span[0];
    return (minute) => {
      const start = within(snap(span[0] + minute - from), [this.frame[0], this.frame[1] - length]);
      return [start, start + length];
    };
  }
}

const letDraw = (day, changed) => {
  day.bar.addEventListener("pointerdown", (event) => {
    if (event.button || day.frame[0] === day.frame[1]) return;
    event.preventDefault();
    const reach = day.pull(event);
    const move = (moved) => {
      const span = reach(day.minuteAt(moved));
      if (span) day.put(span);
    };
    const stop = () => {
      day.bar.removeEventListener("pointermove", move);
      changed(day);
    };
    day.bar.setPointerCapture(event.pointerId);
    day.bar.addEventListener("pointermove", move);
    day.bar.addEventListener("lostpointercapture", stop, { once: true });
  });
};

for (const form of document.querySelectorAll("form[data-hours]")) {
  const isWithinCompany = Boolean(form.querySelector("[data-day-frame]"));
  const days = [...form.querySelectorAll("[data-hours-day]")].map((row) => new Day(row, isWithinCompany));
  const changed = (day) => day.fields[0].dispatchEvent(new Event("change", { bubbles: true }));
  form.querySelector("[data-hours-hint]").hidden = false;
  form.addEventListener("input", () => days.forEach((day) => day.draw()));
  for (const day of days) {
    day.draw();
    letDraw(day, changed);
  }
  const fill = {
    weekdays: () => days.slice(1, 5).forEach((day) => day.putTexts(days[0].fields.map(({ value }) => value))),
    every_day: () => days.slice(1).forEach((day) => day.putTexts(days[0].fields.map(({ value }) => value))),
    office: (button) => button.dataset.windows.split(" ").forEach((window, index) => days[index].putTexts(window.split("-"))),
  };
  for (const button of form.querySelectorAll("[name=fill]")) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      fill[button.value](button);
      changed(days[0]);
    });
  }
}
