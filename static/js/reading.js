// Pages to read: the contents show where one is, and a note says when it is not saved yet.
(() => {
  "use strict";

  let unsaved = false;
  let sent = "";
  const noteOf = (event) => event.target.closest("[data-note]");
  const noteChanges = (note) => {
    unsaved = true;
    const words = note.querySelector("[data-note-words]");
    if (words) words.textContent = "Not saved yet …";
  };
  document.addEventListener("input", (event) => { if (noteOf(event)) noteChanges(noteOf(event)); });
  document.addEventListener("submit", (event) => { if (noteOf(event)) unsaved = false; });
  document.addEventListener("htmx:beforeRequest", (event) => { if (noteOf(event)) sent = noteOf(event).elements.note.value; });
  document.addEventListener("htmx:afterRequest", (event) => { if (noteOf(event) && !event.detail.successful) unsaved = true; });
  document.addEventListener("htmx:afterSwap", (event) => {
    const note = noteOf(event);
    if (!note) return;
    unsaved = !note.querySelector("[data-note-saved]");
    if (note.elements.note.value !== sent) noteChanges(note);
  });
  window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });

  const links = new Map([...document.querySelectorAll(".toc a")].map((link) => [link.hash.slice(1), link]));
  const headings = [...links.keys()].map((id) => document.getElementById(decodeURIComponent(id))).filter(Boolean);
  if (!headings.length) return;

  let waiting = false;
  const mark = () => {
    waiting = false;
    const above = headings.filter((heading) => heading.getBoundingClientRect().top < 120);
    const here = above.at(-1);
    for (const [id, link] of links) {
      if (here && decodeURIComponent(id) === here.id) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    }
  };
  window.addEventListener("scroll", () => {
    if (!waiting) requestAnimationFrame(mark);
    waiting = true;
  }, { passive: true });
  mark();
})();
