// Lets files be dropped on a form, tells what is wrong with them before they are sent, and how far
// the sending is; keeps the outlook of a run up to date. Without it the forms work all the same.

const MB = 1024 * 1024;
const OUTLOOK_PAUSE_MS = 300;

for (const form of document.querySelectorAll("form.sends-files")) equip(form);

function equip(form) {
  const drop = form.querySelector("[data-drop]");
  const input = drop.querySelector("input[type=file]");
  const zone = drop.querySelector(".zone");
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    input.files = event.dataTransfer.files;
    check(input, drop.querySelector(".chosen"));
  });
  input.addEventListener("change", () => check(input, drop.querySelector(".chosen")));
  form.addEventListener("submit", (event) => {
    if (!input.files.length || event.submitter?.formMethod === "get") return;
    event.preventDefault();
    send(form, drop.querySelector(".sending"));
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit(form.querySelector("button.main"));
  });
  if (form.dataset.estimate) keepOutlook(form);
}

function check(input, list) {
  const files = [...input.files];
  const kinds = input.accept.split(",");
  const lines = files.map((file) => {
    let wrong = "";
    if (!kinds.some((kind) => file.name.toLowerCase().endsWith(kind))) wrong = input.dataset.wrongKind;
    else if (file.size > input.dataset.size * MB) wrong = input.dataset.tooLarge;
    return line(file.name, wrong || size(file.size), Boolean(wrong));
  });
  const total = files.reduce((sum, file) => sum + file.size, 0);
  let trouble = "";
  if (files.length > input.dataset.most) trouble = input.dataset.tooMany;
  else if (total > input.dataset.all * MB) trouble = input.dataset.tooMuch;
  if (trouble) lines.push(line(trouble, "", true));
  list.replaceChildren(...lines);
  const wrong = list.querySelector(".wrong");
  input.setCustomValidity(wrong ? wrong.closest("li").textContent : "");
}

function line(name, note, isWrong) {
  const item = document.createElement("li");
  const first = document.createElement("span");
  first.textContent = name;
  const last = document.createElement("span");
  last.textContent = note;
  if (isWrong) (note ? last : first).className = "wrong";
  item.append(first, " ", last);
  return item;
}

function size(bytes) {
  return bytes < MB ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / MB).toFixed(1)} MB`;
}

function send(form, place) {
  const bar = place.querySelector("progress");
  const status = place.querySelector("[role=status]");
  const buttons = [...form.querySelectorAll("button")];
  const request = new XMLHttpRequest();
  request.open(form.method, form.action);
  request.responseType = "document";
  request.upload.addEventListener("progress", (event) => {
    bar.value = event.total ? event.loaded / event.total : 0;
  });
  request.upload.addEventListener("load", () => {
    bar.removeAttribute("value");
    status.textContent = status.dataset.reading;
  });
  request.addEventListener("error", () => {
    status.textContent = status.dataset.failed;
    bar.hidden = true;
    for (const button of buttons) button.disabled = false;
  });
  request.addEventListener("load", () => {
    // A form that was taken leads elsewhere; else the answer is a page to read here.
    if (request.responseURL !== form.action) location.assign(request.responseURL);
    else show(request.response);
  });
  place.hidden = bar.hidden = false;
  status.textContent = status.dataset.sending;
  request.send(new FormData(form));
  for (const button of buttons) button.disabled = true;
}

function show(page) {
  if (!page?.querySelector("main")) {
    location.reload();
    return;
  }
  document.title = page.title;
  const main = document.adoptNode(page.querySelector("main"));
  document.querySelector("main").replaceWith(main);
  for (const form of main.querySelectorAll("form.sends-files")) equip(form);
  (main.querySelector("#trouble") ?? main).focus();
  scrollTo(0, 0);
}

function keepOutlook(form) {
  let timer;
  let turn = 0;
  form.addEventListener("change", (event) => {
    if (event.target.type === "file" || event.target.id === "topic") return;
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const mine = ++turn;
      const uses = document.getElementById("uses");
      uses.ariaBusy = "true";
      try {
        const given = [...new FormData(form)].filter(([, value]) => typeof value === "string");
        const answer = await fetch(`${form.dataset.estimate}?${new URLSearchParams(given)}`);
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const next = page.getElementById("uses");
        if (answer.ok && next && mine === turn) uses.replaceChildren(...[...next.childNodes].map((node) => document.adoptNode(node)));
      } finally {
        uses.ariaBusy = null;
      }
    }, OUTLOOK_PAUSE_MS);
  });
}
