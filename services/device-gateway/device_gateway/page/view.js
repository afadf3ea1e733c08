// Turning the board into elements; text only ever becomes text.

import { spoken, text } from "./words.js";

export const TABS = ["appointments", "reception", "consultation", "treatment", "payment"];
const WAITING = new Set(["registered", "scanned", "arrived", "waiting", "supervisor", "voided"]);
const AMBER_MINUTES = 5;
const RED_MINUTES = 10;
const SIGNS = { urgent: "▲", warning: "◆", notice: "●" }; // told apart by shape and word, not by colour alone
const SEVERITIES = Object.keys(SIGNS); // the most severe first

/** Return an element: `make("li", {class: "card"}, child, "text")`. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child || child === 0));
  return element;
}

const two = (object) => (object ? object[spoken()] : "");

export function hour(iso, timezone) {
  const options = { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: timezone };
  return new Intl.DateTimeFormat(spoken() === "zh" ? "zh-CN" : "en-GB", options).format(new Date(iso));
}

export function dayIn(timezone) {
  return new Intl.DateTimeFormat("en-CA", { timeZone: timezone }).format(new Date());
}

/** Return an amount with its currency's name and as many decimals as that has: yen has none. */
function money(minor, currency) {
  const options = { style: "currency", currency: currency || "CNY", currencyDisplay: "code" };
  const format = new Intl.NumberFormat(spoken() === "zh" ? "zh-CN" : "en", options);
  return format.format(minor / 10 ** format.resolvedOptions().maximumFractionDigits);
}

function duration(minutes) {
  return minutes < 60 ? text("minutes", minutes) : text("hours", Math.floor(minutes / 60), minutes % 60);
}

export function ago(iso) {
  const minutes = Math.floor((Date.now() - Date.parse(iso)) / 60000);
  return minutes < 1 ? text("now") : text("ago", duration(minutes));
}

export function receiver(to) {
  if (!to || to.kind === "supervisor") return "";
  return to.kind === "consultant" ? to.name : text(to.kind, to.name);
}

/** Say how long a card has been where it is, and whether that is too long. */
function timing(card, timezone) {
  if (card.tab === "appointments") {
    const late = card.flags?.includes("late") || (card.appointment && Date.parse(card.appointment.latest_arrival) < Date.now());
    const at = card.appointment?.starts_at ?? card.since;
    return { label: text("expected", hour(at, timezone)), level: late || card.state === "no_show" ? "red" : "calm", late };
  }
  const waits = WAITING.has(card.state);
  const minutes = Math.max(0, Math.floor((Date.now() - Date.parse((waits && card.waiting_since) || card.since)) / 60000));
  const level = !waits || minutes < AMBER_MINUTES ? "calm" : minutes < RED_MINUTES ? "amber" : "red";
  return { label: text(waits ? "waited" : "lasts", duration(minutes)), level, late: false };
}

export function cardOf(card, board, fresh) {
  const { label, level, late } = timing(card, board.timezone);
  const flags = new Set([...(card.flags ?? []), ...(late ? ["late"] : [])]);
  const to = receiver(card.to);
  const chips = [
    card.visit_class && make("span", { class: "chip class" }, text(`class.${card.visit_class}`)),
    ...(card.projects ?? []).map((project) => make("span", { class: "chip" }, two(project))),
    ...[...flags].map((flag) => make("span", { class: "chip flag" }, text(flag))),
    card.missing?.length ? make("span", { class: "chip flag" }, text("missing", card.missing.map((word) => text(word)).join(", "))) : null,
  ].filter(Boolean);
  return make("li", { class: `card ${level}${fresh ? " fresh" : ""}`, "data-id": card.id, tabindex: "-1" },
    make("div", { class: "card-top" },
      make("strong", { class: "name" }, card.name ?? card.label ?? text("unnamed")),
      card.phone_tail && make("span", { class: "tail" }, card.phone_tail),
      make("span", { class: `timing ${level}`, "data-card": card.id }, label)),
    make("div", { class: "card-mid" },
      make("span", { class: "step" }, text(`state.${card.state}`)),
      to && make("span", { class: "to" }, to),
      card.due > 0 && make("span", { class: "money" }, money(card.due, card.currency))),
    chips.length ? make("div", { class: "chips" }, ...chips) : null,
    card.why && make("p", { class: "why", title: two(card.why) }, two(card.why)));
}

export function consultantOf(one, board) {
  const status = one.status ?? "none";
  const visit = one.engaged_visit && board.cards.get(one.engaged_visit);
  return make("li", { class: `consultant ${status}` },
    make("span", { class: "dot", "aria-hidden": "true" }),
    make("strong", {}, one.name),
    make("span", { class: "muted" }, text(`status.${status}`), visit ? ` · ${visit.name ?? visit.label ?? ""}` : "",
      one.since ? ` · ${hour(one.since, board.timezone)}` : ""));
}

export function readOf(read, board, dismiss) {
  const item = make("li", { class: "read" },
    make("code", {}, read.code),
    make("span", {}, text(`reason.${read.reason}`)),
    make("span", { class: "muted" }, `${read.desk} · ${hour(read.device_time, board.timezone)}`),
    read.customer && make("span", { class: "muted" }, text("known_now")));
  if (dismiss) {
    const button = make("button", { type: "button", class: "small" }, text("dismiss"));
    button.addEventListener("click", () => dismiss(read.id, button));
    item.append(button);
  }
  return item;
}

/** One alert; a button where its visit has a card to `show`. */
export function alertOf(alert, board, show) {
  const card = alert.visit && board.cards.get(alert.visit);
  const attributes = card ? { type: "button", "data-alert": alert.id, title: text("to_card") } : {};
  const row = make(card ? "button" : "div", { class: "alert-row", ...attributes },
    make("span", { class: "severity" },
      make("span", { "aria-hidden": "true" }, SIGNS[alert.severity] ?? SIGNS.notice), " ", text(`severity.${alert.severity}`)),
    card?.name && make("strong", {}, card.name),
    make("span", { class: "alert-text" }, two(alert.why)),
    make("time", { class: "ago", datetime: alert.at, title: hour(alert.at, board.timezone) }, ago(alert.at)));
  if (card) row.addEventListener("click", () => show(card));
  return make("li", { class: `alert ${alert.severity}` }, row);
}

export const said = (alert) => `${text(`severity.${alert.severity}`)}: ${two(alert.why)}`;

/** Alerts: the most severe first, of these the newest. */
export function bySeverity(alerts) {
  const rank = (alert) => (SEVERITIES.includes(alert.severity) ? SEVERITIES.indexOf(alert.severity) : SEVERITIES.length);
  return [...alerts].sort((a, b) => rank(a) - rank(b) || Date.parse(b.at) - Date.parse(a.at));
}

/** Cards of a tab: who is expected first comes first, otherwise the newest. */
export function ordered(cards, tab) {
  const key = (card) => Date.parse(card.appointment?.starts_at ?? card.since);
  const rows = [...cards].filter((card) => card.tab === tab);
  return tab === "appointments" ? rows.sort((a, b) => key(a) - key(b)) : rows.sort((a, b) => Date.parse(b.since) - Date.parse(a.since));
}

export { timing };
