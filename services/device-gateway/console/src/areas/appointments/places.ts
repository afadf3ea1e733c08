/** Places in a calendar: when and with whom; what is there, and whether something may be put there. */
import { type Wall, wallOf } from '@/parts/wall'
import type { Slip } from './slips'

export interface Place {
  provider: string | null
  starts: Wall
  ends: Wall
}

/** What speaks against a place: it is over, or somebody has it. The service decides; this shows it before the drop. */
export interface Verdict {
  free: boolean
  past: boolean
  by: Slip | null
}

export const NOBODY = '-'

export const placeOf = (slip: Slip, zone: string): Place => ({
  provider: slip.provider, starts: wallOf(slip.starts_at, zone), ends: wallOf(slip.ends_at, zone),
})

export const samePlace = (a: Place, b: Place): boolean => a.provider === b.provider && a.starts === b.starts && a.ends === b.ends

export function judge(place: Place, slips: Slip[], zone: string, now: number, moved?: string): Verdict {
  const past = place.starts < wallOf(now, zone)
  const by = place.provider === null ? null : slips.find((one) => {
    const other = placeOf(one, zone)
    return one.id !== moved && one.occupies && other.provider === place.provider && other.starts < place.ends && place.starts < other.ends
  }) ?? null
  return { free: !past && by === null, past, by }
}

/** What the panel `book` is opened with: a customer's id alone, or a place and whom it is for. */
export interface Wish {
  customer?: string
  provider?: string
  starts?: Wall
  minutes?: number
  kind?: string
  projects?: string[]
}

export function wishIn(id: string): Wish {
  if (!id.includes('=')) return id ? { customer: id } : {}
  const said = new URLSearchParams(id)
  const wish: Wish = {}
  for (const name of ['customer', 'provider', 'starts', 'kind'] as const) {
    const value = said.get(name)
    if (value) wish[name] = value
  }
  if (said.get('minutes')) wish.minutes = Number(said.get('minutes'))
  if (said.get('projects')) wish.projects = (said.get('projects') ?? '').split(',')
  return wish
}

export function wishAs(wish: Wish): string {
  const said = new URLSearchParams()
  for (const [name, value] of Object.entries(wish)) if (value !== undefined && value !== '') said.set(name, String(value))
  return said.toString()
}
