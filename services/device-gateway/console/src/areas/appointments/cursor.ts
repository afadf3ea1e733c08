/** The calendar by keys: a mark that goes with the arrows, books with Enter, and carries a slip to another place. */
import { ref, shallowRef } from 'vue'

import { now } from '@/live/clock'
import { dayAfter, dayOf, later, minutesBetween, type Wall, wallOf } from '@/parts/wall'
import { type Place, placeOf, samePlace } from './places'
import type { Days, Slip } from './slips'

interface Grid {
  columns: () => (string | null)[]
  days: () => Days
  slips: () => Slip[]
  zone: () => string
  step: number
  open: (id: string) => void
  book: (place: Place) => void
  move: (slip: Slip, place: Place) => void
}

export function useCursor(grid: Grid) {
  const cursor = shallowRef<Place | null>(null)
  const moving = ref<Slip | null>(null)

  /** The next half hour of today, else nine in the morning of the first day shown. */
  function first(): Place {
    const { from, to } = grid.days()
    const here = wallOf(now.value, grid.zone())
    const today = dayOf(here) >= from && dayOf(here) <= to
    const rounded = later(`${here.slice(0, 13)}:00`, Math.ceil((Number(here.slice(14)) + 1) / grid.step) * grid.step)
    const starts = today && dayOf(rounded) === dayOf(here) ? rounded : (`${from}T09:00` as Wall)
    return { provider: grid.columns()[0] ?? null, starts, ends: later(starts, grid.step) }
  }

  const at = (starts: Wall, provider: string | null): Place => {
    const length = moving.value ? minutesBetween(placeOf(moving.value, grid.zone()).starts, placeOf(moving.value, grid.zone()).ends) : grid.step
    return { provider, starts, ends: later(starts, length) }
  }

  function go(minutes: number, columns: number): void {
    const place = cursor.value
    if (place === null) { cursor.value = first(); return }
    const all = grid.columns()
    const { from, to } = grid.days()
    let column = Math.max(0, all.indexOf(place.provider)) + columns
    let starts = later(place.starts, minutes)
    if (column < 0 || column >= all.length) { // over the edge is another day, where there is one
      const other = dayAfter(dayOf(starts), Math.sign(columns))
      if (other < from || other > to) return
      starts = `${other}${starts.slice(10)}`
      column = columns > 0 ? 0 : all.length - 1
    }
    if (dayOf(starts) !== dayOf(place.starts) && columns === 0) return
    cursor.value = at(starts, all[column] ?? null)
  }

  const slipAt = (place: Place): Slip | undefined => grid.slips().find((slip) => {
    const other = placeOf(slip, grid.zone())
    return slip.occupies && other.provider === place.provider && other.starts <= place.starts && place.starts < other.ends
  })

  function begin(slip: Slip): void {
    moving.value = slip
    cursor.value = placeOf(slip, grid.zone())
  }

  function stop(): void {
    moving.value = null
    cursor.value = null
  }

  function enter(): void {
    const place = cursor.value
    const slip = moving.value
    if (place === null) { cursor.value = first(); return }
    if (slip) {
      stop()
      if (!samePlace(place, placeOf(slip, grid.zone()))) grid.move(slip, place)
      return
    }
    const there = slipAt(place)
    if (there) grid.open(there.id)
    else grid.book(place)
  }

  const MINUTES: Record<string, number> = { ArrowUp: -grid.step, ArrowDown: grid.step, PageUp: -240, PageDown: 240 }
  const COLUMNS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1 }

  function onKey(event: KeyboardEvent): void {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return
    const onSlip = event.target !== event.currentTarget
    const { key } = event
    if (key in MINUTES || key in COLUMNS) {
      const minutes = (MINUTES[key] ?? 0) / (event.shiftKey && moving.value ? 2 : 1)
      go(minutes, COLUMNS[key] ?? 0)
    } else if (key === 'Enter' && !onSlip) enter()
    else if (key === 'Escape' && cursor.value) stop()
    else if (key === 'm' && !moving.value) {
      const focused = (event.target as HTMLElement).querySelector<HTMLElement>(':scope [data-slip]')?.dataset.slip
      const there = onSlip ? grid.slips().find((slip) => slip.id === focused) : cursor.value && slipAt(cursor.value)
      if (!there?.may.includes('reschedule')) return
      begin(there)
    } else return
    event.preventDefault()
    event.stopPropagation()
    if (onSlip) (event.currentTarget as HTMLElement).focus()
  }

  return { begin, cursor, moving, onKey, stop }
}
