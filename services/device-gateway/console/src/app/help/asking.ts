/**
 * Which button somebody wants to know about: `?` asks about the one that has the focus, a mouse that rests on one asks too.
 *
 * A button names its topic in `data-help`, the same as its action does. Whatever is pressed next takes the help away.
 */
import { onScopeDispose, shallowRef } from 'vue'

/** The help stands in the element of this id. */
export const NOTE = 'help-note'
const REST_MS = 700
const AWAY_MS = 250
const MODIFIERS = ['Alt', 'AltGraph', 'Control', 'Meta', 'Shift']

export const asked = shallowRef<{ button: HTMLElement; byKey: boolean } | null>(null)
let timer = 0

const buttonAt = (target: EventTarget | null) => (target instanceof Element ? target.closest<HTMLElement>('[data-help]') : null)

function show(button: HTMLElement | null, byKey: boolean): void {
  clearTimeout(timer)
  asked.value = button && { button, byKey }
}

/** Ask about a button; false where there is nothing to say, or where it has just been said. */
export function askAt(target: EventTarget | null): boolean {
  const button = buttonAt(target)
  const news = button !== asked.value?.button
  show(news ? button : null, true)
  return button !== null && news
}

function onOver(event: PointerEvent): void {
  if (event.pointerType !== 'mouse' || asked.value?.byKey) return
  clearTimeout(timer)
  if (event.target instanceof Element && event.target.closest(`#${NOTE}`)) return
  const button = buttonAt(event.target)
  if (button === (asked.value?.button ?? null)) return
  timer = window.setTimeout(() => { show(button, false) }, asked.value ? AWAY_MS : REST_MS)
}

function onKey(event: KeyboardEvent): void {
  if (event.key === '?' || MODIFIERS.includes(event.key)) return
  if (event.key === 'Escape' && asked.value?.byKey) {
    event.preventDefault()
    event.stopPropagation()
  }
  show(null, false)
}

/** Listen as long as the component is there. */
export function useAsking(): void {
  const over = new AbortController()
  const away = () => { show(null, false) }
  const at = { capture: true, signal: over.signal }
  window.addEventListener('pointerover', onOver, at)
  window.addEventListener('pointerdown', away, at)
  window.addEventListener('keydown', onKey, at)
  window.addEventListener('focusout', () => { if (asked.value?.byKey) away() }, at)
  window.addEventListener('scroll', away, at)
  onScopeDispose(() => {
    over.abort()
    away()
  })
}
