/** Slips as events of the calendar, and what stands in a cell. */
import type { Calendar } from '@event-calendar/core'

import { NOBODY, type Place, placeOf } from './places'
import type { Slip } from './slips'

/** The calendar reads and gives times as a clock on the wall shows them. */
export const dateOf = (wall: string): Date => new Date(wall)

const two = (value: number) => String(value).padStart(2, '0')
export const wallIn = (date: Date): string =>
  `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`

/** Slips that name nobody may be many at one time: they have lanes beside one another, `-0`, `-1`, … */
export const columnOf = (provider: string | null, lane = 0): string => provider ?? `${NOBODY}${lane}`
export const providerOf = (column: string | number | undefined): string | null => (column === undefined || String(column).startsWith(NOBODY) ? null : String(column))

/** Return the lane of each slip that names nobody, at most `most` of them, and how many there are. */
export function lanesOf(slips: Slip[], most: number): { lanes: Map<string, number>; count: number } {
  const ends: number[] = []
  const lanes = new Map<string, number>()
  for (const slip of slips.filter((one) => one.provider === null)) {
    const from = Date.parse(slip.starts_at)
    const free = ends.findIndex((end) => end <= from)
    const lane = free >= 0 ? free : Math.min(ends.length, most - 1)
    ends[lane] = Math.max(ends[lane] ?? 0, Date.parse(slip.ends_at))
    lanes.set(slip.id, lane)
  }
  return { lanes, count: Math.max(ends.length, 1) }
}

export function eventOf(slip: Slip, zone: string, at: Place | null, lane = 0): Calendar.EventInput {
  const place = at ?? placeOf(slip, zone)
  return {
    id: slip.id,
    start: place.starts,
    end: place.ends,
    resourceIds: [columnOf(place.provider, lane)],
    editable: at === null && slip.may.includes('reschedule'),
    durationEditable: false,
    classNames: [`slip-${slip.state}`, ...(slip.occupies ? [] : ['slip-over']), ...(at === null ? [] : ['slip-sent'])],
    extendedProps: { slip },
  }
}

/** Lines of text as nodes: names are never markup. */
export function linesOf(lines: (string | null)[], slip: string, unseen: string): { domNodes: Node[] } {
  const shown = lines.filter((line) => line)
  return {
    domNodes: [...shown, unseen].map((line, place) => {
      const node = document.createElement(place === 0 ? 'strong' : 'span')
      node.className = place < shown.length ? 'slip-line' : 'unseen'
      node.dir = 'auto'
      if (place === 0) node.dataset.slip = slip
      node.textContent = line
      return node
    }),
  }
}
