/** How long a card has been where it is, and whether that is too long. */
import type { Card } from './board'

export const TABS = ['appointments', 'reception', 'consultation', 'treatment', 'payment'] as const
export type Tab = (typeof TABS)[number]
export type Level = 'calm' | 'amber' | 'red'

const WAITS = new Set(['registered', 'scanned', 'arrived', 'waiting', 'supervisor', 'voided'])
/** Where nothing is promised: at the desk, before somebody receives. */
const DESK_MINUTES = 10

export interface Timing {
  kind: 'expected' | 'waited' | 'lasts'
  /** When they are expected, else since when it runs. */
  at: number
  minutes: number
  level: Level
  late: boolean
}

export function timingOf(card: Card, now: number): Timing {
  if (card.tab === 'appointments') {
    const slip = card.appointment
    const late = card.flags?.includes('late') || (slip !== null && slip !== undefined && Date.parse(slip.latest_arrival) < now)
    const at = Date.parse(slip?.starts_at ?? card.since)
    return { kind: 'expected', at, minutes: 0, level: late || card.state === 'no_show' ? 'red' : 'calm', late }
  }
  const waits = WAITS.has(card.state)
  const at = Date.parse((waits && card.waiting_since) || card.since)
  const minutes = Math.max(0, Math.floor((now - at) / 60_000))
  return { kind: waits ? 'waited' : 'lasts', at, minutes, level: waits ? levelOf(at, promisedAt(card), now) : 'calm', late: false }
}

const promisedAt = (card: Card) => (card.promised_at ? Date.parse(card.promised_at) : Date.parse(card.waiting_since ?? card.since) + DESK_MINUTES * 60_000)

/** Amber from the middle of what is promised on, red when it is over. */
function levelOf(at: number, promised: number, now: number): Level {
  if (now >= promised) return 'red'
  return now - at >= (promised - at) / 2 ? 'amber' : 'calm'
}

/** Of those who wait: who will be late next comes first. Who is expected: by the time of the slip. Otherwise the newest. */
export function ordered(cards: Iterable<Card>, tab: Tab): Card[] {
  const key = (card: Card) => Date.parse(card.appointment?.starts_at ?? card.since)
  const rows = [...cards].filter((card) => card.tab === tab)
  if (tab === 'appointments') return rows.sort((a, b) => key(a) - key(b))
  const waiting = (card: Card) => (WAITS.has(card.state) ? promisedAt(card) : Infinity)
  return rows.sort((a, b) => waiting(a) - waiting(b) || Date.parse(b.since) - Date.parse(a.since))
}
