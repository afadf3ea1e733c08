// Requests with the present sign-in; it is renewed while it is good and lives in this tab alone.

const KEY = "signed-in";
const RENEW_MS = 10 * 60 * 1000;

export let signedIn = JSON.parse(sessionStorage.getItem(KEY) ?? "null");

function keep(value) {
  signedIn = value;
  if (value) sessionStorage.setItem(KEY, JSON.stringify(value));
  else sessionStorage.removeItem(KEY);
}

export const token = () => signedIn?.token ?? "";
export const forget = () => keep(null);

async function ask(method, path, body) {
  const headers = { Accept: "application/json" };
  if (signedIn) headers.Authorization = `Bearer ${signedIn.token}`;
  if (body) headers["Content-Type"] = "application/json";
  const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body), cache: "no-store" });
  if (!answer.ok) {
    throw Object.assign(new Error(answer.statusText), { status: answer.status, retry: answer.headers.get("Retry-After") });
  }
  return answer.json();
}

export const get = (path) => ask("GET", path);
export const post = (path, body) => ask("POST", path, body);

export async function signIn(staff, password) {
  keep(null);
  keep(await post("/api/gateway/sign-in", { staff, password }));
}

/** Take a fresh token when the present one will end soon. */
export async function renew() {
  if (signedIn && new Date(signedIn.expires_at) - Date.now() < RENEW_MS) keep(await post("/api/gateway/token"));
}
