/** A month of shifts: its days, who works which, and the keys that set them. */
import { useQuery } from '@pinia/colada'
import { computed } from 'vue'

import { api, done } from '@/api/client'
import type { InTriage } from '@/api/shapes'

export type Shift = InTriage['ShiftView']

const DAY_MS = 86_400_000

/** Days of YYYY-MM as YYYY-MM-DD. */
export function daysOf(month: string): string[] {
  const [year = 0, number = 1] = month.split('-').map(Number)
  const count = new Date(Date.UTC(year, number, 0)).getUTCDate()
  return Array.from({ length: count }, (_, index) => `${month}-${String(index + 1).padStart(2, '0')}`)
}

export const monthBeside = (month: string, by: number): string => {
  const [year = 0, number = 1] = month.split('-').map(Number)
  return new Date(Date.UTC(year, number - 1 + by, 1)).toISOString().slice(0, 7)
}

export const dayBeside = (day: string, by: number): string => new Date(Date.parse(day) + by * DAY_MS).toISOString().slice(0, 10)

export const weekdayOf = (day: string): number => new Date(day).getUTCDay()

export function useMonth(branch: () => string, month: () => string) {
  const range = computed(() => {
    const days = daysOf(month())
    return { from: days[0] ?? '', to: days.at(-1) ?? '' }
  })
  const query = useQuery({
    key: () => ['shifts', branch(), month()],
    query: async () => (await (done(api.GET('/api/triage/shifts', { params: { query: { branch: branch(), ...range.value } } })) as Promise<InTriage['ShiftViewList']>)).items,
  })
  const shifts = computed(() => new Map((query.data.value ?? []).map((one) => [`${one.staff} ${one.day}`, one])))
  const of = (staff: string, day: string): Shift | undefined => shifts.value.get(`${staff} ${day}`)
  return { ...query, of, range }
}
