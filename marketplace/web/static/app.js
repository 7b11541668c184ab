// Small comforts; every page works without them. Loaded with defer, so the document is there; nothing inline, nothing global.
(() => {
  "use strict";
  const doc = document;

  // Things that only make sense with scripts are hidden in the page and shown here; the reverse for stand-ins.
  const prepare = (root) => {
    root.querySelectorAll("[data-stepper]").forEach((stepper) => {
      stepper.classList.add("live");
      stepper.querySelectorAll("[data-step]").forEach((button) => { button.hidden = false; });
      bound(stepper);
    });
    root.querySelectorAll("[data-print]").forEach((button) => { button.hidden = false; });
    if (navigator.clipboard) root.querySelectorAll("[data-copy-button]").forEach((button) => { button.hidden = false; });
    root.querySelectorAll("[data-hide-with-script]").forEach((element) => { element.hidden = true; });
  };

  const limits = (input) => [input.min === "" ? -Infinity : +input.min, input.max === "" ? Infinity : +input.max];
  const bound = (stepper) => {
    const input = stepper.querySelector("input");
    const [least, most] = limits(input);
    stepper.querySelector("[data-step='-1']").disabled = +input.value <= least;
    stepper.querySelector("[data-step='1']").disabled = +input.value >= most;
  };

  doc.addEventListener("click", async (event) => {
    const step = event.target.closest("[data-step]");
    if (step) {
      const stepper = step.closest("[data-stepper]");
      const input = stepper.querySelector("input");
      const [least, most] = limits(input);
      input.value = Math.min(most, Math.max(least, (+input.value || 0) + +step.dataset.step));
      bound(stepper);
      input.dispatchEvent(new Event("change", { bubbles: true }));
      return;
    }
    if (event.target.closest("[data-print]")) { window.print(); return; }
    const copy = event.target.closest("[data-copy-button]");
    if (copy) {
      await navigator.clipboard.writeText(copy.closest("[data-copy]").querySelector("input").value);
      const label = copy.querySelector("span");
      const before = label.textContent;
      label.textContent = copy.dataset.copied;
      setTimeout(() => { label.textContent = before; }, 2000);
    }
  });

  doc.addEventListener("change", (event) => {
    const stepper = event.target.closest("[data-stepper]");
    if (stepper) bound(stepper);
    if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
  });

  // A form is sent once: the second press of an impatient thumb is dropped until the page answers or is shown again.
  doc.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    event.submitter?.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => {
    doc.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
    doc.querySelectorAll("[aria-busy]").forEach((element) => element.removeAttribute("aria-busy"));
  });
  doc.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest?.("form");
    if (form) { delete form.dataset.sent; form.querySelectorAll("[aria-busy]").forEach((e) => e.removeAttribute("aria-busy")); }
  });
  doc.addEventListener("htmx:load", (event) => prepare(event.target));

  // Suggestions while typing: asked 180 ms after the last key, the older answer dropped; arrows walk, Escape closes.
  const search = doc.querySelector("[data-suggest]");
  if (search) {
    const list = doc.getElementById("suggestions");
    let timer = 0;
    let asking = null;
    const close = () => { list.hidden = true; list.replaceChildren(); };
    search.addEventListener("input", () => {
      clearTimeout(timer);
      asking?.abort();
      const text = search.value.trim();
      if (text.length < 2) { close(); return; }
      timer = setTimeout(async () => {
        asking = new AbortController();
        try {
          const answer = await fetch(`${search.dataset.suggest}?q=${encodeURIComponent(text)}`, { signal: asking.signal, headers: { "HX-Request": "true" } });
          const html = answer.ok ? (await answer.text()).trim() : "";
          if (!html) { close(); return; }
          list.innerHTML = html;
          list.hidden = !list.querySelector("a");
        } catch { close(); }
      }, 180);
    });
    search.form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { close(); search.focus(); return; }
      if (list.hidden || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
      const stops = [search, ...list.querySelectorAll("a")];
      const at = stops.indexOf(doc.activeElement);
      event.preventDefault();
      stops[(at + (event.key === "ArrowDown" ? 1 : -1) + stops.length) % stops.length].focus();
    });
    doc.addEventListener("focusin", (event) => { if (!search.form.contains(event.target)) close(); });
    doc.addEventListener("click", (event) => { if (!search.form.contains(event.target)) close(); });
  }

  const summary = doc.getElementById("error-summary");
  if (summary) summary.focus();
  prepare(doc);
  if ("serviceWorker" in navigator && isSecureContext) navigator.serviceWorker.register("/sw.js").catch(() => {});
})();
