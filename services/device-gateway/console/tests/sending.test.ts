import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { sendWaiting } from '@/app/sending'
import type { Waiting } from '@/live/outbox'

vi.mock('@/app/session', () => ({ useSession: () => ({ token: () => 'mine' }) }))

const visit: Waiting = {
  label: 'reception.outbox', names: {}, method: 'POST', path: '/api/triage/visits', body: {}, key: 'k1', staff: 'desk', at: 0, group: 'g', state: 'waiting',
}
const refused = (kind: string) => Response.json({ type: `urn:qiantai:problem:${kind}`, title: 'no', status: 422 }, { status: 422 })

describe('sending what waited', () => {
  let answers: Response[]
  let keys: (string | null)[]

  beforeEach(() => {
    vi.useFakeTimers()
    keys = []
    vi.stubGlobal('fetch', (_path: string, said: RequestInit) => {
      keys.push(new Headers(said.headers).get('Idempotency-Key'))
      return Promise.resolve(answers.shift())
    })
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  it('asks again, under its key, until the file that went before it has reached triage', async () => {
    answers = [refused('customer-not-known'), refused('customer-not-known'), Response.json({ id: 'v1' })]
    const sent = sendWaiting(visit, { customer: 'c1' })
    sent.catch(() => {})
    await vi.runAllTimersAsync()
    await expect(sent).resolves.toEqual({ id: 'v1' })
    expect(keys).toEqual(['k1', 'k1', 'k1'])
  })

  it('is refused at once for any other reason', async () => {
    answers = [refused('already-here')]
    await expect(sendWaiting(visit, { customer: 'c1' })).rejects.toMatchObject({ kind: 'already-here' })
    expect(keys).toHaveLength(1)
  })
})
