// Opens the quotes of a report beside its text, instead of leaving the page for them. What is shown
// is the page of the quote, which every citation is a link to.

const panel = document.getElementById("beside");
const shown = document.getElementById("beside-quote");
const trouble = document.getElementById("beside-trouble");
const room = panel.closest("main");
let opener;
let asked = 0;

document.addEventListener("click", (event) => {
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const link = event.target.closest("a.cite, #beside a.step");
  if (link) {
    event.preventDefault();
    open(link);
  } else if (event.target.closest("#beside-close")) {
    close();
  } else if (event.target.closest("#beside .says a")) {
    leadBack(event);
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !panel.hidden) close();
});

// A model takes its time: the form says so, and is sent once.
for (const form of document.querySelectorAll("form.slow")) {
  form.addEventListener("submit", (event) => {
    if (form.ariaBusy === "true") event.preventDefault();
    form.ariaBusy = "true";
    const line = form.querySelector(".writing");
    line.textContent = line.dataset.text;
  });
}

async function open(link) {
  const cited = link.matches(".cite") ? link : citation(link.href);
  point(cited);
  panel.hidden = false;
  panel.setAttribute("aria-busy", "true");
  trouble.hidden = true;
  room.classList.add("opened");
  const turn = ++asked;
  try {
    const answer = await fetch(link.href);
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (turn !== asked) return;
    shown.replaceChildren(...[...page.getElementById("quote").childNodes].map((node) => document.adoptNode(node)));
  } catch {
    if (turn !== asked) return;
    shown.replaceChildren();
    trouble.hidden = false;
  }
  panel.removeAttribute("aria-busy");
  panel.focus({ preventScroll: true });
  panel.scrollTop = 0;
  const mark = shown.querySelector("mark");
  const below = (mark?.getBoundingClientRect().top ?? 0) - panel.getBoundingClientRect().top;
  if (below > panel.clientHeight / 2) panel.scrollTop = below - panel.clientHeight / 4;
  // On a small screen the panel covers the lower part of the text.
  const covers = getComputedStyle(panel).position === "fixed";
  cited?.scrollIntoView({ block: covers ? "start" : "nearest" });
}

function close() {
  asked++;
  panel.hidden = true;
  room.classList.remove("opened");
  const back = opener;
  point(null);
  back?.focus();
}

// The citation whose quote is open is marked in the text.
function point(cited) {
  opener?.removeAttribute("aria-current");
  opener = cited;
  opener?.setAttribute("aria-current", "true");
}

function citation(address) {
  return [...document.querySelectorAll("article a.cite")].find((link) => link.href === address);
}

function leadBack(event) {
  const place = document.getElementById(new URL(event.target.closest("a").href).hash.slice(1));
  if (!place) return;
  event.preventDefault();
  place.scrollIntoView({ block: "center" });
}
