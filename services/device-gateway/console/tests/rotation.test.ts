import { describe, expect, it } from 'vitest'
import { ref } from 'vue'

import { dayBeside, daysOf, monthBeside } from '@/areas/rotation/month'
import { moved, useOrder } from '@/areas/rotation/order'

describe('the order of the day', () => {
  it('moves one person, never past the ends', () => {
    expect(moved(['a', 'b', 'c'], 'a', 1)).toEqual(['b', 'a', 'c'])
    expect(moved(['a', 'b', 'c'], 'c', 0)).toEqual(['c', 'a', 'b'])
    expect(moved(['a', 'b', 'c'], 'a', 9)).toEqual(['b', 'c', 'a'])
  })

  it('is a draft until it is sent, and is dropped when somebody comes in', async () => {
    const present = ref(['a', 'b'])
    const { changed, move, order } = useOrder(() => present.value)
    move('b', 0)
    expect([order.value, changed.value]).toEqual([['b', 'a'], true])
    move('b', 1)
    expect(changed.value).toBe(false)
    move('b', 0)
    present.value = ['a', 'b', 'c']
    await Promise.resolve()
    expect([order.value, changed.value]).toEqual([['a', 'b', 'c'], false])
  })
})

describe('a month', () => {
  it('has its days, also of February, and goes over the year', () => {
    expect(daysOf('2028-02')).toHaveLength(29)
    expect(monthBeside('2026-12', 1)).toBe('2027-01')
    expect(dayBeside('2026-11-30', 1)).toBe('2026-12-01')
  })
})
