import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { bare, setReader, usual } from '@/app/finder/reader'
import { listenForScans, scanned, signOf } from '@/app/finder/wedge'

const codes = (text: string) => [...text].map((sign) => (/\d/.test(sign) ? `Digit${sign}` : sign === '-' ? 'Minus' : `Key${sign.toUpperCase()}`))
const strokes = (text: string, pause: number) => codes(text).map((code, place) => ({ at: 1000 + place * pause, code, shift: false, key: 'Process' }))

describe('a scanner that is a keyboard', () => {
  it('is told from typing by its speed', () => {
    expect(scanned(strokes('D000123', 5), 1040)).toEqual({ text: 'D000123', garbled: false })
    expect(scanned(strokes('D000123', 90), 1700)).toBeNull()
    expect(scanned(strokes('D0001', 5), 1030)).toBeNull() // too short to be sure
  })

  it('waits for no Enter that comes late', () => {
    expect(scanned(strokes('D000123', 5), 2000)).toBeNull()
  })

  it('says when a key has no sign', () => {
    const broken = strokes('D000123', 5)
    broken[3] = { at: 1015, code: '', shift: false, key: 'Unidentified' }
    expect(scanned(broken, 1040)).toEqual({ text: 'D00\u{FFFD}123', garbled: true })
  })

  it('reads the full width of an input method, and by signs where the reader follows the layout', () => {
    const wide = [...'D０００１２３'].map((key, place) => ({ at: 1000 + place * 5, code: '', shift: false, key }))
    expect(scanned(wide, 1040)?.text).toBe('D000123')
    const azerty = [...'A000123'].map((key, place) => ({ at: 1000 + place * 5, code: key === 'A' ? 'KeyQ' : `Digit${key}`, shift: true, key }))
    setReader({ ...usual, keys: 'signs' })
    expect(scanned(azerty, 1040)?.text).toBe('A000123')
    setReader(usual)
  })

  it('takes off what the reader puts around a code where the server cannot', () => {
    expect(bare(']C1D000123')).toBe('D000123')
    setReader({ ...usual, prefix: '#x', suffix: '$' })
    expect(bare('#XD000123$')).toBe('D000123')
    setReader(usual)
  })

  it('gives capitals whatever caps lock and shift say', () => {
    expect(signOf('KeyD', false)).toBe('D')
    expect(signOf('KeyD', true)).toBe('D')
    expect(signOf('Numpad7', false)).toBe('7')
  })
})

describe('a scan into a field', () => {
  let heard: string[] = []
  let stop = () => {}

  beforeEach(() => { heard = []; stop = listenForScans((burst) => heard.push(burst.text)) })
  afterEach(() => stop())

  function press(target: EventTarget, code: string, at: number): void {
    const event = new KeyboardEvent('keydown', { code, bubbles: true, cancelable: true })
    Object.defineProperty(event, 'timeStamp', { value: at })
    target.dispatchEvent(event)
  }

  it('is taken out of the field again, with an input method on', () => {
    const field = document.createElement('input')
    document.body.append(field)
    field.value = '张'
    codes('D000123').forEach((code, place) => {
      press(field, code, 1000 + place * 4)
      field.value += code.at(-1)
    })
    press(field, 'Enter', 1030)
    expect(heard).toEqual(['D000123'])
    expect(field.value).toBe('张')
  })

  it('is told to whoever listens last, and never taken from a password', () => {
    const tested: string[] = []
    const end = listenForScans((burst) => tested.push(burst.text))
    codes('D000123').forEach((code, place) => press(document.body, code, 1000 + place * 4))
    press(document.body, 'Enter', 1030)
    end()
    expect([heard, tested]).toEqual([[], ['D000123']])
    const secret = document.createElement('input')
    secret.type = 'password'
    document.body.append(secret)
    codes('D000123').forEach((code, place) => press(secret, code, 2000 + place * 4))
    press(secret, 'Enter', 2030)
    expect(heard).toEqual([])
  })

  it('leaves what somebody types alone', () => {
    const field = document.createElement('input')
    document.body.append(field)
    codes('1234567').forEach((code, place) => press(field, code, 1000 + place * 120))
    press(field, 'Enter', 2000)
    expect(heard).toEqual([])
  })
})
