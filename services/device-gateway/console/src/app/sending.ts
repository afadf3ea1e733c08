/** How a command of the outbox goes to the services: with its own key, and the sign-in of this moment. */
import { type Waiting } from '@/live/outbox'
import { whenKnown } from '@/api/known'
import { away, problemOf } from '@/api/problem'
import { spoken } from '@/words'
import { useSession } from './session'

const PATIENCE_MS = 20_000

async function send(waiting: Waiting, body: unknown): Promise<unknown> {
  const token = useSession().token()
  if (!token) throw away() // locked: it waits
  const headers = {
    Authorization: `Bearer ${token}`,
    'Accept-Language': spoken(),
    'Content-Type': 'application/json',
    'Idempotency-Key': waiting.key,
  }
  const signal = AbortSignal.timeout(PATIENCE_MS)
  const response = await fetch(waiting.path, { method: waiting.method, headers, body: JSON.stringify(body), signal, cache: 'no-store' })
    .catch(() => { throw away() })
  if (!response.ok) throw problemOf(response, await response.json().catch(() => null))
  return response.status === 204 ? null : response.json()
}

/** An arrival may come right behind the file that was kept with it. */
export const sendWaiting = (waiting: Waiting, body: unknown) => whenKnown(() => send(waiting, body))
