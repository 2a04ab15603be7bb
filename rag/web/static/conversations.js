() => {
  // The conversations that are kept: opened, renamed, deleted, found by their titles.
  const { lang } = document.documentElement;
  const list = document.createElement("dialog");
  list.id = "talks";
  list.setAttribute("aria-labelledby", "talks-title");
  document.body.append(list);

  const show = async (answer) => {
    const looked = list.querySelector("[type=search]")?.value ?? "";
    if (!(answer.headers.get("content-type") ?? "").startsWith("text/html")) return;
    list.innerHTML = await answer.text(); // every text in it was escaped by the server, see rag/web/conversation_list.py
    const field = list.querySelector("[type=search]");
    if (field && looked) {
      field.value = looked;
      sift();
    }
  };
  const send = async (what, body) => {
    try {
      await show(await fetch(`/chat/${what}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ lang, ...body }),
      }));
    } catch { /* the pill at the top says that the program has stopped */ }
    (list.querySelector("[type=search]") ?? list.querySelector(".new"))?.focus();
  };

  // Titles are compared without their marks, as searches are.
  const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d").replaceAll("Đ", "D").toLowerCase();
  let renamed = ""; // stays in sight under its new title, until other words are looked for
  const sift = () => {
    const words = folded(list.querySelector("[type=search]").value).split(/\s+/);
    const rows = [...list.querySelectorAll("li")];
    for (const row of rows) {
      const title = folded(row.querySelector(".title").textContent);
      row.hidden = row.dataset.talk !== renamed && !words.every((word) => title.includes(word));
    }
    list.querySelector(".none").hidden = rows.some((row) => !row.hidden);
  };

  let awaited = false; // a conversation was opened and is not there yet
  // An answer that is on its way is stopped first: it belongs to the conversation that is left.
  const open = (id) => {
    const stop = document.getElementById("stop");
    if (stop?.checkVisibility()) {
      stop.click();
      return void setTimeout(open, 100, id);
    }
    if (!document.getElementById("ask")?.checkVisibility()) return void setTimeout(open, 100, id);
    if (list.open) list.close();
    window.ragChosen = id;
    awaited = Boolean(id);
    if (!id) void offer();
    document.getElementById("open-talk").click();
    document.querySelector("#question textarea")?.focus();
  };
  // What was opened is looked at from its last question.
  const past = () => document.getElementById("past");
  const watch = () => {
    if (!past()) return void setTimeout(watch, 200);
    new MutationObserver((changes) => {
      const come = changes.some((one) => [...one.addedNodes].some((node) => node.matches?.(".turn") || node.querySelector?.(".turn")));
      if (!awaited || !come) return;
      awaited = false;
      past().querySelector(".turn:last-child")?.scrollIntoView({ block: "start" });
    }).observe(past(), { childList: true, subtree: true });
  };
  watch();

  document.addEventListener("click", async (event) => {
    if (!(event.target instanceof Element)) return;
    const opening = event.target.closest("[data-open]");
    if (event.target.closest("#talks-open")) {
      try {
        await show(await fetch(`/chat/conversations?lang=${lang}`));
      } catch { return; }
      if (!list.open) list.showModal();
    } else if (opening) {
      open(opening.dataset.open);
    } else if (event.target === list || event.target.closest("#talks .close")) {
      list.close();
    }
    const row = event.target.closest("#talks li");
    if (!row) return;
    const button = event.target.closest("button");
    if (button?.matches(".delete")) void send("delete", { id: row.dataset.talk });
    const part = button?.dataset.show && row.querySelector(button.dataset.show);
    if (!part && button?.dataset.hide === undefined) return;
    row.querySelectorAll("form, .sure").forEach((one) => (one.hidden = one !== part));
    row.querySelector(".do").hidden = Boolean(part);
    (part?.querySelector("input, button") ?? row.querySelector(".do button")).focus();
  });
  list.addEventListener("submit", (event) => {
    event.preventDefault();
    const title = event.target.elements.title.value;
    renamed = event.target.closest("li").dataset.talk;
    void send("rename", { id: renamed, title });
  });
  list.addEventListener("input", (event) => {
    if (!event.target.matches("[type=search]")) return;
    renamed = "";
    sift();
  });
  list.addEventListener("change", (event) => {
    if (event.target.matches(".keep input")) void send("keep", { on: event.target.checked });
  });

  // Before the first question: the conversation that was left last, as soon as the library is open.
  const offer = async () => {
    const place = document.getElementById("last");
    if (place && document.querySelector("#readiness[data-state=ready]")) {
      try {
        place.innerHTML = await (await fetch(`/chat/last?lang=${lang}`)).text();
        return;
      } catch { /* again below */ }
    }
    setTimeout(offer, 300);
  };
  void offer();
}
