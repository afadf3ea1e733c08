import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'

import { newArrival, bodyOf } from '@/areas/reception/arrival'
import { useProposal } from '@/areas/reception/proposing'

const PROPOSAL = { visit_class: 'first_visit', to: 'lin.yue' }
const json = (value: unknown, status = 200) => new Response(JSON.stringify(value), { status, headers: { 'Content-Type': 'application/json' } })

function proposing() {
  const scope = effectScope()
  const found = scope.run(() => useProposal(() => bodyOf(newArrival(['laser'], null), 'sh-01', 'c'))) as ReturnType<typeof useProposal>
  return { ...found, leave: () => { scope.stop() } }
}

beforeEach(() => { vi.useFakeTimers() })
afterEach(() => { vi.useRealTimers(); vi.unstubAllGlobals() })

it('asks again by itself until there is an answer, and no longer than somebody looks', async () => {
  let up = false
  const asked = vi.fn(() => (up ? Promise.resolve(json(PROPOSAL)) : Promise.reject(new TypeError('away'))))
  vi.stubGlobal('fetch', asked)
  const { leave, proposal, unanswered } = proposing()
  await vi.advanceTimersByTimeAsync(4_000)
  expect(unanswered.value).toBe(true)
  up = true
  await vi.advanceTimersByTimeAsync(4_000)
  expect([proposal.value, unanswered.value]).toEqual([PROPOSAL, false])
  const before = asked.mock.calls.length
  await vi.advanceTimersByTimeAsync(10_000)
  expect(asked).toHaveBeenCalledTimes(before)
  leave()
})

it('does not ask again where what is said is refused', async () => {
  const asked = vi.fn(() => Promise.resolve(json({ type: 'urn:qiantai:problem:invalid', title: '', status: 422 }, 422)))
  vi.stubGlobal('fetch', asked)
  const { leave, unanswered } = proposing()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(asked).toHaveBeenCalledOnce()
  expect(unanswered.value).toBe(false)
  leave()
})
