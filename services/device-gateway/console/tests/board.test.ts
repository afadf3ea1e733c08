import { describe, expect, it } from 'vitest'

import { ordered, timingOf } from '@/live/timing'
import type { Card } from '@/live/board'

const NOW = Date.parse('2026-11-26T06:00:00Z')
const ago = (minutes: number) => new Date(NOW - minutes * 60_000).toISOString()

function card(values: Partial<Card>): Card {
  return {
    id: 'v', kind: 'visit', tab: 'consultation', state: 'waiting', since: ago(1), waiting_since: null, promised_at: null, arrived_at: null, customer: 'c', name: '王', phone_tail: null,
    visit_class: null, projects: [], to: null, why: null, appointment: null, flags: [], missing: [], due: 0, currency: null, ...values,
  }
}

describe('how long a card has been there', () => {
  it('turns amber and red while somebody waits, not while they are with somebody', () => {
    expect(timingOf(card({ waiting_since: ago(4) }), NOW).level).toBe('calm')
    expect(timingOf(card({ waiting_since: ago(5) }), NOW).level).toBe('amber')
    expect(timingOf(card({ waiting_since: ago(10) }), NOW).level).toBe('red')
    const promised = new Date(NOW + 20 * 60_000).toISOString()
    expect(timingOf(card({ waiting_since: ago(10), promised_at: promised }), NOW).level).toBe('calm')
    expect(timingOf(card({ waiting_since: ago(10), promised_at: ago(0) }), NOW).level).toBe('red')
    expect(timingOf(card({ state: 'in_consultation', since: ago(90) }), NOW)).toMatchObject({ level: 'calm', minutes: 90 })
  })

  it('is late past the latest arrival, also before the server has said so', () => {
    const slip = { id: 's', number: 'A1', kind: 'consultation', starts_at: ago(40), latest_arrival: ago(10) }
    expect(timingOf(card({ tab: 'appointments', state: 'booked', appointment: slip }), NOW)).toMatchObject({ kind: 'expected', late: true, level: 'red' })
  })
})

describe('the order of a column', () => {
  it('shows first who will be late next, then the newest', () => {
    const cards = [card({ id: 'a', waiting_since: ago(12), promised_at: ago(-8) }), card({ id: 'b', waiting_since: ago(9) }), card({ id: 'c', state: 'in_consultation', since: ago(3) }), card({ id: 'd', state: 'in_consultation', since: ago(1) })]
    expect(ordered(cards, 'consultation').map((one) => one.id)).toEqual(['b', 'a', 'd', 'c'])
  })

  it('is the time of the slip for those who are expected', () => {
    const at = (minutes: number) => ({ id: 's', number: 'A1', kind: null, starts_at: ago(minutes), latest_arrival: ago(minutes - 30) })
    const cards = [card({ id: 'late', tab: 'appointments', appointment: at(-60) }), card({ id: 'soon', tab: 'appointments', appointment: at(-10) })]
    expect(ordered(cards, 'appointments').map((one) => one.id)).toEqual(['soon', 'late'])
  })
})
