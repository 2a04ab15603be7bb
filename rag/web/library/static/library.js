// Sends files, follows the running job, and comes to the passage that was asked for. Deferred.
"use strict";

const byId = (id) => document.getElementById(id);
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key]);
const language = document.documentElement.lang;
const post = (path, body) => fetch(`/library/${path}`, { method: "POST", body, redirect: "manual" });

document.querySelector("mark.sought")?.scrollIntoView({ block: "center" });

// --- the running job ---------------------------------------------------------------------------------

const POLL = 1000; // milliseconds
const box = byId("job");
let following = false;

// What stands in the fields and what is chosen stays; only what the job has changed is put in place.
const refresh = async () => {
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const now = new DOMParser().parseFromString(await answer.text(), "text/html");
  const chosen = [...document.querySelectorAll("input[name=article]:checked")].map((one) => one.value);
  for (const id of ["summary", "articles"]) {
    const [old, fresh] = [byId(id), now.getElementById(id)];
    if (old && fresh) old.replaceWith(fresh);
    else if (fresh || old) return void location.reload(); // the first article, or the last
  }
  for (const one of document.querySelectorAll("input[name=article]")) one.checked = chosen.includes(one.value);
};

const follow = async () => {
  if (following) return;
  following = true;
  let said = "";
  for (let alive = true; alive; ) {
    let markup = null;
    try {
      const answer = await fetch(`/library/job?ui=${language}`);
      if (answer.ok) markup = await answer.text();
    } catch { /* the program may be back in a moment */ }
    if (markup !== null) {
      const open = Boolean(box.querySelector("details[open]"));
      const hadFocus = box.contains(document.activeElement);
      box.innerHTML = markup; // every text in it was escaped by the server
      if (open) box.querySelector("details")?.setAttribute("open", "");
      if (hadFocus) box.querySelector("button")?.focus();
      const job = box.querySelector(".job");
      alive = Boolean(job?.dataset.alive);
      if (job && job.dataset.say !== said) {
        byId("said").textContent = said = job.dataset.say;
        if (job.dataset.stage === "computing") await refresh(); // what was read can be found from now on
      }
    }
    if (alive) await new Promise((done) => setTimeout(done, POLL));
  }
  following = false;
  await refresh();
};
if (box?.querySelector(".job[data-alive=yes]")) void follow();

// --- sending files -----------------------------------------------------------------------------------

const PORTION = 2000; // names that are asked about at once
const SHOWN = 200; // reasons that are listed
const drop = byId("drop");

// A name and a file for each file in what was dropped, folders with all that is in them.
const walk = async (entry, found) => {
  if (entry.isFile) {
    const file = await new Promise((done) => entry.file(done, () => done(null)));
    if (file) found.push([entry.fullPath.replace(/^\//, ""), file]);
    return;
  }
  const reader = entry.createReader();
  for (;;) { // it gives a hundred at a time
    const some = await new Promise((done) => reader.readEntries(done, () => done([])));
    if (!some.length) return;
    for (const one of some) await walk(one, found);
  }
};

let stopped = false;
let current = null; // the request that is sending

const send = (name, file, told) => new Promise((done) => {
  const request = (current = new XMLHttpRequest());
  const failed = () => done(drop.dataset.failed);
  request.open("POST", `/library/upload?${new URLSearchParams({ name })}`);
  request.responseType = "json";
  request.upload.onprogress = (event) => told(event.loaded / Math.max(event.total, 1));
  request.onload = () => done(request.status === 200 ? null : request.response?.reason ?? request.response?.error?.message ?? drop.dataset.failed);
  request.onerror = failed;
  request.onabort = failed;
  request.send(file);
});

const skippedShown = (skipped) => {
  const list = byId("unsent");
  list.hidden = !skipped.length;
  list.querySelector("summary").textContent = fill(drop.dataset.skipped, { n: skipped.length });
  list.querySelector("ul").replaceChildren(...skipped.slice(0, SHOWN).map((one) => {
    const item = document.createElement("li");
    const name = document.createElement("b");
    name.textContent = one.path;
    item.append(name, ` ${one.reason}`);
    return item;
  }));
  if (skipped.length > SHOWN) {
    const more = document.createElement("li");
    more.textContent = fill(drop.dataset.more, { n: skipped.length - SHOWN });
    list.querySelector("ul").append(more);
  }
};

const sendAll = async (files) => {
  const skipped = [];
  const wanted = new Set();
  for (let first = 0; first < files.length; first += PORTION) {
    const some = files.slice(first, first + PORTION).map(([name, file]) => [name, file.size]);
    const answer = await post("check", JSON.stringify(some));
    const said = answer.ok ? await answer.json() : { send: [], skipped: some.map(([path]) => ({ path, reason: drop.dataset.failed })) };
    said.send.forEach((name) => wanted.add(name));
    skipped.push(...said.skipped);
  }
  const going = files.filter(([name]) => wanted.has(name));
  skippedShown(skipped);
  if (!going.length) return void (byId("said").textContent = drop.dataset.nothing);
  byId("sending").hidden = false;
  drop.hidden = true;
  byId("said").textContent = drop.dataset.sending;
  stopped = false;
  let sent = 0;
  for (const [at, [name, file]] of going.entries()) {
    if (stopped) break;
    byId("sending-name").textContent = name;
    const reason = await send(name, file, (part) => {
      byId("sending-file").value = part;
      byId("sending-all").value = (at + part) / going.length;
    });
    if (stopped) break;
    if (reason) skipped.push({ path: name, reason });
    else sent += 1;
    byId("sending-count").textContent = fill(drop.dataset.sent, { n: sent, m: going.length });
    if (reason) skippedShown(skipped);
  }
  byId("sending").hidden = true;
  drop.hidden = false;
  if (sent) await post("add");
  void follow();
};

if (drop) {
  drop.hidden = false;
  const picked = (input) => [...input.files].map((file) => [file.webkitRelativePath || file.name, file]);
  for (const kind of ["files", "folder"]) {
    const input = byId(kind);
    byId(`choose-${kind}`).addEventListener("click", () => input.click());
    input.addEventListener("change", async () => {
      await sendAll(picked(input));
      input.value = ""; // so that the same choice is a change again
    });
  }
  byId("sending-stop").addEventListener("click", () => {
    stopped = true;
    current?.abort();
  });
  // A file that misses the place would replace the page.
  for (const name of ["dragover", "drop"]) addEventListener(name, (event) => event.preventDefault());
  for (const name of ["dragenter", "dragover"]) drop.addEventListener(name, () => drop.classList.add("over"));
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
  drop.addEventListener("drop", async (event) => {
    // All are taken before the first wait: after the event they are gone.
    const dropped = [...event.dataTransfer.items].map((one) => [one.webkitGetAsEntry(), one.getAsFile()]);
    const found = [];
    for (const [entry, file] of dropped) {
      if (entry) await walk(entry, found);
      else if (file) found.push([file.name, file]);
    }
    await sendAll(found);
  });
}
