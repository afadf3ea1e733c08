import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, type EffectScope } from 'vue'

import { asked, askAt, useAsking } from '@/app/help/asking'
import { rolesFor } from '@/app/help/texts'

describe('help at a button', () => {
  let scope: EffectScope
  const button = () => document.querySelector('button') as HTMLElement
  const over = (target: Element) => target.dispatchEvent(new PointerEvent('pointerover', { pointerType: 'mouse', bubbles: true }))
  const press = (key: string) => {
    const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })
    document.body.dispatchEvent(event)
    return event.defaultPrevented
  }

  beforeEach(() => {
    vi.useFakeTimers()
    setActivePinia(createPinia())
    document.body.innerHTML = '<button data-help="help.cashier.take"><span>收款</span></button><p>…</p>'
    scope = effectScope()
    scope.run(useAsking)
  })
  afterEach(() => {
    scope.stop()
    vi.useRealTimers()
  })

  it('is asked for by key, and once more is the whole list', () => {
    expect(askAt(document.body)).toBe(false)
    expect(askAt(button().firstElementChild)).toBe(true)
    expect(asked.value?.button).toBe(button())
    expect(askAt(button())).toBe(false)
    expect(asked.value).toBeNull()
  })

  it('goes with what is pressed next, and Escape does nothing more', () => {
    askAt(button())
    press('Shift')
    expect(asked.value).not.toBeNull()
    expect(press('Escape')).toBe(true)
    expect(asked.value).toBeNull()
    expect(press('Escape')).toBe(false)
  })

  it('comes where the mouse rests, and goes when it leaves', () => {
    over(button())
    vi.advanceTimersByTime(300)
    over(document.querySelector('p') as Element)
    vi.advanceTimersByTime(2_000)
    expect(asked.value).toBeNull()
    over(button().firstElementChild as Element)
    vi.advanceTimersByTime(2_000)
    expect(asked.value?.button).toBe(button())
    expect(press('Escape')).toBe(false)
    over(button())
    vi.advanceTimersByTime(2_000)
    over(document.body)
    vi.advanceTimersByTime(2_000)
    expect(asked.value).toBeNull()
  })

  it('names who may do all that it asks of the services', () => {
    expect(rolesFor(['POST /api/billing/charges/{charge}/payments'])).toContain('cashier')
    expect(rolesFor(['POST /api/customers/', 'POST /api/triage/visits'])).toContain('receptionist')
    expect(rolesFor(['POST /api/customers/', 'POST /api/triage/visits'])).not.toContain('consultant')
    expect(rolesFor(['POST /api/gateway/sign-out'])).toBeUndefined()
    expect(rolesFor([])).toBeUndefined()
  })
})
