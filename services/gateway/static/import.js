// An upload made pleasant: files dropped, their way up shown, and the work on them watched.
// Without it the same form and pages do, one load at a time.

const WATCH_MS = 1000;
const SPOKEN_MS = 15000;

const form = document.querySelector("[data-upload]");
const work = document.querySelector("[data-watch]");

if (form) choose(form);
if (work) watch(work);

function choose(form) {
  const input = form.querySelector("input[type=file]");
  const zone = form.querySelector("[data-dropzone]");
  const list = form.querySelector("[data-chosen]");
  const going = form.querySelector("[data-going]");
  const button = form.querySelector("button");
  const summary = form.querySelector("[data-summary]");
  let chosen = []; // { path, file }
  let depth = 0;

  zone.querySelector("[data-drop-words]").hidden = false;
  input.addEventListener("change", () => take([...input.files].map((file) => ({ path: file.name, file }))));
  zone.addEventListener("dragover", (event) => event.preventDefault());
  zone.addEventListener("dragenter", (event) => { event.preventDefault(); depth += 1; zone.classList.add("over"); });
  zone.addEventListener("dragleave", () => { depth -= 1; if (depth <= 0) leave(); });
  zone.addEventListener("drop", async (event) => {
    event.preventDefault();
    leave();
    take(await filesOf(event.dataTransfer));
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); send(); });

  function leave() { depth = 0; zone.classList.remove("over"); }

  function take(files) {
    chosen = files;
    input.required = !chosen.length;
    list.hidden = !chosen.length;
    list.replaceChildren(...chosen.slice(0, 12).map(({ path, file }) => line(`${path}, ${size(file.size)}`)));
    if (chosen.length > 12) list.append(line(`and ${chosen.length - 12} more`));
    const all = chosen.reduce((sum, { file }) => sum + file.size, 0);
    summary.textContent = `${chosen.length} file${chosen.length === 1 ? "" : "s"} chosen, ${size(all)}.`;
    unsay();
    const largest = Number(form.dataset.largest);
    if (all > largest) {
      say(`An upload may hold ${size(largest)}`, "Zip the files, which makes them much smaller, or upload one year at a time.");
    }
    button.disabled = all > largest;
  }

  function send() {
    if (!chosen.length) { say("No file was chosen", "Choose the CSV files, the zip or the XML of a return."); return; }
    const body = new FormData();
    body.append("csrf_token", form.elements.csrf_token.value); // first: nothing is taken before it
    for (const { path, file } of chosen) body.append("files", file, path);
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", (event) => progress(event.loaded, event.total));
    request.addEventListener("load", () => done(request));
    request.addEventListener("error", () => stop("The upload was broken off", "Nothing was kept. Check the connection, and try again."));
    unsay();
    button.disabled = input.disabled = true;
    going.hidden = false;
    progress(0, 1);
    summary.textContent = "Uploading.";
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.send(body);
  }

  function progress(loaded, total) {
    going.querySelector("progress").value = (100 * loaded) / total;
    const words = loaded < total ? `Uploading: ${size(loaded)} of ${size(total)}` : "Uploaded";
    going.querySelector("[data-going-words]").textContent = total > 1 ? words : "Uploading";
  }

  function done(request) {
    let told = {};
    try { told = JSON.parse(request.responseText); } catch { /* no words of ours: said below */ }
    if (request.status === 201) location.assign(told.location);
    else if (request.status === 401) location.reload();
    else stop(told.title ?? "The upload was not taken", told.detail ?? "Try again in a little while.");
  }

  function stop(title, detail) {
    going.hidden = true;
    button.disabled = input.disabled = false;
    say(title, detail);
  }

  function say(title, detail) {
    unsay();
    const fault = document.createElement("div");
    fault.className = "fault";
    fault.tabIndex = -1;
    fault.dataset.fault = "";
    fault.setAttribute("role", "alert");
    const heading = document.createElement("h2");
    heading.textContent = title;
    const words = document.createElement("p");
    words.textContent = detail;
    fault.append(heading, words);
    form.before(fault);
    fault.focus();
  }

  function unsay() { document.querySelectorAll("[data-fault]").forEach((one) => one.remove()); }
}

function line(text) {
  const made = document.createElement("li");
  made.textContent = text;
  return made;
}

function size(bytes) {
  if (bytes < 1024 * 1024) return `${Math.max(1, Math.round(bytes / 1024))} KiB`;
  return `${(bytes / 1024 / 1024).toFixed(1).replace(/\.0$/, "")} MiB`;
}

// Everything that was dropped, folders gone through.
async function filesOf(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files].map((file) => ({ path: file.name, file }));
  const found = [];
  for (const entry of entries) await walk(entry, "", found);
  return found;
}

async function walk(entry, under, found) {
  const path = under + entry.name;
  if (entry.name.startsWith(".")) return; // what an operating system leaves in a folder
  if (entry.isFile) {
    found.push({ path, file: await new Promise((give, fail) => entry.file(give, fail)) });
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((give, fail) => reader.readEntries(give, fail));
    if (!some.length) return;
    for (const inside of some) await walk(inside, `${path}/`, found);
  }
}

function watch(work) {
  const bar = work.querySelector("progress");
  const words = work.querySelector("[data-words]");
  const summary = work.querySelector("[data-summary]");
  let spokenAt = performance.now();

  async function look() {
    try {
      const answer = await fetch(work.dataset.watch, { headers: { Accept: "application/json" } });
      if (!answer.ok) { location.reload(); return; } // the page says what became of it
      const told = await answer.json();
      if (told.state !== work.dataset.state) { location.reload(); return; }
      if (told.percent !== null) bar.value = told.percent;
      words.textContent = told.words;
      if (performance.now() - spokenAt > SPOKEN_MS) { spokenAt = performance.now(); summary.textContent = told.words; }
    } catch {
      words.textContent = "Connection lost: trying again";
    }
    setTimeout(look, WATCH_MS);
  }
  setTimeout(look, WATCH_MS / 4);
}
