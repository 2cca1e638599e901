// On every page: nothing here is needed, all of it helps.

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// A double click sends once. The server has its own guard; this one spares the second request. A form that answers with a
// file (data-download) leaves the page where it is, and can be sent again after a moment.
const DOWNLOAD_PAUSE_MILLISECONDS = 2000;
function sentNoMore(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
}
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  const button = event.submitter ?? form.querySelector("button:not([type=button])");
  if (button) button.setAttribute("aria-busy", "true");
  if ("download" in form.dataset) setTimeout(sentNoMore, DOWNLOAD_PAUSE_MILLISECONDS, form);
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) sentNoMore(form);
});

// The summary of errors takes the focus; a link in it leads into its field.
document.querySelector("[data-error-summary]")?.focus();

// Show what is typed into a password field.
for (const button of document.querySelectorAll("[data-reveal]")) {
  const field = document.getElementById(button.dataset.reveal);
  const words = [button.textContent, button.dataset.hideLabel];
  button.hidden = false;
  const show = (visible) => {
    field.type = visible ? "text" : "password";
    button.textContent = words[Number(visible)];
    button.setAttribute("aria-pressed", String(visible));
  };
  button.addEventListener("click", () => show(field.type === "password"));
  field.form?.addEventListener("submit", () => show(false));
}

// A button that waits for a tick (S1-010): <button data-needs="id_conditions">. The server insists too.
for (const button of document.querySelectorAll("[data-needs]")) {
  const tick = document.getElementById(button.dataset.needs);
  const follow = () => { button.disabled = !tick.checked; };
  tick.addEventListener("change", follow);
  window.addEventListener("pageshow", follow);
  follow();
}

// A frame that scrolls must be reachable by keyboard; one that does not must not be a stop.
for (const frame of document.querySelectorAll("[data-scroll]")) {
  if (frame.scrollWidth <= frame.clientWidth) continue;
  frame.tabIndex = 0;
  frame.setAttribute("role", "group");
  frame.setAttribute("aria-label", frame.dataset.scroll);
}

// The present tab or step, where the strip of them is longer than the screen.
for (const strip of document.querySelectorAll(".oc-tabs, .oc-way")) {
  const present = strip.querySelector("[aria-current]");
  if (present) strip.scrollLeft = present.offsetLeft - (strip.clientWidth - present.offsetWidth) / 2;
}
