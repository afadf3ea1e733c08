/** The one way to the services: typed by their OpenAPI documents, with the present sign-in. */
import createClient from 'openapi-fetch'

import type { paths as Appointment } from './made/appointment'
import type { paths as Billing } from './made/billing'
import type { paths as Customer } from './made/customer'
import type { paths as Gateway } from './made/device-gateway'
import type { paths as Followup } from './made/followup'
import type { paths as Triage } from './made/triage'
import { answeredEarly } from './early'
import { away, problemOf, strange } from './problem'

const PATIENCE_MS = 20_000
const AT_THE_DOOR = ['/api/gateway/sign-in', '/api/gateway/password', '/api/gateway/sign-out', '/api/gateway/unlock', '/api/gateway/give-up']

export type Paths = Appointment & Billing & Customer & Followup & Gateway & Triage

/** What the sign-in gives to each request; `again` resolves when somebody has signed in over the page, or unlocked it. */
export interface Door {
  token(): string
  language(): string
  locked(): boolean
  again(): Promise<void>
}

let door: Door = { token: () => '', language: () => 'zh', locked: () => false, again: () => Promise.reject(away()) }

export function through(other: Door): void {
  door = other
}

/** A key of an attempt: the same command under the same key has its effect once. */
export const newKey = (): string => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')

async function sent(request: Request): Promise<Response> {
  const early = await answeredEarly(request, door.token())
  if (early) return early
  const headers = new Headers(request.headers)
  if (door.token()) headers.set('Authorization', `Bearer ${door.token()}`)
  headers.set('Accept-Language', door.language())
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(PATIENCE_MS)])
  return fetch(new Request(request, { headers, signal, cache: 'no-store' })).catch((error: unknown) => {
    if (request.signal.aborted) throw error
    throw away()
  })
}

/** Send; a session that has ended is taken up again over the page, and what was meant is sent once more. */
async function fetching(request: Request): Promise<Response> {
  if (AT_THE_DOOR.some((path) => request.url.endsWith(path))) return sent(request)
  if (door.locked()) await door.again()
  const kept = request.clone()
  const response = await sent(request)
  if (response.status !== 401) return response
  await door.again()
  return sent(kept)
}

export const api = createClient<Paths>({ baseUrl: '', fetch: fetching })

api.use({
  onRequest({ request }) {
    if (request.method !== 'GET' && !request.headers.has('Idempotency-Key')) request.headers.set('Idempotency-Key', newKey())
    return request
  },
})

interface Answer<T> {
  data?: T
  error?: unknown
  response: Response
}

/** Return what a call brings; throws its Problem. */
export async function done<T>(call: Promise<Answer<T>>): Promise<T> {
  return (await whole(call)).value
}

/** Return what a call brings beside its ETag, which an edit of it needs as `If-Match`. */
export async function whole<T>(call: Promise<Answer<T>>): Promise<{ value: T; etag: string }> {
  const { data, error, response } = await call.catch((failure: unknown) => {
    throw failure instanceof SyntaxError ? strange(200) : failure
  })
  if (!response.ok) throw problemOf(response, error)
  return { value: data as T, etag: response.headers.get('ETag') ?? '' }
}
