// Small behaviours by data attribute; every one of them has a way that works without this file.
(() => {
  "use strict";

  // What only a screen reader says, in one live region that is there before it speaks.
  const voice = document.createElement("p");
  voice.className = "visually-hidden";
  voice.setAttribute("role", "status");
  const say = (text) => { voice.textContent = text; };

  const onClick = {
    "[data-dismiss]": (button) => button.closest(button.dataset.dismiss)?.remove(),
    "[data-dialog]": (link, event) => {
      const dialog = document.getElementById(link.dataset.dialog);
      if (!dialog) return;
      event.preventDefault();
      dialog.showModal();
    },
    "[data-dialog-close]": (button) => button.closest("dialog").close(),
    "[data-fill]": (button) => {
      for (const [name, value] of Object.entries(JSON.parse(button.dataset.fill))) {
        const input = document.querySelector(`main [name="${name}"]`);
        if (input) input.value = value;
      }
      document.querySelector("main form [type=submit]")?.focus();
    },
    "[data-copy]": async (button) => {
      const name = button.firstChild, what = button.dataset.copy || "code";
      const source = button.parentElement.querySelector("code, input");
      try {
        await navigator.clipboard.writeText(source.value ?? source.textContent);
        name.data = "Copied";
        say(`The ${what} is copied.`);
      } catch {
        name.data = "Not copied";
        say(`The ${what} could not be copied. Select it and copy it by hand.`);
      }
      setTimeout(() => { name.data = "Copy"; say(""); }, 1600);
    },
  };

  document.addEventListener("click", (event) => {
    for (const [selector, act] of Object.entries(onClick)) {
      const element = event.target.closest(selector);
      if (element) act(element, event);
    }
    if (event.target instanceof HTMLDialogElement) event.target.close();
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  // Ctrl K (⌘ K) leads to the search from everywhere.
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    const boxes = [...document.querySelectorAll("[data-search]")];
    const box = boxes.filter((one) => one.offsetParent !== null).at(-1);
    const link = document.querySelector("[data-search-link]");
    if (!box && !link) return;
    event.preventDefault();
    if (box) box.select();
    else link.click();
  });

  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  // Once for each new piece of page: at the start, and whatever htmx brings.
  const enhance = (root) => {
    const blocks = navigator.clipboard ? root.querySelectorAll(":is(.prose .highlight, .cell-code):not(:has(.copy-button))") : [];
    for (const block of blocks) {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "copy-button", innerHTML: "Copy<span class=\"visually-hidden\"> the code</span>" });
      button.dataset.copy = "";
      block.append(button);
    }
    if (navigator.clipboard) for (const button of root.querySelectorAll("[data-copy][hidden]")) button.hidden = false;
    const named = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (named instanceof HTMLDetailsElement) named.open = true;
    for (const part of root.querySelectorAll("details[data-fold]")) {
      const narrow = window.matchMedia(part.dataset.fold);
      if (narrow.matches) part.open = false;
      narrow.addEventListener("change", () => { part.open = !narrow.matches; });
    }
    root.querySelector(".is-invalid")?.focus();
  };

  const tell = (text) => {
    const box = document.getElementById("messages");
    if (!box) return;
    const notice = document.createElement("div");
    notice.className = "notice tone-red";
    notice.setAttribute("role", "alert");
    notice.innerHTML = '<div class="notice-body"></div><button type="button" class="notice-close" data-dismiss=".notice" aria-label="Dismiss">×</button>';
    notice.firstChild.textContent = text;
    box.replaceChildren(notice);
    notice.scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.body.append(voice);
    enhance(document);
    // On a phone the navigation and tabs scroll sideways: bring the current place into sight.
    for (const here of document.querySelectorAll(".mainnav [aria-current], .tabs [aria-current]")) {
      const list = here.closest("ul");
      list.scrollLeft = here.getBoundingClientRect().left - list.getBoundingClientRect().left - 48;
    }
  });
  document.addEventListener("htmx:load", (event) => enhance(event.target));
  document.addEventListener("htmx:responseError", ({ detail: { xhr: { status } } }) => tell(
    status === 401
      ? "You have been signed out. What you typed is still here: copy it, then reload the page to sign in."
      : `That did not work (error ${status}). What you typed is still here; reload the page or try again.`,
  ));
  document.addEventListener("htmx:sendError", () => tell(
    "The portal could not be reached. What you typed is still here; check your connection and try again.",
  ));
})();
