/**
 * What can be done here, by mouse, by key and from the palette.
 *
 * A page says its actions with `useActions`; the newest ones win where two have one key. Nothing fires while an input
 * method is composing, and keys without Ctrl or Alt do not fire while somebody types, except Enter and Escape where an
 * action says so. A sign waits for a moment, lest a scanner that types be taken for somebody who presses keys: two
 * that come close together are a quick hand's and both are done, more of them are a scanner's and none is.
 */
import { matchKeyBindingPress, parseKeybinding } from 'tinykeys'
import { computed, onScopeDispose, shallowReactive, toValue, type MaybeRefOrGetter } from 'vue'

import type { Operation } from '@/api/made/who'
import type { Topic } from './help/topics'
import { useSession } from './session'

export interface Action {
  id: string
  /** The words shown in the palette and under `?`. */
  label: string
  /** As in tinykeys: `n`, `$mod+k`, `Shift+?`, `g b`. */
  keys?: string
  /** What is said of it under `?` and at its button, which names the same in `data-help`. */
  help: Topic
  /** What it asks of the services, at once or when its form is sent: whoever may do that may do it. */
  calls?: readonly Operation[]
  run: () => void
  /** Also while somebody types into a field. */
  typing?: boolean
  /** Also as the first sign of a scan: it only looks, or goes to where one types. */
  atOnce?: boolean
}

const sources = shallowReactive(new Set<MaybeRefOrGetter<Action[]>>())
let held: { action: Action; rest: ReturnType<typeof parseKeybinding> }[] = []
let letGo = 0
const SEQUENCE_MS = 1_000
/** Longer than a scanner takes from sign to sign. */
const SCANNER_MS = 36
/** So many signs come from a hand within that time of one another. */
const QUICK_HAND = 2
let burst = { signs: 0, meant: [] as Action[], over: 0 }

export const actions = computed(() => [...sources].reverse().flatMap((source) => toValue(source)))

/** Actions that are there only with something. */
export const given = (something: unknown, some: Action[]): Action[] => (something ? some : [])

/** Offer actions as long as the component is there. */
export function useActions(offered: MaybeRefOrGetter<Action[]>): void {
  sources.add(offered)
  onScopeDispose(() => sources.delete(offered))
}

const typingInto = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

/** A choice takes the arrows and the space, no letters. */
const choosing = (target: EventTarget | null) => target instanceof HTMLInputElement && ['radio', 'checkbox'].includes(target.type)

const isChord = (event: KeyboardEvent) => event.ctrlKey || event.metaKey

/** Whether Enter or space on what has the focus is its own. */
const pressing = (event: KeyboardEvent) =>
  !isChord(event) && (event.key === 'Enter' || event.key === ' ') && event.target instanceof HTMLElement &&
  event.target.closest('button, a, [role=button], [role=option], [role=tab], [role=menuitem], summary') !== null

const isSign = (event: KeyboardEvent) => event.key.length === 1 && !isChord(event) && !event.altKey

/** The signs that waited are over: what a hand meant by them is done, in order. */
function settle(): void {
  const { meant, over } = burst
  clearTimeout(over)
  burst = { signs: 0, meant: [], over: 0 }
  for (const action of meant) action.run()
}

/** A sign has come, and what it would do; also one that does nothing tells a scanner. */
function wait(action?: Action): void {
  clearTimeout(burst.over)
  burst.signs += 1
  if (action) burst.meant.push(action)
  if (burst.signs > QUICK_HAND) burst.meant = []
  burst.over = window.setTimeout(settle, SCANNER_MS)
}

function onKey(event: KeyboardEvent): void {
  if (!isSign(event) || event.repeat) settle() // a scanner holds no key
  if (useSession().locked) return
  if (event.isComposing || event.key === 'Process' || event.defaultPrevented || pressing(event)) return
  const typing = typingInto(event.target) && !(choosing(event.target) && isSign(event) && event.key !== ' ')
  const candidates = [
    ...held,
    ...actions.value.filter((action) => action.keys).map((action) => ({ action, rest: parseKeybinding(action.keys as string) })),
  ].filter(({ action }) => !typing || action.typing)
  held = []
  for (const { action, rest } of candidates) {
    const [press, ...others] = rest
    if (press === undefined || !matchKeyBindingPress(event, press)) continue
    if (others.length > 0) {
      held.push({ action, rest: others })
      continue
    }
    held = []
    event.preventDefault()
    event.stopPropagation()
    if (isSign(event) && !action.atOnce && !event.repeat) wait(action)
    else action.run()
    return
  }
  if (isSign(event)) wait()
  clearTimeout(letGo)
  letGo = window.setTimeout(() => { held = [] }, SEQUENCE_MS)
}

export function listen(): void {
  // what is pressed with Ctrl is nobody else's; other keys are first for whatever has the focus
  window.addEventListener('keydown', (event) => { if (isChord(event)) onKey(event) }, { capture: true })
  window.addEventListener('keydown', (event) => { if (!isChord(event)) onKey(event) })
}
