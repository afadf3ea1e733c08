import { expect, test } from 'vitest'

import { lanesOf } from '@/areas/appointments/events'
import { judge, wishAs, wishIn } from '@/areas/appointments/places'
import type { Slip } from '@/areas/appointments/slips'

const ZONE = 'Asia/Shanghai'
const NOW = Date.parse('2026-03-02T09:00:00+08:00')
const slip = (id: string, from: string, until: string, more: Partial<Slip> = {}): Slip =>
  ({ id, provider: 'zhao', occupies: true, starts_at: `2026-03-02T${from}:00+08:00`, ends_at: `2026-03-02T${until}:00+08:00`, ...more }) as Slip
const place = (from: string, until: string, provider: string | null = 'zhao') => ({ provider, starts: `2026-03-02T${from}`, ends: `2026-03-02T${until}` })

test('a place is free, over, or somebody’s', () => {
  const slips = [slip('a', '10:00', '10:30'), slip('b', '11:00', '11:30', { occupies: false })]
  expect(judge(place('10:30', '11:00'), slips, ZONE, NOW).free).toBe(true)
  expect(judge(place('10:15', '10:45'), slips, ZONE, NOW).by?.id).toBe('a')
  expect(judge(place('10:15', '10:45'), slips, ZONE, NOW, 'a').free).toBe(true)
  expect(judge(place('10:15', '10:45', null), slips, ZONE, NOW).free).toBe(true)
  expect(judge(place('11:00', '11:30'), slips, ZONE, NOW).free).toBe(true)
  expect(judge(place('08:30', '09:00'), slips, ZONE, NOW)).toEqual({ free: false, past: true, by: null })
})

test('slips that name nobody stand beside one another', () => {
  const none = { provider: null }
  const { lanes, count } = lanesOf([slip('a', '10:00', '10:40', none), slip('b', '10:10', '10:50', none), slip('c', '10:40', '11:00', none), slip('d', '10:45', '11:00', none)], 2)
  expect([...lanes]).toEqual([['a', 0], ['b', 1], ['c', 0], ['d', 1]])
  expect(count).toBe(2)
})

test('what booking is opened with comes out as it went in', () => {
  expect(wishIn('0190b1b0-0000-7000-8000-000000000000')).toEqual({ customer: '0190b1b0-0000-7000-8000-000000000000' })
  const wish = { customer: 'x', provider: 'zhao', starts: '2026-03-02T10:00', minutes: 45, projects: ['nose', 'laser'] }
  expect(wishIn(wishAs(wish))).toEqual(wish)
  expect(wishIn('')).toEqual({})
})
