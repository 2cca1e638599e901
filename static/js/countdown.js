// How long something can still be confirmed: <span role="timer" data-countdown="2026-11-21T11:32:00+00:00" hidden>.
// The time itself stands beside it; this only counts down to it.

for (const left of document.querySelectorAll("[data-countdown]")) {
  const end = Date.parse(left.dataset.countdown);
  const tick = () => {
    const seconds = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    left.textContent = seconds
      ? `${left.dataset.words} ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`
      : left.dataset.over;
    if (!seconds) clearInterval(timer);
  };
  const timer = setInterval(tick, 1000);
  left.hidden = false;
  tick();
}
