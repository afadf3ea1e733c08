/** Figures of some days of a branch, and how each is written. */
import { useQuery } from '@pinia/colada'
import { useI18n } from 'vue-i18n'

import { api, done } from '@/api/client'
import type { InTriage } from '@/api/shapes'
import { useCodes } from '@/parts/code'
import { useWhen } from '@/parts/when'

export type Numbers = InTriage['NumbersView']
export type Row = InTriage['NumbersRowView']
export type By = 'day' | 'month' | 'consultant'
export type Measure = {
  [name in keyof Row]-?: Row[name] extends number | null ? name : never
}[keyof Row]

export interface Asked {
  from: string
  to: string
  by: By
}

/** Shown first; the others on demand. */
export const MAIN: Measure[] = ['arrivals', 'first_visits', 'turns', 'credits_open', 'deals', 'conversion', 'wait_median_seconds', 'wait_p95_seconds', 'voids', 'supervisor_words']

export function useNumbers(branch: () => string, asked: () => Asked) {
  return useQuery({
    key: () => ['numbers', branch(), asked().from, asked().to, asked().by],
    query: () => done(api.GET('/api/triage/numbers', { params: { query: { branch: branch(), ...asked() } } })) as Promise<Numbers>,
    enabled: () => branch() !== '' && asked().from !== '' && asked().to !== '',
  })
}

export function useFigure() {
  const { locale } = useI18n()
  const { code } = useCodes()
  const { length } = useWhen()
  /** What a measure is called; its unit stands with each figure. */
  const called = (measure: Measure): string => code('measure', measure).replace(/\s*[(（].*?[)）]/, '')
  const figure = (row: Row | undefined, measure: Measure): string => {
    const value = row?.[measure]
    if (value === null || value === undefined) return '—'
    if (measure === 'conversion') return new Intl.NumberFormat(locale.value, { style: 'percent', maximumFractionDigits: 1 }).format(value)
    return measure.endsWith('_seconds') ? length(Math.round(value / 60)) : String(value)
  }
  return { called, figure }
}
