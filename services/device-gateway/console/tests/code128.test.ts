import { expect, test } from 'vitest'

import { code128 } from '@/parts/code128'

test('the bars of a text, its check sign and the stop', () => {
  const bars = code128('PJJ123C') as number[] // in set B: check sign 55
  expect(bars).toHaveLength(6 * 9 + 7)
  expect(bars.slice(0, 6).join('')).toBe('211214')
  expect(bars.slice(-13, -7).join('')).toBe('311321')
  expect(bars.slice(-7).join('')).toBe('2331112')
  for (let place = 0; place < 54; place += 6) expect(bars.slice(place, place + 6).reduce((sum, one) => sum + one)).toBe(11)
})

test('what has no bars has none', () => {
  expect(code128('王')).toBeNull()
  expect(code128('')).toBeNull()
})
