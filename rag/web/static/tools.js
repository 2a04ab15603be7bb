() => {
  const box = () => document.querySelector("#question textarea");
  const said = document.createElement("p"); // for those who do not see that a button has done its work
  said.className = "sr-only";
  said.setAttribute("role", "status");
  document.body.append(said);
  const say = (window.ragSay = (text) => {
    said.textContent = text;
    setTimeout(() => { said.textContent = ""; }, 2500);
  });

  const fill = (text) => {
    box().value = text;
    box().dispatchEvent(new Event("input", { bubbles: true }));
    box().focus();
  };

  // --- filters: fields beside the question that become words of it -------------------------------
  const fields = () => [...document.querySelectorAll("#filters [data-key]")];
  // A backslash takes the sense away from a quotation mark or another backslash; see index/search/inline.py.
  const quoted = (value) => (/[\s"“]/.test(value) ? `"${value.replace(/["\\]/g, "\\$&")}"` : value);
  const written = (field) => {
    const value = field.value.trim();
    return value && `${field.dataset.key}:${quoted(value)}`;
  };
  let exact = false; // the next question goes as it stands
  window.ragFiltered = (question) => {
    const asked = String(question ?? "").trim();
    if (exact || !asked) return ((exact = false), asked);
    const own = fields().filter((one) => !new RegExp(`(^|\\s)${one.dataset.key}:`, "i").test(asked));
    return [...own.map(written).filter(Boolean), asked].join(" ");
  };
  const count = () => {
    const set = fields().map(written).filter(Boolean);
    document.getElementById("filters-set").textContent = set.length ? `: ${set.join(" ")}` : "";
  };
  document.addEventListener("input", (event) => event.target.closest?.("#filters") && count());

  // --- what can be done with an answer ------------------------------------------------------------
  const copy = async (button) => {
    try {
      await navigator.clipboard.writeText(button.dataset.text);
    } catch { // not allowed, or a page that is not from this machine
      const area = document.createElement("textarea");
      area.value = button.dataset.text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      button.focus();
    }
    say(button.dataset.done);
    button.dataset.copied = button.dataset.done;
    setTimeout(() => { delete button.dataset.copied; }, 2500);
  };
  const send = (question) => {
    fill(question);
    const ask = document.getElementById("ask");
    if (!ask?.checkVisibility()) return; // an answer is on its way
    exact = true;
    setTimeout(() => ask.click()); // once the box has taken the text
  };
  const actions = {
    copy,
    edit: (button) => fill(button.closest(".turn").dataset.question),
    again: (button) => send(button.closest(".turn").dataset.question),
  };
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const button = event.target.closest(".actions button");
    if (button) void actions[button.dataset.act](button);
    const suggested = event.target.closest("#recent .chip");
    if (suggested) send(suggested.textContent);
    if (event.target.closest("#filters-clear")) {
      fields().forEach((one) => (one.value = ""));
      count();
    }
  });

  window.ragSave = (text, name) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };

  // On paper everything is open.
  const folded = [];
  addEventListener("beforeprint", () => {
    folded.push(...document.querySelectorAll(".turn details:not([open], .how)"));
    folded.forEach((one) => (one.open = true));
  });
  addEventListener("afterprint", () => folded.splice(0).forEach((one) => (one.open = false)));
}
