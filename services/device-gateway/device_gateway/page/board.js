// The flow board (流水牌): sign-in, snapshot, live stream.

import { changePassword, forget, get, post, renew, signIn, signedIn, signOut, token } from "./api.js";
import { Stream } from "./stream.js";
import { ago, alertOf, bySeverity, cardOf, consultantOf, dayIn, hour, make, ordered, readOf, said, TABS, timing } from "./view.js";
import { spoken, speak, text } from "./words.js";

const $ = (id) => document.getElementById(id);
const MAY_DISMISS = ["receptionist", "supervisor", "branch_head", "head_office"];
const STALE_MS = 8000;
const FRESH_MS = 6000;

let board = null; // {branch, timezone, day, sequence, cards: Map, consultants: Map, unrecognised: Map, alerts: Map}
let stream = null;
let branches = [];
let tab = "all";
let state = { name: "loading", heard: new Date() };
const fresh = new Map(); // card id -> until when it is shown as new
const told = new Set(); // alerts that a screen reader has been given

const onWall = () => signedIn?.roles.every((role) => role === "screen");

// ---- texts ---------------------------------------------------------------------------------------------------------

function speakAll() {
  document.documentElement.lang = spoken() === "zh" ? "zh-CN" : "en";
  document.title = `${text("title")} · ${text("board")}`;
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = text(element.dataset.text);
  for (const element of document.querySelectorAll("[data-hint]")) {
    element.placeholder = text(element.dataset.hint);
    element.setAttribute("aria-label", text(element.dataset.hint));
  }
  fillBranches();
  draw();
}

function fillBranches() {
  const names = branches.map((one) => make("option", { value: one.code }, spoken() === "zh" ? one.name_zh : one.name_en));
  $("branch").replaceChildren(...names);
  if (board) $("branch").value = board.branch;
  $("branch").hidden = branches.length === 0;
}

// ---- drawing -------------------------------------------------------------------------------------------------------

function fits(card) {
  const wanted = $("filter").value.trim().toLowerCase();
  return !wanted || [card.name, card.label, card.phone_tail, card.appointment?.number].some((part) => part?.toLowerCase().includes(wanted));
}

function draw() {
  drawState();
  if (!board) return;
  const held = document.activeElement; // drawn anew, it would lose the focus
  drawTabs();
  drawAlerts();
  const consultants = [...board.consultants.values()].sort((a, b) => (a.place ?? 999) - (b.place ?? 999) || (a.id < b.id ? -1 : 1));
  $("consultants").replaceChildren(...(consultants.length
    ? consultants.map((one) => consultantOf(one, board)) : [make("li", { class: "muted" }, text("no_consultants"))]));
  const reads = [...board.unrecognised.values()].sort((a, b) => Date.parse(b.device_time) - Date.parse(a.device_time));
  const dismiss = signedIn?.roles.some((role) => MAY_DISMISS.includes(role)) ? dismissRead : null;
  $("reads").hidden = reads.length === 0;
  $("reads-list").replaceChildren(...reads.map((read) => readOf(read, board, dismiss)));
  drawColumns();
  const same = ["alert", "id"].find((name) => held?.dataset[name]);
  if (same && !held.isConnected) document.querySelector(`[data-${same}="${CSS.escape(held.dataset[same])}"]`)?.focus({ preventScroll: true });
}

/** Draw the open alerts, and let screen readers say those that are new: urgent ones at once. */
function drawAlerts() {
  const alerts = bySeverity(board.alerts.values());
  $("alerts").hidden = alerts.length === 0;
  $("alerts-count").textContent = alerts.length;
  $("alerts-list").replaceChildren(...alerts.map((alert) => alertOf(alert, board, showCard)));
  for (const [place, urgent] of [["said-at-once", true], ["said", false]]) {
    const news = alerts.filter((alert) => !told.has(alert.id) && (alert.severity === "urgent") === urgent);
    if (news.length) $(place).textContent = news.map(said).join(" ");
  }
  for (const alert of alerts) told.add(alert.id);
}

/** Bring a card into view, whatever tab and filter are chosen. */
function showCard(card) {
  if (!fits(card)) $("filter").value = "";
  if (tab !== "all") tab = card.tab;
  fresh.set(card.id, Date.now() + FRESH_MS);
  draw();
  const item = document.querySelector(`.card[data-id="${CSS.escape(card.id)}"]`);
  item?.scrollIntoView({ block: "center" });
  item?.focus({ preventScroll: true });
}

function drawTabs() {
  const counts = Object.fromEntries(TABS.map((name) => [name, 0]));
  for (const card of board.cards.values()) counts[card.tab] += 1;
  const buttons = ["all", ...TABS].map((name) => {
    const chosen = name === tab;
    const button = make("button", {
      type: "button", role: "tab", id: `tab-${name}`, "aria-selected": String(chosen), "aria-controls": "columns", tabindex: chosen ? "0" : "-1",
    }, text(name), name === "all" ? "" : make("span", { class: "count" }, String(counts[name])));
    button.addEventListener("click", () => choose(name));
    return button;
  });
  const focused = document.activeElement?.id;
  $("tabs").replaceChildren(...buttons);
  if (focused?.startsWith("tab-")) $(focused)?.focus();
}

function choose(name) {
  tab = name;
  draw();
  $(`tab-${name}`).focus();
}

function drawColumns() {
  const shown = tab === "all" ? TABS : [tab];
  const now = Date.now();
  for (const [id, until] of fresh) if (until < now) fresh.delete(id);
  $("columns").className = `columns ${tab === "all" ? "all" : "one"}`;
  $("columns").replaceChildren(...shown.map((name) => {
    const all = ordered(board.cards.values(), name);
    const cards = all.filter(fits);
    const empty = make("li", { class: "empty" }, all.length ? text("nobody_found") : text(`empty_${name}`));
    return make("section", { class: `column ${name}`, "aria-label": text(name) },
      tab === "all" ? make("h2", {}, text(name), make("span", { class: "count" }, String(all.length))) : null,
      make("ul", {}, ...(cards.length ? cards.map((card) => cardOf(card, board, fresh.has(card.id))) : [empty])));
  }));
}

function drawState() {
  const stale = state.name !== "live" && Date.now() - state.heard > STALE_MS;
  const name = stale && state.name !== "loading" ? "stale" : state.name;
  $("state").className = `state ${name}`;
  const words = text(name, hour(state.heard, board?.timezone));
  if ($("state").textContent !== words) $("state").textContent = words;
  $("clock").textContent = hour(new Date(), board?.timezone);
}

/** Every second: times run, colours turn; a new day loads a new board. */
function tick() {
  if (state.name === "live") state.heard = new Date();
  drawState();
  if (!board) return;
  for (const element of document.querySelectorAll(".timing")) {
    const card = board.cards.get(element.dataset.card);
    if (!card) continue;
    const { label, level } = timing(card, board.timezone);
    if (element.textContent !== label) element.textContent = label;
    element.className = `timing ${level}`;
    const item = element.closest(".card");
    for (const other of ["calm", "amber", "red"]) item.classList.toggle(other, other === level);
  }
  for (const element of document.querySelectorAll(".ago")) {
    const words = ago(element.dateTime);
    if (element.textContent !== words) element.textContent = words;
  }
  if (dayIn(board.timezone) !== board.day) load(board.branch);
}

// ---- the board's data ----------------------------------------------------------------------------------------------

const byId = (items) => new Map((items ?? []).map((item) => [item.id, item]));

async function load(branch) {
  stream?.stop();
  stream = null;
  board = board?.branch === branch ? board : null;
  const view = onWall() ? "board/screen" : "board";
  try {
    const found = await get(`/api/gateway/${view}?branch=${encodeURIComponent(branch)}`);
    const [cards, consultants, unrecognised, alerts] = [found.cards, found.consultants, found.unrecognised, found.alerts].map(byId);
    board = { ...found, cards, consultants, unrecognised, alerts };
  } catch (error) {
    if (error.status === 401) return leave("again");
    enter("reconnecting");
    setTimeout(() => signedIn && !stream && load(branch), 3000);
    return;
  }
  sessionStorage.setItem("branch", branch);
  $("branch").value = branch;
  fresh.clear();
  enter("live");
  draw();
  follow(branch);
}

function follow(branch) {
  stream = new Stream({
    url: `/api/gateway/board/stream?branch=${encodeURIComponent(branch)}${onWall() ? "&view=screen" : ""}`,
    token, sequence: board.sequence,
    on: {
      change: take,
      reset: () => load(branch),
      state: enter,
      denied: (status) => (status === 401 ? leave("again") : enter("stale")),
    },
  });
}

function enter(name) {
  if (name === "live" || state.name === "loading") state = { name, heard: new Date() };
  else state = { name, heard: state.heard };
  drawState();
}

let drawing = false;

function take(change) {
  const kinds = { card: board.cards, consultant: board.consultants, unrecognised: board.unrecognised, alert: board.alerts };
  const items = kinds[change.kind];
  if (!items) return;
  const here = change.value !== null && (change.day === null || change.day === board.day);
  if (here) {
    const before = items.get(change.id);
    if (change.kind === "card" && before?.tab !== change.value.tab) fresh.set(change.id, Date.now() + FRESH_MS);
    items.set(change.id, change.value);
  } else items.delete(change.id);
  if (drawing) return;
  drawing = true; // many changes at once are one drawing
  requestAnimationFrame(() => { drawing = false; draw(); });
  setTimeout(() => { if (drawing) { drawing = false; draw(); } }, 250); // a hidden tab gets no frames
}

async function dismissRead(id, button) {
  button.disabled = true;
  try {
    await post(`/api/gateway/unrecognised/${id}/dismiss`);
  } catch (error) {
    if (error.status === 401) return leave("again");
    button.disabled = false;
    button.textContent = error.status === 409 || error.status === 404 ? text("moved_on") : error.status === 403 ? text("not_allowed") : text("away");
  }
}

// ---- the door ------------------------------------------------------------------------------------------------------

async function start() {
  $("door").hidden = Boolean(signedIn);
  $("board").hidden = !signedIn;
  document.body.classList.toggle("wall", Boolean(signedIn && onWall()));
  if (!signedIn) {
    document.querySelector("#sign-in [name=staff]").focus();
    return;
  }
  $("person").textContent = signedIn.name;
  try {
    branches = (await get("/api/gateway/branches")).items.filter((one) => one.active);
  } catch (error) {
    if (error.status === 401) return leave("again");
    enter("reconnecting");
    setTimeout(start, 3000);
    return;
  }
  fillBranches();
  const kept = sessionStorage.getItem("branch");
  const chosen = branches.find((one) => one.code === kept) ?? branches[0];
  if (chosen) await load(chosen.code);
  else $("columns").replaceChildren(make("p", { class: "empty" }, text("no_branch")));
}

function leave(reason) {
  stream?.stop();
  stream = null;
  board = null;
  told.clear();
  $("said-at-once").textContent = $("said").textContent = "";
  forget();
  sessionStorage.removeItem("branch");
  state = { name: "loading", heard: new Date() };
  $("sign-in-error").textContent = reason ? text(reason) : "";
  start();
}

function askForNewPassword(wanted) {
  const field = $("sign-in").new_password;
  $("new-password").hidden = !wanted;
  field.required = wanted;
  if (wanted) field.focus();
}

function whyNot(error) {
  if (error.kind === "password-must-change") return text("must_change");
  if (error.kind === "weak-password") return text("weak");
  if (error.status === 429) return text("locked", error.retry);
  return error.status === 401 || error.status === 422 ? text("wrong") : text("away");
}

$("sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const button = form.querySelector(".primary");
  button.disabled = true;
  $("sign-in-error").textContent = "";
  try {
    const [staff, password, other] = [form.staff.value.trim(), form.password.value, form.new_password.value];
    await ($("new-password").hidden ? signIn(staff, password) : changePassword(staff, password, other));
    form.password.value = form.new_password.value = "";
    askForNewPassword(false);
    await start();
  } catch (error) {
    if (error.kind === "password-must-change") askForNewPassword(true);
    $("sign-in-error").textContent = whyNot(error);
  } finally {
    button.disabled = false;
  }
});

document.addEventListener("click", (event) => {
  const act = event.target.closest("[data-act]")?.dataset.act;
  if (act === "language") { speak(spoken() === "zh" ? "en" : "zh"); speakAll(); }
  if (act === "leave") { signOut(); leave(); }
});
$("tabs").addEventListener("keydown", (event) => {
  const names = ["all", ...TABS];
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (step) choose(names[(names.indexOf(tab) + step + names.length) % names.length]);
});
$("filter").addEventListener("input", () => board && drawColumns());
$("branch").addEventListener("change", (event) => load(event.target.value));
setInterval(tick, 1000);
setInterval(() => signedIn && renew().catch((error) => error.status === 401 && leave("again")), 60000);

if (window.matchMedia("(max-width: 1000px)").matches) tab = "reception";
speakAll();
renew().catch((error) => { if (error.status === 401) forget(); }).finally(start);
