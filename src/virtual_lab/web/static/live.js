// Keeps the page of a run up to date. The events only say that something happened; what is shown
// comes from the server, which renders every line in one place. A line of the log is known by its
// number, so that neither a lost connection nor a reload loses or repeats one.

const PAUSE_MS = 250;
const RETRY_MS = 2000;
const KINDS = [
  "started", "planned", "searched", "analysed", "critiqued", "summarised", "synthesised",
  "verified", "finished", "requeued", "failed", "cancelled",
];

const byId = (id, from = document) => from.getElementById(id);
const lastSeq = () => Number(byId("log").lastElementChild?.dataset.seq ?? 0);

let timer;
let busy = false;
let again = false;

const source = new EventSource(byId("live").dataset.events);
for (const kind of KINDS) {
  source.addEventListener(kind, (event) => {
    if (Number(event.lastEventId) > lastSeq()) schedule();
  });
}
source.addEventListener("open", () => {
  byId("trouble").hidden = true;
  schedule();
});
source.addEventListener("error", () => {
  // The end of a run closes the stream as well.
  if (source.readyState === EventSource.CLOSED) schedule();
  else byId("trouble").hidden = false;
});

function schedule(pause = PAUSE_MS) {
  clearTimeout(timer);
  timer = setTimeout(refresh, pause);
}

async function refresh() {
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  again = false;
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    if (!answer.ok) throw new Error(answer.statusText);
    take(new DOMParser().parseFromString(await answer.text(), "text/html"));
    byId("trouble").hidden = source.readyState !== EventSource.CONNECTING;
    if (again) schedule();
  } catch {
    byId("trouble").hidden = false;
    schedule(RETRY_MS);
  }
  busy = false;
}

function take(fresh) {
  const open = [...document.querySelectorAll("#board details[open]")].map((part) => part.id);
  const focus = document.activeElement?.closest("details")?.id;
  swap("board", fresh);
  for (const id of open) byId(id)?.setAttribute("open", "");
  if (focus) byId(focus)?.querySelector("summary")?.focus();
  const known = lastSeq();
  for (const line of byId("log", fresh).children) {
    if (Number(line.dataset.seq) > known) byId("log").append(document.adoptNode(line.cloneNode(true)));
  }
  byId("no-lines")?.toggleAttribute("hidden", lastSeq() > 0);
  takeStanding(fresh);
  if (byId("live", fresh).dataset.over === "true") source.close();
}

// The element of the status line stays, or screen readers would not read its new words.
function takeStanding(fresh) {
  for (const id of ["state", "status", "figures", "outcome"]) swap(id, fresh);
  const bar = byId("bar");
  const next = byId("bar", fresh);
  Object.assign(bar, { hidden: next.hidden, max: next.max, value: next.value });
}

function swap(id, fresh) {
  const now = byId(id);
  const next = byId(id, fresh);
  if (now.innerHTML === next.innerHTML) return;
  now.replaceChildren(...[...next.childNodes].map((node) => document.adoptNode(node)));
}
