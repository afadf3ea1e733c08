// Requests with the present sign-in; it is renewed while it is good and lives in this tab alone.

const KEY = "signed-in";
const TURNS = 10;
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
    const type = await answer.json().then((problem) => problem.type ?? "", () => "");
    const retry = answer.headers.get("Retry-After");
    throw Object.assign(new Error(answer.statusText), { status: answer.status, retry, kind: type.split(":").pop() });
  }
  return answer.status === 204 ? null : answer.json();
}

export const get = (path) => ask("GET", path);
export const post = (path, body) => ask("POST", path, body);

/** Few passwords are checked at the same moment: wait for one's turn. */
async function enter(path, words) {
  keep(null);
  for (let tries = 1; ; tries += 1) {
    try {
      return keep(await post(path, words));
    } catch (error) {
      if (error.kind !== "too-busy" || tries === TURNS) throw error;
      await new Promise((done) => setTimeout(done, (0.5 + Math.random()) * 1000));
    }
  }
}

export const signIn = (staff, password) => enter("/api/gateway/sign-in", { staff, password });

/** Take another password, and sign in with it. */
export const changePassword = (staff, password, other) =>
  enter("/api/gateway/password", { staff, password, new_password: other });

/** End this session; what the server says makes no difference here. */
export function signOut() {
  if (signedIn) post("/api/gateway/sign-out").catch(() => {});
  keep(null);
}

/** Take a fresh token when the present one will end soon. */
export async function renew() {
  if (signedIn && new Date(signedIn.expires_at) - Date.now() < RENEW_MS) keep(await post("/api/gateway/token"));
}
