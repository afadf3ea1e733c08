/**
 * Scanners that act as a keyboard: told from typing by their speed, ended by Enter (or as the desk's reader has it).
 *
 * Keys are read by their place on the keyboard, so that an input method, caps lock or another layout changes nothing;
 * a desk whose reader follows the computer's layout reads them by their signs. What a scan has typed into a field is
 * taken out of it again, also when an input method holds it.
 */
import { reader } from './reader'

const FASTEST_MS = 35 // nobody types each key within this time of the one before
const SHORTEST = 6
const NO_SIGN = '\u{FFFD}'
const QUIET = /^(Shift|Control|Alt|Meta|OS|CapsLock|NumLock|Fn|Arrow|Page|Home|End|F\d|Escape|Backspace|Delete|Insert|Context|Convert|NonConvert|Lang|Kana)/

export interface Stroke {
  at: number
  code: string
  shift: boolean
  key: string
}

/** A read as it was typed; `garbled` where not every key of it has a sign. */
export interface Burst {
  text: string
  garbled: boolean
}

const OTHERS: Record<string, [string, string]> = {
  Minus: ['-', '_'], NumpadSubtract: ['-', '-'], NumpadAdd: ['+', '+'], NumpadMultiply: ['*', '*'], NumpadDivide: ['/', '/'], NumpadDecimal: ['.', '.'],
  Period: ['.', '>'], Slash: ['/', '?'], Equal: ['=', '+'], Semicolon: [';', ':'], Quote: ["'", '"'], Backslash: ['\\', '|'], IntlBackslash: ['\\', '|'],
  BracketLeft: ['[', '{'], BracketRight: [']', '}'], Backquote: ['`', '~'], Space: [' ', ' '], Comma: [',', '<'],
}

/** What the key at a place gives on a scanner's (US) keyboard. */
export function signOf(code: string, shift: boolean): string {
  const letter = /^Key([A-Z])$/.exec(code)?.[1]
  if (letter) return letter
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1]
  if (digit) return shift && code.startsWith('Digit') ? (')!@#$%^&*('[Number(digit)] ?? '') : digit
  return OTHERS[code]?.[shift ? 1 : 0] ?? ''
}

/** The sign that the computer makes of a key, the full width of an input method as its usual form. */
function typedSign(key: string): string {
  const sign = [...key].length === 1 ? key.normalize('NFKC') : ''
  return /^[\x20-\x7e]$/.test(sign) ? sign.toUpperCase() : ''
}

const signs = ({ code, shift, key }: Stroke): string =>
  (reader.value.keys === 'signs' ? typedSign(key) || signOf(code, shift) : signOf(code, shift) || typedSign(key)) || NO_SIGN

/** Return the read of a scanner, null where the strokes are somebody's typing. `end` is when its end came. */
export function scanned(strokes: Stroke[], end: number): Burst | null {
  if (strokes.length < SHORTEST) return null
  const times = [...strokes.map((stroke) => stroke.at), end]
  if (times.some((at, place) => place > 0 && at - (times[place - 1] as number) > FASTEST_MS)) return null
  const text = strokes.map(signs).join('')
  return { text, garbled: text.includes(NO_SIGN) }
}

type Field = HTMLInputElement | HTMLTextAreaElement
type Ear = (burst: Burst) => void

const fieldOf = (target: EventTarget | null): Field | null =>
  target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement ? target : null

const secret = (target: EventTarget | null) => target instanceof HTMLInputElement && target.type === 'password'
/** A field that a scan is meant for. */
const takesScans = (target: EventTarget | null) => fieldOf(target)?.dataset.takesScans !== undefined
const ends = (event: KeyboardEvent) => (reader.value.end === 'Tab' ? event.code === 'Tab' : event.code === 'Enter' || event.code === 'NumpadEnter')

/** Put back what was in a field before a scanner typed into it; an input method is made to let go of it first. */
function putBack({ field, value }: { field: Field; value: string }, composing: boolean): void {
  const back = () => {
    if (field.value === value) return
    field.value = value
    field.dispatchEvent(new Event('input', { bubbles: true }))
  }
  if (composing) field.blur()
  else back()
  setTimeout(() => { // once more when those who listen to the field have caught up
    back()
    if (composing) field.focus()
  })
}

const ears: Ear[] = []
let strokes: Stroke[] = []
let before: { field: Field; value: string } | null = null

function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || secret(event.target) || takesScans(event.target)) return
  const at = event.timeStamp
  if (ends(event)) {
    const burst = scanned(strokes, at)
    const kept = before
    strokes = []
    before = null
    if (burst === null) return
    event.preventDefault()
    event.stopImmediatePropagation()
    if (kept) putBack(kept, event.isComposing)
    ears.at(-1)?.(burst)
    return
  }
  if (QUIET.test(event.code) || QUIET.test(event.key) || event.code === 'Enter' || event.code === 'Tab') return
  const last = strokes.at(-1)
  if (last === undefined || at - last.at > FASTEST_MS) {
    strokes = []
    const field = fieldOf(event.target)
    before = field ? { field, value: field.value } : null
  }
  strokes.push({ at, code: event.code, shift: event.shiftKey, key: event.key })
}

/** Tell `heard` each scan, wherever the focus is, until who came later stops listening; returns what ends it. */
export function listenForScans(heard: Ear): () => void {
  if (ears.length === 0) window.addEventListener('keydown', onKey, { capture: true })
  ears.push(heard)
  return () => {
    ears.splice(ears.indexOf(heard), 1)
    if (ears.length === 0) window.removeEventListener('keydown', onKey, { capture: true })
  }
}
