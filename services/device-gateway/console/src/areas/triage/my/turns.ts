/** A day's ledger as one consultant reads it: each turn, each pass, what came of it. */
import type { InTriage } from '@/api/shapes'

export type Entry = InTriage['EntryView']
export type Rotation = InTriage['RotationView']

interface Held { consultant: string; reason?: string; visit?: string; credit?: boolean }
interface Swapped { debtor: string; creditor: string; visit: string }
interface Decision {
  at: string
  visit: string
  to: string | null
  basis: string
  rules: string[]
  counted?: boolean
  counted_for?: string
  uncounted?: string
  consultant?: string
  passed?: Held[]
  released?: Held
  granted?: Held[]
  redeemed?: Held
  swap_owed?: Swapped
  swap_paid?: Swapped
}

export type What = 'received' | 'passed' | 'released' | 'uncounted'

export interface Turn {
  key: string
  at: string
  visit: string
  what: What
  basis: string
  /** Whether it counts for me from now on. */
  counted: boolean
  /** Why I was passed over. */
  reason: string | null
  /** A credit that came of it, or was redeemed by it; a swap that I owe, am owed, or that was paid. */
  marks: ('credit' | 'redeemed' | 'i_owe' | 'owed_to_me' | 'swap_paid')[]
  why: { zh: string; en: string }
  by: string | null
}

const about = (swap: Swapped | undefined, me: string) => swap !== undefined && (swap.debtor === me || swap.creditor === me)

function marksOf(one: Decision, me: string): Turn['marks'] {
  return [
    ...(one.granted?.some((credit) => credit.consultant === me) ? ['credit' as const] : []),
    ...(one.redeemed?.consultant === me ? ['redeemed' as const] : []),
    ...(one.swap_owed?.debtor === me ? ['i_owe' as const] : []),
    ...(one.swap_owed?.creditor === me ? ['owed_to_me' as const] : []),
    ...(about(one.swap_paid, me) ? ['swap_paid' as const] : []),
  ]
}

function whatOf(one: Decision, me: string): What | null {
  if (one.to === me) return 'received'
  if (one.passed?.some((passed) => passed.consultant === me)) return 'passed'
  if (one.released?.consultant === me) return 'released'
  if (one.uncounted === me || marksOf(one, me).length > 0) return 'uncounted'
  return null
}

/** Return what concerns somebody, the newest first. */
export function turnsOf(entries: readonly Entry[], me: string): Turn[] {
  return entries.flatMap((entry) => entry.decisions.map((plain, place) => {
    const one = plain as unknown as Decision
    const what = whatOf(one, me)
    return what && {
      key: `${entry.seq}-${place}`, at: String(one.at).slice(0, 5), visit: one.visit, what, basis: one.basis, counted: one.counted === true && (one.counted_for ?? one.to) === me,
      reason: one.passed?.find((passed) => passed.consultant === me)?.reason ?? null, marks: marksOf(one, me),
      why: { zh: entry.why_zh[place] ?? '', en: entry.why_en[place] ?? '' }, by: (entry.event as { by?: string }).by ?? null,
    }
  })).filter((one): one is Turn => one !== null).reverse()
}

export interface Owed {
  lane: string
  kind: 'credit' | 'owed_to_me' | 'i_owe'
  reason: string | null
  visit: string
  other: string | null
}

/** Return what somebody is owed and owes now, the oldest first, lane by lane. */
export function owedOf(table: Rotation, me: string): Owed[] {
  return table.lanes.flatMap((lane) => [
    ...lane.credits.filter((one) => one.consultant === me).map((one) => ({ lane: lane.lane, kind: 'credit' as const, reason: one.reason, visit: one.visit, other: null })),
    ...lane.swaps.filter((one) => one.creditor === me).map((one) => ({ lane: lane.lane, kind: 'owed_to_me' as const, reason: null, visit: one.visit, other: one.debtor })),
    ...lane.swaps.filter((one) => one.debtor === me).map((one) => ({ lane: lane.lane, kind: 'i_owe' as const, reason: null, visit: one.visit, other: one.creditor })),
  ])
}

/** Return how many have the turn before somebody in a lane: 0 is next; null where somebody is not in the order. */
export function aheadOf(lane: Rotation['lanes'][number], me: string): number | null {
  const mine = lane.order.indexOf(me)
  const here = lane.pointer === null ? 0 : lane.order.indexOf(lane.pointer)
  return mine < 0 || here < 0 ? null : (mine - here + lane.order.length) % lane.order.length
}
