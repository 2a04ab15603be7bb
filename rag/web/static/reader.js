() => {
  // The whole article beside the answer; on a narrow window in front of it.
  const wide = matchMedia("(min-width: 1100px)");
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const pane = document.createElement("dialog");
  pane.id = "reader";
  pane.setAttribute("aria-labelledby", "reader-title");
  document.body.append(pane);
  let opener = null;

  // The place that was asked for comes first, then the others of the same answer in the same article.
  const placesOf = (button) => {
    const all = [...(button.closest(".turn")?.querySelectorAll("button.read[data-start]") ?? [])];
    const others = all.filter((one) => one !== button && one.dataset.article === button.dataset.article);
    return (button.dataset.start ? [button, ...others] : others)
      .map((one) => `${one.dataset.n ?? ""}:${one.dataset.start}-${one.dataset.end}`);
  };

  const show = (markup) => {
    pane.innerHTML = markup; // every text in it was escaped by the server, see rag/pane.py
    if (!pane.open) {
      if (wide.matches) pane.show();
      else pane.showModal();
      document.body.classList.add("reading");
    }
    const target = pane.querySelector("mark.sought") ?? pane.querySelector("#reader-title");
    target.focus({ preventScroll: true });
    if (target.matches("mark")) target.scrollIntoView({ block: "center" });
    else pane.querySelector(".page").scrollTop = 0;
  };

  const open = async (button) => {
    const turn = button.closest(".turn");
    const { lang } = turn ? turn.dataset : document.documentElement;
    const asked = new URLSearchParams({ id: button.dataset.article, places: placesOf(button).join(","), lang });
    opener = button;
    let markup = "";
    try {
      const answer = await fetch("/reader/article?" + asked);
      if ((answer.headers.get("content-type") ?? "").startsWith("text/html")) markup = await answer.text();
    } catch { /* the pill at the top says that the program has stopped */ }
    if (!markup || opener !== button) return;
    document.querySelectorAll(".card.sought").forEach((one) => one.classList.remove("sought"));
    button.closest(".card")?.classList.add("sought");
    pane.lang = lang;
    show(markup);
    if (wide.matches) button.closest(".card")?.scrollIntoView({ block: "nearest" });
  };

  // Focus returns to where it was; if that has been drawn anew, to what now has its name.
  const giveBack = () => {
    if (!opener || pane.open) return;
    document.body.classList.remove("reading");
    const now = opener?.isConnected ? opener : document.getElementById(opener?.id || "none");
    (now ?? document.querySelector("#question textarea"))?.focus({ preventScroll: true });
    now?.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
    opener = null;
  };
  // At once, since "close" is told a moment later; it is for closings that are not ours, a phone's back key.
  const shut = () => {
    pane.close();
    giveBack();
  };
  pane.addEventListener("close", giveBack);

  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const button = event.target.closest("button.read");
    if (button) void open(button);
    else if (event.target === pane || event.target.closest("#reader .close")) shut();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !pane.open || event.isComposing) return;
    event.preventDefault();
    shut();
  });
  wide.addEventListener("change", () => {
    if (!pane.open) return;
    const from = opener; // a dialog cannot change its mind, so it is opened anew
    const markup = pane.innerHTML;
    pane.addEventListener("close", () => { opener = from; show(markup); }, { once: true });
    pane.close();
  });

  // Before the first question: what there is to read, as soon as the library is open.
  const fill = async () => {
    const recent = document.getElementById("recent");
    if (recent && document.querySelector("#readiness[data-state=ready]")) {
      try {
        recent.innerHTML = await (await fetch(`/reader/recent?lang=${document.documentElement.lang}`)).text();
        document.getElementById("outlets").innerHTML = await (await fetch("/reader/outlets")).text();
        return;
      } catch { /* again below */ }
    }
    setTimeout(fill, 300);
  };
  void fill();
}
