import { expect, test } from 'vitest'

import { dayAfter, instantOf, later, minutesBetween, mondayOf, wallOf } from '@/parts/wall'

test('the clock of a branch and the instants it shows', () => {
  expect(instantOf('2026-03-02T10:30', 'Asia/Shanghai')).toBe('2026-03-02T02:30:00.000Z')
  expect(wallOf('2026-03-02T02:30:00+00:00', 'Asia/Shanghai')).toBe('2026-03-02T10:30')
  expect(wallOf('2026-03-02T16:00:00Z', 'Asia/Shanghai')).toBe('2026-03-03T00:00')
})

test('where the hour changes, the clock is followed', () => {
  expect(instantOf('2026-03-29T01:59', 'Europe/Berlin')).toBe('2026-03-29T00:59:00.000Z')
  expect(instantOf('2026-03-29T03:30', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z')
  expect(wallOf(instantOf('2026-10-25T02:30', 'Europe/Berlin'), 'Europe/Berlin')).toBe('2026-10-25T02:30')
})

test('days and minutes', () => {
  expect(later('2026-12-31T23:45', 30)).toBe('2027-01-01T00:15')
  expect(minutesBetween('2026-03-02T10:00', '2026-03-02T11:30')).toBe(90)
  expect(dayAfter('2026-03-01', -1)).toBe('2026-02-28')
  expect(mondayOf('2026-11-29')).toBe('2026-11-23')
  expect(mondayOf('2026-11-23')).toBe('2026-11-23')
})
