/** Times as the clock on a branch's wall shows them (`2026-03-02T10:30`), and the instants that they are. */
import { timeFormat } from '@/live/clock'

export type Wall = string

const MINUTE_MS = 60_000
const PARTS = { hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const

export function wallOf(at: string | number | Date, zone: string): Wall {
  const parts = Object.fromEntries(timeFormat('en-CA', { ...PARTS, timeZone: zone }).formatToParts(new Date(at)).map((part) => [part.type, part.value]))
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`
}

/** The instant at which the clock shows it; of two (the hour is set back) the later one, of none (set forward) the hour after. */
export function instantOf(wall: Wall, zone: string): string {
  const wanted = Date.parse(`${wall}Z`)
  const offset = (at: number) => Date.parse(`${wallOf(at, zone)}Z`) - Math.floor(at / MINUTE_MS) * MINUTE_MS
  const first = wanted - offset(wanted)
  return new Date(wanted - offset(first)).toISOString()
}

/** How far the zone is from UTC at the moment: `+08:00`. */
export function offsetOf(zone: string): string {
  const minutes = Math.round((Date.parse(`${wallOf(Date.now(), zone)}Z`) - Date.now()) / MINUTE_MS)
  const size = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${String(Math.floor(size / 60)).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}`
}

export const later = (wall: Wall, minutes: number): Wall => new Date(Date.parse(`${wall}Z`) + minutes * MINUTE_MS).toISOString().slice(0, 16)

export const minutesBetween = (from: Wall, until: Wall): number => (Date.parse(`${until}Z`) - Date.parse(`${from}Z`)) / MINUTE_MS

export const dayOf = (wall: Wall): string => wall.slice(0, 10)
export const timeOf = (wall: Wall): string => wall.slice(11, 16)

/** The day some days on, YYYY-MM-DD. */
export const dayAfter = (day: string, days: number): string => dayOf(later(`${day}T00:00`, days * 1440))

/** Monday of a day's week. */
export const mondayOf = (day: string): string => dayAfter(day, -((new Date(`${day}T00:00Z`).getUTCDay() + 6) % 7))
