import { describe, expect, it } from 'vitest'

import { useTenders } from '@/areas/cashier/tenders'
import { readAmount, typedOf } from '@/parts/amount'

describe('a typed amount', () => {
  it('is read in whole minor units of its currency', () => {
    expect(readAmount('1,280.5', 2)).toEqual({ minor: 128_050 })
    expect(readAmount('１２８０', 2)).toEqual({ minor: 128_000 })
    expect(readAmount(' ¥88。8 ', 2)).toEqual({ minor: 8_880 })
    expect(readAmount('.5', 2)).toEqual({ minor: 50 })
    expect(readAmount('1500', 0)).toEqual({ minor: 1_500 })
    expect(readAmount('0.125', 3)).toEqual({ minor: 125 })
    expect(readAmount('0.29', 2)).toEqual({ minor: 29 }) // no floats
  })

  it('says what is wrong while it is typed', () => {
    expect(readAmount('', 2)).toEqual({ wrong: 'nothing' })
    for (const text of ['abc', '-5', '1.2.3', '1e5', '.', '12345678901234567890']) expect(readAmount(text, 2)).toEqual({ wrong: 'number' })
    expect(readAmount('1.005', 2)).toEqual({ wrong: 'decimals' })
    expect(readAmount('1.0', 0)).toEqual({ wrong: 'decimals' })
  })

  it('stands in its field with the decimals of the currency', () => {
    expect([typedOf(128_050, 2), typedOf(1_500, 0), typedOf(125, 3)]).toEqual(['1280.50', '1500', '0.125'])
  })
})

describe('paying in several ways', () => {
  it('proposes what is left, and counts the change of cash alone', () => {
    const { add, body, change, rest, tenders } = useTenders('one', () => 100_00)
    const cash = tenders[0]
    if (!cash) throw new Error('one way is proposed')
    expect(cash).toMatchObject({ kind: 'cash', amount: 100_00 })
    cash.amount = 60_00
    expect(rest.value).toBe(40_00)
    add('wechat')
    expect(tenders[1]).toMatchObject({ kind: 'wechat', amount: 40_00 })
    cash.received = 100_00
    expect([rest.value, change.value]).toEqual([0, 40_00])
    expect(body().tenders[0]).toMatchObject({ reference: null, received: 100_00 })
  })

  it('keeps what was typed when another till has taken a part, and follows where nothing was typed', () => {
    let due = 100_00
    const { follow, tenders } = useTenders('other', () => due)
    due = 70_00
    follow()
    expect(tenders[0]?.amount).toBe(70_00)
    if (tenders[0]) tenders[0].amount = 50_00
    due = 40_00
    follow()
    expect(tenders[0]?.amount).toBe(50_00)
  })
})
