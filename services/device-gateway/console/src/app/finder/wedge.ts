/**
 * Scanners that act as a keyboard: told from typing by their speed, ended by Enter.
 *
 * Keys are read by their place on the keyboard, so that an input method or caps lock changes nothing. What a scan has
 * typed into a field is taken out of it again.
 */
const FASTEST_MS = 35 // nobody types each key within this time of the one before
const SHORTEST = 6
const PREFIX = /^\]C1|^~/

export interface Stroke {
  at: number
  code: string
  shift: boolean
}

/** What the key at a place gives on a scanner's (US) keyboard. */
export function signOf(code: string, shift: boolean): string {
  const letter = /^Key([A-Z])$/.exec(code)?.[1]
  if (letter) return letter
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1]
  if (digit) return shift && code.startsWith('Digit') ? (')!@#$%^&*('[Number(digit)] ?? '') : digit
  const others: Record<string, [string, string]> = {
    Minus: ['-', '_'], NumpadSubtract: ['-', '-'], Period: ['.', '>'], Slash: ['/', '?'], Equal: ['=', '+'], Semicolon: [';', ':'],
    BracketLeft: ['[', '{'], BracketRight: [']', '}'], Backquote: ['`', '~'], Space: [' ', ' '], Comma: [',', '<'],
  }
  return others[code]?.[shift ? 1 : 0] ?? ''
}

/** Return the code of a scan, null where the strokes are somebody's typing. `end` is when Enter came. */
export function scanned(strokes: Stroke[], end: number): string | null {
  if (strokes.length < SHORTEST) return null
  const times = [...strokes.map((stroke) => stroke.at), end]
  if (times.some((at, place) => place > 0 && at - (times[place - 1] as number) > FASTEST_MS)) return null
  const code = strokes.map((stroke) => signOf(stroke.code, stroke.shift)).join('').replace(PREFIX, '')
  return code.length >= 4 ? code : null
}

type Field = HTMLInputElement | HTMLTextAreaElement

const fieldOf = (target: EventTarget | null): Field | null =>
  target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement ? target : null

/** Tell `heard` each scan, wherever the focus is; returns what ends it. */
export function listenForScans(heard: (code: string) => void): () => void {
  let strokes: Stroke[] = []
  let before: { field: Field; value: string } | null = null

  function onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return
    if (fieldOf(event.target)?.dataset.takesScans !== undefined) return // a field that a scan is meant for
    const at = event.timeStamp
    if (event.code === 'Enter' || event.code === 'NumpadEnter' || event.code === 'Tab') {
      const code = event.code === 'Tab' ? null : scanned(strokes, at)
      const kept = before
      strokes = []
      before = null
      if (code === null) return
      event.preventDefault()
      event.stopImmediatePropagation()
      if (kept) {
        kept.field.value = kept.value
        kept.field.dispatchEvent(new Event('input', { bubbles: true }))
      }
      heard(code)
      return
    }
    if (signOf(event.code, event.shiftKey) === '') return
    const last = strokes.at(-1)
    if (last === undefined || at - last.at > FASTEST_MS) {
      strokes = []
      const field = fieldOf(event.target)
      before = field ? { field, value: field.value } : null
    }
    strokes.push({ at, code: event.code, shift: event.shiftKey })
  }

  window.addEventListener('keydown', onKey, { capture: true })
  return () => window.removeEventListener('keydown', onKey, { capture: true })
}
