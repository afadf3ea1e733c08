import { expect, it } from 'vitest'

import { aheadOf, type Entry, owedOf, type Rotation, turnsOf } from '@/areas/triage/my/turns'

const entry = (seq: number, decision: object, event: object = {}) =>
  ({ seq, event, decisions: [{ at: '10:05', visit: `v${seq}`, to: null, basis: 'turn', rules: ['T15'], ...decision }], why_zh: ['因'], why_en: ['why'], hash: '' }) as unknown as Entry

it('a day is read as one consultant lived it, the newest first', () => {
  const day = [
    entry(1, { to: 'me', counted: true, counted_for: 'me' }),
    entry(2, { to: 'b', passed: [{ consultant: 'me', reason: 'busy', credit: true }], granted: [{ consultant: 'me', reason: 'busy', visit: 'v2' }] }),
    entry(3, { to: 'c' }),
    entry(4, { to: 'me', basis: 'credit', counted: true, counted_for: 'me', redeemed: { consultant: 'me', reason: 'busy', visit: 'v2' } }),
    entry(5, { to: 'b', released: { consultant: 'me' }, swap_owed: { debtor: 'b', creditor: 'me', visit: 'v4' } }, { by: 'zhou.min' }),
  ]
  expect(turnsOf(day, 'me').map((one) => [one.what, one.counted, one.reason, one.marks, one.by])).toEqual([
    ['released', false, null, ['owed_to_me'], 'zhou.min'],
    ['received', true, null, ['redeemed'], null],
    ['passed', false, 'busy', ['credit'], null],
    ['received', true, null, [], null],
  ])
})

it('what is owed, and how many have the turn before', () => {
  const lane = { lane: 'first_visit', order: ['a', 'b', 'me'], pointer: 'b', credits: [{ consultant: 'me', reason: 'scope', visit: 'v1' }], swaps: [{ debtor: 'me', creditor: 'a', visit: 'v2' }] }
  const table = { lanes: [lane], consultants: [], branch: 'x', day: '2026-11-26' } as unknown as Rotation
  expect(owedOf(table, 'me').map((one) => [one.kind, one.reason, one.other])).toEqual([['credit', 'scope', null], ['i_owe', null, 'a']])
  expect([aheadOf(lane as never, 'me'), aheadOf(lane as never, 'b'), aheadOf(lane as never, 'nobody')]).toEqual([1, 0, null])
})
