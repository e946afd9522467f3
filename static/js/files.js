// The file drop zone: dropping, the list with sizes, removal of one file. The input itself stays the source of truth.
(() => {
  "use strict";

  const size = (bytes) => (bytes < 1024 ? `${bytes} B`
    : bytes < 1048576 ? `${(bytes / 1024).toFixed(0)} KB` : `${(bytes / 1048576).toFixed(1)} MB`);

  const element = (tag, className, text) => {
    const made = document.createElement(tag);
    made.className = className;
    made.textContent = text;
    return made;
  };

  const choose = (input, files) => {
    const transfer = new DataTransfer();
    for (const file of input.multiple ? files : files.slice(-1)) transfer.items.add(file);
    input.files = transfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const show = (drop) => {
    const input = drop.querySelector("input[type=file]");
    const list = drop.querySelector("[data-file-list]");
    const files = [...input.files];
    list.replaceChildren(...files.map((file) => {
      const row = document.createElement("li");
      const remove = element("button", "btn btn-sm", "Remove");
      remove.type = "button";
      remove.setAttribute("aria-label", `Remove ${file.name}`);
      remove.addEventListener("click", () => {
        choose(input, [...input.files].filter((other) => other !== file));
        input.focus();
      });
      row.append(element("span", "file-name", file.name), element("span", "file-size", size(file.size)), remove);
      return row;
    }));
    const total = files.reduce((sum, file) => sum + file.size, 0);
    const limit = Number(drop.dataset.maxBytes || 0);
    const over = limit > 0 && total > limit;
    input.setCustomValidity(over ? `These files are ${size(total)} together; at most ${drop.dataset.limit} can be handed in.` : "");
    if (over) list.append(element("li", "file-over", input.validationMessage));
    else if (files.length > 1) list.append(element("li", "file-total", `${files.length} files, ${size(total)}`));
  };

  const enhance = (root) => {
    for (const drop of root.querySelectorAll("[data-file-drop]:not([data-ready])")) {
      drop.dataset.ready = "";
      const input = drop.querySelector("input[type=file]");
      const zone = drop.querySelector(".file-zone");
      drop.querySelector("[data-file-invite]").hidden = false;
      input.addEventListener("change", () => show(drop));
      for (const name of ["dragenter", "dragover"]) {
        zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.add("is-over"); });
      }
      for (const name of ["dragleave", "drop"]) {
        zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.remove("is-over"); });
      }
      zone.addEventListener("drop", (event) => choose(input, [...(input.multiple ? input.files : []), ...event.dataTransfer.files]));
    }
  };

  document.addEventListener("DOMContentLoaded", () => enhance(document));
  document.addEventListener("htmx:load", (event) => enhance(event.target));
})();
