/** What a page is sure to need, asked for while the application itself is still being read. */
const asked = new Map<string, { token: string; answer: Promise<Response | null> }>()

/** Ask for `path` on behalf of `token`; what goes wrong is asked for anew by whoever needs it. */
export function askEarly(path: string, token: string, language: string): void {
  const headers = { 'Authorization': `Bearer ${token}`, 'Accept-Language': language }
  const answer = fetch(path, { headers, cache: 'no-store' }).then((response) => (response.ok ? response : null), () => null)
  asked.set(path, { token, answer })
}

/** Return the answer to what was asked early, once; null where it has to be asked. */
export async function answeredEarly(request: Request, token: string): Promise<Response | null> {
  const path = request.url.slice(location.origin.length)
  const early = request.method === 'GET' ? asked.get(path) : undefined
  if (early === undefined) return null
  asked.delete(path)
  return early.token === token ? early.answer : null
}
