import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { listenForScans, scanned, signOf } from '@/app/finder/wedge'

const codes = (text: string) => [...text].map((sign) => (/\d/.test(sign) ? `Digit${sign}` : sign === '-' ? 'Minus' : `Key${sign.toUpperCase()}`))
const strokes = (text: string, pause: number) => codes(text).map((code, place) => ({ at: 1000 + place * pause, code, shift: false }))

describe('a scanner that is a keyboard', () => {
  it('is told from typing by its speed', () => {
    expect(scanned(strokes('D000123', 5), 1040)).toBe('D000123')
    expect(scanned(strokes('D000123', 90), 1700)).toBeNull()
    expect(scanned(strokes('D0001', 5), 1030)).toBeNull() // too short to be sure
  })

  it('waits for no Enter that comes late', () => {
    expect(scanned(strokes('D000123', 5), 2000)).toBeNull()
  })

  it('takes off the prefix of a reader', () => {
    const prefix = [{ at: 990, code: 'BracketRight', shift: false }, { at: 992, code: 'KeyC', shift: true }, { at: 994, code: 'Digit1', shift: false }]
    expect(scanned([...prefix, ...strokes('D000123', 5)], 1040)).toBe('D000123')
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

  beforeEach(() => { heard = []; stop = listenForScans((code) => heard.push(code)) })
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

  it('leaves what somebody types alone', () => {
    const field = document.createElement('input')
    document.body.append(field)
    codes('1234567').forEach((code, place) => press(field, code, 1000 + place * 120))
    press(field, 'Enter', 2000)
    expect(heard).toEqual([])
  })
})
