/** Slips as events of the calendar, and what stands in a cell. */
import type { Calendar } from '@event-calendar/core'

import { NOBODY, type Place, placeOf } from './places'
import type { Slip } from './slips'

/** The calendar reads and gives times as a clock on the wall shows them. */
export const dateOf = (wall: string): Date => new Date(wall)

const two = (value: number) => String(value).padStart(2, '0')
export const wallIn = (date: Date): string =>
  `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`

export const columnOf = (provider: string | null): string => provider ?? NOBODY
export const providerOf = (column: string | number | undefined): string | null => (column === undefined || column === NOBODY ? null : String(column))

export function eventOf(slip: Slip, zone: string, at: Place | null): Calendar.EventInput {
  const place = at ?? placeOf(slip, zone)
  return {
    id: slip.id,
    start: place.starts,
    end: place.ends,
    resourceIds: [columnOf(place.provider)],
    editable: at === null && slip.may.includes('reschedule'),
    durationEditable: false,
    classNames: [`slip-${slip.state}`, ...(slip.occupies ? [] : ['slip-over']), ...(at === null ? [] : ['slip-sent'])],
    extendedProps: { slip },
  }
}

/** Lines of text as nodes: names are never markup. */
export function linesOf(lines: (string | null)[], slip = ''): { domNodes: Node[] } {
  return {
    domNodes: lines.filter((line) => line).map((line, place) => {
      const node = document.createElement(place === 0 ? 'strong' : 'span')
      node.className = 'slip-line'
      node.dir = 'auto'
      if (place === 0) node.dataset.slip = slip
      node.textContent = line
      return node
    }),
  }
}
