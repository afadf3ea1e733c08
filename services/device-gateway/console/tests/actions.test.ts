import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createPinia, setActivePinia } from 'pinia'
import { effectScope, type EffectScope } from 'vue'

import { listen, useActions } from '@/app/actions'

const press = (key: string) => window.dispatchEvent(new KeyboardEvent('keydown', { key, code: `Key${key.toUpperCase()}`, cancelable: true }))

describe('a key that does something', () => {
  const done: string[] = []
  let scope: EffectScope

  beforeAll(listen)
  beforeEach(() => {
    vi.useFakeTimers()
    setActivePinia(createPinia())
    done.length = 0
    scope = effectScope()
    const action = (id: string, keys: string) => ({ id, label: '', keys, help: 'help.app.keys' as const, run: () => { done.push(id) } })
    scope.run(() => { useActions([action('void', 'v'), action('next', 'n'), action('take', 'Enter')]) })
  })
  afterEach(() => {
    scope.stop()
    vi.useRealTimers()
  })

  it('is pressed by somebody, and is not the first sign of a scan', () => {
    press('v')
    vi.advanceTimersByTime(40)
    expect(done).toEqual(['void'])
    for (const sign of 'v7a') press(sign)
    vi.advanceTimersByTime(1_000)
    expect(done).toEqual(['void'])
    press('Enter')
    expect(done).toEqual(['void', 'take'])
  })

  it('is done also when the next one comes quickly', () => {
    press('n')
    vi.advanceTimersByTime(10)
    press('v')
    vi.advanceTimersByTime(40)
    expect(done).toEqual(['next', 'void'])
    press('n')
    press('Enter')
    expect(done).toEqual(['next', 'void', 'next', 'take'])
  })

  it('is not the last sign of a scan whose end somebody else takes', () => {
    for (const sign of 'd00471v') press(sign)
    vi.advanceTimersByTime(1_000)
    expect(done).toEqual([])
  })

  it('is done as often as it repeats while it is held', () => {
    press('n')
    vi.advanceTimersByTime(40)
    for (let turn = 0; turn < 3; turn += 1) {
      window.dispatchEvent(new KeyboardEvent('keydown', { key: 'n', code: 'KeyN', repeat: true, cancelable: true }))
      vi.advanceTimersByTime(30)
    }
    expect(done).toEqual(['next', 'next', 'next', 'next'])
  })
})
