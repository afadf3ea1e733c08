import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createPinia, setActivePinia } from 'pinia'
import { effectScope } from 'vue'

import { listen, useActions } from '@/app/actions'

const press = (key: string) => window.dispatchEvent(new KeyboardEvent('keydown', { key, code: `Key${key.toUpperCase()}`, cancelable: true }))

describe('a key that does something', () => {
  const done: string[] = []
  const scope = effectScope()

  beforeEach(() => {
    vi.useFakeTimers()
    setActivePinia(createPinia())
    done.length = 0
    listen()
    scope.run(() => { useActions([{ id: 'void', label: '', keys: 'v', run: () => { done.push('void') } }, { id: 'take', label: '', keys: 'Enter', run: () => { done.push('take') } }]) })
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
})
