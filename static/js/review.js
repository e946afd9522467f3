// The review page: digits choose levels, points add up as one clicks, and leaving with unsaved words asks first.
(() => {
  "use strict";

  const form = document.querySelector("[data-review-form]");
  if (!form) return;

  const isTyping = (element) => element.matches("textarea, input:not([type=radio])");

  form.addEventListener("keydown", (event) => {
    if (!/^[1-9]$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const radio = event.target.closest("[data-levels]")?.querySelectorAll("input[type=radio]")[Number(event.key) - 1];
    if (!radio) return;
    event.preventDefault();
    radio.focus();
    radio.click();
  });

  const plain = (number) => String(Math.round(number * 100) / 100);

  const advise = () => {
    const groups = [...form.querySelectorAll("[data-levels]:not(.verdict)")];
    const chosen = groups.map((group) => group.querySelector("input:checked")).filter(Boolean);
    const points = chosen.reduce((sum, radio) => sum + Number(radio.dataset.points), 0);
    form.querySelector("[data-tally]").textContent = plain(points);
    const verdict = form.querySelector("[name=verdict]:checked")?.value;
    const enough = points >= Number(form.querySelector("[data-advice]").dataset.enough);
    const against = { passed: !enough, needs_more_work: enough };
    for (const advice of form.querySelectorAll("[data-advice-for]")) {
      const about = advice.dataset.adviceFor;
      advice.hidden = !(chosen.length === groups.length && verdict === about && against[about]);
    }
  };

  let unsaved = false;
  form.addEventListener("input", () => { unsaved = true; advise(); });
  form.addEventListener("submit", () => { unsaved = false; });
  window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });

  // A refused draft (422) says why in its own line, instead of the general message.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status !== 422) return;
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  });
  document.addEventListener("htmx:beforeRequest", (event) => { if (event.target.id === "draft") unsaved = false; });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.target.id === "draft" && !event.detail.successful) unsaved = true;
  });

  advise();
})();
